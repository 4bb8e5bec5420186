"""On PostgreSQL the minutes of each day (UTC) are a table of their own, so that old ones go at once and leave no holes behind."""

import logging
import time

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

log = logging.getLogger(__name__)

DAY = 24 * 3600
DAYS = "minutes_day_"
"""What their names begin with; days are counted since 1970."""
BEHIND, AHEAD = 8, 7
"""For so many days before and after today there are tables before the first row comes; rows of other days go to `minutes_rest`."""
PATIENCE_MS = 500
"""Tables are made and dropped when nobody needs all of the minutes for so long; else the next time."""


def make(connection: Connection) -> None:
    """Make the tables of the days around today that are missing."""
    there = known(connection)
    today = int(time.time()) // DAY
    for number in range(today - BEHIND, today + AHEAD + 1):
        if (name := f"{DAYS}{number}") in there:
            continue
        begin, end = number * DAY, (number + 1) * DAY
        try:
            with connection.begin_nested():
                connection.execute(text(f"CREATE TABLE {name} PARTITION OF minutes FOR VALUES FROM ({begin}) TO ({end})"))
        except IntegrityError:
            # Rows of that day are among the rest already, as after an update; they are read and dropped from there.
            continue


def drop(engine: Engine, before: int) -> int:
    """Drop the tables of days that end before a moment in seconds since 1970, a whole day; return how many minutes they held."""
    try:
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
            old = [name for name in known(connection) if name.startswith(DAYS) and (int(name.removeprefix(DAYS)) + 1) * DAY <= before]
            dropped: int = sum(connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in old)
            for name in old:
                connection.execute(text(f"DROP TABLE {name}"))
    except OperationalError as problem:
        log.info("minutes of old days are dropped the next time: %s", problem.orig)
        return 0
    return dropped


def known(connection: Connection) -> set[str]:
    """Return the names of the tables that hold minutes."""
    asked = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'minutes'::regclass"
    return set(connection.execute(text(asked)).scalars())
