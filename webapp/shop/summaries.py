"""Answers a dashboard's question from hours and days: only sums of what may be told."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, Table, false, func, or_, select, text

from webapp.contract import EMOTIONS, PERCEIVED_GENDERS, EstimateInfo, Figures, HeatCell, LeagueRow, Question, Resolution, Step, Summary
from webapp.shop import store
from webapp.shop.analytics import (
    WEEKDAYS,
    Estimate,
    all_of_one,
    brightening,
    change,
    local_hour,
    open_spans,
    opening_seconds_between,
    period_before,
    satisfaction,
    total,
    withheld,
)
from webapp.shop.packed import DAY, WEEK
from webapp.shop.packed import Sums as PackedSums
from webapp.shop.schema import DWELL, EMOTION_MS, GENDERS, SEALED, SUMS, days, hours, minutes, places, stations
from webapp.shop.sealed import (
    PLACES,
    STATIONS,
    Cover,
    Part,
    Row,
    all_days,
    all_hours,
    cover,
    hours_of_days,
    hours_of_week,
    lines_of,
    of_organisation,
    of_places,
    of_stations,
    sums_of,
    told_sums,
)

QUARTER, MINUTE = 900, 60
FINE: dict[Resolution, int] = {"minute": MINUTE, "quarter": QUARTER}
"""Steps in seconds that are read from minutes."""
STEP = ("observed_ms", "visits", "smiled", "held")
"""What packed.py keeps of an hour, by the names of a row; whether somebody looked takes the place of for how long."""
MANY, MANY_BY_MINUTE = 40, 10
"""More stations than these are shown by the hour, if nothing else is asked for, and not by the minute."""


@dataclass(frozen=True)
class Scope:
    """What is asked about: places of an organisation; `everything` where it is all of them, so that the sums of the whole may be read."""

    organisation_id: int
    places: Sequence[Row]
    everything: bool = False
    stations: Mapping[int, str] = field(default_factory=dict)
    """Single stations, id and name, of places that are not meant as a whole; none: every place is."""
    whole: frozenset[int] = frozenset()
    """Ids of the places that are meant as a whole where there are single stations."""

    @property
    def ids(self) -> list[int]:
        """The ids of the places."""
        return [place["id"] for place in self.places]

    @property
    def parts(self) -> list[Part]:
        """What sealed sums are read of: whole places, and single stations of the others."""
        if not self.stations:
            return [(PLACES, self.ids)]
        whole = [place["id"] for place in self.places if place["id"] in self.whole]
        single = [station for place in self.places for station in place["chosen"]]
        return [part for part in ((PLACES, whole), (STATIONS, single)) if part[1]]

    def within(self, place: Row) -> "Scope":
        """Return the part that lies in one place."""
        return Scope(self.organisation_id, [place], stations=self.stations, whole=self.whole)

    def label(self, place: Row) -> str:
        """Name what is meant of a place."""
        if not self.stations or place["id"] in self.whole:
            return str(place["name"])
        return f"{place['name']}: {', '.join(self.stations[station] for station in place['chosen'])}"


def summary(connection: Connection, organisation_id: int, question: Question, fewest: int) -> Summary:
    """Return what a dashboard shows of a period of an organisation's places."""
    scope = chosen_scope(connection, organisation_id, question)
    chosen = scope.places
    now, before = (question.first, question.last), period_before(question.first, question.last)
    covered, covered_before = (cover(connection, organisation_id, *span) for span in (now, before))
    now_rows, now_sums = _sums(connection, scope, covered)
    before_rows, before_sums = _sums(connection, scope, covered_before)
    resolution, steps = _line(connection, scope, question, fewest)
    return Summary(
        first=question.first,
        last=question.last,
        before_first=before[0],
        before_last=before[1],
        resolution=resolution,
        fewest=fewest,
        now=figures(now_sums, chosen).model_copy(update={"observed": _observed(connection, scope, *now, now_sums["observed_ms"])}),
        before=figures(before_sums, chosen) if _comparable(now_sums, before_sums) else None,
        change=_info(_change(now_sums, before_sums)),
        steps=steps,
        heat=_heat(connection, scope, covered),
        league=_league(((place["id"], scope.label(place)) for place in chosen), now_rows, before_rows),
        stations=_stations_beside(connection, scope, covered, covered_before),
    )


def _line(connection: Connection, scope: Scope, question: Question, fewest: int) -> tuple[Resolution, list[Step]]:
    """Return the line in the resolution asked for, or in the natural one.

    By quarters of an hour where no minute may be told, and by hours where minutes are not kept any more.
    """
    first, last, asked = question.first, question.last, question.resolution
    if asked is None or asked == "minute":
        many = connection.execute(select(func.count()).select_from(stations).where(_stations(scope))).scalar_one()
        asked = asked if asked and many <= MANY_BY_MINUTE else natural_resolution(first, last, many)
        if asked in FINE:
            parts = list(_read_fine(connection, scope, first, last, FINE[asked]))
            for resolution, width in FINE.items():
                steps = _shown(scope, first, last, resolution, _fine(parts, width, fewest)) if width >= FINE[asked] else []
                if any(step.visits if resolution == "minute" else step.visits is not None or step.withheld for step in steps):
                    return resolution, steps
            asked = "hour"
    return asked, line(connection, scope, first, last, asked, fewest)


def natural_resolution(first: date, last: date, many: int) -> Resolution:
    """Return the resolution that shows a period of so many stations best; for quarters of an hour the minutes of each are read."""
    length = (last - first).days + 1
    if length == 1 and many <= MANY:
        return "quarter"
    return "hour" if length <= 10 else "day" if length <= 120 else "week" if length <= 800 else "month"


def chosen_scope(connection: Connection, organisation_id: int, question: Question) -> Scope:
    """Return the organisation's places and stations that are asked about; all where none is named."""
    asked = places.c.organisation_id == organisation_id
    if not question.places and not question.stations:
        every = connection.execute(select(places).where(asked).order_by(places.c.name, places.c.id)).mappings()
        return Scope(organisation_id, every.all(), everything=True)
    parts = _single_stations(connection, organisation_id, question) if question.stations else []
    ids = {*question.places, *(part.place_id for part in parts)}
    found = connection.execute(select(places).where(asked, places.c.id.in_(ids)).order_by(places.c.name, places.c.id)).mappings()
    single: dict[int, list[int]] = defaultdict(list)
    for part in parts:
        single[part.place_id].append(part.id)
    rows = [{**row, "chosen": single[row["id"]]} for row in found.all()]
    return Scope(organisation_id, rows, stations={part.id: part.name for part in parts}, whole=frozenset(question.places))


def _single_stations(connection: Connection, organisation_id: int, question: Question) -> Sequence[Any]:
    named = select(stations.c.id, stations.c.name, stations.c.place_id).where(of_organisation(organisation_id))
    single = stations.c.id.in_(question.stations) & stations.c.place_id.not_in(question.places)
    return connection.execute(named.where(single).order_by(stations.c.name, stations.c.id)).all()


def figures(sums: Mapping[str, int], chosen: Sequence[Row]) -> Figures:
    """Return the numbers of a period from its sums."""
    visits, seen_ms = sums["visits"], sum(sums[name] for name in EMOTION_MS)
    with_gender = any(place["gender"] for place in chosen) and any(sums[name] for name in GENDERS)
    return Figures(
        visits=visits,
        satisfaction=_info(satisfaction(sums)),
        brightening=_info(brightening(sums)),
        dwell_s=sums["dwell_ms"] / visits / 1000 if visits else None,
        dwell=[sums[name] for name in DWELL],
        emotions={label: sums[name] / seen_ms for label, name in zip(EMOTIONS, EMOTION_MS, strict=True)} if seen_ms else {},
        gender={label: sums[name] for label, name in zip(PERCEIVED_GENDERS, GENDERS, strict=True)} if with_gender else {},
        observed=None,
    )


def line(connection: Connection, scope: Scope, first: date, last: date, resolution: Resolution, fewest: int) -> list[Step]:
    """Return the line over time: a step in which no station was looking has no number, which is not the same as zero."""
    if resolution in FINE:
        width = FINE[resolution]
        steps = _fine(_read_fine(connection, scope, first, last, width), width, fewest)
    elif resolution == "hour":
        steps = _hours(connection, scope, cover(connection, scope.organisation_id, first, last))
    else:
        steps = _days(connection, scope, cover(connection, scope.organisation_id, first, last), resolution)
    return _shown(scope, first, last, resolution, steps)


def _shown(scope: Scope, first: date, last: date, resolution: Resolution, steps: Mapping[int, list[Row]]) -> list[Step]:
    """Return all steps of a period up to today."""
    today = max((local_hour(store.now(), place["time_zone"]).day for place in scope.places), default=first)
    last = min(last, today)
    return [_read_step(at, steps.get(at)) for at in _grid(scope.places, first, last, resolution, set(steps))]


def _sums(connection: Connection, scope: Scope, covered: Cover) -> tuple[dict[int, dict[str, int]], dict[str, int]]:
    """Return the sums of each place, as far as the league shows them, and of all together."""
    if scope.everything:
        return _by_place(connection, scope, covered, SEALED), total(_by_day(connection, scope, covered, SUMS))
    by_place = _by_place(connection, scope, covered, SUMS)
    return by_place, total(by_place.values())


def _by_place(connection: Connection, scope: Scope, covered: Cover, names: Sequence[str]) -> dict[int, dict[str, int]]:
    stands = {station: place["id"] for place in scope.places for station in place.get("chosen", ())}
    known: list[tuple[int, Row]] = []
    for part in scope.parts:
        known += [
            (stands[row["station_id"]] if part[0] is STATIONS else row["place_id"], row)
            for row in sums_of(connection, part, covered, names)
        ]
    counted = _unsealed(connection, days, scope, covered, names, stations.c.place_id)
    return _added([*known, *((row["place_id"], row) for row in counted)], names)


def _by_day(connection: Connection, scope: Scope, covered: Cover, names: Sequence[str]) -> list[Row]:
    if scope.everything:
        sealed = all_days(connection, scope.organisation_id, covered)
    else:
        sealed = [row for part in scope.parts for row in lines_of(connection, part, covered)]
    return [*sealed, *_unsealed(connection, days, scope, covered, names, days.c.day)]


def _days(connection: Connection, scope: Scope, covered: Cover, resolution: Resolution) -> dict[int, list[Row]]:
    steps: dict[int, list[Row]] = {}
    for row in _by_day(connection, scope, covered, SEALED):
        if row["observed_ms"] or row["held"]:
            steps.setdefault(_wall(_begin(row["day"], resolution)), []).append(row)
    return steps


def _hours(connection: Connection, scope: Scope, covered: Cover) -> dict[int, list[Row]]:
    sums: dict[date, PackedSums] = defaultdict(lambda: np.zeros(DAY, np.int64))
    for sealed in _hours_sealed(connection, scope, covered):
        for day, of_day in sealed.items():
            sums[day] += of_day
    for day, hour, *one in _counted(connection, scope, covered, hours.c.day):
        sums[day][hour] += one
    known = ((_wall(day, hour), sums[day][hour].tolist()) for day in sums for hour in range(24))
    return {at: [dict(zip(STEP, one, strict=True))] for at, one in known if any(one)}


def _hours_sealed(connection: Connection, scope: Scope, covered: Cover) -> Iterator[dict[date, PackedSums]]:
    if scope.everything:
        yield all_hours(connection, scope.organisation_id, covered)
    else:
        yield from (hours_of_days(connection, part, covered) for part in scope.parts)


def _counted(connection: Connection, scope: Scope, covered: Cover, at: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the hours that are not sealed: `at`, the hour, and what packed.py keeps of it."""
    for row in _unsealed(connection, hours, scope, covered, SEALED, at, hours.c.hour):
        yield row[at.name], row["hour"], int(row["observed_ms"] > 0), row["visits"], row["smiled"], row["held"]


def _unsealed(connection: Connection, table: Table, scope: Scope, covered: Cover, names: Sequence[str], *by: Any) -> Sequence[Row]:
    """Return the sums of days or hours that are not sealed, grouped `by` columns."""
    if not covered.rest:
        return []
    asked = told_sums(table, _stations(scope), covered.rest, names).add_columns(*by).group_by(*by)
    return connection.execute(asked).mappings().all()


def _stations(scope: Scope) -> Any:
    if scope.everything:
        return of_organisation(scope.organisation_id)
    there = of_places(place["id"] for place in scope.places)
    return there & (of_places(scope.whole) | of_stations(scope.stations)) if scope.stations else there


def _added(rows: Iterable[tuple[int, Row]], names: Sequence[str]) -> dict[int, dict[str, int]]:
    """Add up rows of the same place or station, which comes with each."""
    sums: dict[int, dict[str, int]] = {}
    for whose, row in rows:
        mine = sums.setdefault(whose, dict.fromkeys(names, 0))
        for name in names:
            mine[name] += row[name]
    return sums


@dataclass(frozen=True)
class Fine:
    """Counts of stations with one clock: `cells` by the start of a step, of each station's hour; whether that hour is told."""

    zone: str
    told: Mapping[tuple[int, int], bool]
    hours: Mapping[tuple[int, int], Mapping[int, Sequence[int]]]


def _read_fine(connection: Connection, scope: Scope, first: date, last: date, width: int) -> Iterator[Fine]:
    """Yield counts per `width` seconds within opening hours, of stations whose places have the same clock and hours."""
    alike: dict[tuple[str, str], list[Row]] = {}
    for place in scope.places:
        alike.setdefault((place["time_zone"], json.dumps(place["opening"])), []).append(place)
    for (zone, _), group in alike.items():
        there = of_places(place["id"] for place in group) & _stations(scope)
        told = select(hours.c.station_id, hours.c.start, hours.c.told).join(stations).where(there, hours.c.day.between(first, last))
        known = {(station, start): one for station, start, one in connection.execute(told).all()}
        spans = [minutes.c.start.between(begin, end - 1) for begin, end in open_spans(group[0]["opening"], first, last, zone)]
        asked = select(*_fine_columns(width)).join(stations).where(there, or_(false(), *spans))
        if width > MINUTE:
            asked = asked.group_by(minutes.c.station_id, text("cell"))
        found: dict[tuple[int, int], dict[int, Sequence[int]]] = {}
        for station, start, *one in connection.execute(asked).all():
            hour = local_hour(start, zone).start
            if (station, hour) in known:
                found.setdefault((station, hour), {})[start] = one
        yield Fine(zone, known, found)


def _fine_columns(width: int) -> list[Any]:
    if width == MINUTE:
        return [minutes.c[name] for name in ("station_id", "start", *SEALED)]
    sums = (func.sum(minutes.c[name]).cast(minutes.c.visits.type) for name in SEALED)
    return [minutes.c.station_id, (minutes.c.start // width * width).label("cell"), *sums]


def _fine(parts: Iterable[Fine], width: int, fewest: int) -> dict[int, list[Row]]:
    """Return sums per QUARTER or MINUTE, of hours that are told only: quarters are withheld within them as hours are within days."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0] * len(STEP))
    for part in parts:
        for (station, hour), cells in part.hours.items():
            cells = _joined(cells, width)
            hidden = _hidden({start: visits for start, (_, visits, _) in cells.items()}, fewest)
            told, at = part.told[station, hour], local_hour(hour, part.zone)
            begin = _wall(at.day, at.hour) - hour
            for start, (observed_ms, visits, smiled) in cells.items():
                step = sums[begin + start]
                step[0] += observed_ms
                # In an hour that is not told even a minute without a visit would narrow down what the others hold.
                if start in hidden or not told:
                    step[3] += 1
                else:
                    step[1] += visits
                    step[2] += smiled
    return {at: [dict(zip(STEP, step, strict=True))] for at, step in sums.items()}


def _joined(cells: Mapping[int, Sequence[int]], width: int) -> Mapping[int, Sequence[int]]:
    """Return counts by the start of steps that are `width` seconds long, of shorter ones."""
    if width == MINUTE:
        return cells
    wide: dict[int, list[int]] = defaultdict(lambda: [0] * len(SEALED))
    for start, one in cells.items():
        wide[start // width * width] = [a + b for a, b in zip(wide[start // width * width], one, strict=True)]
    return wide


def _hidden(visits: Mapping[int, int], fewest: int) -> set[int]:
    """Return what is withheld within an hour, by visits per start: quarters of it, and minutes within each quarter that is told."""
    quarters: dict[int, dict[int, int]] = {}
    for start, count in visits.items():
        quarters.setdefault(start // QUARTER, {})[start] = count
    gone = _withheld({quarter: sum(cells.values()) for quarter, cells in quarters.items()}, fewest)
    return {start for quarter, cells in quarters.items() for start in (cells if quarter in gone else _withheld(cells, fewest))}


def _withheld(visits: Mapping[int, int], fewest: int) -> set[int]:
    """Return what is withheld of a whole that is told: where its visits stand one by one, also that there was none in between."""
    hidden: set[int] = withheld(visits, fewest)
    return set(visits) if all_of_one(visits, hidden) else hidden


def _grid(chosen: Sequence[Row], first: date, last: date, resolution: Resolution, known: set[int]) -> list[int]:
    """Return all steps of a period, so that gaps are seen; without days on which every place is closed."""
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if resolution in FINE or resolution == "hour":
        width = FINE.get(resolution, 3600)
        grid = {_wall(day) + width * step for day in dates for step in range(86_400 // width)}
        return sorted(at for at in grid if not known or min(known) <= at <= max(known))
    opened = [number for number, name in enumerate(WEEKDAYS) if any(not place["opening"] or place["opening"].get(name) for place in chosen)]
    return sorted({_wall(_begin(day, resolution)) for day in dates if day.weekday() in opened} | known)


def _read_step(at: int, rows: list[Row] | None) -> Step:
    looked = any(row["observed_ms"] for row in rows or ())
    visits = sum(row["visits"] for row in rows or ())
    held = any(row["held"] for row in rows or ())
    smiled = sum(row["smiled"] for row in rows or ())
    known = looked and (visits > 0 or not held)
    told = satisfaction({"visits": visits, "smiled": smiled}) if known else None
    return Step(at=at, visits=visits if known else None, satisfaction=_info(told), withheld=held)


def _heat(connection: Connection, scope: Scope, covered: Cover) -> list[HeatCell]:
    sums = np.zeros(WEEK, np.int64)
    if scope.everything:
        for day, of_day in all_hours(connection, scope.organisation_id, covered).items():
            sums[day.weekday()] += of_day
    else:
        for part in scope.parts:
            sums += hours_of_week(connection, part, covered)
    for weekday, hour, *one in _counted(connection, scope, covered, hours.c.weekday):
        sums[weekday, hour] += one
    cells = ((weekday, hour, dict(zip(STEP, sums[weekday, hour].tolist(), strict=True))) for weekday, hour in np.ndindex(7, 24))
    return [
        HeatCell(weekday=weekday, hour=hour, visits=cell["visits"], satisfaction=_info(satisfaction(cell)))
        for weekday, hour, cell in cells
        if cell["observed_ms"]
    ]


def _stations_beside(connection: Connection, scope: Scope, now: Cover, before: Cover) -> list[LeagueRow]:
    """Return the league of the stations where one place is asked about."""
    if len(scope.places) != 1:
        return []
    mine = _stations(scope)
    named = connection.execute(select(stations.c.id, stations.c.name).where(mine).order_by(stations.c.name, stations.c.id)).all()
    part: Part = (STATIONS, [station.id for station in named])

    def of(covered: Cover) -> Mapping[int, Row]:
        sealed = sums_of(connection, part, covered, SEALED) if named else []
        counted = _unsealed(connection, days, scope, covered, SEALED, days.c.station_id)
        return _added(((row["station_id"], row) for row in (*sealed, *counted)), SEALED)

    return _league(((station.id, station.name) for station in named), of(now), of(before))


def _league(named: Iterable[tuple[int, str]], now: Mapping[int, Row], before: Mapping[int, Row]) -> list[LeagueRow]:
    nothing = dict.fromkeys(SEALED, 0)
    rows = []
    for one, name in named:
        sums, earlier = now.get(one, nothing), before.get(one, nothing)
        row = LeagueRow(
            id=one,
            name=name,
            visits=sums["visits"],
            visits_before=earlier["visits"],
            satisfaction=_info(satisfaction(sums)),
            change=_info(_change(sums, earlier)),
        )
        rows.append(row)
    return sorted(rows, key=lambda row: -row.satisfaction.value if row.satisfaction else 1)


def _observed(connection: Connection, scope: Scope, first: date, last: date, observed_ms: int) -> float | None:
    """Return the share of opening hours that the stations were looking, since each was first heard of and up to yesterday."""
    heard = select(func.min(days.c.day)).where(days.c.station_id == stations.c.id, days.c.day.between(first, last)).scalar_subquery()
    asked = select(stations.c.place_id, heard).where(_stations(scope))
    known = {place["id"]: place for place in scope.places}
    spans = Counter((place_id, begun) for place_id, begun in connection.execute(asked).all() if begun is not None)
    expected = 0
    for (place_id, begun), count in spans.items():
        place = known[place_id]
        yesterday = min(last, local_hour(store.now(), place["time_zone"]).day - timedelta(days=1))
        expected += count * opening_seconds_between(place["opening"], begun, yesterday, place["time_zone"])
    return min(1.0, observed_ms / 1000 / expected) if expected else None


def _comparable(now: Row, before: Row) -> bool:
    return bool(before["observed_ms"] and 2 * before["observed_ms"] >= now["observed_ms"])


def _change(now: Any, before: Any) -> Estimate | None:
    if not _comparable(now, before):
        return None
    later, earlier = satisfaction(now), satisfaction(before)
    return change(later, earlier) if later and earlier else None


def _info(estimate: Estimate | None) -> EstimateInfo | None:
    return EstimateInfo(value=estimate.value, low=estimate.low, high=estimate.high) if estimate else None


def _begin(day: date, resolution: Resolution) -> date:
    return day - timedelta(days=day.weekday()) if resolution == "week" else day.replace(day=1) if resolution == "month" else day


def _wall(day: date, hour: int = 0) -> int:
    """Return a time of a local clock as seconds since 1970, as if that clock were UTC."""
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp())
