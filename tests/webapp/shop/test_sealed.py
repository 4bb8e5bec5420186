"""Sealed sums answer as the stations' own hours and days do, whatever happens to those."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from tests.webapp.shop.counts import cell
from webapp.contract import Question, Summary
from webapp.shop import auth, sealed, store
from webapp.shop.analytics import day_start
from webapp.shop.rollup import add_minutes, apply_fewest, rebuild, stations_of
from webapp.shop.schema import DWELL, SUMS, places, sealed_days, stations
from webapp.shop.sealed import Cover, cover, gaps, month_end, months, seal
from webapp.shop.store import Store
from webapp.shop.summaries import summary

ZONE = "Europe/Berlin"
TODAY = datetime.now(UTC).date()
AGES = (0, 1, 2, 3, 4, 6, 30, 31, 33, 34, 60, 61, 62, 63, 64, 65, 66, 90)
"""Days ago on which something was counted; between them nothing was."""


class Chain:
    """An organisation of several places that counted on days of certain ages."""

    def __init__(self, opened: Store):
        self.opened = opened
        self.chance = random.Random(5)
        with opened.writing() as connection:
            self.organisation = auth.make_organisation(connection, "Chain")
            other = auth.make_organisation(connection, "Other")
            self.places = [self.make_place(connection, self.organisation, number) for number in range(3)]
            self.other = self.make_place(connection, other, 3)
            for place in (*self.places, self.other):
                self.count(connection, place, *AGES)

    def make_place(self, connection: Connection, organisation: int, number: int) -> int:
        place = {"name": f"Place {number}", "time_zone": ZONE, "opening": {}, "gender": False}
        made = store.add(connection, places, organisation_id=organisation, **place)
        for till in range(2):
            store.add(connection, stations, place_id=made, name=f"Till {till}")
        return made

    def count(self, connection: Connection, place: int, *ages: int) -> None:
        counted = []
        for station in connection.execute(stations_of(place)).mappings().all():
            rows = []
            for age in ages:
                for hour in (9, 10, 17):
                    visits = self.chance.choice((0, 2, 4, 7, 20))
                    start = day_start(TODAY - timedelta(days=age), ZONE) + 3600 * hour
                    one = {**dict.fromkeys(SUMS, 0), **{name: value for name, value in cell(0, visits).items() if name in SUMS}}
                    rows.append({**one, "start": start, DWELL[1]: visits, "smiled": visits // 2})
            counted.append((dict(station), rows))
        add_minutes(connection, counted, 5)

    def ask(self, first_age: int, last_age: int, *chosen: int, tills: Sequence[int] = (), unsealed: bool = False) -> Summary:
        first, last = (TODAY - timedelta(days=age) for age in (first_age, last_age))
        question = Question(first=first, last=last, places=list(chosen), stations=list(tills))
        with self.opened.engine.connect() as connection:
            if unsealed:
                # Never committed.
                sealed.forget(connection, self.organisation)
            return summary(connection, self.organisation, question, 5)

    def answers(self, unsealed: bool = False) -> list[Summary]:
        """Ask for all places, some, one, and single stations of them."""
        return [
            self.ask(first, last, *chosen, tills=tills, unsealed=unsealed)
            for first, last in ((0, 0), (3, 3), (6, 0), (9, 2), (33, 3), (66, 30), (70, 0), (95, 1), (400, 0), (1, 1), (5, 5), (66, 60))
            for chosen, tills in (
                ((), ()),
                (self.places[:2], ()),
                (self.places[1:2], ()),
                ((), self.tills[:1]),
                (self.places[1:2], self.tills[::3]),
                ((), self.tills),
            )
        ]

    def assert_agrees(self) -> None:
        """Sealed sums change nothing, neither those that are left nor those that are made anew."""
        counted = self.answers(unsealed=True)
        for _ in ("left", "made anew"):
            assert_same(self.answers(), counted)
            seal(self.opened)

    def covered(self) -> Cover:
        """Return how a period of all days is read."""
        with self.opened.reading() as connection:
            return cover(connection, self.organisation, TODAY - timedelta(days=AGES[-1]), TODAY)

    @property
    def tills(self) -> list[int]:
        """The stations of the organisation, and one of another, which is nothing to it."""
        with self.opened.reading() as connection:
            mine = select(stations.c.id).where(stations.c.place_id.in_([*self.places, self.other]))
            return list(connection.execute(mine.order_by(stations.c.id)).scalars())[:-1]

    def sealed(self) -> int:
        with self.opened.reading() as connection:
            mine = sealed_days.c.organisation_id == self.organisation
            return connection.execute(select(func.count()).select_from(sealed_days).where(mine)).scalar_one()


def assert_same(told: list[Summary], counted: list[Summary]) -> None:
    for one, other in zip(told, counted, strict=True):
        assert one == other, (one.first, one.last)


@pytest.fixture
def chain(shop_app: Flask) -> Chain:
    return Chain(shop_app.extensions["allsmiles_store"])


def test_sealed_sums_answer_as_the_counts_do(chain: Chain) -> None:
    counted = chain.answers()

    assert seal(chain.opened) == 2 * (AGES[-1] - sealed.OVER_DAYS + 1)

    assert chain.sealed() == AGES[-1] - sealed.OVER_DAYS + 1
    assert_same(chain.answers(), counted)
    assert seal(chain.opened) == 0


def test_counts_that_come_late_are_seen_at_once(chain: Chain) -> None:
    seal(chain.opened)
    before = chain.sealed()
    told = chain.ask(95, 0).now.visits

    with chain.opened.writing() as connection:
        for age in (4, 5, 33):
            chain.count(connection, chain.places[1], age)

    assert chain.sealed() == before - 3
    assert chain.ask(95, 0).now.visits > told
    chain.assert_agrees()
    assert seal(chain.opened) == 0


def test_months_are_read_whole_also_while_they_last_and_by_the_day_after_late_counts(chain: Chain) -> None:
    seal(chain.opened)

    assert chain.covered().days == chain.covered().less == []
    assert sum(map(len, chain.covered().months.values())) == AGES[-1] - sealed.OVER_DAYS + 1

    late = TODAY - timedelta(days=33)
    with chain.opened.writing() as connection:
        chain.count(connection, chain.places[1], 33)
    covered = chain.covered()

    assert late.replace(day=1) not in covered.months
    assert (late, late) in covered.rest
    assert covered.days
    seal(chain.opened)
    assert chain.covered().days == []


def test_counts_that_come_while_days_and_months_are_sealed_are_in_them(chain: Chain) -> None:
    def count() -> None:
        for turn in range(12):
            with chain.opened.writing() as connection:
                chain.count(connection, chain.places[turn % 3], (4, 31, 33)[turn % 3])

    seal(chain.opened)
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(count)
        while not done.done():
            seal(chain.opened)
        done.result()
    seal(chain.opened)

    for period in ((33, 3), (95, 0)):
        assert chain.ask(*period, *chain.places[:2]) == chain.ask(*period, *chain.places[:2], unsealed=True)


def test_sums_follow_other_opening_hours_another_least_count_and_an_erased_place(chain: Chain) -> None:
    seal(chain.opened)
    with chain.opened.writing() as connection:
        connection.execute(places.update().where(places.c.id == chain.places[0]).values(opening={"mon": [["09:00", "10:30"]]}))
        rebuild(connection, chain.places[0], 5)
    chain.assert_agrees()

    apply_fewest(chain.opened, 8)
    chain.assert_agrees()

    with chain.opened.writing() as connection:
        connection.execute(places.delete().where(places.c.id == chain.places.pop()))
        sealed.forget(connection, chain.organisation)
    assert chain.sealed() == 0
    chain.assert_agrees()


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 90), st.sets(st.integers(-5, 95)))
def test_gaps_and_what_is_known_make_up_the_period(first: date, length: int, numbers: set[int]) -> None:
    last = first + timedelta(days=length)
    known = {first + timedelta(days=number) for number in numbers if 0 <= number <= length}

    found = [begin + timedelta(days=step) for begin, end in gaps(first, last, known) for step in range((end - begin).days + 1)]

    assert sorted([*found, *known]) == [first + timedelta(days=step) for step in range(length + 1)]


def test_months_are_those_that_a_period_touches() -> None:
    assert months(date(2023, 12, 31), date(2024, 3, 1)) == [date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)]
    assert [month_end(date(2024, month, 1)).day for month in (2, 4, 12)] == [29, 30, 31]
