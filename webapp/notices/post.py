"""A message becomes a mail or a signed request."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from webapp.config import Config
from webapp.contract import AlertMessage
from webapp.notices.mail import NotSent, send_mail
from webapp.notices.outbox import Deliver
from webapp.notices.webhook import send_webhook
from webapp.shop import store
from webapp.shop.schema import alerts
from webapp.shop.store import Store


def deliver(opened: Store, config: Config) -> Deliver:
    """Return what sends messages, each to where its alert says now."""

    def send(message: Mapping[str, Any]) -> None:
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


def written(told: AlertMessage, address: str) -> tuple[str, str]:
    """Return a message's subject and text. Its numbers are those of the alert, not of the counts."""
    where = f"{told.station.name}, {told.place.name}" if told.station else told.place.name
    begins, ends = datetime.fromisoformat(told.begins), datetime.fromisoformat(told.ends)
    when = f"On {begins:%-d %B %Y} from {begins:%H:%M} to {ends:%H:%M}" if begins.day == ends.day else f"From {begins:%c} to {ends:%c}"
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
