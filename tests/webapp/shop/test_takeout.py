"""The commands that take an organisation's data along and that erase it, on filled databases of both kinds."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select

from tests.webapp.shop.counts import cell, make_shop
from webapp.cli import main
from webapp.config import Config
from webapp.contract import CountBatch
from webapp.shop import sealed, store
from webapp.shop.intake import Intake
from webapp.shop.schema import alerts, attempts, audit, messages, metadata, organisations, reports, tokens, users, views
from webapp.shop.stations import key_hash
from webapp.shop.store import Store, open_store
from webapp.shop.takeout import LISTS, SECRETS, whose

NOBODYS = {"facts", "attempts"}
"""Tables in which no organisation has rows of its own."""
DERIVED = {"batches", "minutes", *(name for name in metadata.tables if name.startswith("sealed_"))}
"""What hours and days are made from, or what is made from them."""
BAKERY = "Bakery of the erased"


@pytest.fixture(params=["sqlite", "postgresql"])
def flags(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """The flags for a database of either kind: a year of the demonstration, and a bakery with a row in every table."""
    given = ["--data-dir", str(tmp_path / "data")]
    if request.param == "postgresql":
        given += ["--database-url", request.getfixturevalue("new_postgres")()]
    assert main(["demo", "--days", "1", *given]) == 0
    with opened(given) as known:
        fill_bakery(known)
        sealed.seal(known)
    return given


@contextmanager
def opened(flags: list[str]) -> Iterator[Store]:
    known = open_store(Config(data_dir=Path(flags[1]), database_url=flags[3] if len(flags) > 2 else ""))
    try:
        yield known
    finally:
        known.engine.dispose()


def fill_bakery(known: Store) -> None:
    """Give an organisation at least one row in every table there is."""
    place, station, key = make_shop(known)
    now = store.now()
    with known.writing() as connection:
        ours = connection.execute(select(organisations.c.id).where(organisations.c.name == "Bakery")).scalar_one()
        connection.execute(organisations.update().where(organisations.c.id == ours).values(name=BAKERY))
        mine = {"organisation_id": ours, "made_at": now}
        email = "anna@erased.example"
        connection.execute(insert(users).values(**mine, email=email, role="owner", password="hash-of-anna"))
        connection.execute(insert(attempts).values(who=f"account {email}", at=now))
        connection.execute(insert(audit).values(organisation_id=ours, at=now, who=email, action="make place", subject="Main street"))
        connection.execute(insert(views).values(**mine, name="Kept", query="period=7d", link_hash="a" * 64))
        connection.execute(insert(tokens).values(**mine, name="Till", scopes=[], hash="b" * 64, hint="ast_", made_by=email))
        watched = {"place_id": place, "threshold": 60, "minutes": 15, "visits": 20, "email": email, "secret": "hush", "paused": False}
        alert = store.add(connection, alerts, **mine, **watched, judged=now)
        weekly = {"name": "Week", "query": "", "emails": [email], "weekday": 0, "hour": 7, "paused": False, "next_at": now}
        store.add(connection, reports, **mine, **weekly)
        told = {"alert_id": alert, "name": "m-1", "kind": "begin", "content": {"to": email}, "state": "sent", "due_at": now}
        store.add(connection, messages, **mine, **told)
    intake = Intake(known, Config())
    # Four hours of last week with enough visits, one with too few.
    for number, visits in enumerate((9, 8, 7, 2)):
        at = (now // 86_400 - 3) * 86_400 + 3600 * (9 + number)
        body = {"stream": "stream-1", "sequence": number + 1, "sent_at": now * 1000, "cells": [cell(at * 1000, visits=visits, smiled=1)]}
        intake.count(station, key_hash(key), CountBatch.model_validate(body))


def rows_of(connection: Connection, name: str) -> dict[str, int]:
    """Count an organisation's rows in every table; 0 where it does not exist."""
    found = connection.execute(select(organisations.c.id).where(organisations.c.name == name)).scalar() or 0
    return {table.name: _count(connection, table.name, found) for table in metadata.sorted_tables if table.name not in NOBODYS}


def _count(connection: Connection, name: str, organisation_id: int) -> int:
    table = metadata.tables[name]
    return int(connection.execute(select(func.count()).select_from(table).where(whose(table, organisation_id))).scalar_one())


def all_rows(connection: Connection) -> dict[str, int]:
    return {table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one()) for table in metadata.sorted_tables}


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_an_organisation_that_is_erased_leaves_nothing_and_takes_nothing_of_others(flags: list[str]) -> None:
    with opened(flags) as known, known.reading() as connection:
        before, others = rows_of(connection, BAKERY), rows_of(connection, "Sunrise & Sons (demonstration)")
        whole = all_rows(connection)
    assert [name for name, count in before.items() if not count and not name.startswith("sealed_")] == []

    assert main(["erase", "--organisation", BAKERY, "--yes", "erase", *flags]) == 0

    with opened(flags) as known, known.reading() as connection:
        assert rows_of(connection, "Sunrise & Sons (demonstration)") == others
        # Not one row more or less than the bakery's is gone, whatever table it stood in.
        left = all_rows(connection)
        assert {name: whole[name] - left[name] for name in before} == before
        assert left["attempts"] == 0
        assert rows_of(connection, BAKERY) == dict.fromkeys(before, 0)
        leaves = "".join(str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table).limit(5000)))
    assert "erased" not in leaves
    assert "Main street" not in leaves


def test_erasing_everything_leaves_no_row_and_a_database_that_works(flags: list[str]) -> None:
    assert main(["erase", "--yes", "erase", *flags]) == 0

    with opened(flags) as known, known.reading() as connection:
        assert {name for name, count in all_rows(connection).items() if count} == set()
    assert main(["demo", "--days", "2", *flags]) == 0


def test_what_was_erased_cannot_be_read_from_the_files_of_sqlite(tmp_path: Path) -> None:
    flags = ["--data-dir", str(tmp_path / "data")]
    with opened(flags) as known:
        fill_bakery(known)
    before = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("allsmiles.db*"))

    main(["erase", "--organisation", BAKERY, "--yes", "erase", *flags])

    after = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("allsmiles.db*"))
    traces = (BAKERY.encode(), b"anna@erased.example", b"hash-of-anna", b"Main street")
    assert [trace in before for trace in traces] == [True] * 4
    assert [trace in after for trace in traces] == [False] * 4


def test_a_name_that_nobody_has_erases_nothing(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with opened(flags) as known, known.reading() as connection:
        before = all_rows(connection)

    codes = [main(["erase", *more, *flags]) for more in (["--organisation", "Nobody", "--yes", "erase"], ["--organisation", BAKERY])]

    assert codes == [2, 2]
    assert "no organisation is called Nobody" in capsys.readouterr().err
    with opened(flags) as known, known.reading() as connection:
        assert all_rows(connection) == before


def test_every_table_is_taken_along_or_is_named_as_one_that_is_not() -> None:
    assert {table.name for table in metadata.sorted_tables} == {*LISTS, "hours", "days"} | NOBODYS | DERIVED


def test_an_export_holds_every_row_of_the_organisation_and_of_no_other(flags: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "out"

    assert main(["export", "--organisation", BAKERY, "--to", str(folder), *flags]) == 0

    with opened(flags) as known, known.reading() as connection:
        expected = rows_of(connection, BAKERY)
    for name in LISTS:
        assert len(json.loads((folder / f"{name}.json").read_text())) == expected[name], name
    told = json.loads((folder / "users.json").read_text())[0]
    assert (told["email"], told["role"]) == ("anna@erased.example", "owner")
    everything = "".join(path.read_text() for path in folder.iterdir())
    assert "Harbour" not in everything
    for secret in ("hash-of-anna", "hush", "a" * 64, "b" * 64, *(f'"{name}":' for name in SECRETS)):
        assert secret not in everything


def test_an_export_has_all_counts_that_may_be_told_and_withholds_the_others(flags: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    main(["export", "--organisation", BAKERY, "--to", str(folder), *flags])
    hours, days = (read_csv(folder / f"{name}.csv") for name in ("hours", "days"))

    with opened(flags) as known, known.reading() as connection:
        expected = rows_of(connection, BAKERY)
    assert (len(hours), len(days)) == (expected["hours"], expected["days"])
    assert sum(int(row["visits"] or 0) for row in days) == 26
    hidden = [row for row in hours if row["withheld"] == "True"]
    assert hidden
    assert {row["visits"] + row["smiled"] for row in hidden} == {""}
    # Two visits alone, or what would reveal them, are in no file.
    assert "2" not in [row["visits"] for row in (*hours, *days)]
    assert all(int(row["visits"]) >= 5 for row in (*hours, *days) if row["visits"] not in ("", "0"))
    assert all(row["observed_ms"] for row in hours)


def test_an_export_of_the_demonstration_adds_up_to_what_the_dashboard_shows(tmp_path: Path, new_postgres: Callable[[], str]) -> None:
    from webapp.contract import Question
    from webapp.shop.summaries import summary

    flags = ["--data-dir", str(tmp_path / "data"), "--database-url", new_postgres()]
    main(["demo", "--days", "9", *flags])

    assert main(["export", "--to", str(tmp_path / "out"), *flags]) == 0

    rows = read_csv(tmp_path / "out" / "days.csv")
    days = sorted({row["day"] for row in rows})[1:-1]
    with opened(flags) as known, known.reading() as connection:
        ours = connection.execute(select(organisations.c.id)).scalar_one()
        told = summary(connection, ours, Question.model_validate({"first": days[0], "last": days[-1]}, strict=False), 5)
    assert sum(int(row["visits"] or 0) for row in rows if days[0] <= row["day"] <= days[-1]) == told.now.visits


def test_an_export_needs_a_name_where_there_are_several_and_an_empty_folder(
    flags: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("keep")

    codes = [
        main(["export", "--to", str(tmp_path / "out"), *flags]),
        main(["export", "--organisation", BAKERY, "--to", str(tmp_path / "full"), *flags]),
    ]

    said = capsys.readouterr().err
    assert codes == [2, 2]
    assert re.search(r"--organisation with one of these: Bakery of the erased, Sunrise", said)
    assert "is not empty" in said
