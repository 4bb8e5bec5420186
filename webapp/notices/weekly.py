"""Reports that are sent each week, at an hour of the place's own clock, once."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, select, update

from webapp.contract import Question
from webapp.notices import outbox
from webapp.shop.schema import reports
from webapp.shop.store import Store
from webapp.shop.summaries import chosen_scope
from webapp.shop.views import question

Row = Mapping[Any, Any]
DAYS = 7


def next_time(after: int, weekday: int, hour: int, zone: str) -> int:
    """Return the first moment later than `after` at which the clock of `zone` shows this hour of this weekday."""
    local = datetime.fromtimestamp(after, ZoneInfo(zone))
    for ahead in range(9):
        one = local.date() + timedelta(days=ahead)
        moment = int(datetime(one.year, one.month, one.day, hour, tzinfo=ZoneInfo(zone)).timestamp())
        if one.weekday() == weekday and moment > after:
            return moment
    raise AssertionError("a week has this hour")


def week_before(time: int, zone: str) -> tuple[date, date]:
    """Return the seven days before the one that it is in `zone`."""
    last = datetime.fromtimestamp(time, ZoneInfo(zone)).date() - timedelta(days=1)
    return last - timedelta(days=DAYS - 1), last


def write_due(opened: Store, time: int) -> int:
    """Write down the mails of the reports that are due; any number of processes may, one of them does. Return how many reports."""
    with opened.reading() as connection:
        due = connection.execute(select(reports).where(reports.c.paused.is_(False), reports.c.next_at <= time)).mappings().all()
    written = 0
    for report in due:
        with opened.writing() as connection:
            zone = zone_of(connection, report["organisation_id"], report["query"])
            mine = and_(reports.c.id == report["id"], reports.c.next_at == report["next_at"], reports.c.paused.is_(False))
            later = next_time(time, report["weekday"], report["hour"], zone)
            if connection.execute(update(reports).where(mine).values(next_at=later)).rowcount == 1:
                put_in(connection, report, time, zone)
                written += 1
    return written


def put_in(connection: Connection, report: Row, time: int, zone: str) -> list[int]:
    """Write down a mail of the week before `time` for each address of a report; return their ids."""
    first, last = week_before(time, zone)
    told = {"name": report["name"], "query": report["query"], "language": report["language"]}
    told |= {"first": first.isoformat(), "last": last.isoformat()}
    whose = {"organisation_id": report["organisation_id"], "kind": "report", "report_id": report["id"]}
    return [outbox.put_in(connection, content={**told, "to": email}, **whose) for email in report["emails"]]


def zone_of(connection: Connection, organisation_id: int, query: str) -> str:
    """Return the time zone of the first place of a view."""
    asked: Question = question(query, lambda _: date(2026, 1, 1))
    chosen = chosen_scope(connection, organisation_id, asked).places
    return str(chosen[0]["time_zone"]) if chosen else "UTC"
