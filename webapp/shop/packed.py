"""Sums of the hours of a day, or of the week, packed into one value, so that a thousand rows are added up in one step."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

PACKED = ("looked", "visits", "smiled", "held")
"""What is known of an hour: in how many somebody looked, what may be told of them, how many are withheld."""
DAY = (24, len(PACKED))
WEEK = (7, *DAY)
WIRE = np.dtype("<i4")

Sums = NDArray[np.int64]


def pack(sums: Sums) -> bytes:
    """Pack the sums of a day (24 x 4) or of a week (7 x 24 x 4) of hours."""
    return sums.astype(WIRE).tobytes()


def add_days(target: Sums, at: Sequence[int], packed: Iterable[bytes]) -> None:
    """Add packed days to the rows `at` of `target` (n x 24 x 4), where they belong."""
    rows, known = np.frombuffer(b"".join(packed), WIRE).reshape(-1, *DAY), np.asarray(at, np.intp)
    # By group and not by row, as numpy.add.at does, which takes ten times as long.
    for one in np.unique(known):
        target[one] += rows[known == one].sum(axis=0, dtype=np.int64)


def add_weeks(target: Sums, packed: Iterable[bytes]) -> None:
    """Add packed weeks to `target` (7 x 24 x 4)."""
    target += np.frombuffer(b"".join(packed), WIRE).reshape(-1, *WEEK).sum(axis=0, dtype=np.int64)
