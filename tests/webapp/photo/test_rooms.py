"""The room's state machine: whatever comes in whatever order, it fires when all who are there smile, and it never hangs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.photo.rooms import (
    CAPTURE,
    FACELESS_S,
    GATHER_S,
    GONE_S,
    LEAD_S,
    LOOK_S,
    STALE_S,
    Room,
    agree,
    agreed,
    fire,
    join,
    leave,
    received,
    report,
    require,
    step,
    stop,
)

SMILE, FROWN, NOBODY = ((1.0,), True), ((0.2,), False), ((), False)
IDS = st.sampled_from(["a", "b", "c"])
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["join", "leave", "smile", "frown", "nobody", "agree", "refuse", "unrequire", "require", "fire", "frame", "silence"]
        ),
        IDS,
        st.floats(0.01, 1.5),
    ),
    max_size=60,
)


def room_of(*ids: str, now: float = 0.0) -> Room:
    room = Room("ABCDEF")
    for id in ids:
        room = join(room, id, id, now)
    return room


def said(room: Room, now: float, **looks: tuple[tuple[float, ...], bool]) -> Room:
    for id, (progress, smiling) in looks.items():
        room = report(room, id, progress, smiling, now)
    return room


def held(room: Room, start: float, seconds: float, **looks: tuple[tuple[float, ...], bool]) -> Room:
    for tick in range(round(seconds * 10) + 1):
        room = said(room, start + tick / 10, **looks)
    return room


def happen(room: Room, event: tuple[str, str, float], now: float) -> Room:
    kind, id, _ = event
    looks = {"smile": SMILE, "frown": FROWN, "nobody": NOBODY}
    if kind in looks:
        return said(room, now, **{id: looks[kind]})
    return {
        "join": lambda: join(room, id, id, now),
        "leave": lambda: leave(room, id, now),
        "agree": lambda: agree(room, id, True, now),
        "refuse": lambda: agree(room, id, False, now),
        "require": lambda: require(room, room.host, id, True, now),
        "unrequire": lambda: require(room, room.host, id, False, now),
        "fire": lambda: fire(room, id, now),
        "frame": lambda: received(room, id, room.shot, now),
        "silence": lambda: step(room, now),
    }[kind]()


def test_all_smiling_long_enough_sets_one_moment_ahead() -> None:
    room = held(room_of("a", "b"), 0.0, 0.7, a=SMILE, b=SMILE)

    assert room.state == "counting"
    assert room.due is not None
    assert 0.6 + LEAD_S <= room.due <= 0.7 + LEAD_S


def test_one_who_waits_for_others_is_not_taken_alone_unless_by_hand() -> None:
    room = held(room_of("a"), 0.0, 5.0, a=SMILE)

    assert room.state == "waiting"
    assert fire(room, "a", 5.0).state == "counting"


def test_one_frown_in_between_starts_the_hold_anew() -> None:
    room = held(room_of("a", "b"), 0.0, 0.5, a=SMILE, b=SMILE)
    room = said(room, 0.55, b=FROWN)

    assert held(room, 0.6, 0.5, a=SMILE, b=SMILE).state == "waiting"


def test_a_silent_camera_is_not_waited_for() -> None:
    room = said(room_of("a", "b", "c"), 0.0, b=FROWN)

    assert held(room, 0.0, STALE_S - 0.1, a=SMILE, c=SMILE).state == "waiting"
    assert held(room, STALE_S, 0.7, a=SMILE, c=SMILE).state == "counting"


def test_who_is_left_while_the_others_are_away_is_not_taken_alone() -> None:
    room = held(room_of("a", "b"), 0.0, 5.0, a=SMILE)

    assert room.state == "waiting"
    assert held(room, 5.1, 0.7, a=SMILE, b=SMILE).state == "counting"


def test_a_camera_that_is_turned_away_is_not_waited_for_after_a_while() -> None:
    assert held(room_of("a", "b"), 0.0, FACELESS_S - 0.1, a=SMILE, b=NOBODY).state == "waiting"
    assert held(room_of("a", "b"), 0.0, FACELESS_S + 0.7, a=SMILE, b=NOBODY).state == "counting"


def test_only_the_host_fires_by_hand() -> None:
    room = room_of("a", "b")

    assert fire(room, "b", 1.0).state == "waiting"
    assert fire(room, "a", 1.0).state == "counting"


def test_one_who_is_killed_while_it_counts_is_not_part_of_the_photo() -> None:
    room = fire(room_of("a", "b"), "a", 0.0)

    room = held(room, 0.0, LEAD_S + 0.1, a=SMILE)

    assert (room.state, room.shooters) == ("showing", ("a",))


def test_frames_travel_only_when_all_who_took_part_agreed() -> None:
    room = held(fire(room_of("a", "b"), "a", 0.0), 0.0, LEAD_S, a=SMILE, b=SMILE)
    room = agree(room, "a", True, LEAD_S)

    assert not agreed(room)
    assert received(room, "a", room.shot, LEAD_S) is room
    room = agree(room, "b", True, LEAD_S)
    assert agreed(room)
    both = received(received(room, "a", room.shot, LEAD_S), "b", room.shot, LEAD_S)
    assert both.state == "showing"


def test_one_who_refuses_ends_the_gathering() -> None:
    room = held(fire(room_of("a", "b"), "a", 0.0), 0.0, LEAD_S, a=SMILE, b=SMILE)

    assert agree(room, "b", False, LEAD_S).state == "showing"


def test_a_frown_stops_the_countdown_of_all_and_the_next_smile_starts_it_anew() -> None:
    room = held(room_of("a", "b"), 0.0, 0.7, a=SMILE, b=SMILE)

    assert held(room, 0.8, 0.5, a=SMILE, b=FROWN).state == "counting"
    stopped = held(room, 0.8, 0.8, a=SMILE, b=FROWN)
    assert (stopped.state, stopped.due) == ("waiting", None)
    again = held(stopped, 2.0, 0.7, a=SMILE, b=SMILE)
    assert (again.state, again.shot) == ("counting", 2)


def test_so_shortly_before_the_moment_that_not_all_could_be_told_nothing_stops_it() -> None:
    room = held(room_of("a", "b"), 0.0, 0.6, a=SMILE, b=SMILE)
    assert room.due is not None
    room = held(room, 0.7, room.due - 1.25, a=SMILE, b=SMILE)

    after = held(room, room.due - 0.45, 0.6, a=SMILE, b=FROWN)

    assert after.state == "gathering"
    assert after.shooters == ("a", "b")


def test_who_comes_back_or_joins_while_it_counts_does_not_stop_it() -> None:
    room = held(room_of("a", "b"), 0.0, 0.7, a=SMILE, b=SMILE)

    room = held(join(room, "c", "c", 0.8), 0.8, 1.5, a=SMILE, b=SMILE, c=FROWN)

    assert room.state == "counting"


def test_who_goes_on_smiling_after_a_photo_is_not_counted_down_again_at_once() -> None:
    room = held(fire(room_of("a", "b"), "a", 0.0), 0.0, LEAD_S, a=SMILE, b=SMILE)
    room = agree(room, "b", False, LEAD_S)

    on = held(room, LEAD_S + 0.1, 6.0, a=SMILE, b=SMILE)
    assert (on.state, on.shot) == ("waiting", 1)
    pause = held(on, LEAD_S + 6.2, 0.8, a=SMILE, b=FROWN)
    assert held(pause, LEAD_S + 7.2, 0.7, a=SMILE, b=SMILE).shot == 2


def test_one_who_still_looks_at_the_photo_is_waited_for_but_not_for_ever() -> None:
    room = held(fire(room_of("a", "b"), "a", 0.0), 0.0, LEAD_S, a=SMILE, b=SMILE)
    now, room = LEAD_S, agree(room, "b", False, LEAD_S)

    while now < LEAD_S + LOOK_S - 0.2:
        now += 0.1
        room = report(said(room, now, a=SMILE), "b", (1.0,), True, now, watching=True)
        assert room.state == "showing"
    for _ in range(4):
        now += 0.1
        room = report(said(room, now, a=SMILE), "b", (1.0,), True, now, watching=True)
    assert room.state == "waiting"


def test_a_photo_of_one_camera_asks_nobody_and_leaves_the_room_free_at_once() -> None:
    room = held(fire(room_of("a"), "a", 0.0), 0.0, LEAD_S, a=SMILE)

    assert room.state == "showing"
    assert held(room, LEAD_S + 0.1, 2.1, a=FROWN).state == "waiting"


def test_a_reload_has_the_same_seat_and_a_host_who_is_gone_is_replaced() -> None:
    room = room_of("a", "b")

    again = join(room, "b", "another connection", 1.0)
    assert (len(again.seats), again.seats[1].connection) == (2, "another connection")
    assert held(room, 0.0, 13.0, b=FROWN).host == "b"


@settings(max_examples=150, deadline=None)
@given(EVENTS)
def test_nothing_fires_while_somebody_who_is_waited_for_does_not_smile(events: list[tuple[str, str, float]]) -> None:
    room, now = Room("ABCDEF"), 0.0
    for event in events:
        now += event[2]
        before = room
        room = happen(room, event, now)
        if room.state == "counting" != before.state and not room.capture.by_hand:
            there = [one for one in room.seats if one.required and now - one.word < STALE_S and now - one.seen < FACELESS_S]
            assert there
            assert all(one.smiling for one in there)
            since = before.capture.held_since
            assert since is not None
            assert 1000 * now - since >= CAPTURE.hold_ms
            assert room.capture.rests_until is None


@settings(max_examples=150, deadline=None)
@given(EVENTS, st.integers(1, 20))
def test_nothing_is_shot_that_fell_apart_before_all_could_be_told(events: list[tuple[str, str, float]], pace: int) -> None:
    room, now, apart = Room("ABCDEF"), 0.0, None
    for kind, id, passed in events:
        now += passed / pace
        room = happen(room, (kind, id, passed), now)
        if room.state != "counting" or room.capture.by_hand or room.capture.all:
            apart = None
        elif room.due is not None and now <= room.due - CAPTURE.commit_ms / 1000:
            apart = now if apart is None else apart
            assert now - apart < CAPTURE.apart_ms / 1000 + 1e-6


@settings(max_examples=150, deadline=None)
@given(EVENTS)
def test_a_room_never_hangs(events: list[tuple[str, str, float]]) -> None:
    room, now = Room("ABCDEF"), 0.0
    for event in events:
        now += event[2]
        room = happen(room, event, now)
    room = join(room, "a", "a", now)

    for _ in range(round((LEAD_S + GATHER_S + 6) * 2)):
        now += 0.5
        room = said(room, now, a=FROWN)
    assert room.state == "waiting"
    assert room.due is None
    room = held(room, now, 1.0, a=SMILE)
    assert room.state == "waiting"
    room = require(join(room, "b", "b", now + 1), room.host, "b", True, now + 1)
    assert held(room, now + 1.1, 1.0, a=SMILE, b=SMILE).state == "counting"


@settings(max_examples=50, deadline=None)
@given(EVENTS)
def test_a_room_nobody_speaks_in_is_empty_in_the_end(events: list[tuple[str, str, float]]) -> None:
    room, now = Room("ABCDEF"), 0.0
    for event in events:
        now += event[2]
        room = happen(room, event, now)

    assert step(room, now + GONE_S + 0.001).seats == ()


def test_anybody_of_the_room_stops_the_countdown_and_the_smile_that_is_still_there_begins_no_other() -> None:
    room = held(room_of("a", "b"), 0.0, 1.0, a=SMILE, b=SMILE)
    assert room.state == "counting"

    stopped = held(stop(room, "b", 1.1), 1.2, 5.0, a=SMILE, b=SMILE)

    assert (stopped.state, stopped.due, stopped.capture.rests_until is not None) == ("waiting", None, True)
    assert held(held(stopped, 6.3, 1.0, a=SMILE, b=FROWN), 7.4, 1.0, a=SMILE, b=SMILE).state == "counting"


def test_a_countdown_is_not_stopped_by_strangers_nor_so_late_that_not_all_could_be_told() -> None:
    room = held(room_of("a", "b"), 0.0, 1.0, a=SMILE, b=SMILE)

    assert stop(room, "c", 1.1).state == "counting"
    assert room.due is not None
    assert stop(room, "a", room.due - 0.4).state == "counting"


def test_a_camera_without_a_photo_withdraws_and_holds_up_nobody() -> None:
    room = held(fire(room_of("a", "b", "c"), "a", 0.0), 0.0, LEAD_S, a=SMILE, b=SMILE, c=SMILE)

    left = agree(agree(agree(room, "c", None, LEAD_S), "a", True, LEAD_S), "b", True, LEAD_S)

    assert (left.state, left.shooters, agreed(left)) == ("gathering", ("a", "b"), True)
    assert agree(agree(room, "c", None, LEAD_S), "b", None, LEAD_S).state == "showing"
