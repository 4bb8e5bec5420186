"""Takes batches in, many with one transaction: what arrives while the disk is busy is written together the next time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

from sqlalchemy import Connection, bindparam, delete, update

from webapp.config import Config
from webapp.contract import CountBatch, CountCell, CountReceipt, RefusedCell
from webapp.shop import store
from webapp.shop.asking import Refused
from webapp.shop.confirming import not_confirmed
from webapp.shop.rollup import Counted, add_minutes
from webapp.shop.schema import DWELL, EMOTION_MS, EMOTIONS, GENDERS, PERCEIVED_GENDERS, batches, stations
from webapp.shop.stations import known_stations, wrong_key
from webapp.shop.store import Store

RIGHT_MS = 2000
"""A clock wrong by less is right: what is seen is mostly the way through the network."""
HOPELESS_MS = 24 * 3600 * 1000
"""A clock wrong by more is refused: its queue may mix times from before and after it was set."""
DAY = 24 * 3600
MOST = 200
"""Batches in one transaction."""
PRUNE = 1000
"""After so many batches of a station the numbers of old ones are forgotten."""


@dataclass(eq=False)
class Job:
    """A batch on its way to the disk: afterwards with a receipt or with a problem."""

    station_id: int
    key_hash: str
    batch: CountBatch
    receipt: CountReceipt | None = None
    problem: Exception | None = None
    woken: Event = field(default_factory=Event)
    # Filled in on the way.
    station: Any = None
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Tell whether it is settled."""
        return self.receipt is not None or self.problem is not None


class Intake:
    """Counts batches of all stations. Whoever comes while another writes waits, and one of those who wait writes for all."""

    def __init__(self, opened: Store | str, config: Config):
        self._opened, self._config = opened, config
        self._waiting: list[Job] = []
        self._busy = False
        self._door = Lock()

    def count(self, station_id: int, key_hash: str, batch: CountBatch) -> CountReceipt:
        """Add a batch to the counts of a station, once, and return when it is on disk.

        Raises Refused for a wrong key, an organisation that has not confirmed, a clock beyond help, or a server without a database.
        """
        if isinstance(self._opened, str):
            raise Refused(503, "not_ready", self._opened)
        job = Job(station_id, key_hash, batch)
        with self._door:
            self._waiting.append(job)
            if not self._busy:
                self._busy = True
                job.woken.set()
        job.woken.wait()
        if not job.done:
            self._lead(self._opened)
        if job.problem is not None:
            raise job.problem
        assert job.receipt is not None
        return job.receipt

    def _lead(self, opened: Store) -> None:
        """Write for all who wait, then let the first of those who came meanwhile lead."""
        with self._door:
            group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        try:
            self._write(opened, group)
        finally:
            with self._door:
                self._busy = bool(self._waiting)
                next_one = self._waiting[:1]
            for job in (*group, *next_one):
                job.woken.set()

    def _write(self, opened: Store, group: Sequence[Job]) -> None:
        try:
            receipts = self._together(opened, group)
        except BaseException as problem:
            if len(group) == 1 or not isinstance(problem, Exception):
                for job in group:
                    job.problem = RuntimeError(f"the batch was not counted ({problem!r})")
                    job.problem.__cause__ = problem
                return
            # One of them must not be the ruin of all.
            for job in group:
                job.station, job.rows, job.problem = None, [], None
                self._write(opened, [job])
        else:
            # Told only now that it is on disk.
            for job, receipt in zip(group, receipts, strict=True):
                job.receipt = receipt

    def _together(self, opened: Store, group: Sequence[Job]) -> list[CountReceipt | None]:
        with opened.writing() as connection:
            return take_in(connection, group, self._config)


def take_in(connection: Connection, group: Sequence[Job], config: Config) -> list[CountReceipt | None]:
    """Add batches to the counts; return the receipts, None for a job that got a `problem` instead."""
    time = store.now()
    _authorise(connection, group, time)
    good = [job for job in group if job.problem is None]
    new = _new(connection, good, time)
    receipts: list[CountReceipt | None] = []
    for job in group:
        receipts.append(_read(job, job in new, time, config) if job.problem is None else None)
    counted: dict[int, Counted] = {}
    for job in good:
        known = counted.setdefault(job.station_id, (job.station, []))
        counted[job.station_id] = (known[0], [*known[1], *job.rows])
    # In one order everywhere, so that two processes never wait for each other.
    add_minutes(connection, [counted[station] for station in sorted(counted)], config.min_visits)
    heard = [{"its_id": job.station_id, "its_time": time, "its_error": job.batch.sent_at - time * 1000} for job in good]
    if heard:
        fresh: dict[str, Any] = {"seen_at": bindparam("its_time"), "clock_error_ms": bindparam("its_error")}
        latest = {row["its_id"]: row for row in heard}
        connection.execute(
            update(stations).where(stations.c.id == bindparam("its_id")).values(fresh), [latest[one] for one in sorted(latest)]
        )
    if any(job.batch.sequence % PRUNE == 0 for job in good):
        # Nothing older is taken any more, so that nothing older can be counted twice.
        connection.execute(delete(batches).where(batches.c.received_at < time - (config.max_age_days + 3) * DAY))
    return receipts


def _authorise(connection: Connection, group: Sequence[Job], time: int) -> None:
    """Find the station of every job and hold its row; a job without one, or with a hopeless clock, gets a problem."""
    asked = known_stations(sorted({job.key_hash for job in group})).order_by(stations.c.id).with_for_update(of=stations)
    known = {(row["id"], row["hash"]): row for row in connection.execute(asked).mappings()}
    for job in group:
        job.station = known.get((job.station_id, job.key_hash))
        error_ms = job.batch.sent_at - time * 1000
        if job.station is None:
            job.problem = wrong_key()
        elif job.station["confirmed_at"] is None:
            job.problem = not_confirmed()
        elif abs(error_ms) > HOPELESS_MS:
            wrong = f"{abs(error_ms) // 3_600_000} hours {'ahead' if error_ms > 0 else 'behind'}"
            job.problem = Refused(409, "clock_wrong", f"The station's clock is {wrong}: set it.")


def _new(connection: Connection, jobs: Sequence[Job], time: int) -> set[Job]:
    """Remember the batches and return those that were not received before."""
    first: dict[tuple[int, str, int], Job] = {}
    for job in jobs:
        first.setdefault((job.station_id, job.batch.stream, job.batch.sequence), job)
    if not first:
        return set()
    rows = [{"station_id": key[0], "stream": key[1], "sequence": key[2], "received_at": time} for key in sorted(first)]
    added = store.insert(connection, batches).on_conflict_do_nothing()
    found = connection.execute(added.returning(batches.c.station_id, batches.c.stream, batches.c.sequence), rows)
    return {first[row.station_id, row.stream, row.sequence] for row in found}


def _read(job: Job, new: bool, time: int, config: Config) -> CountReceipt:
    error_ms = job.batch.sent_at - time * 1000
    refusals: list[RefusedCell] = []
    for index, cell in enumerate(job.batch.cells if new else []):
        start = (cell.start - (error_ms if abs(error_ms) > RIGHT_MS else 0)) // 1000
        refusal = _refusal(index, start, time, config.max_age_days)
        if refusal:
            refusals.append(refusal)
        else:
            job.rows.append({"start": start, **_sums(cell, job.station["gender"])})
    return CountReceipt(accepted=len(job.rows), duplicate=not new, refused=refusals, clock_error_ms=error_ms, server_time=time * 1000)


def _refusal(index: int, start: int, time: int, max_age_days: int) -> RefusedCell | None:
    if start < time - max_age_days * DAY:
        return RefusedCell(index=index, error="too_old", detail=f"counts older than {max_age_days} days are not taken")
    if start > time + 60:
        return RefusedCell(index=index, error="in_the_future", detail="these counts say that they come from the future")
    return None


def _sums(cell: CountCell, gender: bool) -> dict[str, int]:
    return {
        **{name: getattr(cell, name) for name in ("observed_ms", "visits", "smiled", "brightened", "dimmed", "dwell_ms")},
        **dict(zip(DWELL, cell.dwell, strict=True)),
        **{column: cell.emotion_ms.get(label, 0) for column, label in zip(EMOTION_MS, EMOTIONS, strict=True)},  # type: ignore[call-overload]
        # A place that does not ask for it stores none, whatever a station sends.
        **{column: cell.gender.get(label, 0) if gender else 0 for column, label in zip(GENDERS, PERCEIVED_GENDERS, strict=True)},  # type: ignore[call-overload]
    }
