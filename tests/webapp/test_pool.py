import threading
import time
from types import SimpleNamespace

import pytest

from webapp.pool import LONGEST_RETRY, RETRY_MS, Busy, Pool


def test_a_frame_does_not_queue_behind_pictures_that_may_wait() -> None:
    pool, end = Pool(workers=1, waiting=5), threading.Event()
    futures = [pool.submit(end.wait) for _ in range(2)]

    with pytest.raises(Busy):
        pool.submit(end.wait, hasty=True)
    futures.append(pool.submit(end.wait))
    assert pool.taken == 3

    end.set()
    assert [future.result(10) for future in futures] == [True, True, True]


def test_while_more_is_asked_than_can_be_done_no_frame_waits_but_a_picture_may() -> None:
    pool, end = Pool(workers=1, waiting=5), threading.Event()
    # Ten calls of a second each at once are more than one worker does in a second.
    for _ in range(10):
        pool._demand.work(time.monotonic(), 1.0)
        pool._demand.ask(time.monotonic())
    futures = [pool.submit(end.wait)]

    with pytest.raises(Busy):
        pool.submit(end.wait, hasty=True)
    futures.append(pool.submit(end.wait))

    end.set()
    assert [future.result(10) for future in futures] == [True, True]


def test_what_was_taken_in_is_finished_and_no_more_is_taken() -> None:
    pool = Pool(workers=1, waiting=1)
    futures = [pool.submit(lambda: "done") for _ in range(2)]

    pool.finish()

    assert [future.result(0) for future in futures] == ["done", "done"]
    with pytest.raises(Busy):
        pool.submit(lambda: "late")
    assert pool.taken == 0


def test_where_nearly_as_much_is_asked_as_can_be_done_no_frame_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.pool.time", SimpleNamespace(monotonic=lambda: 5.0))
    pool, end = Pool(workers=1, waiting=5), threading.Event()
    pool._demand.work(5.0, 0.1)
    # Seven tenths of what one worker does in a second.
    for _ in range(6):
        pool._demand.ask(5.0)
    future = pool.submit(end.wait)
    less = pool.refuse()

    pool._demand.ask(5.0)
    more = pool.refuse()

    end.set()
    assert future.result(10)
    assert less is None
    assert more


def test_who_is_refused_is_told_to_wait_the_longer_the_more_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.pool.time", SimpleNamespace(monotonic=lambda: 5.0))
    pool, end = Pool(workers=1, waiting=1), threading.Event()
    futures = [pool.submit(end.wait) for _ in range(2)]
    first = pool.refuse()
    # From now on a call is known to take a second.
    pool._demand.work(5.0, 1.0)

    later = [pool.refuse() for _ in range(10)]

    end.set()
    assert [future.result(10) for future in futures] == [True, True]
    assert first
    assert first.retry_ms == RETRY_MS
    waits = [busy.retry_ms for busy in later if busy]
    assert len(waits) == 10
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_RETRY * RETRY_MS


def test_each_worker_is_made_ready_once() -> None:
    pool, threads = Pool(workers=3, waiting=0), []

    pool.on_all_workers(lambda: threads.append(threading.get_ident()))

    assert len(threads) == len(set(threads)) == 3
    assert pool.taken == 0
    assert pool.run(threading.get_ident) in threads
