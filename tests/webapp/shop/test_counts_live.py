"""Batches over Socket.IO are taken, refused and acknowledged as over HTTP."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.webapp.shop.counts import batch, bearer, cell, make_shop
from webapp.contract import CountReceipt
from webapp.shop import store
from webapp.shop.schema import minutes


class Station:
    """A station that sends a batch either way."""

    def __init__(self, app: Flask):
        self.app, (_, self.id, self.key) = app, make_shop(app.extensions["allsmiles_store"])
        self.socket = app.extensions["socketio"].test_client(app)

    def emit(self, body: Any, **more: Any) -> Any:
        return self.socket.emit("counts", {"station": self.id, "key": self.key, "batch": body, **more}, callback=True)

    def post(self, body: Any) -> Any:
        return self.app.test_client().post(f"/api/v1/stations/{self.id}/counts", json=body, headers=bearer(self.key)).json

    def stored(self) -> int:
        with self.app.extensions["allsmiles_store"].reading() as connection:
            return int(connection.execute(select(func.coalesce(func.sum(minutes.c.visits), 0))).scalar_one())


@pytest.fixture
def station(shop_app: Flask) -> Station:
    return Station(shop_app)


def now_ms() -> int:
    return store.now() * 1000


def test_a_batch_is_counted_once_whichever_way_it_comes_again(station: Station) -> None:
    body = batch(1, cell(now_ms(), visits=3), cell(now_ms() - 9 * 86_400_000, visits=8))

    first, again, by_http = station.emit(body), station.emit(body), station.post(body)

    CountReceipt.model_validate(first)
    assert (first["accepted"], first["duplicate"], first["refused"][0]["error"]) == (1, False, "too_old")
    assert (again["duplicate"], by_http["duplicate"]) == (True, True)
    assert first.keys() == by_http.keys()
    assert station.stored() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [1],
        batch(1, cell(0, visits=-1)),
        batch(1, cell(0, visits=2, smiled=5)),
        {**batch(1, cell(0)), "sequence": "one"},
        batch(1, cell(now_ms()), sent_at=now_ms() - 3 * 86_400_000),
    ],
)
def test_what_http_refuses_is_refused_in_the_same_words(station: Station, wrong: Any) -> None:
    told, by_http = station.emit(wrong), station.post(wrong)

    assert "error" in told
    assert (told["error"], told["detail"]) == (by_http["error"], by_http["detail"])
    assert station.stored() == 0


def test_without_its_key_nothing_is_counted(station: Station) -> None:
    good = batch(1, cell(now_ms()))

    told = [
        station.emit(good, key="guessed"),
        station.emit(good, key=None),
        station.emit(good, station=10**30),
        station.emit(good, station=True),
        station.emit(good, station="1"),
        station.socket.emit("counts", callback=True),
        station.socket.emit("counts", "nonsense", b"more", callback=True),
    ]

    assert [one["error"] for one in told] == ["wrong_key", "no_key", "wrong_key", "wrong_key", "wrong_key", "no_key", "no_key"]
    assert station.stored() == 0


def test_prometheus_hears_of_both_ways(station: Station) -> None:
    def told() -> float:
        return station.app.extensions["allsmiles"].metrics.registry.get_sample_value("allsmiles_batches_total", {"outcome": "counted"}) or 0

    before = told()
    station.emit(batch(1, cell(now_ms())))
    station.post(batch(2, cell(now_ms())))

    assert told() - before == 2
