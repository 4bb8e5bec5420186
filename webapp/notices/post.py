"""A message becomes a mail or a signed request."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from webapp.config import Config
from webapp.contract import AlertMessage, Question, Summary
from webapp.language import SOURCE
from webapp.notices.mail import Attachment, NotSent, send_mail
from webapp.notices.outbox import Deliver
from webapp.notices.phrases import Phrases
from webapp.notices.report import headline, render, report_resolution
from webapp.notices.webhook import send_webhook
from webapp.shop import store
from webapp.shop.schema import alerts, organisations
from webapp.shop.store import Store
from webapp.shop.summaries import summary
from webapp.shop.views import question as view_question


def deliver(opened: Store, config: Config) -> Deliver:
    """Return what sends messages, each to where its alert says now."""

    def send(message: Mapping[str, Any]) -> None:
        if message["kind"] == "report":
            _send_report(opened, config, message)
            return
        with opened.reading() as connection:
            alert = connection.execute(select(alerts).where(alerts.c.id == message["alert_id"])).mappings().first()
        if alert is None:
            raise NotSent("its alert was deleted", final=True)
        told = AlertMessage(kind=message["kind"], **message["content"])
        if alert["url"] is not None:
            send_webhook(alert["url"], alert["secret"], store.now(), told.model_dump_json().encode(), config.webhook_private)
        else:
            send_mail(config, told.id, alert["email"], *written(told, config.public_url, Phrases(alert["language"])))

    return send


def report_file(
    connection: Connection, organisation_id: int, asked: Question, title: str, fewest: int, words: Phrases
) -> tuple[bytes, Summary]:
    """Return a report as a PDF, and the numbers in it: those of the dashboard."""
    if asked.resolution is None:
        asked = asked.model_copy(update={"resolution": report_resolution(asked.first, asked.last)})
    told = summary(connection, organisation_id, asked, fewest)
    named = select(organisations.c.name).where(organisations.c.id == organisation_id)
    title = title or (", ".join(row.name for row in told.league) if asked.places or asked.stations else "") or words.gettext("All places")
    return render(told, title, connection.execute(named).scalar_one(), date.today(), words), told


def _send_report(opened: Store, config: Config, message: Mapping[str, Any]) -> None:
    content = message["content"]
    first, last = date.fromisoformat(content["first"]), date.fromisoformat(content["last"])
    asked = view_question(content["query"], lambda _: last).model_copy(update={"first": first, "last": last})
    words = Phrases(content.get("language", SOURCE))
    _ = words.gettext
    with opened.reading() as connection:
        file, told = report_file(connection, message["organisation_id"], asked, content["name"], config.min_visits, words)
    named = {"places": asked.places, "stations": asked.stations}
    chosen = "".join(f"&{name}={','.join(map(str, ids))}" for name, ids in named.items() if ids)
    parts = [headline(told, words), _("The report is attached.")]
    if config.public_url:
        address = f"{config.public_url}/dashboard?first={first}&last={last}{chosen}&lang={words.language}"
        parts.append(_("The dashboard: %(address)s", address=address))
    parts.append(_("A manager of your organisation has it sent each week."))
    attachment = Attachment(f"allsmiles-{first}-{last}.pdf", file, "application/pdf")
    send_mail(
        config, content["id"], content["to"], f"{content['name']}: {words.period(first, last)}", "\n\n".join(parts) + "\n", attachment
    )


def written(told: AlertMessage, address: str, words: Phrases) -> tuple[str, str]:
    """Return a message's subject and text. Its numbers are those of the alert, not of the counts."""
    _ = words.gettext
    where = f"{told.station.name}, {told.place.name}" if told.station else told.place.name
    begins, ends = datetime.fromisoformat(told.begins), datetime.fromisoformat(told.ends)
    hours = {"first": words.clock(begins), "last": words.clock(ends)}
    when = (
        _("On %(day)s from %(first)s to %(last)s", day=words.day(begins), **hours)
        if begins.date() == ends.date()
        else _("From %(day)s, %(first)s, to %(last_day)s, %(last)s", day=words.day(begins), last_day=words.day(ends), **hours)
    )
    said = {"where": where, "when": when, "threshold": told.threshold, "visits": words.count(told.visits), "minutes": told.minutes}
    subject, text = {
        "begin": (
            _("%(where)s: satisfaction is under %(threshold)s", **said),
            _(
                "%(when)s, a smile was detected in fewer than %(threshold)s of 100 visits at %(where)s, of at least %(visits)s."
                "\n\nThis is told once. You hear again when it is over.",
                **said,
            ),
        ),
        "over": (
            _("%(where)s: satisfaction is %(threshold)s or more again", **said),
            _(
                "%(when)s, a smile was detected in %(threshold)s or more of 100 visits at %(where)s, of at least %(visits)s."
                "\n\nThe alert is over.",
                **said,
            ),
        ),
        "test": (
            _("%(where)s: a test of an alert", **said),
            _(
                "Somebody pressed “Send a test”. This alert watches %(where)s: you are told when satisfaction is under %(threshold)s for "
                "%(minutes)s minutes with at least %(visits)s visits, and again when it is over.",
                **said,
            ),
        ),
    }[told.kind]
    parts = [text]
    if address:
        whose = f"places={told.place.id}" if told.station is None else f"stations={told.station.id}"
        numbers = f"{address}/dashboard?period=today&{whose}&lang={words.language}"
        alerts = f"{address}/alerts"
        parts.append(_("The numbers: %(address)s", address=numbers) + "\n" + _("Change or pause this alert: %(address)s", address=alerts))
    parts.append(_("A smile is not a feeling: look before you judge."))
    return subject, "\n\n".join(parts) + "\n"
