"""Packed sums come back as they were, however large, beside ones of another width."""

import numpy as np
import pytest

from webapp.shop.packed import DAY, WEEK, add_days, add_weeks, pack

SMALL, LARGE = 2**15 - 1, 2**31 - 1


@pytest.mark.parametrize("most", [0, SMALL, SMALL + 1, LARGE])
def test_a_packed_week_is_added_as_it_was(most: int) -> None:
    week = np.random.default_rng(3).integers(0, most + 1, WEEK)
    week[0, 0, 0] = most
    sums = np.ones(WEEK, np.int64)

    add_weeks(sums, [pack(week), pack(week)])

    assert (sums == 1 + 2 * week).all()


def test_days_of_both_widths_are_added_to_their_weekdays() -> None:
    days = np.random.default_rng(4).integers(0, 100, (6, *DAY))
    days[1, 2, 3], days[4, 5, 1] = SMALL + 1, LARGE
    at = [0, 3, 3, 6, 3, 0]
    sums = np.zeros(WEEK, np.int64)

    add_days(sums, at, map(pack, days))

    for weekday in range(7):
        assert (sums[weekday] == days[np.array(at) == weekday].sum(axis=0)).all(), weekday


def test_most_days_take_two_bytes_a_number() -> None:
    day = np.full(DAY, SMALL)

    assert len(pack(day)) == 2 * day.size
    assert len(pack(day + 1)) == 4 * day.size


def test_nothing_is_added_for_nothing() -> None:
    sums = np.zeros(WEEK, np.int64)

    add_days(sums, [], [])
    add_weeks(sums, [])

    assert not sums.any()
