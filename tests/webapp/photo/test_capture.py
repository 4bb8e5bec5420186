"""The capture machine's golden courses, which the page's machine plays too: tests/js/core/golden.test.js."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from webapp.photo.capture import Capture, CaptureConfig, Event, step
from webapp.vision.group import Group, Person

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "capture.json").read_text())


def heard(event: dict[str, Any]) -> Event:
    """Read an event as the page has it."""
    if event["kind"] != "group":
        return event["kind"]  # type: ignore[no-any-return]
    group = event["group"]
    return Group(group["faces"], group["smiling"], group["ready"], tuple(Person(**one) for one in group["people"]))


@pytest.mark.parametrize("course", GOLDEN["courses"], ids=lambda course: course["name"])
def test_courses_of_events_go_as_the_golden_file_says(course: dict[str, Any]) -> None:
    capture, config = Capture(0.0), CaptureConfig(**course["config"])
    for known in course["events"]:
        capture, effects = step(capture, heard(known["event"]), known["time"], config)

        assert asdict(capture) == pytest.approx(known["capture"], abs=1e-6)
        assert [(kind, left) for kind, left in effects] == [(one["kind"], one.get("left", 0)) for one in known["effects"]]


def test_the_golden_courses_take_photos_stop_offer_and_rest() -> None:
    kinds = {one["kind"] for course in GOLDEN["courses"] for known in course["events"] for one in known["effects"]}

    assert kinds == {"count", "stopped", "shoot", "keep", "offer", "use_best", "armed"}
    assert any(known["capture"]["rests_until"] for course in GOLDEN["courses"] for known in course["events"])
    assert asdict(CaptureConfig()) == GOLDEN["defaults"]
