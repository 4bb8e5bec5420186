"""Numbers, days and spans as a report writes them."""

import itertools
from datetime import date

from webapp.contract import DWELL_S

NOTHING = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"


def period(first: date, last: date) -> str:
    """Write a period as short as it can be."""
    if first == last:
        return f"{first:%A}, {day(first)}"
    begin = f"{first.day}" if (first.year, first.month) == (last.year, last.month) else f"{first.day} {first:%B}"
    return f"{begin if first.year == last.year else day(first)} to {day(last)}"


def day(one: date) -> str:
    """Write a day."""
    return f"{one.day} {one:%B %Y}"


def signed(value: float) -> str:
    """Write a difference with its sign."""
    text = f"{value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", MINUS)


def percent(share: float, sign: bool = False) -> str:
    """Write a share of one, with its sign where it is a difference."""
    whole = round(100 * share)
    return f"{'+' if sign and whole > 0 else ''}{whole} %".replace("-", MINUS)


def bucket_names() -> list[str]:
    """Name the buckets of dwell time."""

    def name(seconds: int) -> str:
        return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min"

    between = [f"{name(a)} to {name(b)}" for a, b in itertools.pairwise(DWELL_S)]
    return [f"under {name(DWELL_S[0])}", *between, f"over {name(DWELL_S[-1])}"]
