"""Counts to numbers that mean something: satisfaction with its interval, what may be told, local time. Pure."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from webapp.shop.schema import DWELL, GENDERS, SUMS

Sums = Mapping[str, int]
Key = TypeVar("Key")
Opening = Mapping[str, Sequence[Sequence[str]]]
"""By weekday (mon to sun) the spans of local time such as ["09:00", "18:30"]; nothing at all means always open."""

DAY_S = 86_400
SOME_MONDAY = date(2024, 1, 1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Z = 1.959964
"""Half the width of a 95 % interval in standard deviations."""


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class LocalHour:
    """The hour of a place's own clock in which a moment lies; `start` in seconds since 1970."""

    start: int
    day: date
    weekday: int
    hour: int


def total(rows: Iterable[Sums]) -> dict[str, int]:
    """Add up sums, name by name."""
    result = dict.fromkeys(SUMS, 0)
    for row in rows:
        for name in SUMS:
            result[name] += row[name]
    return result


def satisfaction(sums: Sums) -> Estimate | None:
    """Return of 100 visits those in which a smile was detected, with Wilson's interval; None without visits.

    Smiles are what the networks read dependably; the other expressions are not part of this number. The interval covers chance,
    as if visits were independent; it does not cover what the camera misses.
    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    return wilson(sums["smiled"], sums["visits"])


def wilson(successes: int, trials: int) -> Estimate | None:
    """Return a share of 100 with Wilson's score interval; None without trials."""
    if trials == 0:
        return None
    share = successes / trials
    shrink = 1 + Z * Z / trials
    middle = (share + Z * Z / (2 * trials)) / shrink
    half = Z * math.sqrt(share * (1 - share) / trials + Z * Z / (4 * trials * trials)) / shrink
    return Estimate(100 * share, 100 * max(0.0, min(middle - half, share)), 100 * min(1.0, max(middle + half, share)))


def brightening(sums: Sums) -> Estimate | None:
    """Return by how many of 100 visits more people leave smiling than came smiling; None without visits.

    A paired difference: who smiles throughout, or never, takes no part in it.
    """
    visits, up, down = sums["visits"], sums["brightened"], sums["dimmed"]
    if visits == 0:
        return None
    difference = (up - down) / visits
    # Half a visit on each side keeps the interval from closing where nobody changed.
    half = Z * math.sqrt(max(up + down + 1 - (up - down) ** 2 / visits, 1)) / visits
    return Estimate(100 * difference, 100 * max(-1.0, difference - half), 100 * min(1.0, difference + half))


def change(now: Estimate, before: Estimate) -> Estimate:
    """Return how far a share rose, with the interval of a difference of two independent shares (Newcombe 1998, method 10)."""
    difference = now.value - before.value
    down = math.hypot(now.value - now.low, before.high - before.value)
    up = math.hypot(now.high - now.value, before.value - before.low)
    return Estimate(difference, difference - down, difference + up)


def withheld(visits: Mapping[Key, int], fewest: int) -> set[Key]:
    """Choose the parts of a whole to withhold: those of fewer than `fewest` visits, and more until nothing tells what these are.

    What is withheld holds together at least `fewest` visits, or is everything: the whole less its told parts is never a smaller
    number. Nor does knowing this rule help: whatever is withheld would be so in any other order too, and is not all alike, for else the
    smallest of the other parts goes as well, with all of its size. Parts without a visit are told, so that parts of one visit each
    stand there unmasked where there are no others (`all_of_one`).
    """
    hidden = {key for key, count in visits.items() if 0 < count < fewest}
    sizes = {visits[key] for key in hidden}
    if hidden and (len(sizes) == 1 or sum(visits[key] for key in hidden) < fewest):
        least = min((count for count in visits.values() if count >= fewest), default=0)
        hidden |= {key for key, count in visits.items() if 0 < count == least}
    return hidden


def all_of_one(visits: Mapping[Key, int], hidden: set[Key]) -> bool:
    """Tell whether the parts that are withheld hold as many visits as they are, and there are no others: the whole gives them away."""
    return bool(hidden) and sum(visits.values()) == len(hidden)


def tell_day(hours: Mapping[int, Sums], fewest: int) -> tuple[set[int], dict[str, int] | None]:
    """Return which hours of a station's day are told, and the sums of the day; None where the whole day is withheld.

    Everything that is ever shown of longer times is a sum of such days, so that no subtraction of what is shown leads below them.
    Within the day, dwell times and perceived genders of too few visits are left out in the same way.
    """
    return decide({start: sums["visits"] for start, sums in hours.items()}, total(hours.values()), fewest)


def decide(visits: Mapping[int, int], day: dict[str, int], fewest: int) -> tuple[set[int], dict[str, int] | None]:
    """Return the same of a day whose visits by hour, and whose sums by name, are known already."""
    hidden: set[int] = withheld(visits, fewest)
    told = set(visits) - hidden
    if 0 < sum(visits.values()) < fewest or all_of_one(visits, hidden):
        return told, None
    for split in (DWELL, GENDERS):
        for name in withheld({name: day[name] for name in split}, fewest):
            day[name] = 0
    return told, day


@lru_cache(maxsize=4096)
def local_hour(moment: int, zone: str) -> LocalHour:
    """Return the hour of the local clock in which `moment` (seconds since 1970) lies; where it goes back two have one name."""
    local = datetime.fromtimestamp(moment, ZoneInfo(zone))
    start = moment - local.minute * 60 - local.second
    return LocalHour(start, local.date(), local.weekday(), local.hour)


def day_start(day: date, zone: str) -> int:
    """Return when a local day begins, in seconds since 1970; days of 23 and 25 hours come out right."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())


def is_open(opening: Opening, moment: int, zone: str) -> bool:
    """Tell whether a place is open at `moment`, by its own clock; spans may run past midnight."""
    if not opening:
        return True
    local = datetime.fromtimestamp(moment, ZoneInfo(zone))
    clock = local.strftime("%H:%M")
    today, yesterday = (opening.get(WEEKDAYS[(local.weekday() - back) % 7], ()) for back in (0, 1))
    if any(start <= clock < end or (end <= start <= clock) for start, end in today):
        return True
    return any(end <= start and clock < end for start, end in yesterday)


def open_spans(opening: Opening, first: date, last: date, zone: str) -> list[tuple[int, int]]:
    """Return from when until when (seconds since 1970, the last not included) a place is open on these days, to the minute as `is_open`."""
    text = json.dumps(opening)
    spans: list[tuple[int, int]] = []
    for number in range((last - first).days + 1):
        for begin, end in _open_spans(text, first + timedelta(days=number), zone):
            if spans and spans[-1][1] == begin:
                begin = spans.pop()[0]
            spans.append((begin, end))
    return spans


@lru_cache(maxsize=4096)
def _open_spans(opening: str, day: date, zone: str) -> tuple[tuple[int, int], ...]:
    begin, end = day_start(day, zone), day_start(day + timedelta(days=1), zone)
    hours: Opening = json.loads(opening)
    if not hours:
        return ((begin, end),)
    known = [is_open(hours, moment, zone) for moment in range(begin, end, 60)]
    turns = [number for number, now in enumerate(known) if now is not (known[number - 1] if number else False)]
    turns += [len(known)] * (len(turns) % 2)
    return tuple((begin + 60 * start, begin + 60 * stop) for start, stop in zip(turns[::2], turns[1::2], strict=True))


def opening_seconds(opening: Opening, day: date, zone: str) -> int:
    """Return for how long a place is open from a local day on, in seconds; a span past midnight belongs to the day it begins."""
    if not opening:
        return day_start(day + timedelta(days=1), zone) - day_start(day, zone)
    spans = opening.get(WEEKDAYS[day.weekday()], ())
    return sum(_moment(day, end, zone, later=end <= start) - _moment(day, start, zone) for start, end in spans)


def opening_seconds_between(opening: Opening, first: date, last: date, zone: str) -> int:
    """Return the sum of `opening_seconds` of all days from `first` to `last`, without looking at each of them."""
    if last < first:
        return 0
    if not opening:
        return day_start(last + timedelta(days=1), zone) - day_start(first, zone)
    weeks, rest = divmod((last - first).days + 1, 7)
    plain = [opening_seconds(opening, SOME_MONDAY + timedelta(days=weekday), "UTC") for weekday in range(7)]
    whole = weeks * sum(plain) + sum(plain[(first.weekday() + step) % 7] for step in range(rest))
    uneven = (day for year in range(first.year, last.year + 1) for day in _uneven_days(year, zone) if first <= day <= last)
    return whole + sum(opening_seconds(opening, day, zone) - plain[day.weekday()] for day in uneven)


@lru_cache(maxsize=4096)
def _uneven_days(year: int, zone: str) -> tuple[date, ...]:
    """Return the days on which the clock is set, and those before them, whose spans may run into them."""
    begin = date(year, 1, 1)
    starts = [day_start(begin + timedelta(days=number), zone) for number in range(-1, 369)]
    set_clocks = [number for number in range(-1, 368) if starts[number + 2] - starts[number + 1] != DAY_S]
    days = {begin + timedelta(days=number + back) for number in set_clocks for back in (0, -1)}
    return tuple(sorted(day for day in days if day.year == year))


def _moment(day: date, clock: str, zone: str, later: bool = False) -> int:
    hour, minute = int(clock[:2]), int(clock[3:])
    after = day + timedelta(days=int(later) + hour // 24)
    return int(datetime(after.year, after.month, after.day, hour % 24, minute, tzinfo=ZoneInfo(zone)).timestamp())


def period_before(first: date, last: date) -> tuple[date, date]:
    """Return the period to compare with: as long, directly before; a single day is compared with the same weekday a week before."""
    length = (last - first).days + 1
    if length == 1:
        return first - timedelta(days=7), last - timedelta(days=7)
    return first - timedelta(days=length), first - timedelta(days=1)
