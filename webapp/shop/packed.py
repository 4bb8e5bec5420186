"""Sums of the hours of a day or of the week, or of the days of a month, packed into one value: a thousand rows are added up in one step."""

from collections.abc import Iterable, Iterator, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

PACKED = ("looked", "visits", "smiled", "held")
"""What is known of an hour, or of a day: in how many somebody looked, what may be told of them, how many are withheld."""
DAY = (24, len(PACKED))
WEEK = (7, *DAY)
MONTH = (31, len(PACKED))
WIRES = tuple(map(np.dtype, ("<i2", "<i4")))
"""What numbers are packed as: the first into which all of a value fit; a packed value's length tells which it was."""

Sums = NDArray[np.int64]


def pack(sums: Sums) -> bytes:
    """Pack the sums of a day (24 x 4) or of a week (7 x 24 x 4) of hours, or of a month of days (31 x 4)."""
    wire = next(wire for wire in WIRES if sums.max() <= np.iinfo(wire).max)
    return sums.astype(wire).tobytes()


def add_days(target: Sums, at: Sequence[int], packed: Iterable[bytes]) -> None:
    """Add packed days to the rows `at` of `target` (n x 24 x 4), where they belong."""
    _add(target, at, packed, DAY)


def add_months(target: Sums, at: Sequence[int], packed: Iterable[bytes]) -> None:
    """Add packed months to the rows `at` of `target` (n x 31 x 4), where they belong."""
    _add(target, at, packed, MONTH)


def add_weeks(target: Sums, packed: Iterable[bytes]) -> None:
    """Add packed weeks to `target` (7 x 24 x 4)."""
    for _, rows in _unpacked(packed, WEEK):
        target += rows.sum(axis=0, dtype=np.int64)


def _add(target: Sums, at: Sequence[int], packed: Iterable[bytes], shape: tuple[int, ...]) -> None:
    known = np.asarray(at, np.intp)
    for which, rows in _unpacked(packed, shape):
        # By group and not by row, as numpy.add.at does, which takes ten times as long.
        for one in np.unique(known[which]):
            target[one] += rows[known[which] == one].sum(axis=0, dtype=np.int64)


def _unpacked(packed: Iterable[bytes], shape: tuple[int, ...]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.integer[Any]]]]:
    """Yield what is packed alike: which ones of `packed` these are, and their sums (n, *shape)."""
    values = list(packed)
    sizes = np.fromiter(map(len, values), np.intp, len(values))
    for wire in WIRES:
        which = np.flatnonzero(sizes == wire.itemsize * prod(shape))
        yield which, np.frombuffer(b"".join([values[one] for one in which]), wire).reshape(-1, *shape)
