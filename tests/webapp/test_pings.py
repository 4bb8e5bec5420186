"""Pings of all connections come from one thread, and only to those that are still there."""

import threading
from queue import Empty
from unittest.mock import Mock

import pytest
import socketio
from engineio.exceptions import SocketIsClosedError
from engineio.packet import PING
from engineio.socket import Socket

from webapp.pings import by_one_thread

INTERVAL_S = 0.2


def connections(count: int) -> list[Socket]:
    """Return connections of one server that have just been made."""
    engine = socketio.Server(async_mode="threading").eio
    engine.ping_interval = INTERVAL_S
    by_one_thread(engine)
    return [Socket(engine, str(number)) for number in range(count)]


def test_every_connection_is_pinged_by_one_thread() -> None:
    before = threading.active_count()
    many = connections(100)
    for connection in many:
        connection.schedule_ping()
    threads = threading.active_count() - before

    pings = [connection.queue.get(timeout=30) for connection in many]

    assert [ping.packet_type for ping in pings] == [PING] * 100
    assert all(connection.last_ping for connection in many)
    assert threads == 1


def test_a_connection_that_has_ended_is_not_pinged() -> None:
    ended, there = connections(2)
    ended.schedule_ping()
    there.schedule_ping()

    ended.closed = True

    there.queue.get(timeout=30)
    with pytest.raises(Empty):
        ended.queue.get(block=False)


def test_a_connection_that_ends_at_that_moment_does_not_end_the_pings_of_others() -> None:
    leaving, there = connections(2)
    # Engine.IO's own check, which comes after that of the pings.
    leaving.check_ping_timeout = Mock(side_effect=SocketIsClosedError)
    leaving.schedule_ping()
    there.schedule_ping()

    assert there.queue.get(timeout=30).packet_type == PING
    leaving.check_ping_timeout.assert_called_once()
