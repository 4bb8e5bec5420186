"""The alerts of an organisation: what managers make, change, try out and delete."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection, delete, func, select, update

from webapp.config import Config
from webapp.contract import AlertInfo, AlertWish, MessageInfo, NewAlert, NewSecret, ReportWish
from webapp.language import languages, wished
from webapp.notices import outbox
from webapp.notices.mail import can_mail
from webapp.notices.post import deliver
from webapp.notices.watch import described, with_names
from webapp.notices.webhook import checked_url
from webapp.shop import store
from webapp.shop.asking import Refused, answer, answer_list, opened_store, read
from webapp.shop.auth import needs, note
from webapp.shop.schema import alerts, messages, places, stations

blueprint = Blueprint("alerts", __name__)
Row = Mapping[Any, Any]
MOST = 100
"""Alerts an organisation may have."""
BY_HAND_AN_HOUR = 60


@blueprint.get("/alerts")
def page() -> ResponseReturnValue:
    """Show the page of alerts, which asks for what it shows."""
    return render_template("alerts.html", mails=can_mail(_config()), fewest=_config().min_visits, languages=languages())


@blueprint.get("/api/v1/alerts")
@needs("manager", "read:alerts")
def list_alerts() -> ResponseReturnValue:
    """List the organisation's alerts and what became of their messages."""
    with opened_store().reading() as connection:
        return answer_list(AlertInfo, _infos(connection))


@blueprint.post("/api/v1/alerts")
@needs("manager", "write:alerts")
def add_alert() -> ResponseReturnValue:
    """Make an alert; a webhook's secret is told once."""
    wish = read(AlertWish)
    secret = secrets.token_urlsafe(32) if wish.url is not None else None
    with opened_store().writing() as connection:
        where = _checked(connection, wish)
        mine = select(func.count()).select_from(alerts).where(alerts.c.organisation_id == g.user.organisation_id)
        if connection.execute(mine).scalar_one() >= MOST:
            raise Refused(409, "too_many_alerts", _("There are %(most)s alerts already: delete one first.", most=MOST))
        row = {
            **wish.model_dump(),
            "language": language_of(wish),
            "organisation_id": g.user.organisation_id,
            "secret": secret,
            "begun": False,
        }
        made = store.add(connection, alerts, **row, judged=store.now(), made_at=store.now())
        note(connection, "make alert", where)
        return answer(NewAlert(alert=_infos(connection, made)[0], secret=secret), 201)


@blueprint.put("/api/v1/alerts/<int:alert_id>")
@needs("manager", "write:alerts")
def change_alert(alert_id: int) -> ResponseReturnValue:
    """Change or pause an alert. One that watches for something else begins afresh; a new webhook keeps the secret."""
    wish = read(AlertWish)
    with opened_store().writing() as connection:
        before = _mine(connection, alert_id)
        where = _checked(connection, wish)
        fresh = {**wish.model_dump(), "language": language_of(wish, before)}
        if any(fresh[name] != before[name] for name in ("place_id", "station_id", "threshold", "minutes", "visits")):
            fresh |= {"begun": False, "changed_at": None}
        secret = before["secret"] or secrets.token_urlsafe(32) if wish.url is not None else None
        told = secret if secret != before["secret"] else None
        connection.execute(update(alerts).where(alerts.c.id == alert_id).values(**fresh, secret=secret, judged=store.now()))
        if wish.paused is before["paused"]:
            note(connection, "change alert", where)
        elif wish.paused:
            note(connection, "pause alert", where)
        else:
            note(connection, "resume alert", where)
        return answer(NewAlert(alert=_infos(connection, alert_id)[0], secret=told))


@blueprint.delete("/api/v1/alerts/<int:alert_id>")
@needs("manager", "write:alerts")
def drop_alert(alert_id: int) -> ResponseReturnValue:
    """Delete an alert; what it had still to send is not sent."""
    with opened_store().writing() as connection:
        note(connection, "delete alert", _named(_mine(connection, alert_id)))
        connection.execute(delete(alerts).where(alerts.c.id == alert_id))
    return "", 204


@blueprint.post("/api/v1/alerts/<int:alert_id>/secret")
@needs("manager", "write:alerts")
def renew_secret(alert_id: int) -> ResponseReturnValue:
    """Make another secret for an alert's webhook and tell it, once."""
    secret = secrets.token_urlsafe(32)
    with opened_store().writing() as connection:
        before = _mine(connection, alert_id)
        if before["url"] is None:
            raise Refused(409, "no_webhook", _("This alert is sent by mail: only webhooks have a secret."))
        note(connection, "renew secret of alert", _named(before))
        connection.execute(update(alerts).where(alerts.c.id == alert_id).values(secret=secret))
    return answer(NewSecret(secret=secret), 201)


@blueprint.post("/api/v1/alerts/<int:alert_id>/test")
@needs("manager", "write:alerts")
def send_test(alert_id: int) -> ResponseReturnValue:
    """Send a test now and tell what became of it."""
    opened = opened_store()
    with opened.writing() as connection:
        alert = _mine(connection, alert_id)
        check_pace(connection)
        note(connection, "test alert", _named(alert))
        made = outbox.put_in(connection, g.user.organisation_id, "test", described(alert, store.now()), alert_id=alert_id)
    message = outbox.take_one(opened, made, store.now())
    if message is not None:
        outbox.attempt(opened, deliver(opened, _config()), current_app.extensions["allsmiles"].metrics, message)
    with opened.reading() as connection:
        found = connection.execute(select(messages).where(messages.c.id == made)).mappings().first()
        if found is None:
            raise Refused(404, "no_such_alert", _("This alert was deleted."))
        return answer(message_info(found))


def check_pace(connection: Connection, wanted: int = 1) -> None:
    """Raise Refused where an organisation has had many messages sent by hand lately."""
    recent = (messages.c.organisation_id == g.user.organisation_id) & (messages.c.made_at > store.now() - 3600)
    by_hand = select(func.count()).select_from(messages).where(recent, messages.c.kind.in_(("test", "report")))
    if connection.execute(by_hand).scalar_one() + wanted > BY_HAND_AN_HOUR:
        raise Refused(
            429, "too_many_messages", _("%(most)s messages were sent within an hour: try again later.", most=BY_HAND_AN_HOUR), 3_600_000
        )


def language_of(wish: AlertWish | ReportWish, before: Row | None = None) -> str:
    """Return the language of an alert or a report: at first that of who makes it; raise Refused where it has no catalogue."""
    try:
        return wished(wish.language, before["language"] if before else None)
    except ValueError as problem:
        raise Refused(422, "no_such_language", str(problem)) from None


def message_info(row: Row) -> MessageInfo:
    """Return what a manager sees of a message."""
    return MessageInfo(**{name: row[name] for name in MessageInfo.model_fields})


def _checked(connection: Connection, wish: AlertWish) -> str:
    """Return the name of what is watched; raise Refused where the wish cannot be granted."""
    named = select(places.c.name).where(places.c.id == wish.place_id, places.c.organisation_id == g.user.organisation_id)
    place = connection.execute(named).scalar()
    if place is None:
        raise Refused(404, "no_such_place", _("Your organisation has no such place."))
    station = None
    if wish.station_id is not None:
        its = select(stations.c.name).where(stations.c.id == wish.station_id, stations.c.place_id == wish.place_id)
        station = connection.execute(its).scalar()
        if station is None:
            raise Refused(404, "no_such_station", _("This place has no such station."))
    if wish.visits < _config().min_visits:
        raise Refused(
            422, "too_few_visits", _("visits: at least %(fewest)s, on which every number here rests", fewest=_config().min_visits)
        )
    if wish.email is not None and not can_mail(_config()):
        raise Refused(422, "no_mail", _("email: this server sends no mail; its operator sets --smtp-host. A webhook works."))
    if wish.url is not None:
        try:
            checked_url(wish.url, _config().webhook_private)
        except ValueError as problem:
            raise Refused(422, "no_webhook", f"url: {problem}") from None
    return f"{station}, {place}" if station is not None else place


def _named(alert: Row) -> str:
    return f"{alert['station']}, {alert['place']}" if alert["station_id"] is not None else str(alert["place"])


def _mine(connection: Connection, alert_id: int) -> Row:
    asked = with_names().where(alerts.c.id == alert_id, alerts.c.organisation_id == g.user.organisation_id)
    found = connection.execute(asked).mappings().first()
    if found is None:
        raise Refused(404, "no_such_alert", _("Your organisation has no such alert."))
    return dict(found)


def _infos(connection: Connection, alert_id: int | None = None) -> list[AlertInfo]:
    asked = with_names().where(alerts.c.organisation_id == g.user.organisation_id)
    if alert_id is not None:
        asked = asked.where(alerts.c.id == alert_id)
    latest = select(func.max(messages.c.id)).where(messages.c.alert_id.is_not(None)).group_by(messages.c.alert_id)
    mine = select(messages).where(messages.c.organisation_id == g.user.organisation_id, messages.c.id.in_(latest))
    last = {row["alert_id"]: message_info(row) for row in connection.execute(mine).mappings()}  # type: ignore[arg-type]
    told = (*AlertWish.model_fields, "id", "begun", "changed_at")
    found = connection.execute(asked.order_by(places.c.name, stations.c.name, alerts.c.id)).mappings()
    return [AlertInfo(**{name: row[name] for name in told}, last=last.get(row["id"])) for row in found]


def _config() -> Config:
    config: Config = current_app.extensions["allsmiles_config"]
    return config
