"""Answers a dashboard's question from hours and days: only sums of what may be told."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from webapp.contract import EMOTIONS, PERCEIVED_GENDERS, EstimateInfo, Figures, HeatCell, LeagueRow, Question, Resolution, Step, Summary
from webapp.shop import store
from webapp.shop.analytics import (
    WEEKDAYS,
    Estimate,
    brightening,
    change,
    day_start,
    is_open,
    local_hour,
    opening_seconds_between,
    period_before,
    satisfaction,
    total,
    withheld,
)
from webapp.shop.schema import DWELL, EMOTION_MS, GENDERS, SUMS, days, hours, minutes, places, stations

Row = Mapping[Any, Any]
QUARTER = 900


def summary(connection: Connection, organisation_id: int, question: Question, fewest: int) -> Summary:
    """Return what a dashboard shows of a period of an organisation's places."""
    chosen = chosen_places(connection, organisation_id, question.places)
    before_first, before_last = period_before(question.first, question.last)
    now_rows, before_rows = (_by_place(connection, chosen, *period) for period in _periods(question))
    now_sums, before_sums = total(now_rows.values()), total(before_rows.values())
    resolution = question.resolution or natural_resolution(question.first, question.last)
    return Summary(
        first=question.first,
        last=question.last,
        before_first=before_first,
        before_last=before_last,
        resolution=resolution,
        fewest=fewest,
        now=figures(now_sums, chosen).model_copy(update={"observed": _observed(connection, chosen, question.first, question.last)}),
        before=figures(before_sums, chosen) if _comparable(now_sums, before_sums) else None,
        change=_info(_change(now_sums, before_sums)),
        steps=line(connection, chosen, question.first, question.last, resolution, fewest),
        heat=_heat(connection, chosen, question.first, question.last),
        league=_league(chosen, now_rows, before_rows),
    )


def natural_resolution(first: date, last: date) -> Resolution:
    """Return the resolution that shows a period best."""
    length = (last - first).days + 1
    return "quarter" if length == 1 else "hour" if length <= 10 else "day" if length <= 120 else "week" if length <= 800 else "month"


def chosen_places(connection: Connection, organisation_id: int, ids: Sequence[int]) -> list[Row]:
    """Return the organisation's places of these ids, or all."""
    asked = places.c.organisation_id == organisation_id
    if ids:
        asked &= places.c.id.in_(ids)
    return list(connection.execute(select(places).where(asked).order_by(places.c.name, places.c.id)).mappings())


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


def line(connection: Connection, chosen: Sequence[Row], first: date, last: date, resolution: Resolution, fewest: int) -> list[Step]:
    """Return the line over time: a step in which no station was looking has no number, which is not the same as zero."""
    today = max((local_hour(store.now(), place["time_zone"]).day for place in chosen), default=first)
    last = min(last, today)
    if resolution == "quarter":
        steps = _quarters(connection, chosen, first, last, fewest)
    elif resolution == "hour":
        steps = _hours(connection, chosen, first, last)
    else:
        steps = _days(connection, chosen, first, last, resolution)
    return [_read_step(at, steps.get(at)) for at in _grid(chosen, first, last, resolution, set(steps))]


def _periods(question: Question) -> tuple[tuple[date, date], tuple[date, date]]:
    return (question.first, question.last), period_before(question.first, question.last)


def _by_place(connection: Connection, chosen: Sequence[Row], first: date, last: date) -> dict[int, Row]:
    asked = _told(days, chosen, first, last).add_columns(stations.c.place_id).group_by(stations.c.place_id)
    return {row["place_id"]: row for row in connection.execute(asked).mappings()}


def _told(table: Any, chosen: Sequence[Row], first: date, last: date, names: Iterable[str] = SUMS) -> Select[Any]:
    """Return the statement for the sums of a period that may be told; what is grouped by is the caller's."""
    sums = [_whole(func.sum(case((table.c.told, table.c[name]), else_=0))).label(name) for name in names if name != "observed_ms"]
    looked = _whole(func.sum(table.c.observed_ms)).label("observed_ms")
    held = _whole(func.sum(case((table.c.told, 0), else_=1))).label("held")
    joined = select(*sums, looked, held).select_from(table.join(stations, stations.c.id == table.c.station_id))
    return joined.where(stations.c.place_id.in_([place["id"] for place in chosen]), table.c.day.between(first, last))


def _whole(column: Any) -> Any:
    # PostgreSQL adds up whole numbers to decimals.
    return column.cast(days.c.visits.type)


def _days(connection: Connection, chosen: Sequence[Row], first: date, last: date, resolution: Resolution) -> dict[int, list[Row]]:
    asked = _told(days, chosen, first, last, ("visits", "smiled")).add_columns(days.c.day).group_by(days.c.day)
    steps: dict[int, list[Row]] = {}
    for row in connection.execute(asked).mappings():
        steps.setdefault(_wall(_begin(row["day"], resolution)), []).append(row)
    return steps


def _hours(connection: Connection, chosen: Sequence[Row], first: date, last: date) -> dict[int, list[Row]]:
    asked = (
        _told(hours, chosen, first, last, ("visits", "smiled")).add_columns(hours.c.day, hours.c.hour).group_by(hours.c.day, hours.c.hour)
    )
    steps: dict[int, list[Row]] = {}
    for row in connection.execute(asked).mappings():
        steps.setdefault(_wall(row["day"], row["hour"]), []).append(row)
    return steps


def _quarters(connection: Connection, chosen: Sequence[Row], first: date, last: date, fewest: int) -> dict[int, list[Row]]:
    """Return sums per quarter of an hour: of hours that are told only, and withheld within them as hours are within days."""
    steps: dict[int, list[Row]] = {}
    for place in chosen:
        zone = place["time_zone"]
        span = minutes.c.start.between(day_start(first, zone), day_start(last + timedelta(days=1), zone) - 1)
        mine = select(minutes).join(stations, stations.c.id == minutes.c.station_id).where(stations.c.place_id == place["id"], span)
        told = select(hours.c.station_id, hours.c.start, hours.c.told).join(stations, stations.c.id == hours.c.station_id)
        known = {
            (row.station_id, row.start): row.told
            for row in connection.execute(told.where(stations.c.place_id == place["id"], hours.c.day.between(first, last)))
        }
        parts: dict[tuple[int, int], dict[int, list[Row]]] = {}
        for row in connection.execute(mine).mappings():
            hour = local_hour(row["start"], zone)
            quarter = (row["start"] - hour.start) // QUARTER * QUARTER
            if (row["station_id"], hour.start) in known and is_open(place["opening"], row["start"], zone):
                parts.setdefault((row["station_id"], hour.start), {}).setdefault(quarter, []).append(row)
        for (station, start), quarters in parts.items():
            sums = {quarter: total(rows) for quarter, rows in quarters.items()}
            hidden: set[int] = withheld({quarter: one["visits"] for quarter, one in sums.items()}, fewest)
            for quarter, one in sums.items():
                hide = quarter in hidden or (not known[station, start] and one["visits"] > 0)
                shown: Row = {**one, "held": int(hide), **({"visits": 0, "smiled": 0} if hide else {})}
                hour = local_hour(start, zone)
                steps.setdefault(_wall(hour.day, hour.hour) + quarter, []).append(shown)
    return steps


def _grid(chosen: Sequence[Row], first: date, last: date, resolution: Resolution, known: set[int]) -> list[int]:
    """Return all steps of a period, so that gaps are seen; without days on which every place is closed."""
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if resolution in ("quarter", "hour"):
        width, count = (QUARTER, 96) if resolution == "quarter" else (3600, 24)
        grid = {_wall(day) + width * step for day in dates for step in range(count)}
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


def _heat(connection: Connection, chosen: Sequence[Row], first: date, last: date) -> list[HeatCell]:
    by = (hours.c.weekday, hours.c.hour)
    asked = _told(hours, chosen, first, last, ("visits", "smiled")).add_columns(*by).group_by(*by).order_by(*by)
    return [
        HeatCell(weekday=row["weekday"], hour=row["hour"], visits=row["visits"], satisfaction=_info(satisfaction(row)))  # type: ignore[arg-type]
        for row in connection.execute(asked).mappings()
        if row["observed_ms"]
    ]


def _league(chosen: Sequence[Row], now: Mapping[int, Row], before: Mapping[int, Row]) -> list[LeagueRow]:
    nothing = dict.fromkeys(SUMS, 0)
    rows = []
    for place in chosen:
        sums, earlier = now.get(place["id"], nothing), before.get(place["id"], nothing)
        row = LeagueRow(
            id=place["id"],
            name=place["name"],
            visits=sums["visits"],
            visits_before=earlier["visits"],
            satisfaction=_info(satisfaction(sums)),
            change=_info(_change(sums, earlier)),
        )
        rows.append(row)
    return sorted(rows, key=lambda row: -row.satisfaction.value if row.satisfaction else 1)


def _observed(connection: Connection, chosen: Sequence[Row], first: date, last: date) -> float | None:
    """Return the share of opening hours that the stations were looking, since each was first heard of and up to yesterday."""
    asked = (
        select(days.c.station_id, stations.c.place_id, func.min(days.c.day), func.sum(days.c.observed_ms))
        .join(stations, stations.c.id == days.c.station_id)
        .where(stations.c.place_id.in_([place["id"] for place in chosen]), days.c.day.between(first, last))
        .group_by(days.c.station_id, stations.c.place_id)
    )
    known = {place["id"]: place for place in chosen}
    looked, expected = 0.0, 0
    spans: Counter[tuple[int, date]] = Counter()
    for _, place_id, begun, observed_ms in connection.execute(asked):
        looked += float(observed_ms) / 1000
        spans[place_id, begun] += 1
    for (place_id, begun), count in spans.items():
        place = known[place_id]
        yesterday = min(last, local_hour(store.now(), place["time_zone"]).day - timedelta(days=1))
        expected += count * opening_seconds_between(place["opening"], begun, yesterday, place["time_zone"])
    return min(1.0, looked / expected) if expected else None


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
