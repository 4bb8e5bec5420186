"""Messages on their way: each is sent by one process, tried again with growing pauses, and what became of it is kept."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, and_, delete, exists, or_, select, update

from webapp.metrics import Metrics
from webapp.notices.mail import NotSent
from webapp.shop import store
from webapp.shop.schema import messages
from webapp.shop.store import Store

log = logging.getLogger(__name__)
Row = Mapping[Any, Any]
Deliver = Callable[[Row], None]
"""Sends a message; raises NotSent."""
LEASE_S = 300
"""So long a message belongs to the process that tries to send it. If that one dies, another sends it again under the same name."""
PAUSES_S = (60, 300, 900, 3600, 3 * 3600)
AT_ONCE = 4
KEPT_S = 90 * 86_400


def put_in(connection: Connection, organisation_id: int, kind: str, content: Mapping[str, Any], **whose: int) -> int:
    """Write down a message that is to be sent, in the transaction of what it tells of; return its id."""
    time = store.now()
    name = str(uuid4())
    row = {"organisation_id": organisation_id, "name": name, "kind": kind, "content": {**content, "id": name}, "state": "waiting"}
    return store.add(connection, messages, **row, due_at=time, made_at=time, **whose)


def send_due(opened: Store, deliver: Deliver, metrics: Metrics, time: int) -> int:
    """Try to send the messages that are due, a few at once; return how many were tried."""
    taken = _take(opened, time)
    if taken:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda message: attempt(opened, deliver, metrics, message), taken))
    return len(taken)


def take_one(opened: Store, message_id: int, time: int) -> Row | None:
    """Claim one message for this process; None where another one has it."""
    with opened.writing() as connection:
        mine = and_(messages.c.id == message_id, messages.c.state == "waiting", messages.c.due_at <= time)
        claim = update(messages).where(mine).values(due_at=time + LEASE_S, tries=messages.c.tries + 1)
        if connection.execute(claim).rowcount != 1:
            return None
        return connection.execute(select(messages).where(messages.c.id == message_id)).mappings().first()


def attempt(opened: Store, deliver: Deliver, metrics: Metrics, message: Row) -> None:
    """Send a message that was claimed, and keep what became of it."""
    try:
        deliver(message)
        outcome: dict[str, Any] = {"state": "sent", "sent_at": store.now(), "error": None}
    except NotSent as problem:
        outcome = _failed(message, str(problem), problem.final)
    except Exception as problem:
        # One that cannot even be made must not hold up the others, nor be lost without a word.
        log.exception("message %s could not be made", message["name"])
        outcome = _failed(message, f"it could not be made ({problem!r})", False)
    metrics.messages.labels(message["kind"], "sent" if outcome.get("state") == "sent" else "not_sent").inc()
    with opened.writing() as connection:
        connection.execute(update(messages).where(messages.c.id == message["id"]).values(outcome))


def forget_old(connection: Connection) -> None:
    """Drop messages of long ago."""
    connection.execute(delete(messages).where(messages.c.made_at < store.now() - KEPT_S))


def _take(opened: Store, time: int) -> list[Row]:
    earlier = messages.alias()
    before = and_(earlier.c.alert_id == messages.c.alert_id, earlier.c.state == "waiting", earlier.c.id < messages.c.id)
    # What ends an alert is not told before what began it.
    due = and_(messages.c.state == "waiting", messages.c.due_at <= time, or_(messages.c.kind == "test", ~exists().where(before)))
    with opened.reading() as connection:
        ids = connection.execute(select(messages.c.id).where(due).order_by(messages.c.id).limit(4 * AT_ONCE)).scalars().all()
    claimed = (take_one(opened, message_id, time) for message_id in ids)
    return [message for message in claimed if message is not None]


def _failed(message: Row, why: str, final: bool) -> dict[str, Any]:
    tries: int = message["tries"]
    over = final or message["kind"] == "test" or tries > len(PAUSES_S)
    later = "it is given up" if over else f"the next try is in {PAUSES_S[tries - 1] // 60} minutes"
    log.warning("message %s (%s) was not sent, %s: %s", message["name"], message["kind"], later, why)
    if over:
        return {"state": "failed", "error": why[:300]}
    return {"error": why[:300], "due_at": store.now() + PAUSES_S[tries - 1]}
