"""What a station has counted and not yet sent: a bounded queue on disk whose batches keep their number until they are acknowledged.

The twin of static/js/core/counts.js.
"""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from threading import RLock
from typing import Any

MOST_CELLS = 10_080
"""A week of minutes; the server takes nothing older by default."""
BATCH = 2000
"""As many as one batch may carry."""
MINUTE_MS = 60_000
Cell = dict[str, Any]
TABLES = """
CREATE TABLE IF NOT EXISTS open (minute INTEGER PRIMARY KEY, cell TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sent (sequence INTEGER NOT NULL, cells TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS queue (stream TEXT NOT NULL, sequence INTEGER NOT NULL, lost INTEGER NOT NULL);
"""


class QueueTaken(Exception):
    """Another process counts as this station; the text says what to do."""


class Queue:
    """The queue in the file `path`, which only one process may use at a time; may be used by several threads."""

    def __init__(self, path: Path, most_cells: int = MOST_CELLS):
        self._most = most_cells
        self._lock = RLock()
        self._database = sqlite3.connect(path, timeout=1, check_same_thread=False)
        try:
            self._database.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._database.execute("PRAGMA synchronous=FULL")
            self._database.executescript(f"BEGIN EXCLUSIVE; {TABLES} COMMIT;")
        except sqlite3.OperationalError as problem:
            self._database.close()
            raise QueueTaken(f"{path} cannot be used ({problem}): does another process count as this station already?") from None
        with self._lock, self._database:
            if self._one("SELECT count(*) FROM queue") == 0:
                self._database.execute("INSERT INTO queue VALUES (?, 0, 0)", [secrets.token_urlsafe(12)])

    def add(self, cell: Cell) -> None:
        """Put a cell into the queue; cells of one minute become one, and the oldest go where it is full."""
        with self._lock, self._database:
            self._put(cell)
            excess = self._one("SELECT count(*) FROM open") - self._most
            if excess > 0:
                self._database.execute("DELETE FROM open WHERE minute IN (SELECT minute FROM open ORDER BY minute LIMIT ?)", [excess])
                self._database.execute("UPDATE queue SET lost = lost + ?", [excess])

    def batch(self) -> dict[str, Any] | None:
        """Return the batch to be sent, the same again until it is acknowledged; None where nothing waits."""
        with self._lock, self._database:
            if self._one("SELECT count(*) FROM sent") == 0:
                rows = self._database.execute("SELECT minute, cell FROM open ORDER BY minute LIMIT ?", [BATCH]).fetchall()
                if not rows:
                    return None
                self._database.execute("UPDATE queue SET sequence = sequence + 1")
                cells = f"[{','.join(cell for _, cell in rows)}]"
                self._database.execute("INSERT INTO sent SELECT sequence, ? FROM queue", [cells])
                self._database.execute("DELETE FROM open WHERE minute <= ?", [rows[-1][0]])
            sequence, cells = self._database.execute("SELECT sequence, cells FROM sent").fetchone()
            return {"stream": self._one("SELECT stream FROM queue"), "sequence": sequence, "cells": json.loads(cells)}

    def acknowledge(self, sequence: int) -> None:
        """Forget a batch that was acknowledged, or that the server will never take."""
        with self._lock, self._database:
            self._database.execute("DELETE FROM sent WHERE sequence = ?", [sequence])

    def move_open(self, by_ms: float) -> None:
        """Move what is not in a batch yet after this machine's clock was set."""
        with self._lock, self._database:
            cells = [json.loads(cell) for (cell,) in self._database.execute("SELECT cell FROM open ORDER BY minute")]
            self._database.execute("DELETE FROM open")
            for cell in cells:
                self._put({**cell, "start": max(0, round(cell["start"] + by_ms))})

    def waiting(self) -> int:
        """Tell how many minutes wait."""
        with self._lock:
            cells = self._database.execute("SELECT cells FROM sent").fetchone()
            return int(self._one("SELECT count(*) FROM open")) + (len(json.loads(cells[0])) if cells else 0)

    @property
    def lost(self) -> int:
        """Tell how many minutes were dropped because the queue was full."""
        with self._lock:
            return int(self._one("SELECT lost FROM queue"))

    def close(self) -> None:
        """Let another process use the queue."""
        with self._lock:
            self._database.close()

    def _put(self, cell: Cell) -> None:
        minute = cell["start"] // MINUTE_MS
        known = self._database.execute("SELECT cell FROM open WHERE minute = ?", [minute]).fetchone()
        whole = add_cells(json.loads(known[0]), cell) if known else cell
        self._database.execute("INSERT OR REPLACE INTO open VALUES (?, ?)", [minute, json.dumps(whole)])

    def _one(self, query: str) -> Any:
        return self._database.execute(query).fetchone()[0]


def add_cells(a: Mapping[str, Any], b: Mapping[str, Any]) -> Cell:
    """Add up two cells of one minute."""
    whole: Cell = {name: a[name] + b[name] for name in ("visits", "smiled", "brightened", "dimmed", "dwell_ms")}
    for name in ("emotion_ms", "gender"):
        whole[name] = {label: a[name].get(label, 0) + b[name].get(label, 0) for label in {**a[name], **b[name]}}
    whole["start"] = min(a["start"], b["start"])
    whole["observed_ms"] = min(MINUTE_MS, a["observed_ms"] + b["observed_ms"])
    whole["dwell"] = [one + other for one, other in zip(a["dwell"], b["dwell"], strict=True)]
    return whole
