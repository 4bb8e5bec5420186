"""What the database needs each hour: what is told decided, days that are over sealed, old minutes and numbers of batches dropped."""

import logging
from threading import Event, Thread

from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from webapp.config import Config
from webapp.notices.outbox import forget_old
from webapp.shop import partitions, sealed, store
from webapp.shop.rollup import apply_fewest
from webapp.shop.schema import batches, minutes
from webapp.shop.store import Store, fact, remember

log = logging.getLogger(__name__)
HOUR = 3600
DAY = 24 * HOUR
PART_S = 6 * HOUR
"""Minutes of so much time are dropped with one transaction, so that stations never wait long for their turn."""
KEPT_FROM = "minutes_from"
"""The fact that says from when on minutes are complete, in seconds since 1970."""


def keep_up(opened: Store, config: Config) -> int:
    """Drop minutes older than the settings say, and what is known of batches that nobody can send again; return how many minutes."""
    cutoff = (store.now() // DAY - config.minutes_days) * DAY
    with opened.writing() as connection:
        # Said before anything goes: hours are never made anew from minutes that are on their way out.
        if int(fact(connection, KEPT_FROM) or 0) < cutoff:
            remember(connection, KEPT_FROM, str(cutoff))
        connection.execute(delete(batches).where(batches.c.received_at < store.now() - (config.max_age_days + 3) * DAY))
        forget_old(connection)
        if not opened.sqlite:
            partitions.make(connection)
    dropped = 0 if opened.sqlite else partitions.drop(opened.engine, cutoff)
    with opened.reading() as connection:
        oldest = connection.execute(select(func.min(minutes.c.start))).scalar()
    while oldest is not None and oldest < cutoff:
        with opened.writing() as connection:
            gone = minutes.c.start < min(cutoff, oldest + PART_S)
            dropped += connection.execute(delete(minutes).where(gone)).rowcount
            oldest = connection.execute(select(func.min(minutes.c.start))).scalar()
    return dropped


def begin(app: Flask, every_s: float = HOUR) -> Event:
    """Keep the database of a serving application up from a thread of its own, now and each hour; setting the event ends it."""
    opened: Store | str = app.extensions["allsmiles_store"]
    config: Config = app.extensions["allsmiles_config"]
    ended = Event()

    def hourly(opened: Store) -> None:
        while not ended.is_set():
            try:
                apply_fewest(opened, config.min_visits)
                dropped = keep_up(opened, config)
                log.info("upkeep: %d minutes older than %d days dropped, %d days sealed", dropped, config.minutes_days, sealed.seal(opened))
            except SQLAlchemyError as problem:
                log.error("upkeep failed, the next try is in an hour: %s", problem)
            ended.wait(every_s)

    if not isinstance(opened, str):
        Thread(target=hourly, args=[opened], name="upkeep", daemon=True).start()
    return ended
