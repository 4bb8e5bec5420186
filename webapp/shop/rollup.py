"""Keeps the hours and days of a station in step with its minutes."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, select, update

from webapp.shop.analytics import LocalHour, is_open, local_hour, tell_day, total
from webapp.shop.schema import SUMS, days, hours, minutes, places, stations
from webapp.shop.store import add_sums, fact, put, remember

MINUTE = 60


def add_minutes(connection: Connection, station: Mapping[str, Any], rows: list[dict[str, Any]], fewest: int) -> None:
    """Add counts of minutes (`start` in seconds, and sums) to a station, which carries `time_zone` and `opening` of its place."""
    grouped: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(row["start"] // MINUTE * MINUTE, []).append(row)
    ready = [{"station_id": station["id"], "start": start, **total(cells)} for start, cells in grouped.items()]
    add_sums(connection, minutes, ready)
    add_hours(connection, station, ready, fewest)


def add_hours(connection: Connection, station: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], fewest: int) -> None:
    """Add counts that lie within opening hours to the hours of a station, and bring their days up to date."""
    grouped: dict[LocalHour, list[Mapping[str, Any]]] = {}
    for row in rows:
        if is_open(station["opening"], row["start"], station["time_zone"]):
            grouped.setdefault(local_hour(row["start"], station["time_zone"]), []).append(row)
    ready = [
        {"station_id": station["id"], "start": at.start, "day": at.day, "weekday": at.weekday, "hour": at.hour, **total(cells)}
        for at, cells in grouped.items()
    ]
    add_sums(connection, hours, ready)
    refresh_days(connection, station["id"], {at.day for at in grouped}, fewest)


def refresh_days(connection: Connection, station_id: int, changed: set[date], fewest: int) -> None:
    """Decide anew what of these days is told."""
    if not changed:
        return
    found = connection.execute(select(hours).where(hours.c.station_id == station_id, hours.c.day.in_(changed))).mappings().all()
    by_day: dict[date, dict[int, Mapping[str, Any]]] = {}
    for row in found:
        by_day.setdefault(row["day"], {})[row["start"]] = row  # type: ignore[assignment]
    fresh: list[dict[str, Any]] = []
    for day, parts in by_day.items():
        told, sums = tell_day(parts, fewest)
        for value in (True, False):
            turned = [start for start, row in parts.items() if (start in told) is value and row["told"] is not value]
            if turned:
                connection.execute(update(hours).where(hours.c.station_id == station_id, hours.c.start.in_(turned)).values(told=value))
        silent = {**dict.fromkeys(SUMS, 0), "observed_ms": sum(row["observed_ms"] for row in parts.values())}
        fresh.append({"station_id": station_id, "day": day, "weekday": day.weekday(), "told": sums is not None, **(sums or silent)})
    put(connection, days, fresh)


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
        connection.execute(delete(hours).where(hours.c.station_id == station["id"], hours.c.day >= first))
        connection.execute(delete(days).where(days.c.station_id == station["id"], days.c.day >= first))
        add_hours(connection, station, rows, fewest)  # type: ignore[arg-type]


def apply_fewest(connection: Connection, fewest: int) -> None:
    """Decide anew what is told everywhere where the setting has changed since the last start."""
    if fact(connection, "min_visits") == str(fewest):
        return
    for station_id in connection.execute(select(stations.c.id)).scalars().all():
        seen = connection.execute(select(hours.c.day).where(hours.c.station_id == station_id).distinct()).scalars()
        refresh_days(connection, station_id, set(seen), fewest)
    remember(connection, "min_visits", str(fewest))


def stations_of(place_id: int) -> Any:
    """Return the statement for the stations of a place, each with its `time_zone` and `opening`."""
    joined = select(stations, places.c.time_zone, places.c.opening).join(places, places.c.id == stations.c.place_id)
    return joined.where(places.c.id == place_id)
