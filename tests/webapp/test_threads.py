import threading
from concurrent.futures import Future
from threading import Event, current_thread

import pytest

from webapp.threads import Threads

PATIENCE_S = 30
LONG_S = 3600.0


def test_an_answer_and_a_mistake_reach_who_asked() -> None:
    threads = Threads(1, LONG_S)

    assert threads.submit(pow, 2, 5).result(PATIENCE_S) == 32
    with pytest.raises(ZeroDivisionError):
        threads.submit(lambda: 1 // 0).result(PATIENCE_S)
    threads.shutdown()


def test_calls_run_at_once_up_to_the_most_and_the_others_wait_their_turn() -> None:
    threads, go, running = Threads(2, LONG_S), Event(), threading.Semaphore(0)

    def hold() -> str:
        running.release()
        assert go.wait(PATIENCE_S)
        return current_thread().name

    held = [threads.submit(hold) for _ in range(5)]
    assert running.acquire(timeout=PATIENCE_S)
    assert running.acquire(timeout=PATIENCE_S)
    begun = [one.running() for one in held]
    go.set()

    assert [one.result(PATIENCE_S) for one in held] == ["request"] * 5
    assert begun == [True, True, False, False, False]
    threads.shutdown()


def test_who_was_busy_last_is_asked_first() -> None:
    threads, go, both = Threads(2, LONG_S), [Event(), Event()], threading.Barrier(3)

    def hold(number: int) -> int:
        both.wait(PATIENCE_S)
        assert go[number].wait(PATIENCE_S)
        return threading.get_ident()

    held = [threads.submit(hold, number) for number in range(2)]
    both.wait(PATIENCE_S)
    go[0].set()
    held[0].result(PATIENCE_S)
    go[1].set()
    last = held[1].result(PATIENCE_S)

    assert [idle(threads, 2), threads.submit(threading.get_ident).result(PATIENCE_S)] == [True, last]
    threads.shutdown()


def test_threads_without_work_end_and_new_work_gets_new_ones() -> None:
    threads, together = Threads(8, 0.01), threading.Barrier(8)

    def meet() -> threading.Thread:
        together.wait(PATIENCE_S)
        return current_thread()

    used = [one.result(PATIENCE_S) for one in [threads.submit(meet) for _ in range(8)]]
    for thread in used:
        thread.join(PATIENCE_S)

    assert not any(thread.is_alive() for thread in used)
    assert threads.submit(current_thread).result(PATIENCE_S) not in used
    threads.shutdown()


def test_no_call_is_lost_while_threads_come_and_go() -> None:
    threads = Threads(4, 0.0005)

    asked: list[Future[int]] = []
    for number in range(3000):
        asked.append(threads.submit(lambda number=number: number))
        if number % 7 == 0:
            asked[-1].result(PATIENCE_S)

    assert [one.result(PATIENCE_S) for one in asked] == list(range(3000))
    threads.shutdown()


def test_after_the_end_what_was_taken_is_done_and_nothing_more_is() -> None:
    threads, go = Threads(1, LONG_S), Event()
    held, waiting = threads.submit(go.wait, PATIENCE_S), threads.submit(current_thread)

    threads.shutdown()
    go.set()

    assert held.result(PATIENCE_S)
    waiting.result(PATIENCE_S).join(PATIENCE_S)
    assert not waiting.result().is_alive()
    with pytest.raises(RuntimeError, match="shut down"):
        threads.submit(current_thread)


def idle(threads: Threads, count: int) -> bool:
    """Wait until so many threads have nothing to do."""
    pause = Event()
    for _ in range(PATIENCE_S * 100):
        if len(threads._idle) == count:
            return True
        pause.wait(0.01)
    return False
