"""The report: what the dashboard shows of a period, as a PDF that a manager forwards. The same numbers, and the same ones withheld."""

from datetime import date, timedelta

from webapp.contract import EstimateInfo, Figures, Resolution, Summary
from webapp.notices.phrases import NOTHING, bucket_names, day, percent, period, signed
from webapp.notices.sheet import ACCENT, ACCENT_INK, GREEN, INK, LINE, MIX, RAISED, RED, SOFT, Sheet, mixed
from webapp.shop.analytics import day_start

GAP = 4.0
HALF = 91.0
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_PLACES = 40


def render(told: Summary, title: str, organisation: str, made: date) -> bytes:
    """Return the report as the bytes of a PDF."""
    sheet = Sheet(f"{title}, {period(told.first, told.last)}", f"{organisation}  ·  made on {day(made)} by AllSmiles")
    _head(sheet, told, title, organisation)
    _cards(sheet, told)
    _line(sheet, told)
    _heat(sheet, told)
    if len(told.league) > 1:
        _league(sheet, told)
    _shares(sheet, told)
    _words(sheet, told)
    return bytes(sheet.output())


def report_resolution(first: date, last: date) -> Resolution | None:
    """Return the steps of the line in a report: days, where the dashboard zooms into hours; None: by the length."""
    return "day" if 2 <= (last - first).days + 1 <= 120 else None


def headline(told: Summary) -> str:
    """Say the most important numbers in a sentence, for the mail that brings the report."""
    now = told.now
    if now.satisfaction is None:
        return f"{now.visits:,} visits; too few for a number of satisfaction."
    changed = f" ({_change(told.change)} against the period before)" if told.change else ""
    return (
        f"Satisfaction {now.satisfaction.value:.1f} of 100, 95 % sure: {now.satisfaction.low:.1f} to {now.satisfaction.high:.1f}{changed}. "
        f"{now.visits:,} visits."
    )


def _head(sheet: Sheet, told: Summary, title: str, organisation: str) -> None:
    sheet.mark(sheet.l_margin, 13)
    sheet.write_at(sheet.l_margin + 9, 12.4, "AllSmiles", 11, bold=True)
    sheet.write_at(sheet.l_margin, 12.4, organisation, 9.5, SOFT, align="R", width=sheet.epw)
    sheet.set_y(25)
    sheet.paragraph(title, 22, bold=True, height=9.5)
    compared = f"compared with {period(told.before_first, told.before_last)}" if told.before else "nothing to compare with before"
    sheet.paragraph(f"{period(told.first, told.last)}, {compared}", 10.5, SOFT)
    sheet.set_y(sheet.get_y() + 4)


def _cards(sheet: Sheet, told: Summary) -> None:
    now, before = told.now, told.before
    watched = "" if now.observed is None else f"looking {percent(now.observed)} of the time"
    cards = [
        ("Satisfaction", *_value(now.satisfaction, "of 100"), _change(told.change) if told.change else None),
        ("Visits", f"{now.visits:,}", "", watched, _growth(now.visits, before.visits if before else None)),
        ("Mean visit", *_dwell(now, before), _growth(now.dwell_s, before.dwell_s if before else None)),
        ("Leave brighter", *_value(now.brightening, "in 100", sign=True), None),
    ]
    top, height = sheet.get_y(), 32.0
    widths = (54.0, 44.0, 44.0, 44.0)
    left = sheet.l_margin
    for number, ((name, big, unit, small, change), width) in enumerate(zip(cards, widths, strict=True)):
        main = number == 0
        sheet.box(left, top, width - (GAP if number < 3 else 0), height, ACCENT if main else (255, 255, 255), None if main else LINE)
        ink, soft = (ACCENT_INK, mixed(ACCENT_INK, ACCENT, 0.75)) if main else (INK, SOFT)
        sheet.write_at(left + 4, top + 3.2, name, 9.5, soft)
        sheet.write_at(left + 4, top + 8.6, big, 23 if main else 19, ink, bold=True)
        if unit:
            at = left + 5 + sheet.width_of(big, 23 if main else 19, bold=True)
            sheet.write_at(at, top + (12.4 if main else 11.2), unit, 9, soft)
        sheet.write_at(left + 4, top + 19.4, small, 8, soft)
        if change:
            sheet.write_at(left + 4, top + 24.8, change, 8.5, ink, bold=True)
        left += width
    sheet.set_y(top + height + GAP)


def _line(sheet: Sheet, told: Summary) -> None:
    height = 56.0
    top = sheet.panel("Satisfaction over time", sheet.l_margin, sheet.epw, height)
    left, right, bottom = sheet.l_margin + 13, sheet.l_margin + sheet.epw - 6, top + height - 24
    known = [step.satisfaction for step in told.steps if step.satisfaction]
    low, high = _scale(known)
    at = _across(len(told.steps), left, right)

    def down(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - top)

    for tick in range(low, high + 1, (high - low) // 4):
        sheet.rule(left, down(tick), right, down(tick), LINE)
        sheet.write_at(sheet.l_margin, down(tick) - 2, str(tick), 8, SOFT, align="R", width=11)
    for run in _runs([step.satisfaction for step in told.steps]):
        band = [(at[i], down(one.high)) for i, one in run] + [(at[i], down(one.low)) for i, one in reversed(run)]
        sheet.area(band, mixed(ACCENT, (255, 255, 255), 0.35))
    for run in _runs([step.satisfaction for step in told.steps]):
        sheet.curve([(at[i], down(one.value)) for i, one in run], (178, 120, 0))
    every = max(1, -(-len(told.steps) // 9))
    for number in range(0, len(told.steps), every):
        sheet.write_at(at[number] - 15, bottom + 1.5, _step(told, number), 8, SOFT, align="C", width=30)
    held = " Some steps rest on fewer visits than are told." if any(step.withheld for step in told.steps) else ""
    sheet.write_at(
        sheet.l_margin + 5,
        top - 11 + height - 5.4,
        f"The band is the 95 % confidence interval; a break means that no station was looking.{held}",
        7.5,
        SOFT,
    )
    sheet.set_y(top - 11 + height + GAP)


def _heat(sheet: Sheet, told: Summary) -> None:
    cells = {(cell.weekday, cell.hour): cell for cell in told.heat}
    first, last = min((hour for _, hour in cells), default=8), max((hour for _, hour in cells), default=20)
    if last - first < 7:
        first, last = max(0, last - 7), min(23, max(0, last - 7) + 7)
    row, height = 6.6, 23.0 + 7 * 6.6
    top = sheet.panel("Hours of the week", sheet.l_margin, sheet.epw, height)
    values = [cell.satisfaction.value for cell in cells.values() if cell.satisfaction]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    left, width = sheet.l_margin + 16, (sheet.epw - 22) / (last - first + 1)
    for hour in range(first, last + 1):
        sheet.write_at(left + (hour - first) * width, top - 0.5, str(hour), 7.5, SOFT, align="C", width=width)
    for weekday, name in enumerate(WEEKDAYS):
        y = top + 4.5 + weekday * row
        sheet.write_at(sheet.l_margin + 5, y + 0.9, name, 8, SOFT)
        for hour in range(first, last + 1):
            cell, x = cells.get((weekday, hour)), left + (hour - first) * width
            if cell is None or cell.satisfaction is None:
                sheet.tile(x, y, width - 0.7, row - 0.7, RAISED)
                continue
            share = (cell.satisfaction.value - low) / (high - low) if high > low else 1.0
            sheet.tile(x, y, width - 0.7, row - 0.7, mixed(ACCENT, (250, 243, 228), 0.08 + 0.92 * share))
            sheet.write_at(x, y + 1.1, f"{cell.satisfaction.value:.0f}", 7.5, INK, align="C", width=width - 0.7)
    said = "No hour with enough visits."
    if values:
        said = f"Satisfaction by the place's own clock, from {low:.0f} (pale) to {high:.0f}. Grey: closed, not looking, or withheld."
    sheet.write_at(sheet.l_margin + 5, top - 11 + height - 5.4, said, 7.5, SOFT)
    sheet.set_y(top - 11 + height + GAP)


def _league(sheet: Sheet, told: Summary) -> None:
    rows, row = told.league[:MOST_PLACES], 7.2
    height = 18.0 + row * len(rows)
    top = sheet.panel("Places", sheet.l_margin, sheet.epw, height)
    x = sheet.l_margin + 5
    columns = (x + 58, x + 122, x + 146, x + 171)
    for at, name in zip(columns, ("Satisfaction", "Change", "Visits", "Change"), strict=True):
        right = at > columns[0]
        sheet.write_at(at - 30 if right else at, top - 0.5, name, 8, SOFT, align="R" if right else "L", width=30)
    for number, one in enumerate(rows):
        y = top + 5 + row * number
        sheet.rule(x, y - 0.6, sheet.l_margin + sheet.epw - 5, y - 0.6, LINE)
        sheet.write_at(x, y + 1, sheet.shortened(one.name, 9, 55), 9, bold=True)
        if one.satisfaction:
            sheet.bar(columns[0], y + 0.9, 34, 4, one.satisfaction.value / 100, ACCENT)
            a, b = (columns[0] + 34 * edge / 100 for edge in (one.satisfaction.low, one.satisfaction.high))
            sheet.tile(a, y + 2.5, max(0.5, b - a), 0.8, INK)
            sheet.write_at(columns[0] + 35, y + 1, f"{one.satisfaction.value:.1f}", 9, bold=True)
        else:
            sheet.write_at(columns[0], y + 1, "too few visits", 8.5, SOFT)
        sure = one.change and (one.change.low > 0 or one.change.high < 0)
        ink = SOFT if not one.change or not sure else GREEN if one.change.value > 0 else RED
        grown = _growth(one.visits, one.visits_before) or NOTHING if one.change else NOTHING
        cells = (signed(one.change.value) if one.change else NOTHING, f"{one.visits:,}", grown)
        for at, text, tone in zip(columns[1:], cells, (ink, INK, SOFT), strict=True):
            sheet.write_at(at - 30, y + 1, text, 9, tone, align="R", width=30)
    sheet.set_y(top - 11 + height + GAP)


def _shares(sheet: Sheet, told: Summary) -> None:
    now, row = told.now, 6.4
    dwell = [(name, count / now.visits if now.visits else 0.0, ACCENT) for name, count in zip(bucket_names(), now.dwell, strict=True)]
    mix = [(name, share, MIX[name]) for name, share in sorted(now.emotions.items(), key=lambda item: -item[1])]
    height = 13.5 + row * max(len(dwell), len(mix), 1)
    top = sheet.panel("How long visits last", sheet.l_margin, HALF, height)
    sheet.set_y(top - 11)
    sheet.panel("Expressions, share of the time in view", sheet.l_margin + HALF + GAP, HALF, height, same=True)
    for left, rows in ((sheet.l_margin, dwell), (sheet.l_margin + HALF + GAP, mix)):
        for number, (name, share, tone) in enumerate(rows):
            y = top + row * number
            sheet.write_at(left + 5, y + 0.6, name, 8.5)
            sheet.bar(left + 33, y + 0.6, 40, 4.2, share, tone)
            sheet.write_at(left + HALF - 17, y + 0.6, percent(share), 8.5, align="R", width=12, bold=True)
    if not mix:
        sheet.write_at(sheet.l_margin + HALF + GAP + 5, top, "Too few visits", 8.5, SOFT)
    sheet.set_y(top - 11 + height + GAP)


def _words(sheet: Sheet, told: Summary) -> None:
    sheet.make_room(16)
    sheet.paragraph(
        "Satisfaction: of 100 visits, those in which a smile was detected that lasted at least half a second, with Wilson's 95 % "
        "confidence interval, which covers chance and not what a camera misses. A visit: somebody's face stayed in view for at least "
        "two seconds; nobody is recognised. Leave brighter: of 100 visits, how many more showed a smile in their last third and none in "
        f"their first, than the other way round. Numbers that would rest on fewer than {told.fewest} visits of a station are withheld, and "
        "so is what would reveal them by subtraction. A smile is not a feeling: compare a place with itself over time.",
        7.5,
        SOFT,
        height=3.5,
    )


def _value(estimate: EstimateInfo | None, unit: str, sign: bool = False) -> tuple[str, str, str]:
    if estimate is None:
        return NOTHING, "", "too few visits"
    value, low, high = (signed(one) if sign else f"{one:.1f}" for one in (estimate.value, estimate.low, estimate.high))
    return value, unit, f"95 % sure: {low} to {high}"


def _dwell(now: Figures, before: Figures | None) -> tuple[str, str, str]:
    if now.dwell_s is None:
        return NOTHING, "", "too few visits"
    earlier = f"before: {before.dwell_s:.0f} s" if before and before.dwell_s else ""
    return f"{now.dwell_s:.0f} s", "", earlier


def _change(change: EstimateInfo) -> str:
    sure = change.low > 0 or change.high < 0
    return signed(change.value) if sure else f"{signed(change.value)}, no clear change"


def _growth(now: float | None, before: float | None) -> str | None:
    return percent(now / before - 1, sign=True) if now and before else None


def _scale(known: list[EstimateInfo]) -> tuple[int, int]:
    """Return the ends of the axis, a multiple of twenty apart, so that four rules lie on round numbers."""
    low = int(min((one.low for one in known), default=0) // 20 * 20)
    high = int(-(-max((one.high for one in known), default=100) // 20) * 20)
    return low, max(high, low + 20)


def _across(count: int, left: float, right: float) -> list[float]:
    inset = min(8.0, (right - left) / max(1, count) / 2)
    width = (right - left - 2 * inset) / max(1, count - 1)
    return [left + inset + width * number for number in range(count)]


def _runs(steps: list[EstimateInfo | None]) -> list[list[tuple[int, EstimateInfo]]]:
    """Return the steps without a gap between them."""
    runs: list[list[tuple[int, EstimateInfo]]] = [[]]
    for number, one in enumerate(steps):
        if one is not None:
            runs[-1].append((number, one))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _step(told: Summary, number: int) -> str:
    begin = day_start(date(1970, 1, 1), "UTC")
    whole, seconds = divmod(told.steps[number].at - begin, 86_400)
    when = date(1970, 1, 1) + timedelta(days=whole)
    if told.resolution in ("quarter", "hour"):
        return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}" if told.resolution == "quarter" else f"{when:%a} {seconds // 3600}:00"
    return (
        f"{when:%b %Y}"
        if told.resolution == "month"
        else f"{when:%a} {when.day} {when:%b}"
        if told.resolution == "day"
        else f"{when.day} {when:%b}"
    )
