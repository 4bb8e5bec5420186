import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webapp.vision.scenes import detection, times
from webapp.vision.box import centre
from webapp.vision.track import Track, TrackConfig, Tracker


def nearest(tracks: list[Track], x: float) -> int:
    """Give the number of the seen track that is nearest to x."""
    return min((track for track in tracks if track.visible), key=lambda track: abs(centre(track.box)[0] - x)).id


@pytest.mark.parametrize("rate", [8, 10, 15, 30, 60])
def test_a_face_shows_within_150_ms_and_keeps_its_number_and_landmarks(rate: int) -> None:
    tracker, numbers = Tracker(), set()
    for time in times(rate, 2000):
        found = detection(100 + time / 20, 100)
        tracks = tracker.track([found], time)
        numbers.update(track.id for track in tracks)
        if time >= 150:
            assert [track.landmarks for track in tracks] == [found.landmarks]

    assert numbers == {1}


def test_what_is_seen_in_a_single_frame_never_shows() -> None:
    tracker = Tracker()
    for time in times(30, 1000):
        ghosts = [detection(500, 100, 40), detection(140, 100)] if round(time) % 300 < 33 else []

        tracks = tracker.track([detection(100, 100), *ghosts], time)

        assert [track.id for track in tracks] == ([] if time < 60 else [1])


@pytest.mark.parametrize("rate", [10, 15, 30])
@pytest.mark.parametrize("seconds", [1, 2, 4])
def test_two_faces_that_cross_keep_their_numbers_one_hidden_by_the_other(rate: int, seconds: int) -> None:
    tracker = Tracker()
    start: tuple[int, int] = (0, 0)
    tracks: list[Track] = []
    for time in times(rate, seconds * 1000):
        way = 400 * time / (seconds * 1000)
        going, coming = detection(100 + way, 200), detection(500 - way, 206, 92)
        apart = abs(400 - 2 * way) > 54
        tracks = tracker.track([coming, going] if apart else [going], time)
        if 130 <= time <= 240:
            start = nearest(tracks, 100 + way), nearest(tracks, 500 - way)

    assert (nearest(tracks, 500), nearest(tracks, 100)) == start
    assert set(start) == {1, 2}


@pytest.mark.parametrize("rate", [10, 30])
def test_a_face_that_blinks_out_for_half_a_second_comes_back_with_its_number(rate: int) -> None:
    tracker, numbers = Tracker(), set()
    for time in times(rate, 3000):
        hidden = 1000 < time < 1500
        tracks = tracker.track([] if hidden else [detection(100 + time / 10, 100)], time)
        assert not (hidden and any(track.visible for track in tracks))
        numbers.update(track.id for track in tracks)

    assert numbers == {1}


def test_who_was_away_for_longer_than_keep_ms_is_somebody_new() -> None:
    tracker = Tracker(TrackConfig(keep_ms=300))
    seen = [tracker.track([] if 500 < time < 1000 else [detection(100, 100)], time) for time in times(20, 2000)]

    assert {track.id for tracks in seen for track in tracks} == {1, 2}
    assert seen[19] == []


def test_after_a_phone_has_slept_and_when_a_video_starts_again_everybody_is_new() -> None:
    tracker = Tracker()
    moments = (0, 100, 200, 60_000, 60_100, 60_200, 0, 100, 200)

    numbers = [[track.id for track in tracker.track([detection(100, 100)], time)] for time in moments]

    assert numbers == [[], [1], [1], [], [2], [2], [], [3], [3]]


def test_in_still_mode_everybody_shows_at_once_and_every_picture_stands_alone() -> None:
    tracker = Tracker(TrackConfig(still=True))

    assert [track.id for track in tracker.track([detection(100, 100), detection(300, 100)], 0)] == [1, 2]
    assert [track.id for track in tracker.track([detection(300, 100)], 0)] == [1]


faces = st.lists(st.tuples(st.integers(0, 640), st.integers(20, 200)), max_size=6)


@given(st.lists(st.tuples(st.integers(-50, 900), faces), max_size=30))
def test_whatever_is_detected_numbers_grow_and_every_seen_track_is_one_of_the_detections(
    frames: list[tuple[int, list[tuple[int, int]]]],
) -> None:
    tracker, time, known = Tracker(), 0, [0]
    for elapsed, found in frames:
        time += elapsed
        detections = [detection(x, 100, side) for x, side in found]

        tracks = tracker.track(detections, time)

        numbers = [track.id for track in tracks]
        new = [number for number in numbers if number not in known]
        assert numbers == sorted(set(numbers))
        assert new == list(range(known[-1] + 1, known[-1] + 1 + len(new)))
        known += new
        assert {track.box for track in tracks if track.visible} <= {one.box for one in detections}
