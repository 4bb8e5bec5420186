"""Counts of many stations: `python -m tests.benchmarks.counts [--stations 1000] [--days 365] [--json FILE]`.

Measures on SQLite and on a PostgreSQL of its own that waits for the disk: how many batches a second are counted and acknowledged, from 64
threads without HTTP, and by the program over HTTP from 32 connections; then how long the dashboard's requests take over generated hours
and days on PostgreSQL, all of them but the network, beside the plain table with one row per visit, GROUP BY.
"""

import argparse
import json
import os
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import numpy as np
from flask.testing import FlaskClient
from requests import Session
from sqlalchemy import text

from tests.benchmarks.frames import machine
from tests.e2e.program import program
from tests.services import postgresql
from tests.webapp.shop.counts import batch, bearer, cell
from webapp.app import create_app
from webapp.config import Config
from webapp.contract import CountBatch
from webapp.server import keep_what_is_there
from webapp.shop import store
from webapp.shop.auth import make_organisation, make_user
from webapp.shop.intake import Intake
from webapp.shop.schema import places, stations
from webapp.shop.sealed import seal
from webapp.shop.stations import key_hash, make_key
from webapp.shop.store import Store, open_store

CONNECTIONS, HTTP_S = 32, 15
OPEN_HOURS = range(8, 20)
VISITS_AN_HOUR = 12
WHO, PASSWORD = "benchmark@example.org", "correct horse battery"
Ask = Callable[[], str]
"""Gives the address of a request."""


def main() -> None:
    """Measure and print, or write, the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stations", type=int, default=1000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--plain-days", type=int, default=30, help="how many of these the plain table holds")
    parser.add_argument("--batches", type=int, default=2000)
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with postgresql(durable=True) as address, TemporaryDirectory() as made:
        folder = Path(made) / "data"
        result = {
            "machine": machine(),
            "load_average": os.getloadavg()[0],
            "asked": {name: value for name, value in vars(asked).items() if name != "json"},
            "ingest": {
                "sqlite": ingest(Config(data_dir=folder), asked.stations, asked.batches),
                "postgresql": ingest(Config(data_dir=folder, database_url=f"{address}/postgres"), asked.stations, asked.batches),
            },
            "questions": questions(Config(data_dir=folder, database_url=f"{address}/postgres"), asked),
        }
    told = json.dumps(result, indent=1)
    if asked.json:
        asked.json.write_text(told + "\n")
    print(told)


def ingest(config: Config, many: int, batches: int) -> dict[str, Any]:
    """Send batches of many stations from 64 threads; one in six holds a visit."""
    with opened(config) as database:
        keys = shops(database, many)
        chance = random.Random(6)
        intake = Intake(database, config)
        now = store.now() * 1000
        sent = []
        for number in range(batches):
            station, key = keys[number % many]
            one = cell(now - 5000) if chance.random() < 1 / 6 else {**cell(now - 5000, 0), "dwell_ms": 0, "emotion_ms": {}}
            sent.append((station, key_hash(key), CountBatch(**batch(number // many + 1, one))))
        spent, begun = process_time(), perf_counter()
        with ThreadPoolExecutor(64) as pool:
            times = list(pool.map(lambda one: timed(lambda: intake.count(*one)), sent))
        seconds = perf_counter() - begun
        spent = process_time() - spent
    return {
        "batches": batches,
        "per_second": round(batches / seconds, 1),
        "over_http": over_http(config, keys),
        "processor_ms_per_batch_without_database": round(1000 * spent / batches, 2),
        "p50_ms": round(float(np.percentile(times, 50)), 1),
        "p95_ms": round(float(np.percentile(times, 95)), 1),
    }


def over_http(config: Config, keys: Sequence[tuple[int, str]]) -> dict[str, float]:
    """Send batches of all stations to the program for HTTP_S seconds, as fast as it answers; whoever sends takes of the same two cores."""
    numbers = count(2)

    def send(number: int) -> list[float]:
        times = []
        with Session() as session:
            for turn in count():
                if perf_counter() > until:
                    return times
                station, key = keys[(number + CONNECTIONS * turn) % len(keys)]
                body = batch(next(numbers), cell(store.now() * 1000 - 5000), stream="over-http")
                begun = perf_counter()
                answer = session.post(f"{url}/api/v1/stations/{station}/counts", json=body, headers=bearer(key), timeout=60)
                times.append((perf_counter() - begun) * 1000)
                assert answer.status_code == 200, answer.text
        raise AssertionError("count() ended")

    options = ("--database-url", config.database_url) if config.database_url else ()
    # The program's data folder lies below the folder that it is given.
    with program(config.data_dir.parent, *options) as (url, _), ThreadPoolExecutor(CONNECTIONS) as pool:
        until = perf_counter() + HTTP_S
        times = [one for some in pool.map(send, range(CONNECTIONS)) for one in some]
    p50, p95 = np.percentile(times, [50, 95])
    return {"per_second": round(len(times) / HTTP_S, 1), "p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1)}


def questions(config: Config, asked: argparse.Namespace) -> dict[str, Any]:
    """Ask what a dashboard asks, over generated hours and days, and the plain table for its GROUP BY."""
    last = date.today()
    first = last - timedelta(days=asked.days - 1)
    with opened(config) as database:
        with database.writing() as connection:
            connection.execute(
                text(HOURS),
                {"first": first, "last": last, "opens": OPEN_HOURS.start, "closes": OPEN_HOURS.stop - 1, "visits": VISITS_AN_HOUR},
            )
            connection.execute(text(DAYS))
            connection.execute(text(MINUTES), {"last": last})
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        sealing = timed(lambda: seal(database))
        told = asked_of(config, asked, kinds(database, first, last))
        return {"rows": rows(database), "sealing_s": round(sealing / 1000, 1), "requests": told, "plain": plain(database, asked, last)}


def kinds(database: Store, first: date, last: date) -> dict[str, Ask]:
    """Return what dashboards ask for: each kind of choice over each kind of period, and what the page asks beside it."""
    chance = random.Random(12)
    with database.reading() as connection:
        known = {name: list(connection.execute(text(f"SELECT id FROM {name} ORDER BY id")).scalars()) for name in ("places", "stations")}

    def some(name: str, many: int) -> str:
        return f"&{name}={','.join(map(str, chance.sample(known[name], min(many, len(known[name])))))}"

    def any_period() -> tuple[date, date]:
        begin, end = sorted(first + timedelta(days=chance.randrange((last - first).days + 1)) for _ in range(2))
        return begin, end

    half = max(1, len(known["places"]) // 2)
    choices: dict[str, Callable[[], str]] = {
        "everything": lambda: "",
        "half of the places": lambda: some("places", half),
        "10 places": lambda: some("places", 10),
        "a place": lambda: some("places", 1),
        "a station": lambda: some("stations", 1),
        "10 stations": lambda: some("stations", 10),
        "200 stations": lambda: some("stations", 200),
        "50 places and 50 stations": lambda: some("places", 50) + some("stations", 50),
    }
    periods: dict[str, Callable[[], tuple[date, date]]] = {
        "the whole time": lambda: (first, last),
        "90 days": lambda: (last - timedelta(days=89), last),
        "28 days": lambda: (last - timedelta(days=27), last),
        "7 days": lambda: (last - timedelta(days=6), last),
        "today": lambda: (last, last),
        "any period": any_period,
    }

    def asks(choice: Callable[[], str], between: Callable[[], tuple[date, date]], more: str = "") -> Ask:
        return lambda: "/api/v1/summary?first={}&last={}{}{}".format(*between(), choice(), more)

    found = {f"{one}, {other}": asks(choice, between) for one, choice in choices.items() for other, between in periods.items()}
    for one in ("everything", "10 places", "10 stations", "a station"):
        found[f"{one}, today by the minute"] = asks(choices[one], periods["today"], "&resolution=minute")
    return {**found, "places, stations and how they are": lambda: "/api/v1/places", "views": lambda: "/api/v1/views"}


def asked_of(config: Config, asked: argparse.Namespace, wanted: dict[str, Ask]) -> dict[str, dict[str, float]]:
    """Send requests of each kind to an application of this process; return how long it took to answer.

    `busy_*` is the time in which a processor worked for it, here and in PostgreSQL: what it takes on a machine without other work.
    """
    app = create_app(config)
    opened: Store = app.extensions["allsmiles_store"]
    client = logged_in(app.test_client())
    keep_what_is_there()
    told = {}
    for kind, ask in wanted.items():
        times, busy = [], []
        for number in range(asked.questions + 2):
            address, before = ask(), busy_ms(opened)
            spent = timed(lambda: client.get(address))  # noqa: B023 called at once
            if number >= 2:
                times.append(spent)
                busy.append(busy_ms(opened) - before)
        assert client.get(address).status_code == 200, address
        told[kind] = {
            f"{name}p{share}_ms": round(float(np.percentile(some, share)), 1)
            for name, some in (("", times), ("busy_", busy))
            for share in (50, 95)
        }
    opened.engine.dispose()
    return told


def busy_ms(opened: Store) -> float:
    """Return for how long a processor has worked for this process and for its connections in PostgreSQL."""
    with opened.reading() as connection:
        backends = connection.execute(text("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")).scalars().all()
    return 1000 * process_time() + sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in backends) / 1e6


def logged_in(client: FlaskClient) -> FlaskClient:
    """Log in as a manager, who is shown the keys too."""
    answer = client.post("/api/v1/session", json={"email": WHO, "password": PASSWORD})
    assert answer.status_code == 200, answer.json
    return client


def plain(database: Store, asked: argparse.Namespace, last: date) -> dict[str, Any]:
    """Ask the table with one row per visit for satisfaction by day, in a part of the time; it grows with every visitor."""
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE visits_plain (station_id bigint, at timestamptz, dwell_ms int, smiled boolean)"))
        first = last - timedelta(days=asked.plain_days - 1)
        connection.execute(text(PLAIN), {"first": first})
        connection.execute(text("CREATE INDEX ON visits_plain (at)"))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE visits_plain"))
    grouped = text("SELECT at::date, count(*), sum(smiled::int), avg(dwell_ms) FROM visits_plain GROUP BY 1")
    with database.reading() as connection:
        times = [timed(lambda: connection.execute(grouped).all()) for _ in range(5)]
        visits = connection.execute(text("SELECT count(*) FROM visits_plain")).scalar_one()
    return {"days": asked.plain_days, "rows": visits, "p50_ms": round(float(np.percentile(times, 50)), 1), "worst_ms": round(max(times), 1)}


def rows(database: Store) -> dict[str, int]:
    """Count what was asked."""
    with database.reading() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in ("places", "stations", "minutes", "hours", "days")
        }


def shops(database: Store, many: int) -> list[tuple[int, str]]:
    """Make one organisation with as many stations, two to a place; return their ids and keys."""
    made = []
    with database.writing() as connection:
        organisation = make_organisation(connection, "Everywhere", confirmed_by="benchmark")
        make_user(connection, organisation, WHO, PASSWORD, "manager")
        for number in range(many):
            if number % 2 == 0:
                place = store.add(
                    connection,
                    places,
                    organisation_id=organisation,
                    name=f"Place {number}",
                    time_zone="Europe/Berlin",
                    opening={},
                    gender=False,
                )
            station = store.add(connection, stations, place_id=place, name=f"Till {number}")
            made.append((station, make_key(connection, station)))
    return made


@contextmanager
def opened(config: Config) -> Iterator[Store]:
    """Give an open database and close it."""
    database = open_store(config)
    yield database
    database.engine.dispose()


def timed(call: Callable[[], object]) -> float:
    """Return the milliseconds of a call."""
    begun = perf_counter()
    call()
    return (perf_counter() - begun) * 1000


SUMMED = ("observed_ms", "visits", "smiled", "brightened", "dimmed", "dwell_ms", "dwell_0", "dwell_1", "dwell_2", "happy_ms", "neutral_ms")
HOURS = f"""
INSERT INTO hours (station_id, start, day, weekday, hour, told, {", ".join(SUMMED)})
SELECT id, extract(epoch FROM (day + make_interval(hours => hour)) AT TIME ZONE 'Europe/Berlin'), day, extract(isodow FROM day) - 1, hour,
       visits >= 5, 3600000, visits, visits * 2 / 5, visits / 8, visits / 20, visits * 20000,
       visits - visits / 2 - visits / 4, visits / 2, visits / 4, visits * 8000, visits * 12000
FROM (SELECT stations.id, at.day::date AS day, hour, (:visits * (0.3 + 1.4 * random()))::int AS visits
      FROM stations, generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') AS at(day),
           generate_series(CAST(:opens AS int), CAST(:closes AS int)) AS hour) AS made
ON CONFLICT DO NOTHING
"""
DAYS = f"""
INSERT INTO days (station_id, day, weekday, told, {", ".join(SUMMED)})
SELECT station_id, day, min(weekday), true, {", ".join(f"sum({name})" for name in SUMMED)} FROM hours GROUP BY station_id, day
ON CONFLICT DO NOTHING
"""
MINUTES = f"""
INSERT INTO minutes (station_id, start, {", ".join(SUMMED)})
SELECT station_id, (start + minute * 60)::bigint, 60000, now, now * 2 / 5, 0, 0, now * 20000, 0, now, 0, now * 8000, now * 12000
FROM (SELECT station_id, start, minute, (random() < visits / 60.0)::int AS now
      FROM hours, generate_series(0, 59) AS minute WHERE day = :last) AS made
ON CONFLICT DO NOTHING
"""
PLAIN = """
INSERT INTO visits_plain
SELECT station_id, to_timestamp(start + 3600 * random()), (20000 * random() + 2000)::int, random() < 0.4
FROM hours, generate_series(1, visits) WHERE day >= :first
"""

if __name__ == "__main__":
    main()
