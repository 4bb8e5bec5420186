"""Batches that are written together count as if each had come alone."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.webapp.shop.counts import batch, cell, make_shop
from webapp.config import Config
from webapp.contract import CountBatch
from webapp.shop import store
from webapp.shop.asking import Refused
from webapp.shop.intake import Intake, Job, take_in
from webapp.shop.rollup import apply_fewest, refresh_days
from webapp.shop.schema import days, hours, metadata, minutes
from webapp.shop.stations import key_hash
from webapp.shop.store import Store

CONFIG = Config()
TABLES = (minutes, hours, days)


def contents(opened: Store) -> list[list[tuple[Any, ...]]]:
    """Return what all tables of counts hold."""
    with opened.reading() as connection:
        return [sorted(map(tuple, connection.execute(select(table)))) for table in TABLES]


def crowd(shops: list[tuple[int, int, str]], chance: random.Random) -> list[Job]:
    """Invent batches of several stations over three days, most of them without a visit."""
    jobs = []
    for number in range(60):
        _, station, key = chance.choice(shops)
        start = store.now() * 1000 - chance.randrange(3 * 86_400) * 1000
        cells = [
            cell(start - 60_000 * part, chance.choice((1, 3, 9)) if chance.random() < 0.3 else 0) for part in range(chance.randrange(1, 4))
        ]
        jobs.append(Job(station, key_hash(key), CountBatch(**batch(number + 1, *[quiet(one) for one in cells]))))
    return jobs


def quiet(one: dict[str, Any]) -> dict[str, Any]:
    return one if one["visits"] else {**one, "dwell_ms": 0, "emotion_ms": {}}


@pytest.mark.parametrize("fewest", [2, 9])
def test_another_least_number_is_as_if_every_day_were_decided_anew(shop_app: Flask, fewest: int) -> None:
    opened: Store = shop_app.extensions["allsmiles_store"]
    jobs = crowd([make_shop(opened, gender=True) for _ in range(3)], random.Random(24))
    with opened.writing() as connection:
        take_in(connection, jobs, CONFIG)
    before = contents(opened)

    apply_fewest(opened, fewest)
    decided = contents(opened)
    with opened.writing() as connection:
        seen = [(row.station_id, row.day) for row in connection.execute(select(days.c.station_id, days.c.day))]
        refresh_days(connection, seen, fewest)

    assert contents(opened) == decided != before


def test_what_is_counted_while_days_are_decided_anew_is_in_them(shop_app: Flask) -> None:
    opened: Store = shop_app.extensions["allsmiles_store"]
    _, station, key = make_shop(opened)
    now = store.now() * 1000

    def job(sequence: int, visits: int) -> Job:
        return Job(station, key_hash(key), CountBatch(**batch(sequence, cell(now, visits))))

    with opened.writing() as connection:
        take_in(connection, [job(1, 6)], CONFIG)
    with ThreadPoolExecutor(1) as pool:
        with opened.writing() as connection:
            take_in(connection, [job(2, 3)], CONFIG)
            deciding = pool.submit(apply_fewest, opened, 8)
            waiting = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
            # On SQLite whoever decides waits from its beginning on.
            while not opened.sqlite and not deciding.done() and not _asked(opened, waiting):
                pass
        deciding.result()

    assert _asked(opened, select(days.c.visits)) == 9


def _asked(opened: Store, what: Any) -> int:
    with opened.reading() as connection:
        return int(connection.execute(what).scalar_one())


def test_together_or_alone_the_same_is_counted_and_told(shop_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: Store = shop_app.extensions["allsmiles_store"]
    now = store.now()
    monkeypatch.setattr(store, "now", lambda: now)
    shops = [make_shop(opened) for _ in range(3)]
    jobs = crowd(shops, random.Random(24))
    with opened.writing() as connection:
        for job in jobs:
            take_in(connection, [job], CONFIG)
    alone = contents(opened)
    with opened.writing() as connection:
        seen = [(row.station_id, row.day) for row in connection.execute(select(days.c.station_id, days.c.day))]
        refresh_days(connection, seen, CONFIG.min_visits)
    assert contents(opened) == alone, "looking without a visit must not change what is told"
    with opened.writing() as connection:
        for table in (*TABLES, metadata.tables["batches"]):
            connection.execute(table.delete())
        take_in(connection, [Job(job.station_id, job.key_hash, job.batch) for job in (*jobs, *jobs[:10])], CONFIG)

    assert contents(opened) == alone


def test_a_wrong_key_or_clock_in_a_group_harms_nobody_else(shop_app: Flask) -> None:
    opened: Store = shop_app.extensions["allsmiles_store"]
    _, station, key = make_shop(opened)
    now = store.now() * 1000
    good = Job(station, key_hash(key), CountBatch(**batch(1, cell(now, 7))))
    again = Job(station, key_hash(key), CountBatch(**batch(1, cell(now, 7))))
    stranger = Job(station, key_hash("guessed"), CountBatch(**batch(2, cell(now, 7))))
    late = Job(station, key_hash(key), CountBatch(**batch(3, cell(now, 7), sent_at=1)))

    with opened.writing() as connection:
        receipts = take_in(connection, [stranger, good, late, again], CONFIG)

    assert [receipt and receipt.duplicate for receipt in receipts] == [None, False, None, True]
    assert [isinstance(job.problem, Refused) and job.problem.error for job in (stranger, late)] == ["wrong_key", "clock_wrong"]
    assert sum(row[3] for row in contents(opened)[0]) == 7


def test_many_at_once_are_all_answered_and_written_in_fewer_transactions(shop_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: Store = shop_app.extensions["allsmiles_store"]
    _, station, key = make_shop(opened)
    intake, groups = Intake(opened, CONFIG), []
    together = intake._together
    monkeypatch.setattr(intake, "_together", lambda opened, group: groups.append(len(group)) or together(opened, group))

    with ThreadPoolExecutor(16) as pool:
        sent = [
            pool.submit(intake.count, station, key_hash(key), CountBatch(**batch(number, cell(store.now() * 1000))))
            for number in range(1, 81)
        ]
        receipts = [one.result(60) for one in sent]

    assert [receipt.accepted for receipt in receipts] == [1] * 80
    assert sum(row[3] for row in contents(opened)[0]) == 80
    assert sum(groups) == 80
    assert len(groups) < 80


def test_one_that_cannot_be_written_fails_alone(shop_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from webapp.shop import intake as module

    opened: Store = shop_app.extensions["allsmiles_store"]
    _, station, key = make_shop(opened)
    intake, real = Intake(opened, CONFIG), module.take_in
    jobs = [Job(station, key_hash(key), CountBatch(**batch(number, cell(store.now() * 1000)))) for number in (1, 2, 3)]

    def spoilt(connection: Any, group: Any, config: Config) -> Any:
        told = real(connection, group, config)
        if jobs[1] in group:
            raise OverflowError("too large")
        return told

    monkeypatch.setattr(module, "take_in", spoilt)
    intake._write(opened, jobs)

    assert [job.receipt is not None for job in jobs] == [True, False, True]
    assert "too large" in str(jobs[1].problem)
    assert sum(row[3] for row in contents(opened)[0]) == 2
