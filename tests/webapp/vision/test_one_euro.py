from math import sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webapp.vision.scenes import times
from webapp.vision.one_euro import OneEuro

steps = st.lists(st.tuples(st.integers(0, 400), st.floats(-100, 100)), min_size=1, max_size=40)


def jitter(i: int) -> float:
    """Give noise of about one pixel that is the same in every run."""
    return sin(i * 12.9898) + sin(i * 78.233)


@given(steps)
def test_the_answer_lies_between_the_least_and_the_greatest_value_so_far(sequence: list[tuple[int, float]]) -> None:
    one_euro, time, values = OneEuro(), 0, []
    for elapsed, value in sequence:
        time += elapsed
        values.append(value)

        (shown,) = one_euro.filter([value], time)

        assert min(values) - 1e-9 <= shown <= max(values) + 1e-9


def test_jitter_of_a_resting_face_shrinks_to_less_than_half() -> None:
    one_euro = OneEuro()

    shown = [one_euro.filter([100 + jitter(i)], time, 100)[0] - 100 for i, time in enumerate(times(30, 5000))]

    assert energy(shown[30:]) < energy([jitter(i) for i in range(30, 150)]) / 2


def energy(values: list[float]) -> float:
    return sqrt(sum(value**2 for value in values) / len(values))


@pytest.mark.parametrize("rate", [10, 15, 30, 60])
def test_a_face_that_moves_its_own_width_in_a_second_lags_by_less_than_a_twentieth_of_it(rate: int) -> None:
    one_euro = OneEuro()
    for time in times(rate, 2000):
        (shown,) = one_euro.filter([time / 10], time, 100)
        if time > 1000:
            assert time / 10 - shown < 5


def test_the_same_time_twice_changes_nothing_and_an_earlier_time_starts_anew() -> None:
    one_euro = OneEuro()
    one_euro.filter([0.0], 1000)
    before = one_euro.filter([10.0], 1040)

    assert one_euro.filter([99.0], 1040) == before
    assert one_euro.filter([80.0], 5) == [80.0]
