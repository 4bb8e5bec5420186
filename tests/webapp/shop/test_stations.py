"""What stations send is counted once, at the right time, and never lost."""

import random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from tests.webapp.shop.counts import batch, bearer, cell, make_shop
from webapp.metrics import Metrics
from webapp.shop import store
from webapp.shop.rollup import apply_fewest
from webapp.shop.schema import days, hours, keys, minutes, organisations, places
from webapp.shop.store import Store

Shop = tuple[int, int, str]


@pytest.fixture
def shop(shop_app: Flask) -> Shop:
    return make_shop(shop_app.extensions["allsmiles_store"])


@pytest.fixture
def station(shop_app: Flask, shop: Shop) -> Any:
    """Send a batch as the station; return the answer."""
    client = shop_app.test_client()
    return lambda body, key=shop[2]: client.post(f"/api/v1/stations/{shop[1]}/counts", json=body, headers=bearer(key))


def stored(app: Flask, table: Any = minutes) -> tuple[int, int]:
    with app.extensions["allsmiles_store"].reading() as connection:
        return tuple(connection.execute(select(func.coalesce(func.sum(table.c.visits), 0), func.count())).one())


def now_ms() -> int:
    return store.now() * 1000


def test_a_batch_sent_twice_counts_once(shop_app: Flask, station: Any) -> None:
    body = batch(1, cell(now_ms(), visits=3))

    first, again = station(body), station(body)

    assert (first.status_code, first.json["accepted"], first.json["duplicate"]) == (200, 1, False)
    assert (again.status_code, again.json["accepted"], again.json["duplicate"]) == (200, 0, True)
    assert stored(shop_app)[0] == 3


def test_prometheus_hears_what_became_of_batches(shop_app: Flask, station: Any) -> None:
    def told() -> list[float]:
        registry = shop_app.extensions["allsmiles"].metrics.registry
        outcomes = ("counted", "duplicate", "wrong_key", "not_a_batch")
        batches = [registry.get_sample_value("allsmiles_batches_total", {"outcome": outcome}) or 0 for outcome in outcomes]
        return [*batches, registry.get_sample_value("allsmiles_visits_total")]

    # What was not told before is told with these.
    station(batch(1, cell(now_ms(), visits=5), stream="another-queue"))
    before = told()
    body = batch(1, cell(now_ms(), visits=30), cell(now_ms() - 9 * 86_400_000, visits=8))
    for sent, key in ((body, {}), (body, {}), (body, {"key": "guessed"}), ({}, {})):
        station(sent, **key)

    assert [after - once for after, once in zip(told(), before, strict=True)] == [1, 1, 1, 1, 30]


def test_prometheus_never_sees_fewer_visits_than_may_be_told() -> None:
    metrics, seen = Metrics(), []

    for visits in (3, 1, 4, 2, 9, 1):
        metrics.count_visits(visits, 5)
        seen.append(metrics.registry.get_sample_value("allsmiles_visits_total"))

    assert seen == [0, 0, 8, 8, 19, 19]


def test_batches_of_a_second_queue_are_no_duplicates(shop_app: Flask, station: Any) -> None:
    station(batch(1, cell(now_ms())))
    station(batch(1, cell(now_ms()), stream="another-queue"))

    assert stored(shop_app)[0] == 2


def test_order_does_not_matter(shop_app: Flask, station: Any) -> None:
    bodies = [batch(number, cell(now_ms() - number * 50_000_000, visits=7)) for number in range(1, 12)]
    random.Random(6).shuffle(bodies)

    answers = [station(body) for body in bodies]

    assert all(answer.json["accepted"] == 1 for answer in answers)
    assert stored(shop_app) == (77, 11)
    assert stored(shop_app, hours) == (77, 11)
    assert stored(shop_app, days)[0] == 77


def test_counts_that_are_too_old_or_from_the_future_are_refused_with_a_reason_and_the_others_taken(shop_app: Flask, station: Any) -> None:
    told = station(batch(1, cell(now_ms() - 8 * 86_400_000), cell(now_ms()), cell(now_ms() + 600_000))).json

    assert told["accepted"] == 1
    assert [(refusal["index"], refusal["error"]) for refusal in told["refused"]] == [(0, "too_old"), (2, "in_the_future")]
    assert stored(shop_app)[0] == 1


@pytest.mark.parametrize("ahead_ms", [3_600_000, -7_200_000])
def test_a_clock_that_is_hours_wrong_is_corrected(shop_app: Flask, station: Any, ahead_ms: int) -> None:
    true = now_ms()

    told = station(batch(1, cell(true + ahead_ms), sent_at=true + ahead_ms)).json

    with shop_app.extensions["allsmiles_store"].reading() as connection:
        start = connection.execute(select(minutes.c.start)).scalar()
    assert abs(told["clock_error_ms"] - ahead_ms) < 5000
    assert abs(start * 1000 - true) <= 62_000


def test_a_clock_that_is_days_wrong_is_refused(shop_app: Flask, station: Any) -> None:
    answer = station(batch(1, cell(now_ms()), sent_at=now_ms() - 3 * 86_400_000))

    assert answer.status_code == 409
    assert answer.json["error"] == "clock_wrong"
    assert "72 hours behind" in answer.json["detail"]
    assert stored(shop_app)[0] == 0


def test_without_its_key_nothing_is_counted(shop_app: Flask, shop: Shop, station: Any) -> None:
    opened: Store = shop_app.extensions["allsmiles_store"]
    client = shop_app.test_client()
    bare = client.post(f"/api/v1/stations/{shop[1]}/counts", json=batch(1, cell(now_ms())))
    wrong = station(batch(1, cell(now_ms())), key="guessed")
    with opened.writing() as connection:
        connection.execute(keys.update().values(withdrawn_at=store.now()))
    withdrawn = station(batch(1, cell(now_ms())))

    assert [answer.status_code for answer in (bare, wrong, withdrawn)] == [401, 403, 403]
    assert stored(shop_app)[0] == 0


def test_a_key_is_not_stored(shop_app: Flask, shop: Shop) -> None:
    with shop_app.extensions["allsmiles_store"].reading() as connection:
        row = connection.execute(select(keys)).mappings().one()

    assert shop[2] not in str(dict(row))


@pytest.mark.parametrize(
    "wrong",
    [
        {"visits": -1},
        {"smiled": 2},
        {"dwell": [1, 1, 0, 0, 0]},
        {"observed_ms": 61_000},
        {"visits": 0, "dwell": [0, 0, 0, 0, 0]},
        {"emotion_ms": {"bored": 4}},
        {"picture": "no"},
    ],
)
def test_counts_that_do_not_add_up_are_refused(shop_app: Flask, station: Any, wrong: dict[str, Any]) -> None:
    answer = station(batch(1, {**cell(now_ms()), **wrong}))

    assert answer.status_code == 422
    assert answer.json["error"] == "not_a_batch"
    assert stored(shop_app)[0] == 0


def test_perceived_gender_is_stored_only_where_the_place_asks_for_it(shop_app: Flask, station: Any) -> None:
    opened: Store = shop_app.extensions["allsmiles_store"]
    asking = make_shop(opened, gender=True)
    body = batch(1, cell(now_ms(), visits=2, gender={"female": 2}))
    station(body)
    shop_app.test_client().post(f"/api/v1/stations/{asking[1]}/counts", json=body, headers=bearer(asking[2]))

    with opened.reading() as connection:
        told = dict(connection.execute(select(minutes.c.station_id, minutes.c.perceived_female)).all())
    assert told[asking[1]] == 2
    assert sum(told.values()) == 2


def test_counts_outside_opening_hours_are_kept_but_not_told(shop_app: Flask) -> None:
    closed = make_shop(shop_app.extensions["allsmiles_store"], opening={"mon": []})
    shop_app.test_client().post(f"/api/v1/stations/{closed[1]}/counts", json=batch(1, cell(now_ms(), 9)), headers=bearer(closed[2]))

    assert stored(shop_app)[0] == 9
    assert stored(shop_app, hours)[0] == 0


def test_a_station_learns_its_name(shop_app: Flask, shop: Shop) -> None:
    told = shop_app.test_client().get(f"/api/v1/stations/{shop[1]}", headers=bearer(shop[2])).json

    assert told == {"id": shop[1], "name": "Till 1", "place": "Main street", "gender": False}


def test_a_changed_least_number_of_visits_holds_for_all_times(shop_app: Flask, shop: Shop, station: Any) -> None:
    station(batch(1, cell(now_ms(), visits=6)))
    apply_fewest(shop_app.extensions["allsmiles_store"], 10, now=False)

    assert stored(shop_app, days)[0] == 0


def test_another_rule_for_the_same_least_number_is_left_to_upkeep(shop_app: Flask, shop: Shop, station: Any) -> None:
    opened: Store = shop_app.extensions["allsmiles_store"]
    station(batch(1, cell(now_ms(), visits=6)))
    with opened.writing() as connection:
        # As a version with a rule of its own would have left it.
        connection.execute(days.update().values(told=False, visits=0))
        store.remember(connection, "min_visits", "5")

    apply_fewest(opened, 5, now=False)
    begun = stored(shop_app, days)[0]
    apply_fewest(opened, 5)

    assert (begun, stored(shop_app, days)[0]) == (0, 6)


def test_the_tables_are_those_that_the_migrations_make(shop_app: Flask) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from webapp.shop.schema import metadata

    def is_ours(_: Any, name: str | None, kind: str, *__: Any) -> bool:
        return not (kind == "table" and str(name).startswith(("minutes_day_", "minutes_rest")))

    with shop_app.extensions["allsmiles_store"].reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"include_object": is_ours}), metadata) == []


def test_a_place_that_goes_takes_its_counts_along(shop_app: Flask, shop: Shop, station: Any) -> None:
    station(batch(1, cell(now_ms(), visits=6)))
    with shop_app.extensions["allsmiles_store"].writing() as connection:
        connection.execute(places.delete())
        connection.execute(insert(organisations).values(name="Another"))

    assert stored(shop_app) == (0, 0)
    assert stored(shop_app, days) == (0, 0)


def test_without_a_database_the_live_page_works_and_stations_hear_why(tmp_path: Any) -> None:
    from webapp.app import create_app
    from webapp.config import Config

    broken = create_app(Config(data_dir=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/none"))
    client: FlaskClient = broken.test_client()

    assert client.get("/").status_code == 200
    assert client.get("/readyz").status_code == 503
    answer = client.get("/api/v1/stations/1")
    assert answer.status_code == 503
    assert "--database-url" in answer.json["detail"]
