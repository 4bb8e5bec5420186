import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.webapp.vision.scenes import EMOTIONS, changes, config, detection, look, play, shown, times, track
from webapp.vision.smooth import Look, Smoother

Course = list[tuple[str, float, int]]
course = st.lists(st.tuples(st.sampled_from(EMOTIONS), st.floats(0.6, 0.98), st.integers(700, 2000)), min_size=2, max_size=5)


def seen_at(parts: Course, time: float) -> Look:
    """Say what is seen at a time of a course of expressions, each held for a while."""
    for emotion, probability, lasts in parts:
        if time < lasts:
            return look(emotion, probability)
        time -= lasts
    return look(*parts[-1][:2])


def test_the_first_look_is_shown_at_once() -> None:
    (face,) = play([0], lambda *_: look("sad"))

    assert (face.emotion, face.sure, face.gender) == ("sad", True, "female")
    assert face.scores["sad"] == pytest.approx(0.85, abs=0.01)
    assert face.smile == face.scores["happy"]
    assert face.box == track(0).box
    assert face.landmarks == track(0).landmarks


@pytest.mark.parametrize("rate", [10, 15, 30])
def test_looks_that_alternate_every_frame_do_not_flicker(rate: int) -> None:
    faces = play(times(rate, 5000), lambda _, frame: look(("happy", "neutral")[frame % 2], 0.9, (0.9, 0.1)[frame % 2]))

    assert changes(face.emotion for face in faces) == ["happy"]
    assert len(changes(shown(face) for face in faces)) <= 2
    assert len(changes(face.gender for face in faces)) <= 2


@settings(max_examples=50)
@given(
    st.sampled_from((10, 15, 30)),
    st.integers(1000, 1200),
    st.sampled_from(EMOTIONS),
    st.sampled_from(EMOTIONS),
    st.floats(0.5, 0.99),
    st.floats(0.6, 0.99),
)
def test_a_real_change_shows_within_400_ms(
    rate: int, moment: int, before: str, after: str, certain_before: float, certain_after: float
) -> None:
    frames = times(rate, 2000)

    faces = play(frames, lambda time, _: look(before, certain_before) if time < moment else look(after, certain_after))

    assert all(face.emotion == before for face, time in zip(faces, frames, strict=True) if time < moment)
    assert all(face.emotion == after for face, time in zip(faces, frames, strict=True) if time > moment + 400)


@settings(max_examples=50)
@given(course)
def test_10_and_30_frames_a_second_show_the_same_labels_each_begun_within_one_frame_of_time(parts: Course) -> None:
    begun: list[list[tuple[str, float]]] = []
    for rate in (10, 30):
        frames = times(rate, sum(lasts for *_, lasts in parts) + 500)
        labels = [shown(face) for face in play(frames, lambda time, _: seen_at(parts, time))]
        begun.append([(labels[i], time) for i, time in enumerate(frames) if i == 0 or labels[i] != labels[i - 1]])

    slowly, quickly = begun
    assert [label for label, _ in slowly] == [label for label, _ in quickly]
    assert all(abs(a - b) <= 100 + 1e-6 for (_, a), (_, b) in zip(slowly, quickly, strict=True))


def test_after_a_long_gap_the_label_follows_within_a_few_frames() -> None:
    frames = times(30, 1000) + times(30, 61_000, 60_000)

    faces = play(frames, lambda time, _: look("happy" if time < 5000 else "sad"))

    assert all(face.emotion == "sad" for face, time in zip(faces, frames, strict=True) if time > 60_200)


def test_when_time_runs_backwards_the_face_starts_anew_instead_of_freezing() -> None:
    frames = times(30, 10_000, 9000) + times(30, 1000)

    faces = play(frames, lambda time, _: look("happy" if time >= 9000 else "sad"))

    assert changes(face.emotion for face in faces) == ["happy", "sad"]
    assert faces[30].emotion == "sad"


def test_what_the_network_is_not_sure_of_is_unsure_and_no_other_label_is_invented() -> None:
    faces = play(times(30, 2000), lambda time, _: look("happy", 0.8 if time < 1000 else 0.3))

    assert changes(shown(face) for face in faces) == ["happy", "unsure"]
    assert changes(face.emotion for face in faces) == ["happy"]


def test_a_look_that_is_torn_moves_what_clear_looks_showed_less_than_a_clear_one_does() -> None:
    torn = {**dict.fromkeys(EMOTIONS, 0.08), "sad": 0.29, "neutral": 0.31}
    after = []
    for last in (Look(torn, {"female": 0.9, "male": 0.1}), look("neutral", 0.6)):
        faces = play(times(8, 1250), lambda time, _, last=last: look("sad", 0.6) if time < 1000 else last)
        after.append([face.scores["sad"] for face in faces])

    assert after[0][7] == after[1][7] > 0.59
    assert after[0][8] > 0.5
    assert after[1][8] < 0.25


def test_a_second_of_wrong_looks_does_not_turn_perceived_gender() -> None:
    faces = play(times(15, 8000), lambda time, _: look("happy", 0.8, 0.1 if 5000 < time < 6000 else 0.9))

    assert changes(face.gender for face in faces) == ["female"]


def test_a_bad_start_of_perceived_gender_is_mended_however_long_the_track() -> None:
    frames = times(15, 40_000)

    faces = play(frames, lambda time, _: look("happy", 0.8, 0.1 if time < 20_000 else 0.9))

    assert changes(face.gender for face in faces) == ["male", "unknown", "female"]
    assert all(face.gender == "female" for face, time in zip(faces, frames, strict=True) if time > 28_000)


def test_looks_at_a_large_face_count_more_for_perceived_gender() -> None:
    smoother, far, near = Smoother(config()), detection(200, 200, 20), detection(200, 200)
    faces = []
    for time in times(20, 2000):
        found, female = (far, 0.2) if time < 1000 else (near, 0.8)
        faces = smoother.smooth([track(time, found=found)], {1: look("happy", 0.8, female)}, time)

    assert faces[0].gender_scores["female"] > 0.65


def test_faces_do_not_mix() -> None:
    smoother = Smoother(config())
    for time in times(30, 1000):
        looks = {1: look("happy"), 2: look("sad", 0.85, 0.05)}

        faces = smoother.smooth([track(time, 1), track(time, 2)], looks, time)

        assert [(face.id, face.emotion, face.gender) for face in faces] == [(1, "happy", "female"), (2, "sad", "male")]


def test_a_track_without_a_look_has_no_face_yet_and_one_without_a_new_look_keeps_its_labels() -> None:
    smoother = Smoother(config())

    assert smoother.smooth([track(0)], {}, 0) == []
    smoother.smooth([track(40)], {1: look("happy")}, 40)
    assert smoother.smooth([track(80)], {}, 80)[0].emotion == "happy"


def test_a_face_that_the_detector_misses_is_held_for_a_moment_then_gone() -> None:
    smoother = Smoother(config(hold_ms=200.0))
    smoother.smooth([track(0)], {1: look("happy")}, 0)

    missed = [len(smoother.smooth([track(0, visible=False)], {}, time)) for time in (100, 200, 300)]

    assert missed == [1, 1, 0]


def test_what_was_known_of_a_track_goes_with_it() -> None:
    smoother = Smoother(config())
    smoother.smooth([track(0)], {1: look("happy")}, 0)
    smoother.smooth([], {}, 40)

    assert smoother.smooth([track(80)], {}, 80) == []


def test_in_still_mode_every_picture_stands_alone() -> None:
    faces = play([0, 33, 66], lambda _, frame: look(("happy", "sad", "fear")[frame]), still=True)

    assert [face.emotion for face in faces] == ["happy", "sad", "fear"]


def test_in_still_mode_scores_are_those_of_the_network() -> None:
    scores = {**dict.fromkeys(EMOTIONS, 0.0), "happy": 0.999, "sad": 0.001}

    (face,) = play([0], lambda *_: Look(scores, {"female": 0.999, "male": 0.001}), still=True)

    assert face.scores == pytest.approx(scores, abs=1e-6)
    assert face.gender_scores["female"] == pytest.approx(0.999)
