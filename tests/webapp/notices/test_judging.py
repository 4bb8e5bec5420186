"""When alerts begin and end, whatever happens."""

from hypothesis import given
from hypothesis import strategies as st

from webapp.notices.judging import QUARTER, Quarter, Rule, Verdict, judge, quarter, window_end, window_quarters

RULE = Rule(threshold=60, minutes=15, visits=20)
quarters = st.builds(
    lambda looked, visits, share: Quarter(looked, visits if looked else 0, int(visits * share) if looked else 0),
    st.booleans(),
    st.integers(0, 60),
    st.floats(0, 1),
)
rules = st.builds(Rule, st.integers(1, 19).map(lambda n: 5 * n), st.just(30), st.integers(1, 8).map(lambda n: 5 * n))


def follow(rule: Rule, windows: list[list[Quarter]]) -> list[Verdict]:
    """Return the verdict of each window, one after the other."""
    begun, told = False, []
    for window in windows:
        verdict = judge(begun, rule, window)
        begun = begun if verdict in ("unknown", "stays") else verdict == "begin"
        told.append(verdict)
    return told


def test_an_alert_begins_once_and_is_over_once() -> None:
    good, bad = [Quarter(True, 20, 12)], [Quarter(True, 20, 11)]

    assert follow(RULE, [good, bad, bad, good, good, bad]) == ["stays", "begin", "stays", "over", "stays", "begin"]


def test_too_few_visits_or_a_gap_neither_begin_nor_end_it() -> None:
    few_good, few_bad, gap = [Quarter(True, 19, 19)], [Quarter(True, 19, 0)], [Quarter(False)]

    assert follow(RULE, [few_bad, gap, [Quarter(True, 20, 0)], few_good, gap, few_bad]) == [
        *["unknown"] * 2,
        "begin",
        *["unknown"] * 3,
    ]


def test_a_gap_anywhere_in_a_longer_window_leaves_it_unknown() -> None:
    rule = Rule(threshold=60, minutes=30, visits=20)

    assert judge(False, rule, [Quarter(False), Quarter(True, 50, 0)]) == "unknown"
    assert judge(False, rule, [Quarter(True, 0, 0), Quarter(True, 50, 0)]) == "begin"


@given(rules, st.lists(st.lists(quarters, min_size=2, max_size=2), max_size=30))
def test_begin_and_over_take_turns_whatever_happens(rule: Rule, windows: list[list[Quarter]]) -> None:
    turns = [verdict for verdict in follow(rule, windows) if verdict in ("begin", "over")]

    assert turns == (["begin", "over"] * len(turns))[: len(turns)]


@given(rules, st.booleans(), st.lists(quarters, min_size=2, max_size=2))
def test_the_same_window_never_turns_it_twice(rule: Rule, begun: bool, window: list[Quarter]) -> None:
    first = judge(begun, rule, window)

    after = first == "begin" if first in ("begin", "over") else begun

    assert judge(after, rule, window) in ("stays", "unknown")


@given(rules, st.booleans(), st.lists(quarters, min_size=2, max_size=2))
def test_a_verdict_rests_on_enough_visits_that_were_all_looked_at(rule: Rule, begun: bool, window: list[Quarter]) -> None:
    if judge(begun, rule, window) != "unknown":
        assert sum(one.visits for one in window) >= rule.visits
        assert all(one.looked for one in window)


def test_a_stations_few_visits_are_left_out_of_the_places_quarter() -> None:
    many, few = {"observed_ms": 9, "visits": 20, "smiled": 4}, {"observed_ms": 9, "visits": 4, "smiled": 4}

    assert quarter([many, few], 5) == Quarter(True, 20, 4)
    assert quarter([few], 5) == Quarter(True, 0, 0)
    assert quarter([{"observed_ms": 0, "visits": 0, "smiled": 0}], 5) == Quarter(False)
    assert quarter([], 5) == Quarter(False)


@given(st.integers(10**9, 2 * 10**9), st.integers(1, 16).map(lambda n: 15 * n))
def test_a_window_is_whole_quarters_that_have_settled(time: int, minutes: int) -> None:
    end = window_end(time, 60)

    assert end <= time - 60 < end + QUARTER
    assert end % QUARTER == 0
    assert window_quarters(end, minutes) == [end - 60 * minutes + QUARTER * n for n in range(minutes // 15)]
