"""Single stations beside whole places: the right sums, and nothing that subtraction would reveal."""

import random
from collections.abc import Iterable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.shop.test_auth import PASSWORD, Person
from tests.webapp.shop.test_dashboard import DAY, ZONE
from webapp.shop import auth, store
from webapp.shop.analytics import day_start
from webapp.shop.rollup import add_minutes, stations_of
from webapp.shop.schema import SUMS, places, stations
from webapp.shop.sealed import seal

pytestmark = pytest.mark.usefixtures("quick_hash")

FEWEST = 5


class Tills:
    """Two places, the first with two tills."""

    def __init__(self, app: Flask):
        self.app, self.store = app, app.extensions["allsmiles_store"]
        with self.store.writing() as connection:
            organisation = auth.make_organisation(connection, "Bakery")
            auth.make_user(connection, organisation, "manager@example.org", PASSWORD, "manager")
            self.places, self.tills = [], []
            for name, tills in (("Main street", ("Till 1", "Till 2")), ("Market", ("Door",))):
                place = {"name": name, "time_zone": ZONE, "opening": {}, "gender": False}
                self.places.append(store.add(connection, places, organisation_id=organisation, **place))
                self.tills += [store.add(connection, stations, place_id=self.places[-1], name=till) for till in tills]
        self.manager = Person(app, "manager@example.org")

    def count(self, till: int, visits: int, smiled: int = 0, hour: int = 9, ahead: int = 0, minute: int = 5) -> None:
        self.count_all(till, [(visits, smiled, hour, ahead, minute)])

    def count_all(self, till: int, seen: Iterable[tuple[int, int, int, int, int]]) -> None:
        """Count visits, smiles, hour, days ahead and minute of each together."""
        rows = []
        for visits, smiled, hour, ahead, minute in seen:
            start = day_start(DAY + timedelta(days=ahead), ZONE) + 3600 * hour + 60 * minute
            counted = {"observed_ms": 60_000, "visits": visits, "smiled": smiled, "dwell_1": visits}
            rows.append({**dict.fromkeys(SUMS, 0), "start": start, **counted})
        with self.store.writing() as connection:
            whose = select(stations.c.place_id).where(stations.c.id == self.tills[till])
            found = connection.execute(stations_of(connection.execute(whose).scalar_one())).mappings().all()
            add_minutes(connection, [(next(dict(one) for one in found if one["id"] == self.tills[till]), rows)], FEWEST)

    def ask(self, days: int = 1, **more: Any) -> Any:
        query = "&".join(f"{name}={value}" for name, value in {"first": DAY, "last": DAY + timedelta(days=days - 1), **more}.items())
        answer = self.manager.client.get(f"/api/v1/summary?{query}")
        assert answer.status_code == 200, answer.json
        return answer.json


@pytest.fixture
def shop(shop_app: Flask) -> Tills:
    shop = Tills(shop_app)
    for till, (visits, smiled) in enumerate(((40, 10), (20, 15), (60, 6))):
        shop.count(till, visits, smiled)
    return shop


@pytest.mark.parametrize("resolution", ["quarter", "hour", "day"])
def test_a_single_station_is_summed_alone_and_beside_whole_places(shop: Tills, resolution: str) -> None:
    one, both = str(shop.tills[1]), shop.places[1]

    def visits(**more: Any) -> tuple[int, int, int]:
        told = shop.ask(resolution=resolution, **more)
        return told["now"]["visits"], sum(step["visits"] or 0 for step in told["steps"]), sum(cell["visits"] for cell in told["heat"])

    assert visits(stations=one) == (20,) * 3
    assert visits(stations=one, places=both) == (80,) * 3
    assert visits(stations=one, places=shop.places[0]) == (60,) * 3
    assert visits() == (120,) * 3


def test_the_league_and_the_export_name_the_station(shop: Tills) -> None:
    league = shop.ask(stations=shop.tills[1], places=shop.places[1])["league"]
    rows = shop.manager.client.get(f"/api/v1/export?first={DAY}&last={DAY}&resolution=day&format=json&stations={shop.tills[1]}").json

    assert [(row["name"], row["visits"]) for row in league] == [("Main street: Till 2", 20), ("Market", 60)]
    assert [(row["place"], row["visits"]) for row in rows] == [("Main street: Till 2", 20)]


def test_the_stations_of_the_only_place_stand_beside_each_other_best_first(shop: Tills) -> None:
    seal(shop.store)
    beside = shop.ask(places=shop.places[0])["stations"]

    assert [(row["id"], row["name"], row["visits"]) for row in beside] == [(shop.tills[1], "Till 2", 20), (shop.tills[0], "Till 1", 40)]
    assert [row["satisfaction"]["value"] for row in beside] == [75, 25]
    later = DAY + timedelta(days=7)
    assert {row["visits_before"] for row in shop.ask(places=shop.places[0], first=later, last=later)["stations"]} == {20, 40}
    assert shop.ask()["stations"] == []


def test_a_station_whose_visits_are_withheld_stays_so_beside_the_others(shop_app: Flask) -> None:
    shop = Tills(shop_app)
    shop.count(0, 40, 10)
    shop.count(1, FEWEST - 1, 1)

    assert [(row["visits"], row["satisfaction"] is None) for row in shop.ask(places=shop.places[0])["stations"]] == [(40, False), (0, True)]


def test_sealed_sums_of_whole_places_are_not_told_as_those_of_a_station(shop: Tills) -> None:
    seal(shop.store)
    first = DAY.replace(day=1)
    query = f"/api/v1/summary?first={first}&last={first.replace(month=first.month + 1) - timedelta(days=1)}"

    assert shop.manager.client.get(f"{query}&stations={shop.tills[1]}").json["now"]["visits"] == 20
    assert shop.manager.client.get(query).json["now"]["visits"] == 120


def test_a_station_of_another_organisation_is_nothing(shop: Tills, shop_app: Flask) -> None:
    with shop.store.writing() as connection:
        auth.make_user(connection, auth.make_organisation(connection, "Other"), "other@example.org", PASSWORD, "owner")
    other = Person(shop_app, "other@example.org")

    told = other.client.get(f"/api/v1/summary?first={DAY}&last={DAY}&stations={shop.tills[1]}").json

    assert (told["now"]["visits"], told["league"]) == (0, [])


def test_a_view_and_its_embedding_keep_to_the_station(shop: Tills) -> None:
    view = shop.manager.ask("POST", "/views", {"name": "Till 2", "query": f"first={DAY}&last={DAY}&stations={shop.tills[1]}"}).json
    path = shop.manager.ask("POST", f"/views/{view['id']}/link").json["path"]

    told = shop.app.test_client().get(f"/api/v1/embedded/{path.rsplit('/', 1)[-1]}").json

    assert told["summary"]["now"]["visits"] == 20
    assert [[station["name"] for station in place["stations"]] for place in told["places"]] == [["Till 2"]]


@pytest.mark.parametrize("wrong", ["abc", "-1", "0", "1,,x"])
def test_stations_that_make_no_sense_are_refused(shop: Tills, wrong: str) -> None:
    assert shop.manager.client.get(f"/api/v1/summary?first={DAY}&last={DAY}&stations={wrong}").status_code == 422


def test_a_place_less_its_station_never_tells_few_visits(shop_app: Flask) -> None:
    shop, dice = Tills(shop_app), random.Random(6)
    for till in (0, 1):
        seen = []
        for ahead, hour, minute in product(range(6), (9, 10, 11), (5, 20, 35)):
            visits = dice.choice([0, 1, 2, 3, 4, 5, 6, 12])
            seen.append((visits, dice.randint(0, visits), hour, ahead, minute))
        shop.count_all(till, seen)

    def numbers(day: int, **more: Any) -> dict[Any, int]:
        query = {"first": DAY + timedelta(days=day), "last": DAY + timedelta(days=day), **more}
        found: dict[Any, int] = {}
        for resolution in ("quarter", "hour", "day"):
            told = shop.ask(**{**query, "resolution": resolution})
            found |= {(resolution, step["at"]): step["visits"] or 0 for step in told["steps"]}
            found["all"] = told["now"]["visits"]
        return found

    for day in range(6):
        place, first, second = (
            numbers(day, places=shop.places[0]),
            numbers(day, stations=shop.tills[0]),
            numbers(day, stations=shop.tills[1]),
        )
        for key, visits in place.items():
            assert visits - first.get(key, 0) == second.get(key, 0)
            for one in (first, second):
                assert one.get(key, 0) == 0 or one[key] >= FEWEST, key


@pytest.mark.parametrize(("many", "finest"), [(10, "minute"), (11, "quarter"), (40, "quarter"), (41, "hour")])
def test_the_more_stations_the_coarser_the_line_of_a_day_whose_minutes_are_asked_for(shop: Tills, many: int, finest: str) -> None:
    with shop.store.writing() as connection:
        for number in range(many - len(shop.tills)):
            store.add(connection, stations, place_id=shop.places[0], name=f"More {number}")

    assert shop.ask(resolution="minute")["resolution"] == finest
    assert shop.ask()["resolution"] == ("hour" if finest == "hour" else "quarter")
    assert shop.ask(stations=shop.tills[1], resolution="minute")["resolution"] == "minute"
