from hypothesis import given
from hypothesis import strategies as st

from webapp.rates import Rate, Rates


@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=300))
def test_no_more_is_granted_than_the_burst_and_what_time_brings(pauses: list[float]) -> None:
    rate, time, granted = Rate(10, 5), 0.0, 0

    for pause in pauses:
        time += pause
        granted += rate.take(time) == 0.0

    assert granted <= 5 + 10 * sum(pauses[1:]) + 1e-6


def test_who_waits_as_long_as_told_is_granted() -> None:
    rate = Rate(10, 1)

    assert rate.take(0.0) == 0.0
    wait = rate.take(0.0)
    assert rate.take(wait + 1e-9) == 0.0


def test_a_clock_that_runs_backwards_grants_nothing() -> None:
    rate = Rate(10, 1)
    rate.take(100.0)

    assert rate.take(0.0) > 0


def test_one_key_does_not_take_from_another() -> None:
    rates = Rates(1)
    rates.take("a", 0.0)

    assert rates.take("a", 0.0) > 0
    assert rates.take("b", 0.0) == 0.0


def test_many_keys_take_no_more_memory_than_the_bound() -> None:
    rates = Rates(1, keys=100)

    for number in range(10_000):
        rates.take(str(number), 0.0)

    assert len(rates) == 100
