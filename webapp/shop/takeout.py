"""Everything the database holds of an organisation, as files to take along; and the same, gone."""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, select

from webapp.shop.schema import SEALED, SUMS, attempts, days, hours, metadata, organisations, places, stations, users
from webapp.shop.store import Store

SECRETS = ("password", "version", "hash", "link_hash", "secret")
"""Columns that let somebody in; nobody takes them along."""
LISTS = ("organisations", "users", "places", "stations", "keys", "views", "tokens", "alerts", "reports", "messages", "audit")
"""Tables that are taken along row by row. Counts are told by the hour and the day; the rest is derived from them, or is no one's."""


def whose(table: Table, organisation_id: int) -> ColumnElement[bool]:
    """Return which rows of a table are an organisation's."""
    if table is organisations:
        return organisations.c.id == organisation_id
    if "organisation_id" in table.c:
        return table.c.organisation_id == organisation_id  # type: ignore[no-any-return]
    its_places = select(places.c.id).where(places.c.organisation_id == organisation_id)
    if "place_id" in table.c:
        return table.c.place_id.in_(its_places)
    return table.c.station_id.in_(select(stations.c.id).where(stations.c.place_id.in_(its_places)))


def write(connection: Connection, organisation_id: int, folder: Path) -> dict[str, int]:
    """Write an organisation's files into a folder that is empty or new; return how many rows each has.

    Raises ValueError where something lies there already. Sums of too few visits are left out, as everywhere.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ValueError(f"{folder} is not empty: name a new folder with --to")
    written = {}
    for name in LISTS:
        table = metadata.tables[name]
        shown = [column for column in table.c if column.name not in SECRETS]
        found = connection.execute(select(*shown).where(whose(table, organisation_id)).order_by(table.c.id)).mappings()
        rows = [dict(row) for row in found]
        (folder / f"{name}.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1))
        written[name] = len(rows)
    for table, kept in ((hours, ("start", *SEALED)), (days, SUMS)):
        columns = ("station_id", "day", *kept)
        written[table.name] = _write_counts(connection, table, columns, organisation_id, folder / f"{table.name}.csv")
    return written


def erase(opened: Store, organisation: str) -> None:
    """Erase an organisation with all that is its own, or everything where no name is given; raise ValueError where none is called so."""
    with opened.writing() as connection:
        if organisation:
            named = organisations.c.name == organisation
            theirs = select(users.c.email).join(organisations, organisations.c.id == users.c.organisation_id).where(named)
            accounts = [f"account {email}" for email in connection.execute(theirs).scalars()]
            connection.execute(delete(attempts).where(attempts.c.who.in_(accounts)))
            if not connection.execute(delete(organisations).where(named)).rowcount:
                raise ValueError(f"no organisation is called {organisation}")
        else:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
    if opened.sqlite:
        _overwrite(opened)


def _overwrite(opened: Store) -> None:
    """Write SQLite's file anew: what was deleted stays legible in it until then."""
    with opened.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _write_counts(connection: Connection, table: Table, columns: tuple[str, ...], organisation_id: int, path: Path) -> int:
    asked = select(table).where(whose(table, organisation_id)).order_by(*table.primary_key.columns)
    found = connection.execution_options(yield_per=5000).execute(asked).mappings()
    count = 0
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*columns, "withheld"])
        writer.writeheader()
        for row in _told(found, columns):
            writer.writerow(row)
            count += 1
    return count


def _told(rows: Any, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Return rows for a file; of one that is withheld only that somebody was looking."""
    plain = ("station_id", "day", "start", "observed_ms")
    row: Mapping[str, Any]
    for row in rows:
        told = {name: row[name] if row["told"] or name in plain else "" for name in columns}
        yield {**told, "withheld": not row["told"]}
