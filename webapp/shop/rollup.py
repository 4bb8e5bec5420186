"""Keeps the hours and days of a station in step with its minutes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from webapp.shop import sealed
from webapp.shop.analytics import LocalHour, decide, is_open, local_hour, tell_day, total
from webapp.shop.schema import DWELL, GENDERS, SUMS, days, hours, minutes, places, stations
from webapp.shop.store import Store, add_sums, fact, put, remember

MINUTE = 60
SPLIT = (*DWELL, *GENDERS)
RULE = 2
"""The number of the rule by which is decided what is told; it grows with each change of it, so that stored days are looked at again."""
PORTION = 7
"""Days that are looked at together."""

Counted = tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]
"""A station, which carries `time_zone` and `opening` of its place, and its counts: `start` in seconds, and sums."""


def add_minutes(connection: Connection, counted: Iterable[Counted], fewest: int) -> None:
    """Add counts to the minutes, hours and days of stations, all with the same few statements."""
    ready: list[Counted] = []
    for station, rows in counted:
        grouped: dict[int, list[Mapping[str, Any]]] = {}
        for row in rows:
            grouped.setdefault(row["start"] // MINUTE * MINUTE, []).append(row)
        ready.append((station, [{"station_id": station["id"], "start": start, **total(cells)} for start, cells in sorted(grouped.items())]))
    add_sums(connection, minutes, [row for _, rows in ready for row in rows])
    add_hours(connection, ready, fewest)


def add_hours(connection: Connection, counted: Iterable[Counted], fewest: int) -> None:
    """Add counts that lie within opening hours to the hours of stations, and bring their days up to date."""
    ready: list[dict[str, Any]] = []
    for station, rows in counted:
        grouped: dict[LocalHour, list[Mapping[str, Any]]] = {}
        for row in rows:
            if is_open(station["opening"], row["start"], station["time_zone"]):
                grouped.setdefault(local_hour(row["start"], station["time_zone"]), []).append(row)
        for at, cells in grouped.items():
            sums = total(cells)
            # An hour without a visit has nothing to withhold.
            key = {"station_id": station["id"], "start": at.start, "day": at.day, "weekday": at.weekday, "hour": at.hour}
            ready.append({**key, "told": not sums["visits"], **sums})
    add_sums(connection, hours, ready)
    visited = {(row["station_id"], row["day"]) for row in ready if row["visits"]}
    quiet: dict[tuple[int, date], dict[str, Any]] = {}
    for row in ready:
        if (whose := (row["station_id"], row["day"])) not in visited:
            whole = quiet.setdefault(
                whose, {name: row[name] for name in ("station_id", "day", "weekday")} | dict.fromkeys(SUMS, 0) | {"told": True}
            )
            whole["observed_ms"] += row["observed_ms"]
    # Looking without a visit changes nothing of what is told: it is added without reading the day.
    add_sums(connection, days, list(quiet.values()))
    refresh_days(connection, visited, fewest)
    sealed.unseal(connection, {station_id for station_id, _ in quiet}, {day for _, day in quiet})


def refresh_days(connection: Connection, changed: Iterable[tuple[int, date]], fewest: int) -> None:
    """Decide anew what of these days of stations is told."""
    by_day: dict[date, set[int]] = {}
    for station_id, day in changed:
        by_day.setdefault(day, set()).add(station_id)
    turned: list[dict[str, Any]] = []
    fresh: list[dict[str, Any]] = []
    for day, station_ids in by_day.items():
        asked = select(hours).where(hours.c.day == day, hours.c.station_id.in_(station_ids))
        by_station: dict[int, dict[int, Mapping[str, Any]]] = {}
        for row in connection.execute(asked).mappings():
            by_station.setdefault(row["station_id"], {})[row["start"]] = row  # type: ignore[assignment]
        for station_id, parts in by_station.items():
            told, sums = tell_day(parts, fewest)
            turned += [
                {"its_station": station_id, "its_start": start, "its_told": start in told}
                for start, row in parts.items()
                if (start in told) is not row["told"]
            ]
            silent = {**dict.fromkeys(SUMS, 0), "observed_ms": sum(row["observed_ms"] for row in parts.values())}
            fresh.append({"station_id": station_id, "day": day, "weekday": day.weekday(), "told": sums is not None, **(sums or silent)})
    if turned:
        mine = (hours.c.station_id == bindparam("its_station")) & (hours.c.start == bindparam("its_start"))
        connection.execute(update(hours).where(mine).values(told=bindparam("its_told")), turned)
    put(connection, days, fresh)
    sealed.unseal(connection, {row["station_id"] for row in fresh}, by_day)


def rebuild(connection: Connection, place_id: int, fewest: int) -> None:
    """Make hours and days of a place anew from its minutes, as after a change of opening hours or time zone.

    Days whose minutes have been dropped already stay as they are.
    """
    for station in connection.execute(stations_of(place_id)).mappings().all():
        mine = minutes.c.station_id == station["id"]
        rows = connection.execute(select(minutes).where(mine).order_by(minutes.c.start)).mappings().all()
        if not rows:
            continue
        first = local_hour(rows[0]["start"], station["time_zone"]).day
        kept_from = fact(connection, "minutes_from")
        if kept_from:
            # The day in which minutes begin to be kept is not complete any more.
            first = max(first, local_hour(int(kept_from), station["time_zone"]).day + timedelta(days=1))
            rows = [row for row in rows if local_hour(row["start"], station["time_zone"]).day >= first]
        connection.execute(delete(hours).where(hours.c.station_id == station["id"], hours.c.day >= first))
        gone = connection.execute(delete(days).where(days.c.station_id == station["id"], days.c.day >= first).returning(days.c.day))
        sealed.unseal(connection, [station["id"]], gone.scalars().all())
        add_hours(connection, [(station, rows)], fewest)  # type: ignore[list-item]


def apply_fewest(opened: Store, fewest: int, now: bool = True) -> None:
    """Decide anew what is told everywhere where the setting, or the rule itself, has changed since it was last done.

    Unless it has to be `now` what only the rule has changed is left for upkeep, as it takes a minute or two for many stations. Days are
    looked at a few at a time, for stations wait meanwhile.
    """
    decided = f"{fewest}, rule {RULE}"
    with opened.reading() as connection:
        before = fact(connection, "min_visits")
        first, last = connection.execute(select(func.min(hours.c.day), func.max(hours.c.day))).one()
    if before == decided or (before is not None and before.split(",")[0] == str(fewest) and not now):
        return
    while first is not None and first <= last:
        until = first + timedelta(days=PORTION - 1)
        with opened.writing() as connection:
            changed = _otherwise(connection, first, until, fewest)
            # Held as by whoever counts, and in the same order: no day is decided by counts that grow meanwhile.
            theirs = select(stations.c.id).where(stations.c.id.in_({station_id for station_id, _ in changed}))
            connection.execute(theirs.order_by(stations.c.id).with_for_update()).all()
            refresh_days(connection, sorted(changed), fewest)
        first = until + timedelta(days=1)
    with opened.writing() as connection:
        remember(connection, "min_visits", decided)


def _otherwise(connection: Connection, first: date, last: date, fewest: int) -> set[tuple[int, date]]:
    """Return the days of stations of which something else would be told than is: most are as they were, and need not be written."""
    within = hours.c.day.between(first, last)
    visits: dict[tuple[int, date], dict[int, int]] = defaultdict(dict)
    told: dict[tuple[int, date], set[int]] = defaultdict(set)
    asked = select(hours.c.station_id, hours.c.day, hours.c.start, hours.c.visits, hours.c.told).where(within)
    for station_id, day, start, count, is_told in connection.execute(asked).all():
        visits[station_id, day][start] = count
        if is_told:
            told[station_id, day].add(start)
    known = select(days.c.station_id, days.c.day, days.c.told, *(days.c[name] for name in SPLIT)).where(days.c.day.between(first, last))
    kept = {(station_id, day): (is_told, *sums) for station_id, day, is_told, *sums in connection.execute(known).all()}
    sums = (func.sum(hours.c[name]).cast(hours.c.visits.type) for name in SPLIT)
    whole = select(hours.c.station_id, hours.c.day, *sums).where(within).group_by(hours.c.station_id, hours.c.day)
    changed = set()
    for station_id, day, *counted in connection.execute(whole).all():
        one = (station_id, day)
        now, parts = decide(visits[one], dict(zip(SPLIT, counted, strict=True)), fewest)
        shown = (True, *parts.values()) if parts else (False, *(0 for _ in SPLIT))
        if now != told[one] or shown != kept.get(one):
            changed.add(one)
    return changed


def stations_of(place_id: int) -> Any:
    """Return the statement for the stations of a place, each with its `time_zone` and `opening`."""
    joined = select(stations, places.c.time_zone, places.c.opening).join(places, places.c.id == stations.c.place_id)
    return joined.where(places.c.id == place_id)
