"""Sums of days and months that are over, made once for each station, each place and all of an organisation: a question reads few rows.

A day that has a row in `sealed_days` is read from what is sealed; every other day is summed up from the stations. The sums of a month
are those of its days that say so (`in_month`), also while it lasts. Whoever changes a sealed day unseals it in the same transaction;
`seal` makes what is missing.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Label,
    Select,
    Table,
    bindparam,
    case,
    delete,
    false,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import UserDefinedType

from webapp.shop import store
from webapp.shop.packed import DAY, MONTH, WEEK, Sums, add_days, add_months, add_weeks, pack
from webapp.shop.schema import (
    SEALED,
    SUMS,
    days,
    hours,
    organisations,
    places,
    sealed_days,
    sealed_months,
    sealed_place_days,
    sealed_station_days,
    sealed_station_months,
    stations,
)
from webapp.shop.store import Store

log = logging.getLogger(__name__)
Row = Mapping[Any, Any]
Span = tuple[date, date]
OVER_DAYS = 2
"""A day is sealed so many days later: then it is over everywhere on Earth, and most of what comes late has come."""
FEW_SPANS = 4
"""As many parts of a period are each read with a statement of their own; there are more only where counts came late to many days."""
PORTION = 7
"""Days sealed with one transaction, for which stations wait."""
NO_HOURS = np.zeros(DAY, np.int64)
PATIENCE_MS = 1500
"""Sealing gives way to whoever writes for longer, and tries again the next time. Of PostgreSQL's own cleaning it is rid after a second."""
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Kind:
    """What sums are kept of: places, or single stations."""

    days: Table
    months: Table
    whose: str
    """The column that names one of them."""


PLACES = Kind(sealed_place_days, sealed_months, "place_id")
STATIONS = Kind(sealed_station_days, sealed_station_months, "station_id")
KINDS = (PLACES, STATIONS)
Part = tuple[Kind, Sequence[int]]
"""Some places, or some stations, by their ids."""


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
    return _of(stations.c.place_id, list(ids))


def of_stations(ids: Iterable[int]) -> ColumnElement[bool]:
    """Return the condition that a station is one of these."""
    return _of(stations.c.id, list(ids))


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
    """How a period is read: from sums of months, `less` their days that lie outside it, further sealed days, and the rest from counts."""

    first: date
    last: date
    months: dict[date, list[date]]
    """By month, which of its days that are within the period its sums hold."""
    less: list[Span]
    days: list[Span]
    rest: list[Span]


def cover(connection: Connection, organisation_id: int, first: date, last: date) -> Cover:
    """Return how a period of an organisation's places is read."""
    around = sealed_days.c.day.between(first.replace(day=1), month_end(last))
    asked = select(sealed_days.c.day, sealed_days.c.in_month).where(sealed_days.c.organisation_id == organisation_id, around)
    known: dict[date, bool] = {day: summed for day, summed in connection.execute(asked.order_by(sealed_days.c.day)).all()}
    wanted = {day for day in known if first <= day <= last}
    read: dict[date, list[date]] = {}
    inside: set[date] = set()
    for month, group in groupby((day for day, summed in known.items() if summed), lambda day: day.replace(day=1)):
        whole = list(group)
        within = [day for day in whole if day in wanted]
        # The fewer rows: of a month of which most is asked for, what is not is taken away.
        if 2 * len(within) > len(whole):
            read[month] = within
            inside |= set(whole)
    return Cover(first, last, read, _joined(sorted(inside - wanted)), _joined(sorted(wanted - inside)), gaps(first, last, wanted))


def all_days(connection: Connection, organisation_id: int, covered: Cover) -> list[Row]:
    """Return the rows of the sealed days of a period, of all places together."""
    within = sealed_days.c.day.between(covered.first, covered.last)
    asked = select(sealed_days).where(sealed_days.c.organisation_id == organisation_id, within)
    return list(connection.execute(asked.order_by(sealed_days.c.day)).mappings())


def all_hours(connection: Connection, organisation_id: int, covered: Cover) -> dict[date, Sums]:
    """Return the sums of the hours (24 x 4) of each sealed day of a period, of all places together."""
    within = sealed_days.c.day.between(covered.first, covered.last)
    asked = select(sealed_days.c.day, sealed_days.c.hours).where(sealed_days.c.organisation_id == organisation_id, within)
    return _hours_of_days(connection.execute(asked, execution_options=store.BINARY).all())


def lines_of(connection: Connection, part: Part, covered: Cover) -> list[Row]:
    """Return what lines show of the sealed days of a period, of a part together; a day may come in several rows."""
    kind = part[0]
    number = {month: at for at, month in enumerate(covered.months)}
    sums = np.zeros((len(number), *MONTH), np.int64)
    if number:
        asked = select(kind.months.c.month, kind.months.c.lines).where(kind.months.c.month.in_(number))
        theirs = asked.where(_of(_whose(kind.months, part), part[1]))
        found = connection.execute(theirs, execution_options=store.BINARY).all()
        add_months(sums, [number[month] for month, _ in found], (packed for _, packed in found))
    named = ("day", *SEALED, "held")
    rows: list[Row] = [
        dict(zip(named, (day, *sums[number[month], day.day - 1].tolist()), strict=True))
        for month, known in covered.months.items()
        for day in known
    ]
    for within in _within(kind.days, covered.days):
        of_days = select(kind.days.c.day, *_sums(kind.days, named[1:])).where(_of(_whose(kind.days, part), part[1]), within)
        rows += connection.execute(of_days.group_by(kind.days.c.day)).mappings().all()
    return rows


def sums_of(connection: Connection, part: Part, covered: Cover, names: Iterable[str]) -> list[Row]:
    """Return sums of what is sealed of a period for each of a part; each may come in several rows, to be added up."""
    rows: list[Row] = []
    for table, asked, sign in _sealed_parts(part[0], covered):
        whose = _whose(table, part)
        theirs = select(whose, *_sums(table, tuple(names), sign)).where(_of(whose, part[1]), asked).group_by(whose)
        rows += connection.execute(theirs).mappings().all()
    return rows


def hours_of_days(connection: Connection, part: Part, covered: Cover) -> dict[date, Sums]:
    """Return the sums of the hours (24 x 4) of each sealed day of a period, of a part together."""
    table = part[0].days
    within = table.c.day.between(covered.first, covered.last)
    asked = select(table.c.day, table.c.hours).where(_of(_whose(table, part), part[1]), within)
    return _hours_of_days(connection.execute(asked, execution_options=store.BINARY).all())


def hours_of_week(connection: Connection, part: Part, covered: Cover) -> Sums:
    """Return the sums of the hours of the week (7 x 24 x 4) of what is sealed of a period, of a part together."""
    sums = np.zeros(WEEK, np.int64)
    for table, asked, sign in _sealed_parts(part[0], covered):
        at = table.c.month if table is part[0].months else table.c.day
        theirs = select(at, table.c.hours).where(_of(_whose(table, part), part[1]), asked)
        rows = connection.execute(theirs, execution_options=store.BINARY).all()
        if table is part[0].months:
            add_weeks(sums, (packed for _, packed in rows))
        else:
            days_off = np.zeros(WEEK, np.int64)
            add_days(days_off, [day.weekday() for day, _ in rows], (packed for _, packed in rows))
            sums += sign * days_off
    return sums


def _hours_of_days(rows: Sequence[Any]) -> dict[date, Sums]:
    number = {day: at for at, day in enumerate(sorted({day for day, _ in rows}))}
    sums = np.zeros((len(number), *DAY), np.int64)
    add_days(sums, [number[day] for day, _ in rows], (packed for _, packed in rows))
    return {day: sums[at] for day, at in number.items()}


def _sealed_parts(kind: Kind, covered: Cover) -> list[tuple[Table, ColumnElement[bool], int]]:
    """Return the tables to read, which of their rows, and 1 or, where these are taken away, -1."""
    parts: list[tuple[Table, ColumnElement[bool], int]] = []
    if covered.months:
        parts.append((kind.months, kind.months.c.month.in_(covered.months), 1))
    for spans, sign in ((covered.days, 1), (covered.less, -1)):
        parts += [(kind.days, within, sign) for within in _within(kind.days, spans)]
    return parts


def _within(table: Table, spans: Sequence[Span]) -> list[ColumnElement[bool]]:
    within: list[ColumnElement[bool]] = [table.c.day.between(*span) for span in spans]
    # One after the other: asked for together, PostgreSQL reads all days of the places, and not only these, from the index.
    return within if len(within) <= FEW_SPANS else [or_(*within)]


def _whose(table: Table, part: Part) -> Any:
    return table.c[part[0].whose]


class _Ids(UserDefinedType[Sequence[int]]):
    """Ids written into the statement as one text: over hundreds of parameters all others take longer than the database over the answer."""

    cache_ok = True

    def literal_processor(self, dialect: Dialect) -> Callable[[Sequence[int]], str]:
        """Return what writes them."""
        return lambda ids: f"({','.join(map(str, map(int, ids))) or 'NULL'})"


def _of(column: Any, chosen: Sequence[int]) -> ColumnElement[bool]:
    written = bindparam("chosen", chosen, _Ids(), literal_execute=True, unique=True)
    among: ColumnElement[bool] = column.op("IN", is_comparison=True)(written)
    return among


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
    """Seal every day that is over, PORTION of them with each transaction; return how many days were sealed."""
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
            mine = sealed_days.c.organisation_id == organisation_id
            left = connection.execute(select(sealed_days.c.day).where(mine, ~sealed_days.c.in_month)).scalars()
            unfinished = {day.replace(day=1) for day in (*missing, *left)}
        for month in sorted(unfinished):
            try:
                sealed += _seal_month(opened, organisation_id, month, [day for day in missing if day.replace(day=1) == month])
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
    touched = months(late[0], late[-1])
    asked = select(places.c.organisation_id).join(stations, stations.c.place_id == places.c.id)
    for organisation_id in connection.execute(asked.where(stations.c.id.in_(list(station_ids))).distinct()).scalars().all():
        mine = sealed_days.c.organisation_id == organisation_id
        # Whoever seals the month holds these rows: it is done before what it made is deleted.
        _hold(connection, mine & sealed_days.c.day.between(touched[0], month_end(touched[-1])))
        for table in (sealed_days, *(kind.days for kind in KINDS)):
            connection.execute(delete(table).where(table.c.organisation_id == organisation_id, table.c.day.between(late[0], late[-1])))
        for kind in KINDS:
            theirs = kind.months.c.month.in_(touched)
            connection.execute(delete(kind.months).where(kind.months.c.organisation_id == organisation_id, theirs))
        _say_in_month(connection, mine & sealed_days.c.day.between(touched[0], month_end(touched[-1])), False)


def forget(connection: Connection, organisation_id: int) -> None:
    """Forget all sealed sums of an organisation, as after one of its stations was erased."""
    for table in (sealed_days, *(table for kind in KINDS for table in (kind.days, kind.months))):
        connection.execute(delete(table).where(table.c.organisation_id == organisation_id))


def _seal_month(opened: Store, organisation_id: int, month: date, missing: Sequence[date]) -> int:
    """Seal missing days of a month, then what is sealed of the month; return how many days."""
    for begin in range(0, len(missing), PORTION):
        with opened.writing() as connection:
            if not opened.sqlite:
                # Nobody changes counts between their being summed and the sums being seen: whoever comes later finds what to unseal.
                _be_patient(connection)
                connection.execute(text("LOCK TABLE hours, days IN SHARE MODE"))
            _seal_days(connection, organisation_id, missing[begin : begin + PORTION])
    with opened.writing() as connection:
        if not opened.sqlite:
            _be_patient(connection)
        within = (sealed_days.c.organisation_id == organisation_id) & sealed_days.c.day.between(month, month_end(month))
        held = _hold(connection, within)
        for kind in KINDS:
            _seal_month_of(kind, connection, organisation_id, month, held)
        _say_in_month(connection, within & sealed_days.c.day.in_(held), True)
    return len(missing)


def _be_patient(connection: Connection) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))


def _hold(connection: Connection, which: ColumnElement[bool]) -> Sequence[date]:
    """Keep others from changing these sealed days, each in the same order, until the transaction ends; return them."""
    asked = select(sealed_days.c.day).where(which).order_by(sealed_days.c.organisation_id, sealed_days.c.day)
    return connection.execute(asked.with_for_update()).scalars().all()


def _say_in_month(connection: Connection, which: ColumnElement[bool], summed: bool) -> None:
    connection.execute(update(sealed_days).where(which).values(in_month=summed))


def _seal_days(connection: Connection, organisation_id: int, missing: Sequence[date]) -> None:
    mine, spans = of_organisation(organisation_id), _joined(missing)
    owner, names = {"organisation_id": organisation_id}, (*SUMS, "held")
    by_hour = _hours_by_station(connection, mine, spans)
    day_of = (days.c.day, days.c.station_id, stations.c.place_id)
    asked = told_sums(days, mine, spans).add_columns(*day_of).group_by(*day_of)
    found = [dict(row) for row in connection.execute(asked).mappings().all()]
    places_then: dict[tuple[date, int], dict[str, Any]] = {}
    whole = {day: {**owner, "day": day, **_nothing(names)} for day in missing}
    rows = []
    for row in found:
        place = row.pop("place_id")
        hour = by_hour.get((row["day"], row["station_id"]), NO_HOURS)
        key = {"place_id": place, "day": row["day"]}
        for sums in (places_then.setdefault((row["day"], place), {**owner, **key, **_nothing(names)}), whole[row["day"]]):
            for name in names:
                sums[name] += row[name]
            sums["hours"] += hour
        rows.append({**owner, **row, "hours": pack(hour)})
    store.put(connection, sealed_station_days, rows)
    store.put(connection, sealed_place_days, [{**place, "hours": pack(place["hours"])} for place in places_then.values()])
    store.put(connection, sealed_days, [{**day, "hours": pack(day["hours"])} for day in whole.values()])


def _nothing(names: Iterable[str]) -> dict[str, Any]:
    return {**dict.fromkeys(names, 0), "hours": np.zeros(DAY, np.int64)}


def _hours_by_station(connection: Connection, mine: ColumnElement[bool], spans: Sequence[Span]) -> dict[tuple[date, int], Sums]:
    """Return the sums of the hours (24 x 4) of each day and station."""
    by_hour: dict[tuple[date, int], Sums] = {}
    hour_of = (hours.c.day, hours.c.station_id, hours.c.hour)
    asked = told_sums(hours, mine, spans, SEALED).add_columns(*hour_of).group_by(*hour_of)
    for visits, smiled, looked_ms, held, day, station, hour in connection.execute(asked).all():
        if (day, station) not in by_hour:
            by_hour[day, station] = np.zeros(DAY, np.int64)
        by_hour[day, station][hour] = (looked_ms > 0, visits, smiled, held)
    return by_hour


def _seal_month_of(kind: Kind, connection: Connection, organisation_id: int, month: date, held: Sequence[date]) -> None:
    """Make the sums of a month of one kind, of these days."""
    table, whose = kind.days, kind.days.c[kind.whose]
    within = (table.c.organisation_id == organisation_id) & table.c.day.in_(held)
    weeks: dict[int, Sums] = {}
    lines: dict[int, Sums] = {}
    shown = (table.c.day, table.c.hours, *(table.c[name] for name in (*SEALED, "held")))
    ordered = connection.execute(select(whose, *shown).where(within).order_by(whose), execution_options=store.BINARY).all()
    for one, group in groupby(ordered, lambda row: row[0]):
        theirs = list(group)
        weeks[one], lines[one] = np.zeros(WEEK, np.int64), np.zeros(MONTH, np.int64)
        add_days(weeks[one], [row.day.weekday() for row in theirs], (row.hours for row in theirs))
        for _, day, _, looked_ms, *sums in theirs:
            lines[one][day.day - 1] = (looked_ms > 0, *sums)
    asked = select(whose, *_sums(table, SUMS)).where(within).group_by(whose)
    owner = {"organisation_id": organisation_id, "month": month}
    found = [dict(row) for row in connection.execute(asked).mappings().all()]
    connection.execute(delete(kind.months).where(kind.months.c.organisation_id == organisation_id, kind.months.c.month == month))
    rows = [{**owner, **row, "hours": pack(weeks[row[kind.whose]]), "lines": pack(lines[row[kind.whose]])} for row in found]
    store.put(connection, kind.months, rows)


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
