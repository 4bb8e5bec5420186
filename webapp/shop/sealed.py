"""Sums of days and months that are over, made once for all stations of an organisation, so that a question about everything reads few rows.

A day that has a row in `sealed_days` is read from there; every other day is summed up from the stations. Whoever changes a sealed day
unseals it in the same transaction; `seal` makes what is missing.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, case, delete, false, func, or_, select, text
from sqlalchemy.exc import OperationalError

from webapp.shop import store
from webapp.shop.schema import (
    SEALED,
    SUMS,
    days,
    hours,
    organisations,
    places,
    sealed_days,
    sealed_hours,
    sealed_months,
    sealed_weeks,
    stations,
)
from webapp.shop.store import Store

log = logging.getLogger(__name__)
Row = Mapping[Any, Any]
Span = tuple[date, date]
OVER_DAYS = 2
"""A day is sealed so many days later: then it is over everywhere on Earth, and most of what comes late has come."""
PATIENCE_MS = 500
"""Sealing gives way to whoever writes for longer, and tries again the next time."""
ONE = timedelta(days=1)


def told_sums(table: Any, chosen: ColumnElement[bool], spans: Sequence[Span], names: Iterable[str] = SUMS) -> Select[Any]:
    """Return the statement for the sums of `table` (hours or days) that may be told; what is grouped by is the caller's.

    `observed_ms` is of everything, `held` counts what is withheld.
    """
    sums = [_whole(func.sum(case((table.c.told, table.c[name]), else_=0))).label(name) for name in names if name != "observed_ms"]
    looked = _whole(func.sum(table.c.observed_ms)).label("observed_ms")
    held = _whole(func.sum(case((table.c.told, 0), else_=1))).label("held")
    joined = select(*sums, looked, held).select_from(table.join(stations, stations.c.id == table.c.station_id))
    within = or_(false(), *(table.c.day.between(*span) for span in spans))
    return joined.where(chosen, within)


def of_places(ids: Iterable[int]) -> ColumnElement[bool]:
    """Return the condition that a station stands in one of these places."""
    return stations.c.place_id.in_(list(ids))


def of_organisation(organisation_id: int) -> ColumnElement[bool]:
    """Return the condition that a station belongs to an organisation."""
    return stations.c.place_id.in_(select(places.c.id).where(places.c.organisation_id == organisation_id))


def gaps(first: date, last: date, known: Iterable[date]) -> list[Span]:
    """Return the parts of a period between the days that are known."""
    parts: list[Span] = []
    begin = first
    for day in sorted(known):
        if begin < day:
            parts.append((begin, day - ONE))
        begin = max(begin, day + ONE)
    return [*parts, (begin, last)] if begin <= last else parts


def sealed_between(connection: Connection, organisation_id: int, first: date, last: date) -> list[Row]:
    """Return the rows of the sealed days of a period."""
    asked = select(sealed_days).where(sealed_days.c.organisation_id == organisation_id, sealed_days.c.day.between(first, last))
    return list(connection.execute(asked.order_by(sealed_days.c.day)).mappings())


def sealed_parts(connection: Connection, organisation_id: int, first: date, last: date, *by: str) -> list[Row]:
    """Return the sums of the sealed hours of a period by columns of theirs."""
    columns = [sealed_hours.c[name] for name in by]
    sums = [_whole(func.sum(sealed_hours.c[name])).label(name) for name in (*SEALED, "held")]
    asked = select(*columns, *sums).where(sealed_hours.c.organisation_id == organisation_id, sealed_hours.c.day.between(first, last))
    return list(connection.execute(asked.group_by(*columns)).mappings())


def sealed_places(
    connection: Connection, organisation_id: int, chosen: Iterable[int], first: date, last: date
) -> tuple[list[Row], list[Span]]:
    """Return the sums of places by sealed months that lie within a period, and the parts of the period outside them."""
    return _by_month(connection, sealed_months, organisation_id, chosen, first, last, SUMS, "place_id")


def sealed_hours_of_week(
    connection: Connection, organisation_id: int, chosen: Iterable[int], first: date, last: date
) -> tuple[list[Row], list[Span]]:
    """Return the sums of places by weekday and hour, of sealed months that lie within a period, and the parts of it outside them."""
    return _by_month(connection, sealed_weeks, organisation_id, chosen, first, last, SEALED, "weekday", "hour")


def _by_month(
    connection: Connection,
    table: Table,
    organisation_id: int,
    chosen: Iterable[int],
    first: date,
    last: date,
    names: Iterable[str],
    *by: str,
) -> tuple[list[Row], list[Span]]:
    mine = sealed_months.c.organisation_id == organisation_id
    whole = [month for month in months(first, last) if first <= month and month_end(month) <= last]
    known = connection.execute(select(sealed_months.c.month).distinct().where(mine, sealed_months.c.month.in_(whole))).scalars().all()
    covered = [month + number * ONE for month in known for number in range((month_end(month) - month).days + 1)]
    columns = [table.c[name] for name in by]
    sums = [_whole(func.sum(table.c[name])).label(name) for name in names]
    theirs = (table.c.organisation_id == organisation_id) & table.c.month.in_(known) & table.c.place_id.in_(list(chosen))
    rows = connection.execute(select(*columns, *sums).where(theirs).group_by(*columns)).mappings()
    return list(rows), gaps(first, last, covered)


def months(first: date, last: date) -> list[date]:
    """Return the first days of the months that a period touches."""
    begin = first.replace(day=1)
    found = []
    while begin <= last:
        found.append(begin)
        begin = month_end(begin) + ONE
    return found


def month_end(month: date) -> date:
    """Return the last day of a month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE


def seal(opened: Store) -> int:
    """Seal every day that is over, a month with each transaction; return how many days were sealed."""
    until = datetime.fromtimestamp(store.now(), UTC).date() - OVER_DAYS * ONE
    with opened.reading() as connection:
        begun = {
            one: connection.execute(select(func.min(days.c.day)).join(stations).where(of_organisation(one))).scalar()
            for one in connection.execute(select(organisations.c.id)).scalars().all()
        }
    sealed = 0
    for organisation_id, first in begun.items():
        if first is None or first > until:
            continue
        with opened.reading() as connection:
            known = {row["day"] for row in sealed_between(connection, organisation_id, first, until)}
        missing = [first + number * ONE for number in range((until - first).days + 1) if first + number * ONE not in known]
        for month, group in groupby(missing, lambda day: day.replace(day=1)):
            try:
                sealed += _seal_month(opened, organisation_id, month, list(group), until)
            except OperationalError as problem:
                log.info("sealing %s waits until the next time: %s", month, problem.orig)
                return sealed
    return sealed


def unseal(connection: Connection, station_ids: Iterable[int], changed: Iterable[date]) -> None:
    """Forget the sealed sums that counts of these stations on these days belong to; to be said after they were changed."""
    until = datetime.fromtimestamp(store.now(), UTC).date() - OVER_DAYS * ONE
    late = sorted({day for day in changed if day <= until})
    if not late:
        return
    asked = select(places.c.organisation_id).join(stations, stations.c.place_id == places.c.id)
    for organisation_id in connection.execute(asked.where(stations.c.id.in_(list(station_ids))).distinct()).scalars().all():
        for table in (sealed_hours, sealed_days):
            connection.execute(delete(table).where(table.c.organisation_id == organisation_id, table.c.day.between(late[0], late[-1])))
        for table in (sealed_months, sealed_weeks):
            touched = table.c.month.in_(months(late[0], late[-1]))
            connection.execute(delete(table).where(table.c.organisation_id == organisation_id, touched))


def forget(connection: Connection, organisation_id: int) -> None:
    """Forget all sealed sums of an organisation, as after one of its stations was erased."""
    for table in (sealed_weeks, sealed_months, sealed_hours, sealed_days):
        connection.execute(delete(table).where(table.c.organisation_id == organisation_id))


def _seal_month(opened: Store, organisation_id: int, month: date, missing: Sequence[date], until: date) -> int:
    owner = {"organisation_id": organisation_id}
    mine, spans = of_organisation(organisation_id), _joined(missing)
    with opened.writing() as connection:
        if not opened.sqlite:
            # Nobody changes counts between their being summed and the sums being seen, so that whoever comes later finds what to unseal.
            connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
            connection.execute(text("LOCK TABLE hours, days IN SHARE MODE"))
        asked = told_sums(days, mine, spans).add_columns(days.c.day).group_by(days.c.day)
        by_day = {row["day"]: dict(row) for row in connection.execute(asked).mappings()}
        nothing = {**dict.fromkeys(SUMS, 0), "held": 0}
        store.put(connection, sealed_days, [{**owner, "day": day, **by_day.get(day, nothing)} for day in missing])
        at = (hours.c.day, hours.c.hour, hours.c.weekday)
        parts = connection.execute(told_sums(hours, mine, spans, SEALED).add_columns(*at).group_by(*at)).mappings()
        store.put(connection, sealed_hours, [{**owner, **row} for row in parts])
        if month_end(month) <= until:
            _seal_places(connection, organisation_id, month)
    return len(missing)


def _seal_places(connection: Connection, organisation_id: int, month: date) -> None:
    asked = told_sums(days, of_organisation(organisation_id), [(month, month_end(month))])
    by_place = {
        row["place_id"]: {name: row[name] for name in SUMS}
        for row in connection.execute(asked.add_columns(stations.c.place_id).group_by(stations.c.place_id)).mappings()
    }
    everywhere = connection.execute(select(places.c.id).where(places.c.organisation_id == organisation_id)).scalars().all()
    nothing = dict.fromkeys(SUMS, 0)
    rows = [{"organisation_id": organisation_id, "month": month, "place_id": place, **by_place.get(place, nothing)} for place in everywhere]
    store.put(connection, sealed_months, rows)
    at = (stations.c.place_id, hours.c.weekday, hours.c.hour)
    asked = told_sums(hours, of_organisation(organisation_id), [(month, month_end(month))], SEALED).add_columns(*at).group_by(*at)
    parts = [{name: row[name] for name in ("place_id", "weekday", "hour", *SEALED)} for row in connection.execute(asked).mappings()]
    store.put(connection, sealed_weeks, [{"organisation_id": organisation_id, "month": month, **row} for row in parts])


def _joined(ordered: Sequence[date]) -> list[Span]:
    spans: list[Span] = []
    for day in ordered:
        if spans and spans[-1][1] + ONE == day:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans


def _whole(column: Any) -> Any:
    # PostgreSQL adds up whole numbers to decimals.
    return column.cast(days.c.visits.type)
