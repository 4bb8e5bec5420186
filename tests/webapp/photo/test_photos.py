"""Sharing: what is kept, for whom, for how long, and what is refused."""

import errno
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from tests.conftest import encoded
from webapp.app import create_app
from webapp.config import Config
from webapp.photo.shelf import Shelf, ShelfFull

HOUR = 3600.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def browser(tmp_path: Path, folder: Path) -> FlaskClient:
    return client(tmp_path, folder)


def client(tmp_path: Path, folder: Path, **settings: Any) -> FlaskClient:
    return create_app(Config(data_dir=tmp_path, photos_dir=str(folder), **settings)).test_client()


def upload(browser: FlaskClient, content: bytes, event: str = "") -> TestResponse:
    return browser.post("/api/v1/photos", data=content, content_type="image/jpeg", query_string={"event": event} if event else None)


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def photo_with_a_place() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "a camera of mine"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return encoded(Image.fromarray(np.full((40, 80, 3), 120, np.uint8)), "JPEG", exif=exif)


def test_a_shared_photo_is_seen_at_its_link_upright_and_without_metadata(browser: FlaskClient, folder: Path) -> None:
    told = upload(browser, photo_with_a_place())

    assert told.status_code == 201
    page = browser.get(path_of(told.json["url"]))
    sent = browser.get(path_of(told.json["url"]) + ".jpg", buffered=True)
    assert "A photo for you" in page.text
    assert page.headers["Cache-Control"] == sent.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    with Image.open(BytesIO(sent.data)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (40, 80))
        assert not picture.getexif()
    assert all(b"a camera of mine" not in path.read_bytes() for path in folder.iterdir())


def test_the_qr_code_is_a_picture_that_needs_no_style(browser: FlaskClient, astronaut_jpeg: bytes) -> None:
    told = upload(browser, astronaut_jpeg).json

    code = browser.get(told["qr_url"])

    assert code.mimetype == "image/svg+xml"
    assert "<script" not in code.text
    assert "style=" not in code.text


def test_links_and_codes_name_the_address_that_phones_reach(tmp_path: Path, folder: Path, astronaut_jpeg: bytes) -> None:
    browser = client(tmp_path, folder, public_url="https://booth.example/")

    assert upload(browser, astronaut_jpeg).json["url"].startswith("https://booth.example/p/")


def test_only_the_delete_key_deletes(browser: FlaskClient, folder: Path, astronaut_jpeg: bytes) -> None:
    told, other = upload(browser, astronaut_jpeg).json, upload(browser, astronaut_jpeg).json
    path = f"/api/v1/photos/{told['url'].rsplit('/', 1)[1]}"

    refusals = [browser.delete(path, headers={"Authorization": f"Bearer {key}"}).status_code for key in ("", other["delete_key"])]
    seen = browser.get(path_of(told["url"])).status_code
    deleted = browser.delete(path, headers={"Authorization": f"Bearer {told['delete_key']}"}).status_code

    assert (refusals, seen, deleted) == ([403, 403], 200, 204)
    assert [browser.get(path_of(told["url"]) + ending).status_code for ending in ("", ".jpg", ".svg")] == [404, 404, 404]
    assert len(list(folder.iterdir())) == 2
    assert told["delete_key"] not in "".join(path.read_text("latin-1") for path in folder.iterdir())


@pytest.mark.parametrize(
    ("content", "status"), [(b"", 400), (b"<html>", 415), (b"\xff\xd8\xff\xe0 no picture", 415), (b"GIF89a" + bytes(40), 415)]
)
def test_what_is_no_photo_is_refused_and_not_kept(browser: FlaskClient, folder: Path, content: bytes, status: int) -> None:
    answer = upload(browser, content)

    assert answer.status_code == status
    assert answer.json["detail"]
    assert not folder.exists()


def test_a_photo_larger_than_allowed_is_refused(tmp_path: Path, folder: Path, astronaut_jpeg: bytes) -> None:
    browser = client(tmp_path, folder, max_upload_mb=1)

    assert upload(browser, astronaut_jpeg + bytes(1_000_000)).status_code == 413


def test_a_server_without_sharing_says_so(tmp_path: Path, folder: Path, astronaut_jpeg: bytes) -> None:
    answer = upload(client(tmp_path, folder, photos="off"), astronaut_jpeg)

    assert (answer.status_code, answer.json["error"]) == (403, "off")


def test_an_address_that_shares_too_much_is_asked_to_wait(tmp_path: Path, folder: Path, astronaut_jpeg: bytes) -> None:
    browser = client(tmp_path, folder, photos_per_minute=2)

    assert [upload(browser, astronaut_jpeg).status_code for _ in range(3)] == [201, 201, 429]


def test_a_full_disk_is_said_clearly_and_leaves_nothing(
    browser: FlaskClient, folder: Path, astronaut_jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("webapp.photo.shelf.os.fsync", full)

    answer = upload(browser, astronaut_jpeg)

    assert answer.status_code == 507
    assert "still on your device" in answer.json["detail"]
    assert list(folder.iterdir()) == []


def test_a_photo_is_really_gone_when_its_time_is_over(folder: Path) -> None:
    shelf = Shelf(folder, 24 * HOUR, 10, 1000)
    kept, _ = shelf.add(b"picture", (1, 1), now=0.0)

    assert shelf.get(kept.token, 24 * HOUR - 1)
    assert shelf.get(kept.token, 24 * HOUR) is None
    assert shelf.sweep(24 * HOUR) == 1
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(("most", "most_bytes"), [(2, 1000), (10, 15)])
def test_a_full_shelf_takes_no_more_until_something_went(folder: Path, most: int, most_bytes: int) -> None:
    shelf = Shelf(folder, HOUR, most, most_bytes)
    for _ in range(2):
        shelf.add(b"picture", (1, 1), now=0.0)

    with pytest.raises(ShelfFull, match="still on your device"):
        shelf.add(b"picture", (1, 1), now=1.0)

    shelf.add(b"picture", (1, 1), now=HOUR + 1)


def test_what_a_crash_left_half_written_is_swept_later(folder: Path) -> None:
    folder.mkdir()
    for name in ("x" * 24 + ".jpg", "y" * 24 + ".new"):
        (folder / name).write_bytes(b"half")
    written = (folder / ("x" * 24 + ".jpg")).stat().st_mtime
    shelf = Shelf(folder, HOUR, 10, 1000)

    shelf.sweep(written + 60)
    early = len(list(folder.iterdir()))
    shelf.sweep(written + 2 * HOUR)

    assert (early, len(list(folder.iterdir()))) == (2, 0)


@pytest.mark.parametrize("token", ["..", "../../etc/passwd", "x", "", "%2e%2e", "x" * 24])
def test_no_name_leads_out_of_the_folder(browser: FlaskClient, token: str) -> None:
    assert browser.get(f"/p/{token}").status_code == 404
    assert browser.get(f"/p/{token}.jpg").status_code == 404


def test_an_events_screen_shows_its_shared_photos_and_no_others(browser: FlaskClient, astronaut_jpeg: bytes) -> None:
    opened = browser.post("/api/v1/events", json={"name": "Party", "slideshow": True}).json
    upload(browser, astronaut_jpeg)
    mine = upload(browser, astronaut_jpeg, opened["event"]).json

    screen = opened["slideshow_url"].rsplit("/", 1)[1]
    shown = browser.get(f"/api/v1/slideshows/{screen}").json

    assert shown == {"name": "Party", "urls": [path_of(mine["url"]) + ".jpg"]}
    assert "Party" in browser.get(f"/slideshow/{screen}").text


def test_who_may_add_to_an_event_may_not_list_it(browser: FlaskClient) -> None:
    opened = browser.post("/api/v1/events", json={"name": "Party", "slideshow": True}).json

    assert browser.get(f"/api/v1/slideshows/{opened['event']}").status_code == 404


def test_an_event_without_a_slideshow_has_no_screen(browser: FlaskClient, folder: Path) -> None:
    opened = browser.post("/api/v1/events", json={"name": "Party"}).json
    [file] = folder.glob("*.event")

    assert opened["slideshow_url"] is None
    assert browser.get(f"/slideshow/{json.loads(file.read_text())['screen']}").status_code == 404


def test_an_unknown_event_takes_no_photo(browser: FlaskClient, astronaut_jpeg: bytes) -> None:
    assert upload(browser, astronaut_jpeg, "x" * 24).status_code == 404
