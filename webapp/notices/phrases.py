"""What mails and reports say, in the language of whom they are for: words from the catalogues, numbers and days as it has them."""

import itertools
from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time, get_day_names
from babel.numbers import format_decimal

from webapp.contract import DWELL_S, Resolution
from webapp.language import SOURCE, languages, translations

NOTHING = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
DAYS_OF = {"en": "en_GB"}
"""Whose days and numbers a language has where that is not its own default: reports write "8 June 2026"."""
STEPS: dict[Resolution, str] = {"minute": "Hm", "quarter": "Hm", "hour": "EHm", "day": "MMMEd", "week": "MMMd", "month": "yMMM"}


@dataclass(frozen=True)
class Phrases:
    """The words of one language, without a request or an application: mails are written where there is neither."""

    language: str = SOURCE

    def __post_init__(self) -> None:
        """Take English where the catalogue of a language was removed."""
        if self.language not in languages():
            object.__setattr__(self, "language", SOURCE)

    def gettext(self, text: str, **values: object) -> str:
        """Say something in this language; values as `%(name)s`, and with values a percent sign as `%%`."""
        said = str(translations(self.language).gettext(text))
        return said % values if values else said

    @property
    def locale(self) -> Locale:
        """How this language writes numbers and days."""
        return Locale.parse(DAYS_OF.get(self.language, self.language))

    def period(self, first: date, last: date) -> str:
        """Write a period as short as it can be."""
        if first == last:
            return format_date(first, "full", locale=self.locale)
        return format_interval(first, last, "yMMMd", locale=self.locale).replace("\N{THIN SPACE}", " ")

    def day(self, one: date) -> str:
        """Write a day."""
        return format_date(one, "long", locale=self.locale)

    def clock(self, moment: datetime) -> str:
        """Write the time of a day."""
        return format_time(moment, "short", locale=self.locale)

    def step(self, moment: datetime, resolution: Resolution) -> str:
        """Write a step of the axis of time."""
        return format_skeleton(STEPS[resolution], moment, locale=self.locale)

    def weekdays(self) -> list[str]:
        """Name the days of the week, short, from Monday."""
        names = get_day_names("abbreviated", "stand-alone", self.locale)
        return [names[number].rstrip(".") for number in range(7)]

    def count(self, number: float) -> str:
        """Write a whole number."""
        return format_decimal(round(number), "#,##0", locale=self.locale)

    def score(self, value: float) -> str:
        """Write a number with one decimal."""
        return format_decimal(value, "#,##0.0", locale=self.locale)

    def signed(self, value: float) -> str:
        """Write a difference with its sign."""
        whole = round(value, 1)
        return self.score(0) if whole == 0 else format_decimal(whole, "+#,##0.0;-#,##0.0", locale=self.locale).replace("-", MINUS)

    def percent(self, share: float, sign: bool = False) -> str:
        """Write a share of one, with its sign where it is a difference."""
        whole = round(100 * share)
        return f"{'+' if sign and whole > 0 else ''}{self.count(whole)} %".replace("-", MINUS)

    def bucket_names(self) -> list[str]:
        """Name the buckets of dwell time."""
        _ = self.gettext

        def name(seconds: int) -> str:
            return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min"

        between = [_("%(from)s to %(to)s", **{"from": name(a), "to": name(b)}) for a, b in itertools.pairwise(DWELL_S)]
        return [_("under %(time)s", time=name(DWELL_S[0])), *between, _("over %(time)s", time=name(DWELL_S[-1]))]
