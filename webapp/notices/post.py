"""A message becomes a mail or a signed request."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from webapp.config import Config
from webapp.contract import AlertMessage, Question, Summary
from webapp.notices.mail import Attachment, NotSent, send_mail
from webapp.notices.outbox import Deliver
from webapp.notices.phrases import day, period
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
            send_mail(config, told.id, alert["email"], *written(told, config.public_url))

    return send


def report_file(connection: Connection, organisation_id: int, asked: Question, title: str, fewest: int) -> tuple[bytes, Summary]:
    """Return a report as a PDF, and the numbers in it: those of the dashboard."""
    if asked.resolution is None:
        asked = asked.model_copy(update={"resolution": report_resolution(asked.first, asked.last)})
    told = summary(connection, organisation_id, asked, fewest)
    named = select(organisations.c.name).where(organisations.c.id == organisation_id)
    title = title or (", ".join(row.name for row in told.league) if asked.places or asked.stations else "") or "All places"
    return render(told, title, connection.execute(named).scalar_one(), date.today()), told


def _send_report(opened: Store, config: Config, message: Mapping[str, Any]) -> None:
    content = message["content"]
    first, last = date.fromisoformat(content["first"]), date.fromisoformat(content["last"])
    asked = view_question(content["query"], lambda _: last).model_copy(update={"first": first, "last": last})
    with opened.reading() as connection:
        file, told = report_file(connection, message["organisation_id"], asked, content["name"], config.min_visits)
    named = {"places": asked.places, "stations": asked.stations}
    chosen = "".join(f"&{name}={','.join(map(str, ids))}" for name, ids in named.items() if ids)
    link = f"\n\nThe dashboard: {config.public_url}/dashboard?first={first}&last={last}{chosen}" if config.public_url else ""
    subject = f"{content['name']}: {period(first, last)}"
    text = f"{headline(told)}\n\nThe report is attached.{link}\n\nA manager of your organisation has it sent each week.\n"
    attachment = Attachment(f"allsmiles-{first}-{last}.pdf", file, "application/pdf")
    send_mail(config, content["id"], content["to"], subject, text, attachment)


def written(told: AlertMessage, address: str) -> tuple[str, str]:
    """Return a message's subject and text. Its numbers are those of the alert, not of the counts."""
    where = f"{told.station.name}, {told.place.name}" if told.station else told.place.name
    begins, ends = datetime.fromisoformat(told.begins), datetime.fromisoformat(told.ends)
    when = (
        f"On {day(begins)} from {begins:%H:%M} to {ends:%H:%M}"
        if begins.day == ends.day
        else f"From {day(begins)}, {begins:%H:%M}, to {day(ends)}, {ends:%H:%M}"
    )
    subjects = {
        "begin": f"{where}: satisfaction is under {told.threshold}",
        "over": f"{where}: satisfaction is {told.threshold} or more again",
        "test": f"{where}: a test of an alert",
    }
    texts = {
        "begin": f"{when}, a smile was detected in fewer than {told.threshold} of 100 visits at {where}, of at least {told.visits}."
        "\n\nThis is told once. You hear again when it is over.",
        "over": f"{when}, a smile was detected in {told.threshold} or more of 100 visits at {where}, of at least {told.visits}."
        "\n\nThe alert is over.",
        "test": f"Somebody pressed “Send a test”. This alert watches {where}: you are told when satisfaction is under {told.threshold} for "
        f"{told.minutes} minutes with at least {told.visits} visits, and again when it is over.",
    }
    whose = f"places={told.place.id}" if told.station is None else f"stations={told.station.id}"
    links = f"\n\nThe numbers: {address}/dashboard?period=today&{whose}\nChange or pause this alert: {address}/alerts" if address else ""
    return subjects[told.kind], f"{texts[told.kind]}{links}\n\nA smile is not a feeling: look before you judge.\n"
