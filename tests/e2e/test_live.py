"""The main job: faces before a camera, their number, expression and perceived gender."""

from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import Visitor, looks, wait_for_faces, wait_until


def test_one_person_keeps_one_number_and_laughs_without_flicker(visitor: Visitor, laughing_man: Path) -> None:
    page = visitor.open(laughing_man)
    [face] = wait_for_faces(page, 1)

    seen = looks(page, 30, during_ms=20_000)

    assert {len(look["faces"]) for look in seen} == {1}
    assert {look["faces"][0]["id"] for look in seen} == {face["id"]}
    expressions = [expression for expression, _ in groupby(look["faces"][0]["emotion"] for look in seen)]
    assert set(expressions) == {"neutral", "happy"}
    assert len(expressions) <= 5


def test_the_smile_of_a_smiling_woman_is_happy(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.open(smiling_woman)
    wait_for_faces(page, 1)

    wait_until(page, "allsmiles.faces[0]?.emotion === 'happy' && allsmiles.faces[0].sure")

    assert all(look["faces"][0]["emotion"] == "happy" for look in looks(page, 10))
    card = page.locator("#face-list > li")
    expect(card).to_contain_text("happy")
    expect(card).to_contain_text("perceived gender: ")
    expect(card.locator(".bars dt")).to_have_count(7)
    expect(page.locator("#group-text")).to_have_text("1 face, 1 smiling")
    expect(page.locator("#all-smiling")).to_be_visible()


def test_the_box_lies_where_the_face_is(visitor: Visitor, smiling_woman: Path) -> None:
    page = visitor.open(smiling_woman)

    [face] = wait_for_faces(page, 1)

    middle = face["box"]["x"] + face["box"]["width"] / 2, face["box"]["y"] + face["box"]["height"] / 2
    assert middle == pytest.approx((278, 144), abs=25)


def test_nobody_there_is_told_kindly(visitor: Visitor, empty_room: Path) -> None:
    page = visitor.open(empty_room)

    expect(page.locator("#nobody")).to_have_text("Nobody here yet. Step into the picture and say hello.")
    expect(page.locator("#nobody")).to_be_visible()

    assert all(look["faces"] == [] for look in looks(page, 5))
    expect(page.locator("#face-list > li")).to_have_count(0)
    expect(page.locator("#group-text")).to_have_text("None yet")


@pytest.mark.parametrize(("video", "faces"), [("one-man-smiling", 1), ("two-people-turning", 2), ("three-people-walking", 3)])
def test_as_many_faces_as_people(visitor: Visitor, data_sets: Path, video: str, faces: int) -> None:
    camera = data_sets / "videos" / f"{video}.mjpeg"
    if not camera.exists():
        pytest.skip(f"no {camera.name} among the data sets")
    page = visitor.open(camera)
    wait_for_faces(page, faces)

    seen = looks(page, 30)

    [(most, _)] = Counter(len(look["faces"]) for look in seen).most_common(1)
    assert most == faces


def test_a_smiling_man_is_happy(visitor: Visitor, data_sets: Path) -> None:
    camera = data_sets / "videos" / "one-man-smiling.mjpeg"
    if not camera.exists():
        pytest.skip(f"no {camera.name} among the data sets")
    page = visitor.open(camera)
    wait_for_faces(page, 1)

    wait_until(page, "allsmiles.faces[0]?.emotion === 'happy' && allsmiles.faces[0].sure")


def test_no_tensor_is_left_behind_in_a_minute(visitor: Visitor, laughing_man: Path) -> None:
    page = visitor.open(laughing_man)
    wait_for_faces(page, 1)
    before = page.evaluate("allsmiles.stats")

    wait_until(page, "performance.now() - known > 60_000", page.evaluate("performance.now()"))

    after = page.evaluate("allsmiles.stats")
    assert after["frames"] > before["frames"] + 30
    assert after["tensors"] == before["tensors"] > 0
