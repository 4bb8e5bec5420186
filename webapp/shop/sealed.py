"""Sums of days and months that are over, made once for each place and for all of an organisation, so that a question reads few rows.

A day that has a row in `sealed_days` is read from what is sealed; every other day is summed up from the stations. Whoever changes a
sealed day unseals it in the same transaction; `seal` makes what is missing.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Label, Select, Table, bindparam, case, delete, false, func, or_, select, text
from sqlalchemy.exc import OperationalError

from webapp.shop import store
from webapp.shop.packed import DAY, WEEK, Sums, add_days, add_weeks, pack
from webapp.shop.schema import SEALED, SUMS, days, hours, organisations, places, sealed_days, sealed_months, sealed_place_days, stations
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
    joined = select(*_told(table, tuple(names))).select_from(table.join(stations, stations.c.id == table.c.station_id))
    within = or_(false(), *(table.c.day.between(*span) for span in spans))
    return joined.where(chosen, within)


@cache
def _told(table: Table, names: tuple[str, ...]) -> list[Label[Any]]:
    sums = [_whole(func.sum(case((table.c.told, table.c[name]), else_=0))).label(name) for name in names if name != "observed_ms"]
    looked = _whole(func.sum(table.c.observed_ms)).label("observed_ms")
    return [*sums, looked, _whole(func.sum(case((table.c.told, 0), else_=1))).label("held")]


@cache
def _sums(table: Table, names: tuple[str, ...], sign: int = 1) -> list[Label[Any]]:
    return [_whole(sign * func.sum(table.c[name])).label(name) for name in names]


def of_places(ids: Iterable[int]) -> ColumnElement[bool]:
    """Return the condition that a station stands in one of these places."""
    return _of(stations, list(ids))


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


@dataclass(frozen=True)
class Cover:
    """How a period is read: from sealed months, `less` their days that lie outside it, further sealed days, and the rest from counts."""

    first: date
    last: date
    months: list[date]
    less: list[Span]
    days: list[Span]
    rest: list[Span]


def cover(connection: Connection, organisation_id: int, first: date, last: date) -> Cover:
    """Return how a period of an organisation's places is read; a month is sealed when all its days are."""
    around = sealed_days.c.day.between(first.replace(day=1), month_end(last))
    asked = select(sealed_days.c.day).where(sealed_days.c.organisation_id == organisation_id, around)
    known = set(connection.execute(asked).scalars())
    wanted = {day for day in known if first <= day <= last}
    read: list[date] = []
    inside: set[date] = set()
    for month in months(first, last):
        whole = set(_dates(month, month_end(month)))
        # The fewer rows: of a month of which most is asked for, what is not is taken away.
        if whole <= known and 2 * len(whole & wanted) > len(whole):
            read.append(month)
            inside |= whole
    return Cover(first, last, read, _joined(sorted(inside - wanted)), _joined(sorted(wanted - inside)), gaps(first, last, wanted))


def all_days(connection: Connection, organisation_id: int, covered: Cover) -> list[Row]:
    """Return the rows of the sealed days of a period, of all places together."""
    within = sealed_days.c.day.between(covered.first, covered.last)
    asked = select(sealed_days).where(sealed_days.c.organisation_id == organisation_id, within)
    return list(connection.execute(asked.order_by(sealed_days.c.day)).mappings())


def days_of_places(connection: Connection, chosen: Sequence[int], covered: Cover) -> list[Row]:
    """Return what lines show of the sealed days of a period, of some places together."""
    within = sealed_place_days.c.day.between(covered.first, covered.last)
    asked = select(sealed_place_days.c.day, *_sums(sealed_place_days, (*SEALED, "held"))).where(_of(sealed_place_days, chosen), within)
    return list(connection.execute(asked.group_by(sealed_place_days.c.day)).mappings())


def sums_of_places(connection: Connection, chosen: Sequence[int], covered: Cover, names: Iterable[str]) -> list[Row]:
    """Return sums of what is sealed of a period for each place; a place may come in three rows, to be added up."""
    rows: list[Row] = []
    for table, asked, sign in _sealed_parts(covered):
        theirs = select(table.c.place_id, *_sums(table, tuple(names), sign)).where(_of(table, chosen), asked).group_by(table.c.place_id)
        rows += connection.execute(theirs).mappings()
    return rows


def hours_of_days(connection: Connection, organisation_id: int, chosen: Sequence[int] | None, covered: Cover) -> dict[date, Sums]:
    """Return the sums of the hours (24 x 4) of each sealed day of a period, of some places or, with None, of all together."""
    table = sealed_days if chosen is None else sealed_place_days
    theirs = table.c.organisation_id == organisation_id if chosen is None else _of(table, chosen)
    rows = connection.execute(select(table.c.day, table.c.hours).where(theirs, table.c.day.between(covered.first, covered.last))).all()
    number = {day: at for at, day in enumerate(sorted({day for day, _ in rows}))}
    sums = np.zeros((len(number), *DAY), np.int64)
    add_days(sums, [number[day] for day, _ in rows], (packed for _, packed in rows))
    return {day: sums[at] for day, at in number.items()}


def hours_of_week(connection: Connection, chosen: Sequence[int], covered: Cover) -> Sums:
    """Return the sums of the hours of the week (7 x 24 x 4) of what is sealed of a period, of some places together."""
    sums = np.zeros(WEEK, np.int64)
    for table, asked, sign in _sealed_parts(covered):
        at = table.c.month if table is sealed_months else table.c.day
        rows = connection.execute(select(at, table.c.hours).where(_of(table, chosen), asked)).all()
        if table is sealed_months:
            add_weeks(sums, (packed for _, packed in rows))
        else:
            part = np.zeros(WEEK, np.int64)
            add_days(part, [day.weekday() for day, _ in rows], (packed for _, packed in rows))
            sums += sign * part
    return sums


def _sealed_parts(covered: Cover) -> list[tuple[Table, ColumnElement[bool], int]]:
    """Return the tables to read, which of their rows, and 1 or, where these are taken away, -1."""
    parts: list[tuple[Table, ColumnElement[bool], int]] = []
    if covered.months:
        parts.append((sealed_months, sealed_months.c.month.in_(covered.months), 1))
    for spans, sign in ((covered.days, 1), (covered.less, -1)):
        if spans:
            parts.append((sealed_place_days, or_(*(sealed_place_days.c.day.between(*span) for span in spans)), sign))
    return parts


def _of(table: Table, chosen: Sequence[int]) -> ColumnElement[bool]:
    # Written into the statement: the driver takes longer over hundreds of parameters than the database over the answer.
    return table.c.place_id.in_(bindparam("chosen", list(chosen), expanding=True, literal_execute=True, unique=True))


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
            missing = [day for span in cover(connection, organisation_id, first, until).rest for day in _dates(*span)]
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
        for table in (sealed_place_days, sealed_days):
            connection.execute(delete(table).where(table.c.organisation_id == organisation_id, table.c.day.between(late[0], late[-1])))
        touched = sealed_months.c.month.in_(months(late[0], late[-1]))
        connection.execute(delete(sealed_months).where(sealed_months.c.organisation_id == organisation_id, touched))


def forget(connection: Connection, organisation_id: int) -> None:
    """Forget all sealed sums of an organisation, as after one of its stations was erased."""
    for table in (sealed_months, sealed_place_days, sealed_days):
        connection.execute(delete(table).where(table.c.organisation_id == organisation_id))


def _seal_month(opened: Store, organisation_id: int, month: date, missing: Sequence[date], until: date) -> int:
    with opened.writing() as connection:
        if not opened.sqlite:
            # Nobody changes counts between their being summed and the sums being seen, so that whoever comes later finds what to unseal.
            connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
            connection.execute(text("LOCK TABLE hours, days IN SHARE MODE"))
        _seal_days(connection, organisation_id, missing)
        if month_end(month) <= until:
            _seal_places(connection, organisation_id, month)
    return len(missing)


def _seal_days(connection: Connection, organisation_id: int, missing: Sequence[date]) -> None:
    mine, spans = of_organisation(organisation_id), _joined(missing)
    owner = {"organisation_id": organisation_id}
    by_hour: dict[tuple[date, int], Sums] = defaultdict(lambda: np.zeros(DAY, np.int64))
    hour_of = (hours.c.day, stations.c.place_id, hours.c.hour)
    asked = told_sums(hours, mine, spans, SEALED).add_columns(*hour_of).group_by(*hour_of)
    for visits, smiled, looked_ms, held, day, place, hour in connection.execute(asked):
        by_hour[day, place][hour] += (looked_ms > 0, visits, smiled, held)
    day_of = (days.c.day, stations.c.place_id)
    asked = told_sums(days, mine, spans).add_columns(*day_of).group_by(*day_of)
    rows = [{**owner, **row, "hours": pack(by_hour[row["day"], row["place_id"]])} for row in connection.execute(asked).mappings()]
    store.put(connection, sealed_place_days, rows)
    whole: dict[date, dict[str, Any]] = {
        day: {**owner, "day": day, **dict.fromkeys((*SUMS, "held"), 0), "hours": np.zeros(DAY, np.int64)} for day in missing
    }
    for row in rows:
        for name in (*SUMS, "held"):
            whole[row["day"]][name] += row[name]
        whole[row["day"]]["hours"] += by_hour[row["day"], row["place_id"]]
    store.put(connection, sealed_days, [{**day, "hours": pack(day["hours"])} for day in whole.values()])


def _seal_places(connection: Connection, organisation_id: int, month: date) -> None:
    within = (sealed_place_days.c.organisation_id == organisation_id) & sealed_place_days.c.day.between(month, month_end(month))
    place = sealed_place_days.c.place_id
    weeks: dict[int, Sums] = defaultdict(lambda: np.zeros(WEEK, np.int64))
    ordered = connection.execute(select(place, sealed_place_days.c.day, sealed_place_days.c.hours).where(within).order_by(place))
    for one, group in groupby(ordered, lambda row: row.place_id):
        theirs = list(group)
        add_days(weeks[one], [row.day.weekday() for row in theirs], (row.hours for row in theirs))
    asked = select(place, *_sums(sealed_place_days, SUMS)).where(within).group_by(place)
    owner = {"organisation_id": organisation_id, "month": month}
    rows = [{**owner, **row, "hours": pack(weeks[row["place_id"]])} for row in connection.execute(asked).mappings()]
    store.put(connection, sealed_months, rows)


def _dates(first: date, last: date) -> list[date]:
    return [first + number * ONE for number in range((last - first).days + 1)]


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
