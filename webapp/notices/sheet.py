"""A sheet of paper in the colours of the pages: text, panels, bars and lines at places given in millimetres."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import font_roboto
from fpdf import FPDF

from webapp.notices.phrases import Phrases

Colour = tuple[int, int, int]
# As in static/css/tokens.css, on paper.
INK, SOFT, LINE, RAISED = (23, 26, 43), (88, 93, 116), (228, 222, 211), (243, 238, 230)
ACCENT, ACCENT_INK = (255, 182, 39), (29, 21, 3)
GREEN, RED = (44, 138, 75), (194, 56, 43)
MIX: dict[str, Colour] = {
    "happy": (217, 142, 0),
    "surprise": (31, 134, 201),
    "neutral": (107, 114, 137),
    "sad": (74, 104, 216),
    "fear": (130, 87, 217),
    "angry": (214, 74, 58),
    "disgust": (61, 145, 80),
}
FONTS = Path(font_roboto.__file__).parent / "files"
POINT = 0.3528


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """Return `share` of one colour and the rest of another."""
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(colour, other, strict=True))
    return red, green, blue


class Sheet(FPDF):
    """A4 pages with a foot."""

    def __init__(self, title: str, foot: str, words: Phrases):
        super().__init__(format="A4")
        self._foot, self.words = foot, words
        self.set_title(title)
        self.set_creator("AllSmiles")
        self.set_lang(words.language)
        self.add_font("roboto", "", FONTS / "Roboto-Regular.ttf")
        self.add_font("roboto", "B", FONTS / "Roboto-Bold.ttf")
        self.set_margins(12, 12)
        self.set_auto_page_break(False)
        self.add_page()

    def footer(self) -> None:
        """Say on each page who made it."""
        self.write_at(self.l_margin, self.h - 9, self._foot, 7.5, SOFT)
        self.write_at(
            self.l_margin, self.h - 9, self.words.gettext("page %(number)s", number=self.page_no()), 7.5, SOFT, align="R", width=self.epw
        )

    def write_at(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: Colour = INK,
        *,
        bold: bool = False,
        align: Literal["L", "C", "R"] = "L",
        width: float = 0,
    ) -> None:
        """Write one line of text whose top is at `y`."""
        self.set_font("roboto", "B" if bold else "", size)
        self.set_text_color(*colour)
        self.set_xy(x, y)
        margin, self.c_margin = self.c_margin, 0
        self.cell(width or self.get_string_width(text) + 1, size * POINT * 1.15, text, align=align)
        self.c_margin = margin

    def width_of(self, text: str, size: float, bold: bool = False) -> float:
        """Return how wide a text is."""
        self.set_font("roboto", "B" if bold else "", size)
        return float(self.get_string_width(text))

    def fitted(self, text: str, size: float, width: float, bold: bool = False) -> float:
        """Return the size, `size` or smaller, in which a text fits: languages differ in length."""
        return size * min(1.0, width / max(1e-6, self.width_of(text, size, bold)))

    def shortened(self, text: str, size: float, width: float) -> str:
        """Return a text that fits."""
        if self.width_of(text, size, bold=True) <= width:
            return text
        while text and self.width_of(f"{text}…", size, bold=True) > width:
            text = text[:-1]
        return f"{text}…"

    def paragraph(self, text: str, size: float, colour: Colour = INK, *, bold: bool = False, height: float = 0) -> None:
        """Write text that breaks into lines, below what was written before."""
        self.set_font("roboto", "B" if bold else "", size)
        self.set_text_color(*colour)
        self.set_x(self.l_margin)
        margin, self.c_margin = self.c_margin, 0
        self.multi_cell(self.epw, height or size * POINT * 1.35, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.c_margin = margin

    def make_room(self, height: float) -> None:
        """Go on a new page where something so high does not fit."""
        if self.get_y() + height > self.h - 13:
            self.next_page()

    def next_page(self) -> None:
        """Go on on a new page."""
        self.add_page()
        self.set_y(14)

    def panel(self, title: str, x: float, width: float, height: float, same: bool = False) -> float:
        """Begin a panel, on a new page where it does not fit; return where its content begins."""
        if not same:
            self.make_room(height)
        top = self.get_y()
        self.box(x, top, width, height, (255, 255, 255), LINE)
        self.write_at(x + 5, top + 4, title, 11, bold=True)
        return top + 11

    def box(self, x: float, y: float, width: float, height: float, fill: Colour, edge: Colour | None) -> None:
        """Draw a panel with round corners."""
        self.set_fill_color(*fill)
        if edge:
            self.set_draw_color(*edge)
            self.set_line_width(0.25)
        self.rect(x, y, width, height, style="DF" if edge else "F", round_corners=True, corner_radius=3)

    def tile(self, x: float, y: float, width: float, height: float, fill: Colour) -> None:
        """Draw a plain rectangle."""
        self.set_fill_color(*fill)
        self.rect(x, y, width, height, style="F")

    def bar(self, x: float, y: float, width: float, height: float, share: float, fill: Colour) -> None:
        """Draw how much of a whole something is."""
        self.tile(x, y, width, height, RAISED)
        if share > 0:
            self.tile(x, y, max(0.3, width * min(1.0, share)), height, fill)

    def rule(self, x: float, y: float, to_x: float, to_y: float, colour: Colour) -> None:
        """Draw a thin line."""
        self.set_draw_color(*colour)
        self.set_line_width(0.2)
        self.line(x, y, to_x, to_y)

    def area(self, points: Sequence[tuple[float, float]], fill: Colour) -> None:
        """Fill the inside of a line."""
        self.set_fill_color(*fill)
        self.polygon(list(points), style="F")

    def curve(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        """Draw a line through points, each marked where there are few."""
        self.set_draw_color(*colour)
        self.set_line_width(0.7)
        if len(points) > 1:
            self.polyline(list(points))
        if len(points) <= 40:
            self.set_fill_color(*colour)
            for x, y in points:
                self.circle(x, y, 0.9, style="F")

    def mark(self, x: float, y: float) -> None:
        """Draw the sign of the product."""
        self.set_draw_color(*INK)
        self.set_line_width(0.5)
        for across, down in ((0, 0), (1, 0), (0, 1), (1, 1)):
            a, b = x + 6 * across, y - 1.4 + 6 * down
            self.line(a, b, a + (1.6 if across == 0 else -1.6), b)
            self.line(a, b, a, b + (1.6 if down == 0 else -1.6))
        self.set_draw_color(*ACCENT)
        self.set_line_width(0.9)
        self.arc(x + 1.4, y + 0.2, 3.2, 20, 160, 3.2, clockwise=False)
