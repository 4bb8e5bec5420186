import logging
import threading
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import pytest
import socketio

from webapp.handling import AT_ONCE, decided_at_once, few_at_a_time

PATIENCE_S = 30


@pytest.fixture
def server() -> socketio.Server:
    server = socketio.Server(async_mode="threading")
    few_at_a_time(server)
    server.eio.sockets.update(one=SimpleNamespace(), other=SimpleNamespace())
    return server


def arrive(server: socketio.Server, connection: str, event: str) -> Any:
    """Do what Socket.IO does with a message, in the thread that reads from its connection."""
    return server.start_background_task(server._handle_event_internal, server, "sid", connection, [event], "/", None)


def test_of_one_connection_no_more_than_a_few_messages_are_handled_and_others_do_not_wait_for_it(server: socketio.Server) -> None:
    begun, go, ended = threading.Semaphore(0), threading.Event(), threading.Semaphore(0)

    @server.on("slow")
    def slow(*_: Any) -> None:
        begun.release()
        assert go.wait(PATIENCE_S)
        ended.release()

    @server.on("quick")
    def quick(*_: Any) -> None:
        ended.release()

    reader = threading.Thread(target=lambda: [arrive(server, "one", "slow") for _ in range(AT_ONCE + 1)])
    reader.start()
    for _ in range(AT_ONCE):
        assert begun.acquire(timeout=PATIENCE_S)
    arrive(server, "other", "quick")
    assert ended.acquire(timeout=PATIENCE_S)

    assert reader.is_alive()
    assert not begun.acquire(blocking=False)
    go.set()
    reader.join(PATIENCE_S)
    for _ in range(AT_ONCE + 1):
        assert ended.acquire(timeout=PATIENCE_S)


def test_a_message_that_cannot_be_handled_is_told_and_the_next_one_comes_through(
    server: socketio.Server, caplog: pytest.LogCaptureFixture
) -> None:
    handled = threading.Event()

    @server.on("broken")
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("nothing to share")

    server.on("good", lambda *_: handled.set())
    with caplog.at_level(logging.ERROR):
        for _ in range(3 * AT_ONCE):
            arrive(server, "one", "broken")
        arrive(server, "one", "good")

        assert handled.wait(PATIENCE_S)

    assert "a message could not be handled" in caplog.text
    assert "nothing to share" in caplog.text


def test_what_a_connection_said_that_is_gone_is_not_handled(server: socketio.Server) -> None:
    server.on("late", lambda *_: pytest.fail("handled"))

    assert arrive(server, "gone", "late") is None


def test_other_tasks_are_started_as_ever(server: socketio.Server) -> None:
    done = threading.Event()

    server.start_background_task(done.set)

    assert done.wait(PATIENCE_S)


def answers_of(server: socketio.Server, monkeypatch: pytest.MonkeyPatch) -> SimpleQueue[tuple[str, Any, Any]]:
    """Join a client to the server; give the queue of what is answered: to whom, to which message, what."""
    answers: SimpleQueue[tuple[str, Any, Any]] = SimpleQueue()
    server.manager.connect("one", "/")
    monkeypatch.setattr(server, "_send_packet", lambda connection, packet: answers.put((connection, packet.id, packet.data)))
    return answers


def test_what_is_refused_is_answered_where_it_is_read_whoever_is_busy(server: socketio.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    answers, begun, go = answers_of(server, monkeypatch), threading.Semaphore(0), threading.Event()

    def slow() -> str:
        begun.release()
        assert go.wait(PATIENCE_S)
        return "seen"

    decided_at_once(server, "frame", lambda _, number: slow if number < AT_ONCE else "busy")
    for number in range(AT_ONCE):
        server._handle_event("one", None, number, ["frame", number])
        assert begun.acquire(timeout=PATIENCE_S)
    reader = threading.Thread(target=server._handle_event, args=["one", None, AT_ONCE, ["frame", AT_ONCE]])
    reader.start()
    first = answers.get(timeout=PATIENCE_S)

    go.set()
    reader.join(PATIENCE_S)
    assert first == ("one", AT_ONCE, ["busy"])
    rest = [answers.get(timeout=PATIENCE_S) for _ in range(AT_ONCE)]
    assert sorted(rest) == [("one", number, ["seen"]) for number in range(AT_ONCE)]


def test_other_events_and_who_has_not_joined_take_the_usual_way(server: socketio.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = answers_of(server, monkeypatch)
    decided_at_once(server, "frame", lambda *_: pytest.fail("decided"))
    server.on("other", lambda *_: "as ever")

    server._handle_event("two", None, 1, ["frame"])
    server._handle_event("one", "/elsewhere", 2, ["frame"])
    server._handle_event("one", None, 3, ["other"])

    assert answers.get(timeout=PATIENCE_S) == ("one", 3, ["as ever"])
    assert answers.empty()


def test_who_asks_for_no_answer_gets_none(server: socketio.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = answers_of(server, monkeypatch)
    decided_at_once(server, "frame", lambda *_: "busy")

    server._handle_event("one", None, None, ["frame"])

    assert answers.empty()
