"""When an alert begins and when it is over. Pure: sums and times in, a verdict out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

QUARTER = 900
"""Seconds. Alerts are judged at the end of every quarter of an hour, on whole quarters: windows never overlap by less."""
Verdict = Literal["unknown", "stays", "begin", "over"]


@dataclass(frozen=True)
class Quarter:
    """What the stations of an alert saw in a quarter of an hour."""

    looked: bool
    """Some station was looking: without that the quarter is a gap, which is not the same as no visits."""
    visits: int = 0
    smiled: int = 0


@dataclass(frozen=True)
class Rule:
    """What an alert watches for: fewer than `threshold` of 100 visits with a smile, over `minutes` with at least `visits` visits."""

    threshold: int
    minutes: int
    visits: int


def window_end(time: int, settle_s: int) -> int:
    """Return the end of the newest window at `time` whose counts have had `settle_s` seconds to arrive."""
    return (time - settle_s) // QUARTER * QUARTER


def window_quarters(end: int, minutes: int) -> list[int]:
    """Return when each quarter of the window of `minutes` that ends at `end` begins."""
    return list(range(end - minutes * 60, end, QUARTER))


def quarter(cells: Iterable[Mapping[str, int]], fewest: int) -> Quarter:
    """Add up a quarter of several stations; a station's sums of fewer than `fewest` visits are left out, as everywhere."""
    known = list(cells)
    told = [cell for cell in known if cell["visits"] >= fewest]
    looked = any(cell["observed_ms"] > 0 for cell in known)
    return Quarter(looked, sum(cell["visits"] for cell in told), sum(cell["smiled"] for cell in told))


def judge(begun: bool, rule: Rule, window: Sequence[Quarter]) -> Verdict:
    """Tell what a window means for an alert that has `begun` or not.

    Unknown, and nothing changes, where there was a gap or where there were too few visits.
    """
    visits, smiled = sum(one.visits for one in window), sum(one.smiled for one in window)
    if not window or not all(one.looked for one in window) or visits < max(1, rule.visits):
        return "unknown"
    # Whole numbers: no rounding decides.
    under = 100 * smiled < rule.threshold * visits
    return "stays" if under is begun else "begin" if under else "over"
