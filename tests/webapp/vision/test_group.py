from dataclasses import replace

from tests.webapp.vision.scenes import look, play
from webapp.vision.box import Box
from webapp.vision.group import Group, GroupConfig, Grouper, Person
from webapp.vision.smooth import Face


def faces(*smiles: float) -> list[Face]:
    """Make faces that smile with the given probabilities."""
    (face,) = play([0], lambda *_: look("happy"))
    return [replace(face, id=number, smile=smile) for number, smile in enumerate(smiles, 1)]


def numbers(group: Group) -> tuple[int, int, bool]:
    return group.faces, group.smiling, group.ready


def test_nobody_is_no_group_that_is_ready() -> None:
    grouper = Grouper(GroupConfig(smile_threshold=0.5))

    assert [grouper.group([], time) for time in (0, 9000)] == [Group(0, 0, False)] * 2


def test_a_group_is_ready_when_everybody_has_been_smiling_for_a_moment() -> None:
    grouper = Grouper(GroupConfig(smile_threshold=0.5, settle_ms=200))

    assert numbers(grouper.group(faces(0.9, 0.3), 0)) == (2, 1, False)
    assert numbers(grouper.group(faces(0.9, 0.6), 100)) == (2, 2, False)
    assert numbers(grouper.group(faces(0.9, 0.6), 300)) == (2, 2, True)


def test_a_smile_that_weakens_a_little_is_still_a_smile_and_a_weak_one_is_none() -> None:
    grouper = Grouper(GroupConfig(smile_threshold=0.5, smile_margin=0.1))
    course = (0.45, 0.5, 0.45, 0.39, 0.45)

    smiling = [grouper.group(faces(smile), time).smiling for time, smile in enumerate(course)]

    assert smiling == [0, 1, 1, 0, 0]


def test_one_who_stops_smiling_and_time_that_runs_backwards_start_the_moment_anew() -> None:
    grouper = Grouper(GroupConfig(smile_threshold=0.5, settle_ms=200))
    course = ((0.9, 0), (0.1, 150), (0.9, 200), (0.9, 399), (0.9, 400), (0.9, 10), (0.9, 210))

    ready = [grouper.group(faces(smile), time).ready for smile, time in course]

    assert ready == [False, False, False, False, True, False, True]


def test_a_single_picture_is_judged_at_once() -> None:
    grouper = Grouper(GroupConfig(smile_threshold=0.5, still=True))

    assert grouper.group(faces(0.9, 0.8), 0).ready
    assert not grouper.group(faces(0.9, 0.45), 0).ready


def test_a_face_far_in_the_background_neither_hinders_the_group_nor_smiles_for_it() -> None:
    grouper = Grouper(GroupConfig(smile_threshold=0.5, settle_ms=0, background_below=0.35))
    (near,) = faces(0.9)
    far = replace(near, id=2, smile=0.1, box=Box(400, 100, 30, 30))

    assert numbers(grouper.group([near, far], 0)) == (1, 1, True)
    assert numbers(grouper.group([replace(far, smile=0.9), replace(near, smile=0.1)], 100)) == (1, 0, False)


def test_every_person_is_told_from_left_to_right() -> None:
    grouper = Grouper(GroupConfig(smile_threshold=0.5))
    left, right = (replace(face, box=Box(400.0 * place, 0, 90, 90)) for place, face in enumerate(faces(0.25, 0.9)))

    people = grouper.group([right, left], 0).people

    assert people == (Person(1, 0.5, False, "left", False), Person(2, 1.0, True, "right", False))
