import json
import logging
import sys

from webapp.logs import JsonFormatter, Seldom


def record(message: str, created: float = 0.0, problem: Exception | None = None) -> logging.LogRecord:
    made = logging.LogRecord("engineio.server", logging.ERROR, "", 0, message, (), None)
    made.created = created
    if problem:
        try:
            raise problem
        except Exception:
            made.exc_info = sys.exc_info()
    return made


def test_an_entry_in_json_is_one_line_with_what_a_search_needs() -> None:
    line = JsonFormatter().format(record("first\nsecond", 1_700_000_000.25, ValueError("wrong")))

    entry = json.loads(line)
    assert "\n" not in line
    assert entry["level"] == "error"
    assert entry["time"].startswith("2023-11-14T22:13:20")
    assert entry["message"] == "first\nsecond"
    assert "ValueError: wrong" in entry["error"]


def test_a_message_that_comes_ten_thousand_times_does_not_fill_the_disk() -> None:
    seldom = Seldom()

    kept = [seldom.filter(record("message handler error", number / 1000, ValueError(str(number)))) for number in range(10_000)]

    assert sum(kept) <= 11


def test_a_message_that_comes_seldom_is_kept() -> None:
    seldom = Seldom()

    assert all(seldom.filter(record("message handler error", 20.0 * number)) for number in range(30))


def test_who_would_have_to_wait_to_tell_does_not_tell() -> None:
    seldom = Seldom()

    with seldom._turn:
        assert not seldom.filter(record("many threads at once"))
    assert seldom.filter(record("many threads at once"))
