"""The dashboard's numbers are sums of what may be told, on both databases."""

import io
import json
from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from tests.webapp.shop.test_auth import PASSWORD, Person
from webapp.shop import auth, store
from webapp.shop.analytics import day_start
from webapp.shop.rollup import add_minutes, rebuild, stations_of
from webapp.shop.schema import SUMS, days, minutes, places, stations

pytestmark = pytest.mark.usefixtures("quick_hash")

DAY = date(2026, 6, 8)
ZONE = "Europe/Berlin"


class Shop:
    """A place whose one station counted what a test says."""

    def __init__(self, app: Flask, opening: dict[str, Any] | None = None):
        self.app, self.store = app, app.extensions["allsmiles_store"]
        with self.store.writing() as connection:
            organisation = auth.make_organisation(connection, "Bakery")
            auth.make_user(connection, organisation, "viewer@example.org", PASSWORD, "viewer")
            place = {"name": "=Main", "time_zone": ZONE, "opening": opening or {}, "gender": False}
            self.place = store.add(connection, places, organisation_id=organisation, **place)
            store.add(connection, stations, place_id=self.place, name="Till")
        self.viewer = Person(app, "viewer@example.org")

    def count(self, day: date, hour: int, visits: int, smiled: int = 0, minute: int = 5) -> None:
        self.count_all(day, [(hour, minute, visits, smiled)])

    def count_all(self, day: date, seen: Iterable[tuple[int, int, int, int]]) -> None:
        """Count hour, minute, visits and smiles of each together."""
        rows = []
        for hour, minute, visits, smiled in seen:
            start = day_start(day, ZONE) + 3600 * hour + 60 * minute
            row = {**dict.fromkeys(SUMS, 0), "start": start, "observed_ms": 60_000, "visits": visits, "smiled": smiled}
            row |= {"dwell_1": visits, "dwell_ms": 9000 * visits, "happy_ms": 9000 * smiled, "neutral_ms": 9000 * (visits - smiled)}
            rows.append(row)
        with self.store.writing() as connection:
            station = connection.execute(stations_of(self.place)).mappings().one()
            add_minutes(connection, [(dict(station), rows)], 5)

    def ask(self, first: date, last: date, **more: str) -> Any:
        query = "&".join(f"{name}={value}" for name, value in {"first": first, "last": last, **more}.items())
        return self.viewer.client.get(f"/api/v1/summary?{query}").json


@pytest.fixture
def shop(shop_app: Flask) -> Shop:
    return Shop(shop_app)


def test_the_headline_is_the_sum_of_days_beside_the_period_before(shop: Shop) -> None:
    shop.count(DAY, 9, 40, 10)
    shop.count(DAY + timedelta(days=1), 9, 60, 40)
    shop.count(DAY - timedelta(days=1), 9, 50, 5)

    told = shop.ask(DAY, DAY + timedelta(days=1))

    assert (told["now"]["visits"], told["before"]["visits"]) == (100, 50)
    assert told["now"]["satisfaction"]["value"] == pytest.approx(50)
    assert told["change"]["value"] == pytest.approx(40)
    assert told["now"]["dwell"] == [0, 100, 0, 0, 0]
    assert told["now"]["emotions"]["happy"] == pytest.approx(0.5)
    assert [row["name"] for row in told["league"]] == ["=Main"]


def test_a_gap_is_not_zero(shop: Shop) -> None:
    shop.count(DAY, 9, 8)
    shop.count(DAY, 10, 0)
    shop.count(DAY, 12, 8)

    steps = shop.ask(DAY, DAY, resolution="hour")["steps"]

    assert [step["visits"] for step in steps] == [8, 0, None, 8]


def test_hours_of_few_visits_are_withheld_but_belong_to_the_day(shop: Shop) -> None:
    for hour, visits in ((9, 20), (10, 3), (11, 4), (12, 30)):
        shop.count(DAY, hour, visits)

    by_hour = shop.ask(DAY, DAY, resolution="hour")
    by_day = shop.ask(DAY, DAY, resolution="day")

    assert [step["visits"] for step in by_hour["steps"]] == [20, None, None, 30]
    assert [step["withheld"] for step in by_hour["steps"]] == [False, True, True, False]
    assert by_day["steps"][0]["visits"] == 57
    assert {cell["hour"]: cell["visits"] for cell in by_hour["heat"]}[9] == 20


def test_one_quiet_hour_takes_another_one_along(shop: Shop) -> None:
    for hour, visits in ((9, 20), (10, 3), (11, 9)):
        shop.count(DAY, hour, visits)

    steps = shop.ask(DAY, DAY, resolution="hour")["steps"]

    assert [step["visits"] for step in steps] == [20, None, None]


def test_a_quiet_day_is_withheld_everywhere(shop: Shop) -> None:
    shop.count(DAY, 9, 4, 2)
    shop.count(DAY + timedelta(days=1), 9, 50, 2)

    told = shop.ask(DAY, DAY + timedelta(days=1), resolution="day")

    assert told["now"]["visits"] == 50
    assert [(step["visits"], step["withheld"]) for step in told["steps"]] == [(None, True), (50, False)]
    assert shop.ask(DAY, DAY)["now"]["satisfaction"] is None


def test_quarters_are_withheld_within_their_hour(shop: Shop) -> None:
    for minute, visits in ((1, 6), (20, 2), (35, 9), (50, 12)):
        shop.count(DAY, 9, visits, minute=minute)

    steps = {step["at"] % 3600: step["visits"] for step in shop.ask(DAY, DAY, resolution="quarter")["steps"]}

    assert steps == {0: None, 900: None, 1800: 9, 2700: 12}


def test_minutes_are_withheld_within_their_quarter(shop: Shop) -> None:
    for minute, visits in ((1, 6), (2, 7), (3, 2), (16, 3), (31, 9), (50, 12)):
        shop.count(DAY, 9, visits, minute=minute)

    told = shop.ask(DAY, DAY, resolution="minute")

    steps = {step["at"] % 3600 // 60: step["visits"] for step in told["steps"] if step["visits"] is not None or step["withheld"]}
    assert steps == {1: None, 2: 7, 3: None, 16: None, 31: None, 50: 12}
    assert told["resolution"] == "minute"
    assert len(told["steps"]) == 50


def test_no_subtraction_of_minutes_quarters_and_hours_leads_below_the_fewest(shop: Shop) -> None:
    """What each step of a longer one hides, together, is nothing or at least the fewest."""
    random = Random(3)
    sizes = (0, 0, 1, 2, 4, 5, 6, 9)
    shop.count_all(DAY, [(hour, minute, random.choice(sizes), 0) for hour in range(9, 15) for minute in range(60)])
    told = {name: shop.ask(DAY, DAY, resolution=name)["steps"] for name in ("minute", "quarter", "hour")}

    for fine, coarse, width in (("minute", "quarter", 900), ("quarter", "hour", 3600)):
        shown: dict[int, int] = {}
        for step in told[fine]:
            shown[step["at"] // width * width] = shown.get(step["at"] // width * width, 0) + (step["visits"] or 0)
        whole = {step["at"]: step["visits"] for step in told[coarse] if step["visits"] is not None}
        assert whole
        for at, visits in whole.items():
            assert visits - shown[at] == 0 or visits - shown[at] >= 5
        assert all(visits == 0 for at, visits in shown.items() if at not in whole)


def test_quarters_are_shown_where_no_minute_may_be_told(shop: Shop) -> None:
    shop.count_all(DAY, [(9, minute, 3, 0) for minute in range(20)])

    told = shop.ask(DAY, DAY, resolution="minute")

    assert told["resolution"] == "quarter"
    assert [step["visits"] for step in told["steps"]] == [45, 15]


@pytest.mark.parametrize("asked", [{}, {"resolution": "minute"}])
def test_a_day_whose_minutes_are_not_kept_any_more_is_shown_by_the_hour(shop: Shop, asked: dict[str, str]) -> None:
    shop.count(DAY, 9, 30)
    with shop.store.writing() as connection:
        connection.execute(minutes.delete())

    told = shop.ask(DAY, DAY, **asked)

    assert told["resolution"] == "hour"
    assert [step["visits"] for step in told["steps"]] == [30]
    assert shop.ask(DAY, DAY, resolution="quarter")["resolution"] == "quarter"


def test_minutes_are_of_one_day(shop: Shop) -> None:
    assert "one day" in shop.ask(DAY, DAY + timedelta(days=1), resolution="minute")["detail"]


def test_a_day_with_the_hour_that_comes_twice_keeps_all_visits(shop: Shop) -> None:
    autumn = date(2026, 10, 25)
    for hour in range(25):
        shop.count(autumn, hour, 6)

    told = shop.ask(autumn, autumn, resolution="hour")

    assert told["now"]["visits"] == 150
    assert len(told["steps"]) == 24
    assert told["steps"][2]["visits"] == 12


def test_other_opening_hours_change_the_numbers_of_kept_minutes(shop: Shop) -> None:
    shop.count(DAY, 8, 10)
    shop.count(DAY, 12, 20)

    with shop.store.writing() as connection:
        connection.execute(update(places).values(opening={"mon": [["09:00", "18:00"]]}))
        rebuild(connection, shop.place, 5)

    assert shop.ask(DAY, DAY)["now"]["visits"] == 20


def test_the_stations_looked_for_a_share_of_opening_hours(shop_app: Flask) -> None:
    shop = Shop(shop_app, {"mon": [["09:00", "11:00"]]})
    shop.count_all(DAY, [(9, minute, 1, 0) for minute in range(60)])

    assert shop.ask(DAY, DAY)["now"]["observed"] == pytest.approx(0.5)


def test_exports_say_what_the_line_says_and_no_more(shop: Shop) -> None:
    for hour, visits in ((9, 20), (10, 3), (11, 4)):
        shop.count(DAY, hour, visits, 2)
    client, query = shop.viewer.client, f"first={DAY}&last={DAY}&resolution=hour"

    rows = client.get(f"/api/v1/export?{query}&format=json").json
    lines = client.get(f"/api/v1/export?{query}&format=csv").text.splitlines()

    assert [(row["start"], row["visits"], row["satisfaction"], row["withheld"]) for row in rows] == [
        ("2026-06-08T09:00", 20, 10.0, False),
        ("2026-06-08T10:00", None, None, True),
        ("2026-06-08T11:00", None, None, True),
    ]
    assert len(lines) == 4
    assert ",'=Main," in lines[1]


def test_parquet_holds_the_same_rows(shop: Shop) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    shop.count(DAY, 9, 20, 5)
    query = f"first={DAY}&last={DAY}&resolution=day"

    file = shop.viewer.client.get(f"/api/v1/export?{query}&format=parquet").data

    assert parquet.read_table(io.BytesIO(file)).to_pylist() == shop.viewer.client.get(f"/api/v1/export?{query}&format=json").json


def test_without_the_library_for_parquet_the_answer_says_what_to_install(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)

    answer = shop.viewer.client.get(f"/api/v1/export?first={DAY}&last={DAY}&format=parquet")

    assert answer.status_code == 501
    assert "allsmiles[parquet]" in answer.json["detail"]


def test_other_organisations_get_nothing(shop: Shop) -> None:
    shop.count(DAY, 9, 20)
    with shop.store.writing() as connection:
        auth.make_user(connection, auth.make_organisation(connection, "Butcher"), "other@example.org", PASSWORD, "owner")
    other = Person(shop.app, "other@example.org")

    told = other.client.get(f"/api/v1/summary?first={DAY}&last={DAY}&places={shop.place}").json

    assert (told["now"]["visits"], told["heat"], told["league"]) == (0, [], [])
    assert {step["visits"] for step in told["steps"]} == {None}


@pytest.mark.parametrize("query", ["", "first=2026-01-02&last=2026-01-01", "first=x&last=y", "first=1900-01-01&last=2026-01-01"])
def test_a_question_that_makes_no_sense_is_refused(shop: Shop, query: str) -> None:
    assert shop.viewer.client.get(f"/api/v1/summary?{query}").status_code == 422


def test_nobody_sees_numbers_without_logging_in(shop_app: Flask) -> None:
    client = shop_app.test_client()

    assert client.get(f"/api/v1/summary?first={DAY}&last={DAY}").status_code == 401
    assert client.get(f"/api/v1/export?first={DAY}&last={DAY}").status_code == 401
    assert client.get("/dashboard").status_code == 200


def test_the_demonstration_fills_days_in_a_row_and_only_an_empty_database(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from webapp.cli import main
    from webapp.config import Config
    from webapp.shop.store import open_store

    code = main(["demo", "--days", "9", "--data-dir", str(tmp_path)])
    said = capsys.readouterr().out
    again = main(["demo", "--data-dir", str(tmp_path)])

    with open_store(Config(data_dir=tmp_path)).reading() as connection:
        known = connection.execute(select(days.c.day).distinct()).scalars().all()
        parts = connection.execute(select(days.c.visits, days.c.smiled)).all()
    assert (code, again) == (0, 2)
    assert "log in as demo@example.org" in said
    assert "not empty" in capsys.readouterr().err
    # Two where midnight has passed in one of the time zones only.
    assert len(known) in (10, 11)
    assert all(smiled <= visits for visits, smiled in parts)


def test_a_user_is_made_from_the_terminal(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from webapp.cli import main

    monkeypatch.setattr("sys.stdin", io.StringIO("too short\n"))
    short = main(["user", "add", "anna@example.org", "--confirm", "told", "--data-dir", str(tmp_path)])
    monkeypatch.setattr("sys.stdin", io.StringIO("long enough now\n"))
    right = main(["user", "add", "anna@example.org", "--confirm", "told", "--data-dir", str(tmp_path)])

    assert (short, right) == (2, 0)
    assert "anna@example.org is owner" in capsys.readouterr().out
    assert main(["erase", "--data-dir", str(tmp_path)]) == 2
    assert main(["erase", "--yes", "erase", "--data-dir", str(tmp_path)]) == 0


def test_the_answer_for_a_year_holds_one_line_and_stays_small(shop: Shop) -> None:
    with shop.store.writing() as connection:
        station = connection.execute(select(stations.c.id)).scalar_one()
        row = {"station_id": station, "weekday": 0, "told": True, "visits": 50, "smiled": 20, "observed_ms": 9}
        connection.execute(insert(days), [{**row, "day": DAY - timedelta(days=number)} for number in range(365)])

    told = shop.ask(DAY - timedelta(days=364), DAY)

    assert told["now"]["visits"] == 50 * 365
    assert len(json.dumps(told)) < 40_000
