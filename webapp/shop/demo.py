"""A year of believable counts for five invented places, so that a new user sees a full dashboard."""

import secrets
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, select, update

from webapp.contract import EMOTIONS, PERCEIVED_GENDERS
from webapp.shop import store
from webapp.shop.analytics import day_start, is_open, local_hour
from webapp.shop.auth import make_organisation, make_user
from webapp.shop.rollup import add_hours, add_minutes, stations_of
from webapp.shop.schema import DWELL, EMOTION_MS, GENDERS, SUMS, organisations, places, stations
from webapp.shop.stations import make_key

EMAIL = "demo@example.org"
MINUTES_DAYS = 3
"""The newest days are told per minute, those before per hour."""
WEEK = ["mon", "tue", "wed", "thu", "fri"]
DAILY = dict.fromkeys([*WEEK, "sat", "sun"], ("07:00", "19:00"))
SHOPS: list[dict[str, Any]] = [
    {
        "name": "Harbour café",
        "zone": "Europe/Berlin",
        "open": {**DAILY, "sun": ("09:00", "17:00")},
        "stations": ["Counter", "Terrace"],
        "base": 21,
        "smile": 0.46,
        "gender": True,
    },
    {
        "name": "Old town bakery",
        "zone": "Europe/Berlin",
        "open": {**dict.fromkeys(WEEK, ("06:30", "18:30")), "sat": ("06:30", "14:00")},
        "stations": ["Till 1", "Till 2"],
        "base": 30,
        "smile": 0.38,
        "gender": True,
    },
    {
        "name": "Station kiosk",
        "zone": "Europe/Berlin",
        "open": dict.fromkeys(DAILY, ("05:00", "22:00")),
        "stations": ["Window"],
        "base": 36,
        "smile": 0.24,
        "gender": False,
    },
    {
        "name": "Lisbon bookshop",
        "zone": "Europe/Lisbon",
        "open": dict.fromkeys([*WEEK, "sat"], ("10:00", "20:00")),
        "stations": ["Till", "Reading room"],
        "base": 11,
        "smile": 0.42,
        "gender": False,
    },
    {
        "name": "Brooklyn roastery",
        "zone": "America/New_York",
        "open": DAILY,
        "stations": ["Bar", "Door"],
        "base": 24,
        "smile": 0.51,
        "gender": True,
    },
]


def fill(connection: Connection, seed: int, fewest: int, until: int, count: int = 365) -> str:
    """Fill an empty database with `count` days before `until` (seconds since 1970); return the password of the demo owner.

    Raises ValueError where the database is not empty.
    """
    if connection.execute(select(organisations.c.id).limit(1)).first():
        raise ValueError("the database is not empty: choose an empty folder with --data-dir")
    dice = np.random.default_rng(seed)
    organisation = make_organisation(connection, "Sunrise & Sons (demonstration)", confirmed_by=EMAIL)
    password = secrets.token_urlsafe(9)
    make_user(connection, organisation, EMAIL, password, "owner")
    for number, shop in enumerate(SHOPS):
        opening = {day: [list(span)] for day, span in shop["open"].items()}
        place = store.add(
            connection,
            places,
            organisation_id=organisation,
            name=shop["name"],
            time_zone=shop["zone"],
            opening=opening,
            gender=shop["gender"],
            made_at=until,
        )
        for name in shop["stations"]:
            make_key(connection, store.add(connection, stations, place_id=place, name=name, made_at=until))
        for station in connection.execute(stations_of(place)).mappings().all():
            _fill_station(connection, dict(station), shop, number, dice, fewest, until, count)
    return password


def _fill_station(
    connection: Connection,
    station: dict[str, Any],
    shop: dict[str, Any],
    number: int,
    dice: np.random.Generator,
    fewest: int,
    until: int,
    count: int,
) -> None:
    last = local_hour(until, shop["zone"]).day
    first = last - timedelta(days=count)
    liveliness = dice.uniform(0.75, 1.25)
    old: list[dict[str, Any]] = []
    recent: list[dict[str, Any]] = []
    outages = {first + timedelta(days=int(day)) for day in dice.integers(20, 340, 3)}
    for day in (first + timedelta(days=step) for step in range(count + 1)):
        mood = dice.normal(0, 0.02)
        for start in range(day_start(day, shop["zone"]), day_start(day + timedelta(days=1), shop["zone"]), 3600):
            if start >= until or not is_open(station["opening"], start + 1800, shop["zone"]):
                continue
            if day in outages and dice.random() < 0.8:
                continue
            hour = local_hour(start, shop["zone"])
            visits = dice.poisson(shop["base"] * liveliness * _traffic(day, hour.weekday, hour.hour, number))
            smile = float(np.clip(shop["smile"] + mood + _mood(day, last, hour.weekday, hour.hour, number), 0.03, 0.95))
            if (last - day).days >= MINUTES_DAYS:
                old.append({"start": start, **_counts(int(visits), smile, 3_600_000, shop["gender"], dice)})
                continue
            for minute, count in enumerate(dice.multinomial(visits, [1 / 60] * 60)):
                if start + 60 * minute < until:
                    recent.append({"start": start + 60 * minute, **_counts(int(count), smile, 60_000, shop["gender"], dice)})
    add_hours(connection, [(station, old)], fewest)
    add_minutes(connection, [(station, recent)], fewest)
    connection.execute(
        update(stations).where(stations.c.id == station["id"]).values(seen_at=until, clock_error_ms=int(dice.integers(-900, 900)))
    )


def _traffic(day: date, weekday: int, hour: int, number: int) -> float:
    """Return how busy an hour is, 1 in the middle."""
    mornings = np.exp(-(((hour - 8.5) / 1.6) ** 2))
    noons = np.exp(-(((hour - 12.5) / 1.5) ** 2))
    evenings = np.exp(-(((hour - 17) / 1.9) ** 2))
    shares = [(0.9, 0.9, 0.6), (1.3, 0.7, 0.5), (1.2, 0.4, 1.4), (0.2, 0.8, 1.2), (1.2, 0.8, 0.7)][number]
    season = 1 + 0.18 * np.cos((day.timetuple().tm_yday - 350) / 365 * 2 * np.pi) * (-1 if number == 0 else 1)
    week = [0.9, 0.93, 0.96, 1.0, 1.15, 1.25, 0.95][weekday] if number != 2 else [1.15, 1.15, 1.1, 1.1, 1.1, 0.6, 0.5][weekday]
    return float((0.25 + shares[0] * mornings + shares[1] * noons + shares[2] * evenings) * season * week)


def _mood(day: date, last: date, weekday: int, hour: int, number: int) -> float:
    """Return what lifts or lowers the share of smiles: rush hours, weekends, and what happened at each place."""
    ago = (last - day).days
    rush = -0.06 * (hour in (8, 17, 18)) * (number == 2) - 0.03 * (hour == 12)
    weekend = 0.04 * (weekday >= 5)
    refit = -0.11 * (90 <= ago < 130) * (number == 1)
    new_owner = 0.07 * (ago < 75) * (number == 1)
    trend = 0.05 * (1 - ago / 365) * (number == 4) - 0.05 * (1 - ago / 365) * (number == 3)
    return float(rush + weekend + refit + new_owner + trend + 0.02 * np.sin(ago / 9 + number))


def _counts(visits: int, smile: float, observed_ms: int, gender: bool, dice: np.random.Generator) -> dict[str, int]:
    if visits == 0:
        return {**dict.fromkeys(SUMS, 0), "observed_ms": observed_ms}
    smiled = int(dice.binomial(visits, smile))
    brightened = int(dice.binomial(smiled, 0.34))
    dimmed = int(dice.binomial(smiled - brightened, 0.2))
    dwell = dice.multinomial(visits, [0.22, 0.31, 0.33, 0.12, 0.02])
    dwell_ms = int((dwell * [3500, 9500, 32_000, 130_000, 420_000]).sum() * dice.uniform(0.9, 1.1))
    happy = 0.55 * smiled / visits
    shares = np.array([0.03, 0.01, 0.015, happy, 0.07, 0.05, 0]) * dice.uniform(0.8, 1.2, 7)
    shares[EMOTIONS.index("neutral")] = max(0.0, 1 - shares.sum())
    genders = dice.multinomial(visits if gender else 0, [0.44, 0.39, 0.17])
    return {
        "observed_ms": observed_ms,
        "visits": visits,
        "smiled": smiled,
        "brightened": brightened,
        "dimmed": dimmed,
        "dwell_ms": dwell_ms,
        **dict(zip(DWELL, map(int, dwell), strict=True)),
        **dict(zip(EMOTION_MS, map(int, dwell_ms * shares / shares.sum()), strict=True)),
        **dict(zip(GENDERS, map(int, genders[: len(PERCEIVED_GENDERS)]), strict=True)),
    }
