import threading
import time

import pytest

from webapp.pool import Busy, Pool


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
