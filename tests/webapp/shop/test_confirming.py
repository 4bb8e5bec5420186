"""Nothing is counted before somebody has confirmed that people are told; and then nothing is missing. On both databases."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config as Migrations
from flask import Flask
from sqlalchemy import Connection, func, insert, select, text, update

from tests.webapp.shop.counts import batch, bearer, cell, make_shop
from tests.webapp.shop.test_auth import PASSWORD, Person
from webapp.cli import main
from webapp.config import Config
from webapp.shop import auth, store
from webapp.shop.confirming import ACTION, unconfirmed
from webapp.shop.schema import audit, minutes, organisations, users
from webapp.shop.store import MIGRATIONS, Store, open_store

pytestmark = pytest.mark.usefixtures("quick_hash")

ROOT = "/api/v1"


class Unasked:
    """A shop for which nobody has confirmed."""

    def __init__(self, app: Flask):
        self.app = app
        self.store: Store = app.extensions["allsmiles_store"]
        _, self.station, self.key = make_shop(self.store)
        with self.store.writing() as connection:
            connection.execute(update(organisations).values(confirmed_at=None, confirmed_by=None))
            ours = connection.execute(select(organisations.c.id)).scalar_one()
            for role in ("owner", "manager"):
                auth.make_user(connection, ours, f"{role}@example.org", PASSWORD, role)

    def send(self, body: dict[str, Any]) -> Any:
        return self.app.test_client().post(f"{ROOT}/stations/{self.station}/counts", json=body, headers=bearer(self.key))

    def settings(self) -> Any:
        return self.app.test_client().get(f"{ROOT}/stations/{self.station}", headers=bearer(self.key))

    def visits(self) -> int:
        with self.store.reading() as connection:
            return int(connection.execute(select(func.coalesce(func.sum(minutes.c.visits), 0))).scalar_one())


@pytest.fixture
def unasked(shop_app: Flask) -> Unasked:
    return Unasked(shop_app)


def test_a_station_is_refused_until_an_owner_has_confirmed_and_its_batch_counts_afterwards(unasked: Unasked) -> None:
    body = batch(1, cell(store.now() * 1000, visits=6))
    owner = Person(unasked.app, "owner@example.org")
    socket = unasked.app.extensions["socketio"].test_client(unasked.app)

    before = (unasked.settings(), unasked.send(body))
    by_socket = socket.emit("counts", {"station": unasked.station, "key": unasked.key, "batch": body}, callback=True)
    nothing = unasked.visits()
    confirmed = owner.ask("PUT", "/confirmation", {"confirmed": True})
    after = (unasked.settings(), unasked.send(body), unasked.send(body))

    assert [(answer.status_code, answer.json["error"]) for answer in before] == [(403, "not_confirmed")] * 2
    assert by_socket["error"] == "not_confirmed"
    assert "an owner does under Places" in before[0].json["detail"]
    assert nothing == 0
    assert confirmed.status_code == 204
    assert [answer.status_code for answer in after] == [200] * 3
    assert unasked.visits() == 6


def test_only_an_owner_confirms_and_the_log_keeps_who_and_when_once(unasked: Unasked) -> None:
    owner, manager = (Person(unasked.app, f"{role}@example.org") for role in ("owner", "manager"))

    told = owner.session["confirmed"]
    refused = manager.ask("PUT", "/confirmation", {"confirmed": True}).status_code
    silent = [owner.ask("PUT", "/confirmation", body).status_code for body in ({}, {"confirmed": False}, {"confirmed": "on"})]
    for _ in range(2):
        owner.ask("PUT", "/confirmation", {"confirmed": True})

    assert (told, refused, silent) == (False, 403, [422] * 3)
    assert owner.client.get(f"{ROOT}/session").json["confirmed"] is True
    entries = [entry for entry in owner.client.get(f"{ROOT}/audit").json if entry["action"] == ACTION]
    assert [entry["who"] for entry in entries] == ["owner@example.org"]
    with unasked.store.reading() as connection:
        assert connection.execute(select(organisations.c.confirmed_by)).scalar_one() == "owner@example.org"


def test_a_batch_that_waits_with_one_of_a_shop_that_confirmed_holds_nothing_up(unasked: Unasked) -> None:
    from webapp.contract import CountBatch
    from webapp.shop.intake import Job, take_in
    from webapp.shop.stations import key_hash

    _, other, key = make_shop(unasked.store)
    body = CountBatch.model_validate(batch(1, cell(store.now() * 1000, visits=2)))
    jobs = [Job(unasked.station, key_hash(unasked.key), body), Job(other, key_hash(key), body)]

    with unasked.store.writing() as connection:
        receipts = take_in(connection, jobs, unasked.app.extensions["allsmiles_config"])

    assert receipts[0] is None
    assert receipts[1] is not None
    assert unasked.visits() == 2


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """The flags for an empty database of either kind."""
    where = ["--data-dir", str(tmp_path)]
    return where if request.param == "sqlite" else [*where, "--database-url", request.getfixturevalue("new_postgres")()]


@contextmanager
def opened(flags: list[str]) -> Iterator[Connection]:
    """Look into the database that some flags name, and write into it."""
    known = open_store(Config(data_dir=Path(flags[1]), database_url=flags[3] if len(flags) > 2 else ""))
    try:
        with known.writing() as connection:
            yield connection
    finally:
        known.engine.dispose()


def type_in(monkeypatch: pytest.MonkeyPatch, answer: str | None) -> None:
    """Answer the terminal's question; None: there is no terminal."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    if answer is not None:
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", lambda _: answer)
        monkeypatch.setattr("getpass.getpass", lambda _: PASSWORD)


@pytest.mark.parametrize(
    ("more", "answer", "code"),
    [([], None, 2), ([], "no", 2), ([], "yes", 0), (["--confirm", "told"], None, 0), (["--confirm", "yes"], None, 2)],
)
def test_the_terminal_makes_no_organisation_without_a_confirmation(
    database: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    answer: str | None,
    code: int,
) -> None:
    type_in(monkeypatch, answer)

    done = main(["user", "add", "anna@example.org", *more, *database])

    with opened(database) as connection:
        made = connection.execute(select(organisations.c.confirmed_by)).scalars().all()
        people = connection.execute(select(func.count()).select_from(users)).scalar_one()
        logged = connection.execute(select(audit.c.action, audit.c.who)).all()
    assert done == code
    assert (made, people) == ((["anna@example.org"], 1) if code == 0 else ([], 0))
    assert logged == ([(ACTION, "anna@example.org")] if code == 0 else [])
    if code:
        said = capsys.readouterr().err
        assert "--confirm told" in said
        assert "The EU's AI Act forbids inferring the emotions of staff and pupils" in said


def test_the_terminal_tells_of_and_confirms_for_an_organisation_that_was_not_asked(
    database: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(database) as connection:
        auth.make_organisation(connection, "My organisation")
    type_in(monkeypatch, None)
    without = main(["user", "add", "anna@example.org", *database])
    said = capsys.readouterr().out
    with opened(database) as connection:
        still = unconfirmed(connection)
    type_in(monkeypatch, None)

    confirmed = main(["user", "add", "ben@example.org", "--confirm", "told", *database])

    assert (without, confirmed, still) == (0, 0, ["My organisation"])
    assert "stations are refused until an owner has confirmed" in said
    with opened(database) as connection:
        assert unconfirmed(connection) == []


def test_the_demonstration_counts_without_a_question(database: list[str]) -> None:
    assert main(["demo", "--days", "2", *database]) == 0

    with opened(database) as connection:
        assert unconfirmed(connection) == []


def test_an_older_database_keeps_who_confirmed_at_the_set_up_and_asks_the_others(
    tmp_path: Path, request: pytest.FixtureRequest, subtests: pytest.Subtests, new_postgres: Callable[[], str]
) -> None:
    for url in (f"sqlite:///{tmp_path / 'old.db'}", new_postgres()):
        with subtests.test(url.split(":")[0]):
            old = Store(url)
            with old.writing() as connection:
                _upgrade(connection, "0009")
                for name in ("Set up by its page", "Made at the terminal"):
                    connection.execute(text("INSERT INTO organisations (name) VALUES (:name)"), {"name": name})
                first = connection.execute(text("SELECT min(id) FROM organisations")).scalar_one()
                connection.execute(insert(audit).values(organisation_id=first, at=77, who="anna@example.org", action=ACTION, subject="x"))

            old.migrate()

            with old.reading() as connection:
                row = connection.execute(select(organisations).where(organisations.c.id == first)).mappings().one()
                assert unconfirmed(connection) == ["Made at the terminal"]
            assert (row["confirmed_at"], row["confirmed_by"]) == (77, "anna@example.org")
            old.engine.dispose()


def _upgrade(connection: Connection, to: str) -> None:
    settings = Migrations()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["connection"] = connection
    command.upgrade(settings, to)
