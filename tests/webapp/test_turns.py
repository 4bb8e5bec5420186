"""Who of the threads of one connection is next; each waits in a thread of its own, as in the server."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from webapp.turns import Superseded, Turns

SOON = 10


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def waiting(turns: Turns, threads: ThreadPoolExecutor, time: float) -> Future[None]:
    """Let a frame wait for its turn, and return once it does."""
    future = threads.submit(turns.take, time)
    while not future.done() and not (turns._waiting and turns._waiting[0] == time):
        pass
    return future


def test_the_newest_frame_wins_and_the_older_one_is_answered_at_once(threads: ThreadPoolExecutor) -> None:
    turns = Turns()
    turns.take(0)

    older = waiting(turns, threads, 1)
    newer = waiting(turns, threads, 2)

    assert isinstance(older.exception(SOON), Superseded)
    turns.pass_on()
    assert newer.result(SOON) is None


def test_a_frame_whose_thread_was_late_does_not_replace_a_newer_one(threads: ThreadPoolExecutor) -> None:
    turns = Turns()
    turns.take(5)
    newest = waiting(turns, threads, 7)

    with pytest.raises(Superseded):
        turns.take(6)
    turns.pass_on()
    assert newest.result(SOON) is None


def test_after_a_turn_any_time_is_taken() -> None:
    turns = Turns()
    turns.take(1000)
    turns.pass_on()

    turns.take(0)


def test_nobody_waits_for_a_connection_that_has_ended(threads: ThreadPoolExecutor) -> None:
    turns = Turns()
    turns.take(0)
    late = waiting(turns, threads, 1)

    turns.close()

    assert isinstance(late.exception(SOON), Superseded)
    with pytest.raises(Superseded):
        turns.take(2)
