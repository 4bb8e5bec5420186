"""The program, its cameras and its visitors, for all tests that look at the page as a person does."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.e2e.actors import Moods
from tests.e2e.cameras import clip, still, write_camera
from tests.e2e.program import program
from tests.e2e.shops import Shop
from tests.e2e.visitor import Visitor


@pytest.fixture(scope="session")
def program_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the program, started once."""
    with program(tmp_path_factory.mktemp("program")) as (url, _):
        yield url


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright for one module; two at a time cannot run in one thread."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browsers(playwright: Playwright) -> Iterator[dict[tuple[str, ...], Browser]]:
    """The browser that runs now, by its flags: one at a time is enough for a small machine."""
    running: dict[tuple[str, ...], Browser] = {}
    yield running
    for browser in running.values():
        browser.close()


@pytest.fixture
def visitor(playwright: Playwright, program_url: str, browsers: dict[tuple[str, ...], Browser]) -> Iterator[Visitor]:
    """A visitor; the test fails in the end if a page logged an error, was refused something or asked another host."""
    visitor = Visitor(playwright, program_url, browsers)
    yield visitor
    visitor.leave()


@pytest.fixture
def guest(playwright: Playwright, shop: Shop, browsers: dict[tuple[str, ...], Browser]) -> Iterator[Visitor]:
    """A visitor of a module's own `shop`, treated as `visitor` is."""
    visitor = Visitor(playwright, shop.url, browsers)
    yield visitor
    visitor.leave()


@pytest.fixture(scope="session")
def cameras(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the cameras made here."""
    return tmp_path_factory.mktemp("cameras")


@pytest.fixture(scope="session")
def smiling_woman(cameras: Path, astronaut: NDArray[np.uint8]) -> Path:
    """A camera before a smiling woman who holds still."""
    return write_camera(cameras / "smiling_woman.mjpeg", still(astronaut))


@pytest.fixture(scope="session")
def laughing_man(cameras: Path) -> Path:
    """A camera before one man who looks on for some seconds, laughs for some, and so on."""
    return write_camera(cameras / "laughing_man.mjpeg", clip("franck.mp4", 144, 154))


@pytest.fixture(scope="session")
def empty_room(cameras: Path) -> Path:
    """A camera before a wall with a shade on it."""
    shade = np.linspace(120, 200, 640, dtype=np.uint8)
    return write_camera(cameras / "empty_room.mjpeg", still(np.broadcast_to(shade[None, :, None], (480, 640, 3))))


@pytest.fixture(scope="session")
def people(astronaut: NDArray[np.uint8]) -> list[Moods]:
    """Four cameras' people: a man who can laugh, his mirror image, and a smiling woman near and far."""
    frames = list(clip("franck.mp4", 144, 154))
    man = {"serious": frames[10], "smiling": frames[len(frames) // 2]}
    woman = astronaut[:384]
    mirrored = {name: picture[:, ::-1] for name, picture in man.items()}
    return [man, mirrored, {"smiling": woman}, {"smiling": astronaut[:300, 60:460][:, ::-1]}]
