"""A manager who asks everything of days that are over, and solves for what is withheld, learns no number of too few visits."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import combinations, product
from random import Random
from typing import Any

import numpy as np
import pytest
from flask import Flask
from pyarrow import parquet

from tests.webapp.shop.test_auth import PASSWORD, Person
from webapp.contract import PERCEIVED_GENDERS
from webapp.shop import analytics, auth, rollup, store, summaries
from webapp.shop.analytics import day_start, tell_day
from webapp.shop.rollup import add_minutes, stations_of
from webapp.shop.schema import DWELL, GENDERS, SUMS, places, stations
from webapp.shop.sealed import seal

pytestmark = pytest.mark.usefixtures("quick_hash")

FEWEST = 5
ZONE = "Europe/Berlin"
FIRST = datetime.now(UTC).date() - timedelta(days=40)
DAYS = (FIRST, FIRST + timedelta(days=1))
WIDTHS = {"minute": 60, "quarter": 900, "hour": 3600, "day": 86_400}
HOURS = (0, 0, 1, 2, 4, 4, 5, 6, 9), (0, 0, 0, 0, 0, 1), (0, 0, 0, 0, 0, 2), (0, 1, 1), (4,), (1,), (0,)
"""What minutes of an hour may hold: busy hours and such as hide something."""
Cell = tuple[int, str, int]
"""A station, the name of a width, and when it begins by the clock of the place, as the answers have it."""
Part = tuple[int, int, str]
"""A station, the beginning of its day, and a class of dwell time or perceived gender."""


class Curious:
    """Two places with two stations and one, a manager, and what really happened: visits by station and minute, and the parts of days."""

    def __init__(self, app: Flask):
        self.store = app.extensions["allsmiles_store"]
        chance = Random(1)
        self.truth: dict[tuple[int, int], int] = {}
        self.parts: dict[Part, int] = {}
        with self.store.writing() as connection:
            organisation = auth.make_organisation(connection, "Bakery")
            auth.make_user(connection, organisation, "manager@example.org", PASSWORD, "manager")
            self.places: dict[int, list[int]] = {}
            for number in (2, 1):
                place = {"name": f"Place {number}", "time_zone": ZONE, "opening": {}, "gender": True}
                made = store.add(connection, places, organisation_id=organisation, **place)
                self.places[made] = [store.add(connection, stations, place_id=made, name=f"Till {till}") for till in range(number)]
                for station in connection.execute(stations_of(made)).mappings().all():
                    add_minutes(
                        connection, [(dict(station), [row for day in DAYS for row in self.counts(station["id"], day, chance)])], FEWEST
                    )
        seal(self.store)
        self.manager = Person(app, "manager@example.org")

    def counts(self, station: int, day: date, chance: Random) -> Iterator[dict[str, int]]:
        """Invent the minutes of a day; a third of the days is quiet."""
        quiet = chance.random() < 1 / 3
        for hour in range(9, 14):
            kind = chance.choice(HOURS[1:] if quiet else HOURS)
            for minute in sorted(chance.sample(range(60), chance.choice((3, 7, 24)))):
                visits = chance.choice(kind)
                begun = 3600 * hour + 60 * minute
                split = {chance.choice(DWELL): visits, chance.choice(GENDERS): visits}
                self.truth[station, wall(day) + begun] = visits
                for name, count in split.items():
                    self.parts[station, wall(day), name] = self.parts.get((station, wall(day), name), 0) + count
                counted = {**dict.fromkeys(SUMS, 0), "observed_ms": 60_000, "visits": visits, "smiled": visits // 2, **split}
                yield {**counted, "start": day_start(day, ZONE) + begun}

    @property
    def stations(self) -> list[int]:
        return [station for some in self.places.values() for station in some]

    @cached_property
    def cells(self) -> dict[Cell, int]:
        """Return how many visits every cell really held."""
        held: dict[Cell, int] = {}
        for (station, minute), visits in self.truth.items():
            for cell in cells_of(station, minute):
                held[cell] = held.get(cell, 0) + visits
        return held

    def ask(self, what: str, **asked: Any) -> Any:
        answer = self.manager.client.get(f"/api/v1/{what}?" + "&".join(f"{name}={value}" for name, value in asked.items()))
        assert answer.status_code == 200, answer.data
        return answer


def wall(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


class Notebook:
    """What the manager writes down: sums over minutes of stations, and parts of days."""

    def __init__(self, shop: Curious):
        self.shop = shop
        self.sums: dict[tuple[int, ...], int] = {}
        self.shown: set[int] = set()
        self.alone = {
            (station, day, name): shop.ask("summary", first=day, last=day, stations=station, resolution=name).json
            for station, day, name in product(shop.stations, DAYS, WIDTHS)
        }
        self.told = {
            (station, name, step["at"])
            for (station, _, name), answer in self.alone.items()
            for step in answer["steps"]
            if answer["resolution"] == name and step["visits"] is not None and not step["withheld"]
        }
        self.minutes: dict[Cell, list[int]] = {}
        for number, (station, minute) in enumerate(shop.truth):
            for cell in cells_of(station, minute):
                if cell in self.told:
                    self.minutes.setdefault(cell, []).append(number)

    def write(self, whose: list[int], name: str, starts: Iterable[int], visits: int) -> None:
        """Add an answer: the visits of what may be told of these stations, in cells of a width that begin then."""
        covered = [number for station in whose for at in starts for number in self.minutes.get((station, name, at), ())]
        self.shown.add(visits)
        self.sums[tuple(covered)] = visits

    def ask_everything(self) -> None:
        """Ask for lines, headlines, heat maps, leagues and files of all choices of stations and places over all periods."""
        shop = self.shop
        choices: list[tuple[dict[str, Any], list[int]]] = [({}, shop.stations)]
        for many in (1, 2):
            choices += [({"stations": ",".join(map(str, some))}, list(some)) for some in combinations(shop.stations, many)]
        for place, some in shop.places.items():
            others = [station for station in shop.stations if station not in some]
            choices += [({"places": place}, some), *(({"places": place, "stations": one}, [*some, one]) for one in others)]
        for (chosen, whose), days in product(choices, (DAYS[:1], DAYS[1:], DAYS)):
            for name in WIDTHS if len(days) == 1 else ("hour", "day"):
                self.read(shop.ask("summary", first=days[0], last=days[-1], resolution=name, **chosen).json, whose, name, days)
        for (place, whose), name, kind, day in product(shop.places.items(), WIDTHS, FILES, DAYS):
            for row in FILES[kind](shop.ask("export", first=day, last=day, resolution=name, places=place, format=kind).data):
                if row["visits"] not in (None, ""):
                    at = datetime.fromisoformat(row["start"]).replace(tzinfo=UTC)
                    self.write(whose, name, [int(at.timestamp())], int(row["visits"]))

    def read(self, told: Any, whose: list[int], name: str, days: Sequence[date]) -> None:
        """Write down one answer of the dashboard."""
        begun = [wall(day) for day in days]
        assert told["resolution"] == name or name == "minute"
        for step in told["steps"]:
            if step["visits"] is not None:
                self.write(whose, told["resolution"], [step["at"]], step["visits"])
        for cell in told["heat"]:
            hours = [wall(day) + 3600 * cell["hour"] for day in days if day.weekday() == cell["weekday"]]
            self.write(whose, "hour", hours, cell["visits"])
        self.write(whose, "day", begun, told["now"]["visits"])
        for row in told["league"]:
            self.write([station for station in self.shop.places[row["id"]] if station in whose], "day", begun, row["visits"])
        for row in told["stations"]:
            self.write([row["id"]], "day", begun, row["visits"])
        self.shown |= {*told["now"]["dwell"], *told["now"]["gender"].values()}

    def small(self) -> set[Cell]:
        """Return the cells of too few visits that follow from the sums."""
        truth = np.array(list(self.shop.truth.values()))
        rows = np.zeros((len(self.sums), len(truth)))
        for row, covered in zip(rows, self.sums, strict=True):
            row[list(covered)] = 1
        # Whoever errs about what an answer covers would conclude nothing from it.
        assert (rows @ truth == np.array(list(self.sums.values()))).all()
        wanted: dict[Cell, Any] = {}
        for number, (station, minute) in enumerate(self.shop.truth):
            for cell in cells_of(station, minute):
                if 0 < self.shop.cells[cell] < FEWEST:
                    wanted.setdefault(cell, np.zeros(len(truth)))[number] = 1
        return solved(rows, wanted)

    def small_parts(self) -> set[Part]:
        """Return the dwell times and perceived genders of too few visits that follow: those shown, with the visits of each day."""
        shop, found = self.shop, set()
        for station, day in product(shop.stations, DAYS):
            now = self.alone[station, day, "day"]["now"]
            split = {DWELL: now["dwell"], GENDERS: [now["gender"].get(label, 0) for label in PERCEIVED_GENDERS]}
            for names, shown in split.items():
                rows = [row for row, count in zip(np.eye(len(names)), shown, strict=True) if count]
                rows += [np.ones(len(names))] if now["visits"] else []
                wanted = {
                    (station, wall(day), name): row
                    for name, row in zip(names, np.eye(len(names)), strict=True)
                    if 0 < shop.parts.get((station, wall(day), name), 0) < FEWEST
                }
                found |= solved(np.array(rows), wanted) if rows else set()
        return found


def cells_of(station: int, minute: int) -> Iterator[Cell]:
    """Yield the cells of all widths in which a minute lies."""
    yield from ((station, name, minute // width * width) for name, width in WIDTHS.items())


def solved(rows: Any, wanted: Mapping[Any, Any]) -> set[Any]:
    """Return what of `wanted` is a combination of the rows."""
    sizes, across = np.linalg.eigh(rows.T @ rows)
    base = across[:, sizes > 1e-9 * sizes.max()]
    return {name for name, row in wanted.items() if np.linalg.norm(row - base @ (base.T @ row)) < 1e-6}


def of_csv(data: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def of_parquet(data: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = parquet.read_table(io.BytesIO(data)).to_pylist()
    return rows


FILES: dict[str, Callable[[bytes], list[dict[str, Any]]]] = {"csv": of_csv, "json": json.loads, "parquet": of_parquet}


def test_nothing_of_too_few_visits_follows_from_all_answers_together(shop_app: Flask) -> None:
    notebook = Notebook(Curious(shop_app))
    notebook.ask_everything()

    assert notebook.small() | notebook.small_parts() == set()
    assert not {number for number in notebook.shown if 0 < number < FEWEST}
    assert sum(0 < visits < FEWEST for visits in notebook.shop.cells.values()) > 100


def test_within_what_is_withheld_nothing_is_told_not_even_that_nobody_came(shop_app: Flask) -> None:
    told = Notebook(Curious(shop_app)).told

    for fine, coarse in (("minute", "quarter"), ("quarter", "hour")):
        known = [(station, at) for station, name, at in told if name == fine]
        assert known
        assert {(station, coarse, at // WIDTHS[coarse] * WIDTHS[coarse]) for station, at in known} <= told


def only_small(visits: Mapping[Any, int], fewest: int) -> set[Any]:
    return {key for key, count in visits.items() if 0 < count < fewest}


def always(hours: Mapping[int, Mapping[str, int]], fewest: int) -> tuple[set[int], dict[str, int]]:
    return tell_day(hours, fewest)[0], analytics.total(hours.values())


def nothing(visits: Mapping[int, int], fewest: int) -> set[int]:
    return set()


# What is found depends on no database.
@pytest.mark.parametrize("shop_server", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("weaker", "where", "name"),
    [
        (only_small, analytics, "withheld"),
        (only_small, summaries, "withheld"),
        (always, rollup, "tell_day"),
        (nothing, summaries, "_hidden"),
    ],
)
def test_what_is_withheld_less_carefully_is_found(
    shop_app: Flask, monkeypatch: pytest.MonkeyPatch, weaker: Any, where: Any, name: str
) -> None:
    monkeypatch.setattr(where, name, weaker)

    notebook = Notebook(Curious(shop_app))
    for (station, day, resolution), answer in notebook.alone.items():
        notebook.read(answer, [station], resolution, [day])

    assert notebook.small() | notebook.small_parts()
