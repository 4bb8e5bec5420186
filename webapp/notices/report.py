"""The report: what the dashboard shows of a period, as a PDF that a manager forwards. The same numbers, and the same ones withheld."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from webapp.contract import EstimateInfo, Figures, LeagueRow, Resolution, Summary
from webapp.notices.phrases import NOTHING, Phrases
from webapp.notices.sheet import ACCENT, ACCENT_INK, GREEN, INK, LINE, MIX, RAISED, RED, SOFT, Colour, Sheet, mixed

GAP = 4.0
WIDE, NARROW = 122.0, 60.0
"""Two panels beside each other."""
HALF = 91.0
CHARTS, ROW = 56.0, 6.6
BESIDE, A_PAGE, PAGES = 6, 34, 2
"""So many places stand on the first page, so many on each further one, and so many of those there are at most."""
Share = tuple[str, float, Colour]


def render(told: Summary, title: str, organisation: str, made: date, words: Phrases) -> bytes:
    """Return the report as the bytes of a PDF."""
    _ = words.gettext
    foot = _("%(organisation)s  ·  made on %(day)s by AllSmiles", organisation=organisation, day=words.day(made))
    sheet = Sheet(f"{title}, {words.period(told.first, told.last)}", foot, words)
    _head(sheet, told, title, organisation)
    _cards(sheet, told)
    dwell, mix = _("How long visits last"), _("Expressions, share of the time in view")
    league = told.league if len(told.league) > 1 else told.stations
    if len(league) > 1:
        _line(sheet, told, WIDE)
        _shares(sheet, dwell, _dwell_rows(told, words), NARROW, CHARTS, beside=True)
        _heat(sheet, told)
        height = 14.5 + ROW * BESIDE
        _league(sheet, told, league[:BESIDE], WIDE, height)
        _shares(sheet, _("Expressions"), _mix_rows(told, words), NARROW, height, beside=True)
        _words(sheet, told)
        _more_rows(sheet, told, league[BESIDE:])
    else:
        _line(sheet, told, sheet.epw)
        _heat(sheet, told)
        height = 14.5 + 5.8 * 7
        _shares(sheet, dwell, _dwell_rows(told, words), HALF, height)
        _shares(sheet, mix, _mix_rows(told, words), HALF, height, beside=True)
        _words(sheet, told)
    return bytes(sheet.output())


def report_resolution(first: date, last: date) -> Resolution | None:
    """Return the steps of the line in a report: days, where the dashboard zooms into hours; None: by the length."""
    return "day" if 2 <= (last - first).days + 1 <= 120 else None


def headline(told: Summary, words: Phrases) -> str:
    """Say the most important numbers in a sentence, for the mail that brings the report."""
    _, now = words.gettext, told.now
    if now.satisfaction is None:
        return _("Visits: %(visits)s; too few for a number of satisfaction.", visits=words.count(now.visits))
    value, low, high = (words.score(one) for one in (now.satisfaction.value, now.satisfaction.low, now.satisfaction.high))
    said = _("Satisfaction %(value)s of 100, 95 %% sure: %(low)s to %(high)s.", value=value, low=low, high=high)
    if told.change:
        said += " " + _("Against the period before: %(change)s.", change=_change(told.change, words))
    return said + " " + _("Visits: %(visits)s.", visits=words.count(now.visits))


def _head(sheet: Sheet, told: Summary, title: str, organisation: str) -> None:
    words, _ = sheet.words, sheet.words.gettext
    sheet.mark(sheet.l_margin, 13)
    sheet.write_at(sheet.l_margin + 9, 12.4, "AllSmiles", 11, bold=True)
    sheet.write_at(sheet.l_margin, 12.4, organisation, 9.5, SOFT, align="R", width=sheet.epw)
    sheet.set_y(22)
    sheet.paragraph(title, sheet.fitted(title, 22, sheet.epw, bold=True) if len(title) < 60 else 14, bold=True)
    before = words.period(told.before_first, told.before_last)
    compared = _("compared with %(period)s", period=before) if told.before else _("nothing to compare with before")
    sheet.paragraph(f"{words.period(told.first, told.last)}, {compared}", 10.5, SOFT)
    sheet.set_y(sheet.get_y() + 3)


def _cards(sheet: Sheet, told: Summary) -> None:
    words, _ = sheet.words, sheet.words.gettext
    now, before = told.now, told.before
    watched = "" if now.observed is None else _("looking %(share)s of the time", share=words.percent(now.observed))
    cards = [
        (_("Satisfaction"), *_value(now.satisfaction, _("of 100"), words), _change(told.change, words) if told.change else None),
        (_("Visits"), words.count(now.visits), "", watched, _growth(now.visits, before.visits if before else None, words)),
        (_("Mean visit"), *_dwell(now, before, words), _growth(now.dwell_s, before.dwell_s if before else None, words)),
        (_("Leave brighter"), *_value(now.brightening, _("in 100"), words, sign=True), None),
    ]
    top, height = sheet.get_y(), 32.0
    widths = (50.0, 42.0, 44.0, 50.0)
    left = sheet.l_margin
    for number, ((name, big, unit, small, change), width) in enumerate(zip(cards, widths, strict=True)):
        main, inner = number == 0, width - (GAP if number < 3 else 0) - 7
        sheet.box(left, top, inner + 7, height, ACCENT if main else (255, 255, 255), None if main else LINE)
        ink, soft = (ACCENT_INK, mixed(ACCENT_INK, ACCENT, 0.75)) if main else (INK, SOFT)
        sheet.write_at(left + 4, top + 3.2, name, sheet.fitted(name, 9.5, inner), soft)
        sheet.write_at(left + 4, top + 8.6, big, 23 if main else 19, ink, bold=True)
        if unit:
            at = left + 5 + sheet.width_of(big, 23 if main else 19, bold=True)
            sheet.write_at(at, top + (12.4 if main else 11.2), unit, 9, soft)
        sheet.write_at(left + 4, top + 19.4, small, sheet.fitted(small, 8, inner), soft)
        if change:
            sheet.write_at(left + 4, top + 24.8, change, sheet.fitted(change, 8.5, inner, bold=True), ink, bold=True)
        left += width
    sheet.set_y(top + height + GAP)


def _line(sheet: Sheet, told: Summary, width: float) -> None:
    words, _ = sheet.words, sheet.words.gettext
    height = CHARTS
    top = sheet.panel(_("Satisfaction over time"), sheet.l_margin, width, height)
    left, right, bottom = sheet.l_margin + 13, sheet.l_margin + width - 5, top + height - 24
    known = [step.satisfaction for step in told.steps if step.satisfaction]
    low, high = _scale(known)
    at = _across(len(told.steps), left, right)

    def down(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - top - 3)

    for tick in range(low, high + 1, (high - low) // 4):
        sheet.rule(left, down(tick), right, down(tick), LINE)
        sheet.write_at(sheet.l_margin, down(tick) - 2, str(tick), 8, SOFT, align="R", width=11)
    for run in _runs([step.satisfaction for step in told.steps]):
        band = [(at[i], down(one.high)) for i, one in run] + [(at[i], down(one.low)) for i, one in reversed(run)]
        sheet.area(band, mixed(ACCENT, (255, 255, 255), 0.35))
    for run in _runs([step.satisfaction for step in told.steps]):
        sheet.curve([(at[i], down(one.value)) for i, one in run], (178, 120, 0))
    names = [words.step(datetime.fromtimestamp(step.at, UTC), told.resolution) for step in told.steps]
    room = max((sheet.width_of(name, 7.5) for name in names), default=1.0) + 2
    every = max(1, -(-len(names) // max(1, int((right - left) / room))))
    for number in range(0, len(names), every):
        sheet.write_at(at[number] - 15, bottom + 1.5, names[number], 7.5, SOFT, align="C", width=30)
    held = any(step.withheld for step in told.steps)
    said = _("Band: %(interval)s. Break: no station was looking.", interval=_("95 % confidence interval"))
    if held:
        said += " " + _("Some steps rest on fewer visits than are told.")
    sheet.write_at(sheet.l_margin + 5, top - 11 + height - 5.4, said, sheet.fitted(said, 7.5, width - 9), SOFT)
    sheet.set_y(top - 11 + height + GAP)


def _heat(sheet: Sheet, told: Summary) -> None:
    words, _ = sheet.words, sheet.words.gettext
    cells = {(cell.weekday, cell.hour): cell for cell in told.heat}
    first, last = min((hour for _day, hour in cells), default=8), max((hour for _day, hour in cells), default=20)
    if last - first < 7:
        first, last = max(0, last - 7), min(23, max(0, last - 7) + 7)
    row, height = 6.4, 23.0 + 7 * 6.4
    top = sheet.panel(_("Hours of the week"), sheet.l_margin, sheet.epw, height)
    values = [cell.satisfaction.value for cell in cells.values() if cell.satisfaction]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    left, width = sheet.l_margin + 16, (sheet.epw - 22) / (last - first + 1)
    for hour in range(first, last + 1):
        sheet.write_at(left + (hour - first) * width, top - 0.5, str(hour), 7.5, SOFT, align="C", width=width)
    for weekday, name in enumerate(words.weekdays()):
        y = top + 4.5 + weekday * row
        sheet.write_at(sheet.l_margin + 5, y + 0.9, name, 8, SOFT)
        for hour in range(first, last + 1):
            cell, x = cells.get((weekday, hour)), left + (hour - first) * width
            if cell is None or cell.satisfaction is None:
                sheet.tile(x, y, width - 0.7, row - 0.7, RAISED)
                continue
            share = (cell.satisfaction.value - low) / (high - low) if high > low else 1.0
            sheet.tile(x, y, width - 0.7, row - 0.7, mixed(ACCENT, (250, 243, 228), 0.08 + 0.92 * share))
            sheet.write_at(x, y + 1.1, words.count(cell.satisfaction.value), 7.5, INK, align="C", width=width - 0.7)
    said = _("No hour with enough visits.")
    if values:
        ends = {"low": words.count(low), "high": words.count(high)}
        said = _("Satisfaction by the place's own clock, from %(low)s (pale) to %(high)s. Grey: closed, not looking, or withheld.", **ends)
    sheet.write_at(sheet.l_margin + 5, top - 11 + height - 5.4, said, 7.5, SOFT)
    sheet.set_y(top - 11 + height + GAP)


def _league(sheet: Sheet, told: Summary, rows: Sequence[LeagueRow], width: float, height: float) -> None:
    words, _ = sheet.words, sheet.words.gettext
    top = sheet.panel(_("Places") if len(told.league) > 1 else _("Stations"), sheet.l_margin, width, height)
    x, inner = sheet.l_margin + 5, width - 10
    bar, length = x + 0.34 * inner, 0.19 * inner
    columns = [x + share * inner for share in (0.75, 0.87, 1.0)]
    sheet.write_at(bar, top - 0.5, _("Satisfaction"), 7.5, SOFT)
    for at, name in zip(columns, (_("Change"), _("Visits"), _("Change")), strict=True):
        sheet.write_at(at - 30, top - 0.5, name, 7.5, SOFT, align="R", width=30)
    for number, one in enumerate(rows):
        y = top + 4 + ROW * number
        sheet.rule(x, y - 0.6, x + inner, y - 0.6, LINE)
        sheet.write_at(x, y + 0.6, sheet.shortened(one.name, 9, 0.32 * inner), 9, bold=True)
        if one.satisfaction:
            sheet.bar(bar, y + 0.5, length, 4, one.satisfaction.value / 100, ACCENT)
            a, b = (bar + length * edge / 100 for edge in (one.satisfaction.low, one.satisfaction.high))
            sheet.tile(a, y + 2.1, max(0.5, b - a), 0.8, INK)
            sheet.write_at(bar + length + 1.2, y + 0.6, words.score(one.satisfaction.value), 9, bold=True)
        else:
            sheet.write_at(bar, y + 0.6, _("too few visits"), 8, SOFT)
        sure = one.change and (one.change.low > 0 or one.change.high < 0)
        ink = SOFT if not one.change or not sure else GREEN if one.change.value > 0 else RED
        grown = _growth(one.visits, one.visits_before, words) or NOTHING if one.change else NOTHING
        cells = (words.signed(one.change.value) if one.change else NOTHING, words.count(one.visits), grown)
        for at, text, tone in zip(columns, cells, (ink, INK, SOFT), strict=True):
            sheet.write_at(at - 30, y + 0.6, text, 9, tone, align="R", width=30)
    sheet.set_y(top - 11 + height + GAP)


def _more_rows(sheet: Sheet, told: Summary, rows: Sequence[LeagueRow]) -> None:
    """Write the rows of the league for which the first page has no room."""
    written = rows[: A_PAGE * PAGES]
    for begin in range(0, len(written), A_PAGE):
        part = written[begin : begin + A_PAGE]
        sheet.next_page()
        _league(sheet, told, part, sheet.epw, 17.5 + ROW * len(part))
    if len(rows) > len(written):
        left = sheet.words.count(len(rows) - len(written))
        sheet.paragraph(sheet.words.gettext("And %(count)s more on the dashboard.", count=left), 8.5, SOFT)


def _dwell_rows(told: Summary, words: Phrases) -> list[Share]:
    _, visits = words.gettext, told.now.visits
    counts = dict(zip(words.bucket_names(), told.now.dwell, strict=True))
    # Else the rest of the whole would be missed.
    if left := visits - sum(told.now.dwell):
        counts[_("withheld")] = left
    return [(name, count / visits if visits else 0.0, ACCENT) for name, count in counts.items()]


def _mix_rows(told: Summary, words: Phrases) -> list[Share]:
    # The names of expressions stand in the catalogue as the pages' words.
    return [(words.gettext(name), share, MIX[name]) for name, share in sorted(told.now.emotions.items(), key=lambda item: -item[1])]


def _shares(sheet: Sheet, title: str, rows: Sequence[Share], width: float, height: float, beside: bool = False) -> None:
    """Draw a panel of shares, `beside` the one that was drawn last."""
    words, _ = sheet.words, sheet.words.gettext
    left = sheet.l_margin + (sheet.epw - width if beside else 0)
    if beside:
        sheet.set_y(sheet.get_y() - height - GAP)
    top = sheet.panel(title, left, width, height, same=beside) + 1.5
    row = min(6.6, (height - 14.5) / max(1, len(rows)))
    name_width = 0.42 * width
    for number, (name, share, tone) in enumerate(rows):
        y = top + row * number
        sheet.write_at(left + 5, y + 0.6, name, sheet.fitted(name, 8.5, name_width - 6))
        sheet.bar(left + name_width, y + 0.6, width - name_width - 16, 4.2, share, tone)
        sheet.write_at(left + width - 17, y + 0.6, words.percent(share), 8.5, align="R", width=12, bold=True)
    if not rows:
        sheet.write_at(left + 5, top, _("Too few visits"), 8.5, SOFT)
    sheet.set_y(top - 12.5 + height + GAP)


def _words(sheet: Sheet, told: Summary) -> None:
    said = sheet.words.gettext(
        "Satisfaction: of 100 visits, those in which a smile was detected that lasted at least half a second, with Wilson's 95 %% "
        "confidence interval, which covers chance and not what a camera misses. A visit: somebody's face stayed in view for at least "
        "two seconds; nobody is recognised. Leave brighter: of 100 visits, how many more showed a smile in their last third and none in "
        "their first, than the other way round. Numbers that would rest on fewer than %(fewest)s visits of a station are withheld, and "
        "so is what would reveal them by subtraction. A smile is not a feeling: compare a place with itself over time.",
        fewest=told.fewest,
    )
    sheet.make_room(12)
    sheet.paragraph(said, 7, SOFT, height=3.2)


def _value(estimate: EstimateInfo | None, unit: str, words: Phrases, sign: bool = False) -> tuple[str, str, str]:
    _ = words.gettext
    if estimate is None:
        return NOTHING, "", _("too few visits")
    value, low, high = (words.signed(one) if sign else words.score(one) for one in (estimate.value, estimate.low, estimate.high))
    return value, unit, _("95 %% sure: %(low)s to %(high)s", low=low, high=high)


def _dwell(now: Figures, before: Figures | None, words: Phrases) -> tuple[str, str, str]:
    _ = words.gettext
    if now.dwell_s is None:
        return NOTHING, "", _("too few visits")
    then = f"{words.count(before.dwell_s)} s" if before and before.dwell_s else ""
    return f"{words.count(now.dwell_s)} s", "", _("before: %(time)s", time=then) if then else ""


def _change(change: EstimateInfo, words: Phrases) -> str:
    sure = change.low > 0 or change.high < 0
    return words.signed(change.value) if sure else f"{words.signed(change.value)}, {words.gettext('no clear change')}"


def _growth(now: float | None, before: float | None, words: Phrases) -> str | None:
    return words.percent(now / before - 1, sign=True) if now and before else None


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
