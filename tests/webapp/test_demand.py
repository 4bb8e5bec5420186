import random

import pytest

from webapp.demand import RUSH_LOOKS, Demand


def asked(demand: Demand, per_second: float, took_s: float, until: float, start: float = 0.0) -> float:
    """Ask at a steady pace, each call taking `took_s`; return the share at the end."""
    share, time = 0.0, start
    while time < until:
        share = demand.ask(time)
        demand.work(time, took_s)
        time += 1 / per_second
    return share


@pytest.mark.parametrize(("per_second", "share"), [(100, 0.5), (200, 1.0), (400, 2.0)])
def test_the_share_is_what_is_asked_of_what_the_workers_can_do(per_second: float, share: float) -> None:
    assert asked(Demand(workers=2), per_second, 0.01, until=10) == pytest.approx(share, rel=0.02)


def test_calls_that_were_refused_count_as_asked() -> None:
    demand = Demand(workers=1)
    asked(demand, 50, 0.01, until=10)

    share = 0.0
    for number in range(1000):
        share = demand.ask(10 + number * 0.005)

    assert share == pytest.approx(2, rel=0.05)


def test_a_rush_is_forgotten_within_seconds() -> None:
    demand = Demand(workers=1)
    assert asked(demand, 500, 0.01, until=5) > 4

    assert asked(demand, 10, 0.01, until=9, start=5.0) < 0.2


def test_a_rush_is_seen_while_it_begins() -> None:
    demand, time, calls = Demand(workers=2), 20.0, 0
    assert asked(demand, 100, 0.01, until=time) < 1

    while demand.ask(time) <= 1:
        calls += 1
        time += 0.0025

    # Of twice what the workers can do, in the time of RUSH_LOOKS of theirs.
    assert calls < 2 * RUSH_LOOKS


def test_calls_that_come_by_chance_are_no_rush() -> None:
    demand, chance, time, rushes = Demand(workers=2), random.Random(1), 0.0, 0

    for _ in range(10_000):
        time += chance.expovariate(150)
        rushes += demand.ask(time) > 1
        demand.work(time, 0.01)

    assert rushes < 200


def test_to_ask_for_the_share_is_not_to_ask_for_a_call() -> None:
    demand = Demand(workers=1)
    asked(demand, 50, 0.01, until=10)

    shares = [demand.share(10.0) for _ in range(1000)]

    assert shares == pytest.approx([0.5] * 1000, rel=0.02)


def test_the_first_call_and_one_after_a_night_are_no_rush() -> None:
    demand = Demand(workers=1)

    assert demand.ask(1e9) == 0
    demand.work(1e9, 0.2)
    assert demand.ask(1e9 + 80_000) <= 0.2
