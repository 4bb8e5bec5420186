"""Looks at the counts every little while: which alerts begin or are over, and what is to be sent."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from threading import Event, Thread
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from webapp.config import Config
from webapp.metrics import Metrics
from webapp.notices import outbox
from webapp.notices.judging import QUARTER, Rule, Window, all_looked, judge, newest, read_from, settled
from webapp.notices.post import deliver
from webapp.notices.weekly import write_due
from webapp.shop import store
from webapp.shop.analytics import is_open
from webapp.shop.schema import alerts, minutes, places, stations
from webapp.shop.store import Store

log = logging.getLogger(__name__)
Row = Mapping[Any, Any]
EVERY_S = 20
SETTLE_S = 60
"""So long after the end of a minute its counts are waited for."""


def judge_all(opened: Store, fewest: int, time: int) -> int:
    """Judge the alerts on what is known by now; return how many began or ended.

    Any number of processes may do so at once: one of them writes the verdict down together with its message.
    """
    now = settled(time, SETTLE_S)
    told = 0
    for alert in _open_questions(opened, now):
        with opened.reading() as connection:
            end, window = read_window(connection, alert, now, fewest)
        verdict = judge(alert["begun"], Rule(alert["threshold"], alert["minutes"], max(alert["visits"], fewest)), window)
        if verdict in ("begin", "over"):
            told += _write_down(opened, alert, verdict, now, end)
    return told


def read_window(connection: Connection, alert: Row, time: int, fewest: int) -> tuple[int, Window]:
    """Return until when an alert's visits are known at `time`, a whole minute, and what was seen in its minutes before.

    Of each station those are its own newest parts (judging.py), within opening hours only.
    """
    whose = stations.c.place_id == alert["place_id"]
    if alert["station_id"] is not None:
        whose &= stations.c.id == alert["station_id"]
    asked = select(minutes.c.station_id, minutes.c.start, minutes.c.observed_ms, minutes.c.visits, minutes.c.smiled).join(
        stations, stations.c.id == minutes.c.station_id
    )
    within = (minutes.c.start >= read_from(time, alert["minutes"])) & (minutes.c.start < time)
    counts: dict[int, dict[int, tuple[int, int]]] = {}
    looked = []
    for station, start, observed_ms, visits, smiled in connection.execute(asked.where(whose, within)):
        if is_open(alert["opening"], start, alert["time_zone"]):
            counts.setdefault(station, {})[start] = (visits, smiled)
            looked += [start] if observed_ms > 0 else []
    known = [newest(one, time, alert["minutes"], fewest) for one in counts.values()]
    found = [part for _, some in known for part in some]
    sums = (sum(part.visits for part in found), sum(part.smiled for part in found))
    until = max((until for until, _ in known), default=time)
    return until, Window(all_looked(looked, time, alert["minutes"]), *sums)


def described(alert: Row, end: int) -> dict[str, Any]:
    """Return what a message tells of an alert and the window that ends at `end`: no number of the counts."""
    zone = ZoneInfo(alert["time_zone"])
    begins, ends = (datetime.fromtimestamp(moment, zone).isoformat() for moment in (end - 60 * alert["minutes"], end))
    station = {"id": alert["station_id"], "name": alert["station"]} if alert["station_id"] is not None else None
    return {
        "alert": alert["id"],
        "place": {"id": alert["place_id"], "name": alert["place"]},
        "station": station,
        **{name: alert[name] for name in ("threshold", "minutes", "visits")},
        "begins": begins,
        "ends": ends,
    }


def with_names() -> Any:
    """Return the statement for alerts with what their place and station say."""
    named = (places.c.name.label("place"), places.c.time_zone, places.c.opening, stations.c.name.label("station"))
    return select(alerts, *named).join(places, places.c.id == alerts.c.place_id).outerjoin(stations, stations.c.id == alerts.c.station_id)


def begin(app: Flask, every_s: float = EVERY_S) -> Event:
    """Watch for a serving application from a thread of its own; setting the event ends it."""
    opened: Store | str = app.extensions["allsmiles_store"]
    config: Config = app.extensions["allsmiles_config"]
    metrics: Metrics = app.extensions["allsmiles"].metrics
    ended = Event()

    def watch(opened: Store) -> None:
        while not ended.wait(every_s):
            for part in parts(opened, config, metrics):
                try:
                    part(store.now())
                except SQLAlchemyError as problem:
                    log.error("alerts could not be looked at, the next try is in %d s: %s", every_s, problem)

    if not isinstance(opened, str):
        Thread(target=watch, args=[opened], name="watch", daemon=True).start()
    return ended


def parts(opened: Store, config: Config, metrics: Metrics) -> Iterable[Callable[[int], object]]:
    """Return what is done each time, one after the other."""
    return (
        lambda time: judge_all(opened, config.min_visits, time),
        lambda time: write_due(opened, time),
        lambda time: outbox.send_due(opened, deliver(opened, config), metrics, time),
    )


def _open_questions(opened: Store, now: int) -> list[Row]:
    """Return the alerts that may turn: not so soon after they did that they would flutter."""
    calm = or_(alerts.c.changed_at.is_(None), alerts.c.changed_at <= now - QUARTER)
    with opened.reading() as connection:
        asked = with_names().where(alerts.c.paused.is_(False), alerts.c.judged < now, calm).order_by(alerts.c.id)
        return list(connection.execute(asked).mappings())


def _write_down(opened: Store, alert: Row, verdict: str, now: int, end: int) -> int:
    """Write down that an alert turned, unless another process has, or somebody changed it meanwhile; return how many did."""
    fresh = {"judged": now, "begun": verdict == "begin", "changed_at": now}
    mine = and_(alerts.c.id == alert["id"], alerts.c.judged == alert["judged"], alerts.c.paused.is_(False))
    with opened.writing() as connection:
        first = connection.execute(update(alerts).where(mine).values(fresh)).rowcount == 1
        if first:
            outbox.put_in(connection, alert["organisation_id"], verdict, described(alert, end), alert_id=alert["id"])
    return int(first)
