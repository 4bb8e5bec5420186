"""When an alert begins and when it is over. Pure: counts and times in, a verdict out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

MINUTE, QUARTER = 60, 900
"""Seconds. Alerts are judged every minute, on parts of quarters of an hour that each hold enough visits to be told."""
Verdict = Literal["unknown", "stays", "begin", "over"]
Minutes = Mapping[int, tuple[int, int]]
"""Visits of a station, and those with a smile, by the start of their minute in seconds since 1970."""


@dataclass(frozen=True)
class Part:
    """A time of one station that may be told: whole minutes, from `begin` up to `end`."""

    begin: int
    end: int
    visits: int
    smiled: int


@dataclass(frozen=True)
class Window:
    """What the stations of an alert saw in its time."""

    looked: bool
    """Some station was looking in every quarter of it: without that there is a gap, which is not the same as no visits."""
    visits: int = 0
    smiled: int = 0


@dataclass(frozen=True)
class Rule:
    """What an alert watches for: fewer than `threshold` of 100 visits with a smile, over `minutes` with at least `visits` visits."""

    threshold: int
    minutes: int
    visits: int


def settled(time: int, settle_s: int) -> int:
    """Return the end of the newest minute at `time` whose counts have had `settle_s` seconds to arrive."""
    return (time - settle_s) // MINUTE * MINUTE


def read_from(time: int, minutes: int) -> int:
    """Return from when on counts are needed to judge the `minutes` that are known at `time`."""
    return last_quarter(time) - minutes * MINUTE


def last_quarter(time: int) -> int:
    """Return the end of the newest quarter that is over at `time`."""
    return time // QUARTER * QUARTER


def parts(counts: Minutes, quarter: int, time: int, fewest: int) -> list[Part]:
    """Cut a station's quarter of an hour into parts of at least `fewest` visits each, as early as each is complete.

    A part is known at `time` once the next is complete; when the quarter is over, its last part takes what is left. So a part that was once
    known never changes, all of them make up their quarter, and whatever is subtracted leaves at least so many visits. A quarter
    of fewer is left out.
    """
    found: list[Part] = []
    begin, visits, smiled = quarter, 0, 0
    for minute in range(quarter, min(quarter + QUARTER, time), MINUTE):
        visits, smiled = (one + more for one, more in zip((visits, smiled), counts.get(minute, (0, 0)), strict=True))
        if visits >= fewest:
            found.append(Part(begin, minute + MINUTE, visits, smiled))
            begin, visits, smiled = minute + MINUTE, 0, 0
    if time < quarter + QUARTER:
        return found[:-1]
    if found:
        last = found.pop()
        found.append(Part(last.begin, quarter + QUARTER, last.visits + visits, last.smiled + smiled))
    return found


def newest(counts: Minutes, time: int, minutes: int, fewest: int) -> tuple[int, list[Part]]:
    """Return until when a station's visits are known at `time`, and its parts of so many minutes before; the first may begin earlier."""
    quarters = range(read_from(time, minutes), time, QUARTER)
    known = [part for quarter in quarters for part in parts(counts, quarter, time, fewest)]
    until = max([last_quarter(time), *(part.end for part in known)])
    return until, [part for part in known if part.end > until - minutes * MINUTE]


def judge(begun: bool, rule: Rule, window: Window) -> Verdict:
    """Tell what a window means for an alert that has `begun` or not.

    Unknown, and nothing changes, where there was a gap or where there were too few visits.
    """
    if not window.looked or window.visits < max(1, rule.visits):
        return "unknown"
    # Whole numbers: no rounding decides.
    under = 100 * window.smiled < rule.threshold * window.visits
    return "stays" if under is begun else "begin" if under else "over"


def all_looked(minutes_looked_at: Iterable[int], time: int, minutes: int) -> bool:
    """Tell whether somebody was looking in each quarter of an hour of the `minutes` before `time`, by minutes in which somebody did."""
    seen = {(time - 1 - start) // QUARTER for start in minutes_looked_at if start < time}
    return seen.issuperset(range(minutes * MINUTE // QUARTER))
