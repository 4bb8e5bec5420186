"""What numbers mean holds for any counts, in any order, on any clock."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.shop.analytics import (
    brightening,
    change,
    day_start,
    is_open,
    local_hour,
    open_spans,
    opening_seconds,
    opening_seconds_between,
    period_before,
    satisfaction,
    tell_day,
    total,
    wilson,
    withheld,
)
from webapp.shop.schema import DWELL, GENDERS, SUMS

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu"]
HALF = "Australia/Lord_Howe"
"""Its clock jumps by half an hour, in the middle of an hour."""
counts = st.dictionaries(st.integers(0, 23), st.integers(0, 40), max_size=24)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def sums(visits: int, **more: int) -> dict[str, int]:
    return {**dict.fromkeys(SUMS, 0), "visits": visits, DWELL[1]: visits, **more}


@given(counts, st.integers(1, 12))
def test_what_is_withheld_cannot_be_found_by_subtraction(visits: dict[int, int], fewest: int) -> None:
    hidden = withheld(visits, fewest)
    together = sum(visits[key] for key in hidden)

    assert all(visits[key] == 0 or visits[key] >= fewest for key in visits.keys() - hidden)
    assert together == 0 or together >= fewest or hidden == {key for key, count in visits.items() if count}
    assert together == 0 or together < fewest or len(hidden) > 1


@given(counts, st.integers(1, 12))
def test_nothing_is_withheld_without_need(visits: dict[int, int], fewest: int) -> None:
    hidden = withheld(visits, fewest)

    assert bool(hidden) == any(0 < count < fewest for count in visits.values())
    assert not any(visits[key] == 0 for key in hidden)


@pytest.mark.parametrize(("fewest", "parts", "most"), [(5, 3, 26), (5, 4, 17), (5, 6, 9), (3, 4, 13), (2, 3, 14)])
def test_whoever_knows_the_rule_and_the_whole_learns_no_small_part(fewest: int, parts: int, most: int) -> None:
    """Of all days that look alike each withheld hour has more than one size; every day of up to `most` visits is looked at."""
    alike: dict[Any, list[tuple[int, ...]]] = {}
    for held in splits(most, parts):
        told, day = tell_day({hour: sums(count) for hour, count in enumerate(held)}, fewest)
        if day is not None:
            alike.setdefault((day["visits"], *(count if hour in told else None for hour, count in enumerate(held))), []).append(held)

    for (_, *shown), helds in alike.items():
        for hour, count in enumerate(shown):
            assert count is not None or len({held[hour] for held in helds}) > 1, helds


def splits(most: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to put up to `most` visits into so many parts."""
    if not parts:
        yield ()
    for first in range(most + 1 if parts else 0):
        yield from ((first, *rest) for rest in splits(most - first, parts - 1))


@given(counts, st.integers(1, 12))
def test_a_day_holds_all_visits_or_is_withheld(visits: dict[int, int], fewest: int) -> None:
    told, day = tell_day({hour: sums(count) for hour, count in visits.items()}, fewest)
    everything = sum(visits.values())

    one_by_one = fewest > 1 and {count for count in visits.values() if count} == {1}
    assert (day is None) == (0 < everything < fewest or one_by_one)
    assert day is None or day["visits"] == everything
    assert all(visits[hour] == 0 or visits[hour] >= fewest for hour in told)
    rest = everything - sum(visits[hour] for hour in told)
    assert day is None or rest == 0 or rest >= fewest


@given(st.lists(st.integers(0, 30), min_size=5, max_size=5), st.integers(0, 10), st.integers(0, 10))
def test_dwell_times_and_genders_of_few_are_left_out_of_a_day(dwell: list[int], female: int, male: int) -> None:
    parts = {**dict(zip(DWELL, dwell, strict=True)), GENDERS[0]: female, GENDERS[1]: male}
    _, day = tell_day({9: {**dict.fromkeys(SUMS, 0), "visits": max(sum(dwell), female + male), **parts}}, 5)

    if day:
        assert all(day[name] == 0 or day[name] >= 5 for name in (*DWELL, *GENDERS))
        hidden = sum(dwell) - sum(day[name] for name in DWELL)
        assert hidden == 0 or hidden >= 5 or sum(dwell) < 5


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_satisfaction_lies_within_its_interval_and_the_interval_within_0_and_100(smiled: int, others: int) -> None:
    told = satisfaction(sums(smiled + others, smiled=smiled))

    assert (told is None) == (smiled + others == 0)
    assert told is None or 0 <= told.low <= told.value <= told.high <= 100


def test_wilson_gives_the_published_interval() -> None:
    told = wilson(81, 263)

    assert told is not None
    assert (round(told.low, 2), round(told.value, 2), round(told.high, 2)) == (25.53, 30.8, 36.62)


def test_more_visits_make_the_interval_narrower() -> None:
    few, many = wilson(30, 100), wilson(3000, 10_000)

    assert few is not None
    assert many is not None
    assert many.high - many.low < (few.high - few.low) / 9


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_brightening_is_the_difference_of_those_who_changed(up: int, down: int, others: int) -> None:
    told = brightening(sums(up + down + others, brightened=up, dimmed=down))

    assert (told is None) == (up + down + others == 0)
    assert told is None or (told.low <= told.value <= told.high and told.value == pytest.approx(100 * (up - down) / (up + down + others)))


def test_a_change_that_chance_explains_has_zero_in_its_interval() -> None:
    a, b, c = wilson(30, 100), wilson(35, 100), wilson(350, 1000)

    assert a is not None
    assert b is not None
    assert c is not None
    assert change(b, a).low < 0 < change(b, a).high
    assert change(c, wilson(200, 1000) or a).low > 0


@given(st.lists(st.integers(0, 50), max_size=6))
def test_sums_do_not_depend_on_order(visits: list[int]) -> None:
    rows = [sums(count) for count in visits]

    assert total(rows) == total(reversed(rows))


@given(days, st.sampled_from(ZONES))
def test_every_moment_of_a_day_belongs_to_it_and_days_meet(day: date, zone: str) -> None:
    start, end = day_start(day, zone), day_start(day + timedelta(days=1), zone)

    assert end - start in (82_800, 84_600, 86_400, 88_200, 90_000)
    assert local_hour(start, zone).day == local_hour(end - 1, zone).day == day
    assert local_hour(start - 1, zone).day == day - timedelta(days=1)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.sampled_from([zone for zone in ZONES if zone != HALF]))
def test_a_moment_lies_within_its_hour(moment: datetime, zone: str) -> None:
    at = int(moment.replace(tzinfo=UTC).timestamp())

    hour = local_hour(at, zone)

    assert 0 <= at - hour.start < 3600
    assert datetime.fromtimestamp(hour.start, ZoneInfo(zone)).hour == hour.hour
    assert hour.weekday == hour.day.weekday()


def test_the_hour_that_comes_twice_is_two_hours_of_one_name() -> None:
    first, second = (int(datetime(2026, 10, 25, hour, 30, tzinfo=UTC).timestamp()) for hour in (0, 1))

    assert [local_hour(at, "Europe/Berlin").hour for at in (first, second)] == [2, 2]
    assert local_hour(first, "Europe/Berlin").start != local_hour(second, "Europe/Berlin").start


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 9), (date(2026, 3, 29), 9), (date(2026, 10, 25), 9)])
def test_opening_hours_follow_the_local_clock_over_daylight_saving(day: date, hours: int) -> None:
    opening = {name: [["09:00", "18:00"]] for name in ("sat", "sun")}

    assert opening_seconds(opening, day, "Europe/Berlin") == hours * 3600


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_place_that_never_closes_has_days_of_23_and_25_hours(day: date, hours: int) -> None:
    assert opening_seconds({}, day, "Europe/Berlin") == hours * 3600


def test_opening_hours_may_run_past_midnight() -> None:
    opening = {"fri": [["22:00", "02:00"]]}
    moments = [datetime(2026, 7, 3, 23), datetime(2026, 7, 4, 1), datetime(2026, 7, 4, 3), datetime(2026, 7, 3, 1)]

    opened = [is_open(opening, int(at.replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp()), "Europe/Berlin") for at in moments]

    assert opened == [True, True, False, False]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("first", [date(2026, 3, 28), date(2026, 10, 24), date(2026, 6, 5), date(2026, 4, 4)])
def test_open_spans_are_the_minutes_in_which_a_place_is_open(first: date, zone: str) -> None:
    opening = {"fri": [["22:00", "02:10"]], "sat": [["08:05", "12:00"], ["13:00", "24:00"]], "sun": [["00:00", "03:30"]]}
    last = first + timedelta(days=2)
    begin, end = day_start(first, zone), day_start(last + timedelta(days=1), zone)

    spans = open_spans(opening, first, last, zone)

    inside = {minute for start, stop in spans for minute in range(start, stop, 60)}
    assert inside == {minute for minute in range(begin, end, 60) if is_open(opening, minute, zone)}
    assert open_spans({}, first, last, zone) == [(begin, end)]


@given(days, st.integers(0, 400))
def test_the_period_before_is_as_long_and_ends_before(first: date, more: int) -> None:
    last = first + timedelta(days=more)

    before_first, before_last = period_before(first, last)

    assert before_last < first
    assert before_last - before_first == last - first
    assert more > 0 or before_first.weekday() == first.weekday()


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"])
@pytest.mark.parametrize(
    "opening", [{}, {"sun": [["00:30", "12:00"]], "sat": [["20:00", "05:00"]], "wed": [["08:00", "12:00"], ["13:00", "24:00"]]}]
)
def test_opening_hours_of_a_long_time_are_those_of_its_days_also_over_daylight_saving(
    zone: str, opening: dict[str, list[list[str]]]
) -> None:
    for first, length in (
        (date(2024, 3, 1), 800),
        (date(2025, 10, 25), 2),
        (date(2025, 12, 31), 3),
        (date(2026, 3, 8), 1),
        (date(2026, 1, 1), 0),
    ):
        days = [first + timedelta(days=number) for number in range(length)]

        whole = opening_seconds_between(opening, first, first + timedelta(days=length - 1), zone)

        assert whole == sum(opening_seconds(opening, day, zone) for day in days)
