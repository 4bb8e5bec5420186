"""What a station counted is on its disk until the server has it, in bounded room."""

from pathlib import Path

import pytest

from tests.webapp.shop.counts import cell
from webapp.station.queue import MINUTE_MS, Queue, QueueTaken


def one(start: int, visits: int = 1) -> dict[str, object]:
    return {**cell(start, visits), "gender": {}}


def test_cells_of_a_minute_become_one(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "queue.db")

    for second in range(0, 120, 5):
        queue.add(one(second * 1000, visits=2))

    batch = queue.batch()
    assert batch
    assert [(part["start"], part["visits"], part["dwell"]) for part in batch["cells"]] == [
        (0, 24, [0, 24, 0, 0, 0]),
        (60_000, 24, [0, 24, 0, 0, 0]),
    ]


def test_a_batch_keeps_its_number_and_content_until_it_is_acknowledged_also_over_a_restart(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "queue.db")
    queue.add(one(0))
    first = queue.batch()
    queue.add(one(0, visits=5))
    queue.close()

    again = Queue(tmp_path / "queue.db")

    assert first
    assert again.batch() == first
    again.acknowledge(first["sequence"])
    following = again.batch()
    assert following
    assert (following["stream"], following["sequence"], following["cells"][0]["visits"]) == (first["stream"], 2, 5)
    again.acknowledge(1)
    assert again.batch() == following
    again.acknowledge(2)
    assert (again.batch(), again.waiting()) == (None, 0)


def test_a_full_queue_drops_its_oldest_minutes_and_says_how_many(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "queue.db", most_cells=3)

    for minute in range(5):
        queue.add(one(minute * MINUTE_MS))

    batch = queue.batch()
    assert batch
    assert ([part["start"] // MINUTE_MS for part in batch["cells"]], queue.lost) == ([2, 3, 4], 2)


def test_what_is_not_sent_moves_along_when_the_clock_is_set(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "queue.db")
    for minute in range(3):
        queue.add(one(minute * MINUTE_MS))

    queue.move_open(3_600_000.4)

    batch = queue.batch()
    assert batch
    assert [part["start"] for part in batch["cells"]] == [3_600_000, 3_660_000, 3_720_000]


def test_only_one_process_counts_as_a_station(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "queue.db")

    with pytest.raises(QueueTaken, match="another process"):
        Queue(tmp_path / "queue.db")
    queue.close()
