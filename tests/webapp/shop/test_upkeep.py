"""Minutes go after their time, by themselves; hours and days stay, and are never made anew from half a day."""

import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from tests.webapp.shop.counts import cell, make_shop
from webapp.cli import main
from webapp.config import Config
from webapp.shop import partitions, store, upkeep
from webapp.shop.rollup import add_minutes, rebuild, stations_of
from webapp.shop.schema import DWELL, SUMS, batches, days, hours, minutes
from webapp.shop.store import Store, open_store

DAY = 86_400


def fill(opened: Store, place: int, ages: range, every_s: int = 3600) -> None:
    """Count six visits an hour on days of these ages."""
    now = store.now() // DAY * DAY
    starts = [now - age * DAY + second for age in ages for second in range(0, DAY, every_s)]
    one = {**dict.fromkeys(SUMS, 0), **{name: value for name, value in cell(0, 6).items() if name in SUMS}, DWELL[1]: 6}
    with opened.writing() as connection:
        for station in connection.execute(stations_of(place)).mappings().all():
            add_minutes(connection, [(station, [{**one, "start": start} for start in starts])], 5)
            row = {"station_id": station["id"], "stream": "stream-1", "sequence": 1, "received_at": now - 40 * DAY}
            connection.execute(batches.insert().values(row))


def kept(opened: Store) -> tuple[int, int, int, int]:
    """Return the oldest minute's age in days, and visits by minute, hour and day."""
    with opened.reading() as connection:
        oldest = connection.execute(select(func.min(minutes.c.start))).scalar() or store.now()
        sums = (connection.execute(select(func.coalesce(func.sum(table.c.visits), 0))).scalar() for table in (minutes, hours, days))
        return (store.now() // DAY * DAY - oldest) // DAY, *map(int, sums)


def test_old_minutes_go_and_hours_and_days_stay(shop_app: Flask) -> None:
    opened: Store = shop_app.extensions["allsmiles_store"]
    place, _, _ = make_shop(opened)
    fill(opened, place, range(1, 31))

    dropped = upkeep.keep_up(opened, Config(minutes_days=10))

    assert dropped == 20 * 24
    assert kept(opened) == (10, 10 * 24 * 6, 30 * 24 * 6, 30 * 24 * 6)
    assert upkeep.keep_up(opened, Config(minutes_days=10)) == 0
    with opened.reading() as connection:
        assert connection.execute(select(func.count()).select_from(batches)).scalar() == 0


def test_minutes_of_a_day_are_a_table_of_their_own_on_postgresql(shop_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: Store = shop_app.extensions["allsmiles_store"]
    if opened.sqlite:
        pytest.skip("SQLite has no partitions")
    place, _, _ = make_shop(opened)
    fill(opened, place, range(6))
    table = minutes.c.start // DAY
    kept = select(text("DISTINCT tableoid::regclass::text"), table).select_from(minutes)
    today = store.now() // DAY
    with opened.reading() as connection:
        assert {name: day for name, day in connection.execute(kept)} == {f"minutes_day_{today - age}": today - age for age in range(6)}

    later = (today + 7) * DAY
    monkeypatch.setattr(store, "now", lambda: later)
    monkeypatch.setattr(partitions.time, "time", lambda: float(later))

    assert upkeep.keep_up(opened, Config(minutes_days=10)) == 2 * 24
    with opened.reading() as connection:
        known = partitions.known(connection)
        assert {name for name, _ in connection.execute(kept)} == {f"minutes_day_{today - age}" for age in range(4)}
    assert f"minutes_day_{today + 7 + partitions.AHEAD}" in known
    assert f"minutes_day_{today - 4}" not in known


def test_other_opening_hours_after_minutes_went_lose_nothing_of_the_days_before(shop_app: Flask) -> None:
    opened: Store = shop_app.extensions["allsmiles_store"]
    place, _, _ = make_shop(opened, time_zone="America/New_York")
    fill(opened, place, range(1, 31))
    upkeep.keep_up(opened, Config(minutes_days=10))

    with opened.writing() as connection:
        rebuild(connection, place, 5)

    assert kept(opened)[2:] == (30 * 24 * 6, 30 * 24 * 6)


def test_the_command_drops_them_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened = open_store(Config(data_dir=tmp_path))
    fill(opened, make_shop(opened)[0], range(1, 31))

    assert main(["upkeep", "--data-dir", str(tmp_path), "--minutes-days", "20"]) == 0
    assert kept(opened)[0] == 20
    assert "240 minutes" in capsys.readouterr().out
    assert main(["upkeep", "--data-dir", str(tmp_path), "--minutes-days", "5"]) == 2
    assert "--max-age-days" in capsys.readouterr().err
    opened.engine.dispose()


def test_a_serving_application_keeps_up_by_itself(shop_app: Flask) -> None:
    opened: Store = shop_app.extensions["allsmiles_store"]
    place, _, _ = make_shop(opened)
    fill(opened, place, range(200, 202))

    ended = upkeep.begin(shop_app)

    until = time.monotonic() + 30
    while kept(opened)[1] and time.monotonic() < until:
        ended.wait(0.05)
    ended.set()
    assert kept(opened)[1:] == (0, 2 * 24 * 6, 2 * 24 * 6)
