"""When alerts begin and end, whatever happens."""

from hypothesis import given
from hypothesis import strategies as st

from webapp.notices.judging import (
    MINUTE,
    QUARTER,
    Part,
    Rule,
    Verdict,
    Window,
    all_looked,
    judge,
    last_quarter,
    newest,
    parts,
    read_from,
    settled,
)

RULE = Rule(threshold=60, minutes=15, visits=20)
FEWEST = 5
HOUR = 4 * QUARTER
windows = st.builds(
    lambda looked, visits, share: Window(looked, visits if looked else 0, int(visits * share) if looked else 0),
    st.booleans(),
    st.integers(0, 60),
    st.floats(0, 1),
)
rules = st.builds(Rule, st.integers(1, 19).map(lambda n: 5 * n), st.just(30), st.integers(1, 8).map(lambda n: 5 * n))
counts = st.dictionaries(
    st.integers(0, 119).map(lambda number: number * MINUTE),
    st.integers(0, 9).flatmap(lambda visits: st.tuples(st.just(visits), st.integers(0, visits))),
)
"""Two hours of a station."""
minutes_of_two_hours = st.integers(0, 120).map(lambda number: number * MINUTE)


def follow(rule: Rule, seen: list[Window]) -> list[Verdict]:
    """Return the verdict of each window, one after the other."""
    begun, told = False, []
    for window in seen:
        verdict = judge(begun, rule, window)
        begun = begun if verdict in ("unknown", "stays") else verdict == "begin"
        told.append(verdict)
    return told


def test_an_alert_begins_once_and_is_over_once() -> None:
    good, bad = Window(True, 20, 12), Window(True, 20, 11)

    assert follow(RULE, [good, bad, bad, good, good, bad]) == ["stays", "begin", "stays", "over", "stays", "begin"]


def test_too_few_visits_or_a_gap_neither_begin_nor_end_it() -> None:
    few_good, few_bad, gap = Window(True, 19, 19), Window(True, 19, 0), Window(False, 50, 0)

    assert follow(RULE, [few_bad, gap, Window(True, 20, 0), few_good, gap, few_bad]) == [
        *["unknown"] * 2,
        "begin",
        *["unknown"] * 3,
    ]


@given(rules, st.lists(windows, max_size=30))
def test_begin_and_over_take_turns_whatever_happens(rule: Rule, seen: list[Window]) -> None:
    turns = [verdict for verdict in follow(rule, seen) if verdict in ("begin", "over")]

    assert turns == (["begin", "over"] * len(turns))[: len(turns)]


@given(rules, st.booleans(), windows)
def test_the_same_window_never_turns_it_twice(rule: Rule, begun: bool, window: Window) -> None:
    first = judge(begun, rule, window)

    after = first == "begin" if first in ("begin", "over") else begun

    assert judge(after, rule, window) in ("stays", "unknown")


@given(rules, st.booleans(), windows)
def test_a_verdict_rests_on_enough_visits_that_were_all_looked_at(rule: Rule, begun: bool, window: Window) -> None:
    if judge(begun, rule, window) != "unknown":
        assert window.visits >= rule.visits
        assert window.looked


def test_a_part_is_known_when_the_next_is_complete_and_the_last_takes_what_is_left() -> None:
    seen = {0: (3, 1), 120: (4, 4), 300: (6, 0), 600: (2, 2), 840: (1, 1)}

    told = {time: parts(seen, 0, time, FEWEST) for time in (180, 300, 360, 600, 840, 900, 960)}

    first = Part(0, 180, 7, 5)
    assert told[180] == told[300] == []
    assert told[360] == told[600] == told[840] == [first]
    assert told[900] == told[960] == [first, Part(180, 900, 9, 3)]


def test_a_quarter_of_too_few_visits_is_left_out() -> None:
    assert parts({0: (2, 0), 840: (2, 2)}, 0, 900, FEWEST) == []
    assert parts({0: (2, 0), 840: (3, 2)}, 0, 900, FEWEST) == [Part(0, 900, 5, 2)]


@given(counts, minutes_of_two_hours, minutes_of_two_hours)
def test_what_is_known_never_changes_and_each_part_holds_enough_visits(seen: dict[int, tuple[int, int]], one: int, other: int) -> None:
    """So that whatever two alerts, or one at two times, rest on, the difference is made of such parts."""
    early, late = sorted((one, other))
    for quarter in range(0, 2 * HOUR, QUARTER):
        before, after = ({time: at for time, at in seen.items() if time < end} for end in (early, late))
        known, then = parts(before, quarter, early, FEWEST), parts(after, quarter, late, FEWEST)

        assert then[: len(known)] == known
        assert all(part.visits >= FEWEST for part in then)
        assert [part.begin for part in then] == [quarter, *(part.end for part in then)][: len(then)]


@given(counts)
def test_the_parts_of_a_quarter_that_is_over_make_it_up_or_it_holds_too_few(seen: dict[int, tuple[int, int]]) -> None:
    for quarter in range(0, 2 * HOUR, QUARTER):
        visits = sum(count for time, (count, _) in seen.items() if quarter <= time < quarter + QUARTER)
        found = parts(seen, quarter, quarter + QUARTER, FEWEST)

        assert sum(part.visits for part in found) == (visits if visits >= FEWEST else 0)
        assert not found or (found[0].begin, found[-1].end) == (quarter, quarter + QUARTER)


@given(counts, minutes_of_two_hours.filter(lambda time: time >= HOUR), st.sampled_from([15, 30, 45, 60]))
def test_the_newest_parts_reach_back_as_long_as_is_asked(seen: dict[int, tuple[int, int]], time: int, minutes: int) -> None:
    before = {start: one for start, one in seen.items() if read_from(time, minutes) <= start < time}
    until, found = newest(before, time, minutes, FEWEST)

    assert last_quarter(time) <= until <= time
    assert all(until - minutes * MINUTE < part.end <= until for part in found)
    # Nothing of that time is left out but quarters of too few visits.
    for start, (visits, _) in before.items():
        quarter = start // QUARTER * QUARTER
        whole = sum(count for at, (count, _) in before.items() if quarter <= at < quarter + QUARTER)
        if until - minutes * MINUTE <= start < until and visits and whole >= FEWEST:
            assert any(part.begin <= start < part.end for part in found)
    if time % QUARTER == 0:
        assert until == time
        assert all(part.begin >= time - minutes * MINUTE for part in found)


def test_a_gap_is_a_quarter_of_an_hour_in_which_nobody_looked() -> None:
    every_minute = list(range(0, HOUR, MINUTE))

    assert all_looked(every_minute, HOUR, 60)
    assert all_looked(every_minute[:46], HOUR, 60)
    assert not all_looked(every_minute[:45], HOUR, 60)
    assert all_looked(every_minute[:45], HOUR - MINUTE, 45)
    assert not all_looked([], HOUR, 15)


@given(st.integers(10**9, 2 * 10**9))
def test_only_whole_minutes_that_have_settled_are_judged(time: int) -> None:
    end = settled(time, 60)

    assert end <= time - 60 < end + MINUTE
    assert end % MINUTE == 0
