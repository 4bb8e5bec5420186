import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webapp.vision.scenes import times
from webapp.vision.log_average import LogAverage
from webapp.vision.steady import Dwell, SteadyLabel, SteadyLabelConfig, SteadyOrUnknown

PATIENT = SteadyLabelConfig(enter=0.6, leave=0.5, dwell_ms=100, stay_ms=300, unsure_ms=150, unsure_below=0.4, sure_margin=0.1)


def test_a_wish_is_granted_after_the_dwell_not_before_and_a_break_starts_it_anew() -> None:
    dwell = Dwell[str]()
    wishes = [("a", 0), ("b", 50), ("b", 140), ("a", 145), ("b", 160), ("b", 259), ("b", 260)]

    assert "".join(dwell.dwell(wanted, time, 100) for wanted, time in wishes) == "aaaaaab"


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from("abc")), max_size=60))
def test_no_two_changes_are_closer_than_the_minimum_stay(wishes: list[tuple[int, str]]) -> None:
    dwell, time, shown, since = Dwell[str](stay_ms=300), 0, "", -300
    for elapsed, wanted in wishes:
        time += elapsed
        now = dwell.dwell(wanted, time, 50)
        if now != shown:
            assert time - since >= 300
            shown, since = now, time


def test_a_rival_needs_the_enter_share_to_become_the_candidate_and_keeps_it_down_to_the_leave_share() -> None:
    label = SteadyLabel(PATIENT)
    course = [(0, 0.4), (1000, 0.58), (1200, 0.58), (1300, 0.6), (1400, 0.52)]

    shown = [label.steady({"calm": 1 - glad, "glad": glad}, time)[0] for time, glad in course]

    assert shown == ["calm", "calm", "calm", "calm", "glad"]


def test_sure_ends_under_unsure_below_after_a_while_and_begins_again_only_above_the_margin() -> None:
    label = SteadyLabel(PATIENT)
    course = [(0, 0.5), (100, 0.39), (249, 0.39), (250, 0.39), (300, 0.45), (500, 0.45), (600, 0.5), (700, 0.5)]

    sure = [label.steady({"glad": glad, "calm": 0.2, "sad": 0.2}, time)[1] for time, glad in course]

    assert sure == [True, True, True, False, False, False, False, True]


def test_the_first_label_too_is_sure_only_above_the_margin() -> None:
    started = [SteadyLabel(PATIENT).steady({"glad": glad, "calm": 0.2, "sad": 0.2}, 0) for glad in (0.49, 0.5)]

    assert started == [("glad", False), ("glad", True)]


def test_a_label_needs_unsure_below_to_be_more_than_unknown() -> None:
    gender = SteadyOrUnknown(unsure_below=0.6, sure_margin=0.1, dwell_ms=0)
    course = [0.55, 0.65, 0.7, 0.6, 0.59, 0.35, 0.3]

    shown = [gender.steady({"female": female, "male": 1 - female}, time) for time, female in enumerate(course)]

    assert shown == ["unknown", "unknown", "female", "female", "unknown", "unknown", "male"]


def test_until_its_memory_is_filled_all_looks_count_alike_then_the_old_ones_fade() -> None:
    average = LogAverage(1000)
    for time in times(10, 500):
        average.average({"yes": 0.9, "no": 0.1}, time)
    half = [average.average({"yes": 0.1, "no": 0.9}, time)["yes"] for time in times(10, 950, 500)]
    late = [average.average({"yes": 0.1, "no": 0.9}, time)["yes"] for time in times(10, 6000, 1000)]

    assert 0.25 < half[-1] < 0.5
    assert late[-1] == pytest.approx(0.1, abs=0.02)


def test_a_look_at_half_the_pace_counts_like_one_after_half_the_time() -> None:
    slow, quick = LogAverage(100), LogAverage(100)
    for average in (slow, quick):
        average.average({"yes": 0.9, "no": 0.1}, 0)

    halved = slow.average({"yes": 0.1, "no": 0.9}, 80, pace=0.5)

    assert halved == pytest.approx(quick.average({"yes": 0.1, "no": 0.9}, 40))


def test_one_look_that_is_wrong_and_certain_does_not_outweigh_many_others() -> None:
    average = LogAverage(1000)
    for time in times(10, 1000):
        average.average({"yes": 0.7, "no": 0.3}, time)

    assert average.average({"yes": 0.0, "no": 1.0}, 1000)["yes"] > 0.5
