"""The database: SQLite in the data folder, or PostgreSQL by its address; the same statements for both."""

import logging
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as Migrations
from sqlalchemy import Connection, Engine, Table, create_engine, event, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from webapp.config import Config
from webapp.shop import partitions
from webapp.shop.schema import SUMS, facts

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
# It says at every start which kind of database it found.
logging.getLogger("alembic").setLevel(logging.WARNING)
BINARY = {"binary": True}
"""Options of statements that read packed sums: as text PostgreSQL sends each twice as long, and the driver reads it digit by digit."""
LOCK = 0x5A111E5
"""Names PostgreSQL's advisory lock under which one process at a time changes the tables."""


class StoreFailed(Exception):
    """The database cannot be used; the text says what to change."""


class Store:
    """An open database whose tables are up to date."""

    def __init__(self, url: str):
        self.engine = engine_for(url)
        self.sqlite = self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database, whatever is written meanwhile."""
        with self.engine.connect() as connection:
            if self.sqlite:
                connection.exec_driver_sql("BEGIN")
            else:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are on disk when the block ends, or undone when it raises."""
        with self.engine.begin() as connection:
            if self.sqlite:
                # Taking the writer's place at once waits its turn; taking it after a read would fail instead.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    def migrate(self) -> None:
        """Bring the tables up to date; several processes may try at once."""
        settings = Migrations()
        settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with self.writing() as connection:
            if not self.sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
            if not self.sqlite:
                partitions.make(connection)
        # A process that forks must not share the connection of its parent.
        self.engine.dispose()

    def check(self) -> str | None:
        """Return why the database cannot be used now, or None."""
        try:
            with self.reading() as connection:
                connection.execute(select(facts.c.name).limit(1))
        except SQLAlchemyError as problem:
            return f"the database does not answer ({_reason(problem)}): look at --database-url and the data folder"
        return None


def open_store(config: Config) -> Store:
    """Return the database that the settings name, its tables made or brought up to date.

    Raises StoreFailed with the remedy where that is not possible.
    """
    if not config.database_url:
        config.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        store = Store(config.database_url or f"sqlite:///{(config.data_dir / 'allsmiles.db').resolve()}")
        store.migrate()
    except ImportError as problem:
        raise StoreFailed(f"{problem}: `pip install 'allsmiles[postgres]'` brings the driver for PostgreSQL") from None
    except SQLAlchemyError as problem:
        raise StoreFailed(f"cannot open the database ({_reason(problem)}): look at --database-url and the data folder") from None
    return store


def engine_for(url: str) -> Engine:
    """Return the engine for a database address; a plain `postgresql://` takes the psycopg driver."""
    engine = create_engine(re.sub("^postgres(ql)?://", "postgresql+psycopg://", url), pool_size=20, max_overflow=80, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "before_cursor_execute", _answer_in_binary)
    return engine


def add_sums(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add the sums of `rows` to those of the same key in `table`; new keys are inserted."""
    if rows:
        statement = insert(connection, table)
        grown = {name: table.c[name] + statement.excluded[name] for name in SUMS}
        connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=grown), list(rows))


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, replacing those of the same key."""
    if rows:
        statement = insert(connection, table)
        fresh = {name: statement.excluded[name] for name in rows[0] if not table.c[name].primary_key}
        connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=fresh), list(rows))


def insert(connection: Connection, table: Table) -> Any:
    """Return the dialect's INSERT, which knows what to do about a key that exists."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def add(connection: Connection, table: Table, **values: Any) -> int:
    """Insert one row and return its id."""
    return int(connection.execute(table.insert().values(**values).returning(table.c.id)).scalar_one())


def fact(connection: Connection, name: str) -> str | None:
    """Return what the server remembers under `name`."""
    value: str | None = connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()
    return value


def remember(connection: Connection, name: str, value: str) -> None:
    """Remember `value` under `name`."""
    put(connection, facts, [{"name": name, "value": value}])


def now() -> int:
    """Return the seconds since 1970."""
    return int(time.time())


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    # FULL: an acknowledged batch survives a power cut too.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: Any, _: Any) -> None:
    # Compiling a question's many sums takes longer than answering it.
    connection.execute("SET jit = off")
    # What is asked lies in memory or on a disk without a head to move.
    connection.execute("SET random_page_cost = 1.1")
    connection.commit()


def _answer_in_binary(_1: Any, cursor: Any, _2: Any, _3: Any, context: Any, _4: Any) -> None:
    if context.execution_options.get("binary"):
        cursor.format = 1


def _reason(problem: SQLAlchemyError) -> str:
    return str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
