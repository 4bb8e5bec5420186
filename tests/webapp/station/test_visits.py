"""Visits are counted as the page counts them: tests/golden/visits.json, made from this side, holds there too."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from webapp.contract import CountCell
from webapp.station.visits import VisitConfig, Visits, Zone, left_out
from webapp.vision.box import Box

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "visits.json").read_text())


@pytest.mark.parametrize("course", GOLDEN["courses"], ids=lambda course: course["name"])
def test_visits_are_counted_as_the_golden_file_says(course: dict[str, Any]) -> None:
    visits = Visits(VisitConfig(**course["config"]))
    for event in course["events"]:
        visits.see([SimpleNamespace(**face) for face in event["faces"]], event["time"])

        assert visits.present == event["present"]
        if event["taken"]:
            assert visits.take() == event["taken"]


@pytest.mark.parametrize("course", GOLDEN["courses"], ids=lambda course: course["name"])
def test_what_is_taken_is_a_cell_that_the_server_takes(course: dict[str, Any]) -> None:
    taken = [event["taken"] for event in course["events"] if event["taken"]]

    assert sum(one["visits"] for one in taken) > 5
    try:
        for sums in taken:
            CountCell.model_validate({"start": 0, **sums})
    except ValidationError as problem:
        pytest.fail(str(problem))


def test_at_the_end_nobody_is_forgotten() -> None:
    visits = Visits()
    face = SimpleNamespace(id=1, emotion="happy", smile=0.9, gender="female")
    for step in range(31):
        visits.see([face], 100.0 * step)

    visits.end_all()

    assert (visits.take()["visits"], visits.present) == (1, 0)


def test_faces_in_a_zone_left_out_are_known_by_their_middle() -> None:
    zones = [Zone(0.5, 0, 0.5, 1)]

    assert left_out(Box(400, 100, 100, 100), 640, 480, zones)
    assert not left_out(Box(250, 100, 100, 100), 640, 480, zones)
