"""Every chart of the dashboard, on a month of the demonstration: drawn, read as a table, zoomed, printed, on a phone and in the dark."""

import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect
from sqlalchemy import delete, select, update

from tests.e2e.program import program
from tests.e2e.shops import PASSWORD
from tests.e2e.visitor import NO_CAMERA, Visitor
from webapp.config import Config
from webapp.shop import auth, demo, sealed
from webapp.shop.analytics import day_start
from webapp.shop.rollup import add_minutes, stations_of
from webapp.shop.schema import SUMS, days, hours, minutes, organisations, places, stations
from webapp.shop.store import Store, open_store

GAP = date.today() - timedelta(days=12)


@dataclass
class Chain:
    """A running program with the five places of the demonstration, and a day on which nobody looked."""

    url: str
    store: Store


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    folder = tmp_path_factory.mktemp("charts")
    opened = open_store(Config(data_dir=folder / "data"))
    with opened.writing() as connection:
        demo.fill(connection, 3, 5, int(time.time()), 40)
        ours = connection.execute(select(organisations.c.id)).scalar_one()
        for role in ("owner", "viewer"):
            auth.make_user(connection, ours, f"{role}@example.org", PASSWORD, role)
        for table in (hours, days):
            connection.execute(delete(table).where(table.c.day == GAP))
        tills = connection.execute(select(stations.c.id).order_by(stations.c.id)).scalars().all()
        for station, seen_at in zip(tills[:3], (None, int(time.time()) - 600, int(time.time()) - 90_000), strict=True):
            connection.execute(update(stations).where(stations.c.id == station).values(seen_at=seen_at))
    sealed.seal(opened)
    with program(folder) as (url, _):
        yield Chain(url, opened)
    opened.engine.dispose()


@pytest.fixture
def guest(playwright: Playwright, chain: Chain, browsers: dict[tuple[str, ...], Browser]) -> Iterator[Visitor]:
    visitor = Visitor(playwright, chain.url, browsers)
    yield visitor
    visitor.leave()


def entered(guest: Visitor, url: str, who: str = "owner", **options: Any) -> Page:
    """Log in and show the last 28 days."""
    page = guest.context(NO_CAMERA, **options).new_page()
    enter(page, url, who)
    return page


def enter(page: Page, url: str, who: str = "owner") -> None:
    """Log in on a page."""
    page.goto(f"{url}/login")
    page.get_by_label("E-mail").fill(f"{who}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    shown(page)


def shown(page: Page) -> None:
    expect(page.locator("main.dashboard[data-state=shown]")).to_be_visible()


def told(page: Page) -> dict[str, Any]:
    """Return what the server says of what is shown."""
    address = page.locator("#export a[data-format=json]").get_attribute("href") or ""
    question = re.sub("&format=json", "", address.partition("?")[2])
    return dict(page.evaluate("async (question) => (await fetch(`/api/v1/summary?${question}`)).json()", question))


def line_rows(page: Page) -> list[list[str]]:
    """Return the table behind the line."""
    if not page.locator("#line-table").is_visible():
        page.get_by_text("Show as a table").click()
    expect(page.locator("#line-table table")).to_be_visible()
    rows: list[list[str]] = page.locator("#line-table tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.children].map(one => one.innerText))"
    )
    return rows


def drag(page: Page, begin: float, end: float) -> None:
    """Drag over a part of the line, by shares of its width."""
    box = page.locator("#line .u-over").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + begin * box["width"], box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], box["y"] + 40, steps=5)
    page.mouse.up()


def test_behind_every_chart_is_a_table_with_the_servers_numbers(guest: Visitor, chain: Chain) -> None:
    page = entered(guest, chain.url)
    numbers = told(page)

    rows = line_rows(page)

    assert len(rows) == len(numbers["steps"]) == 28
    first = next(step for step in numbers["steps"] if step["satisfaction"])
    assert rows[numbers["steps"].index(first)][1] == f"{first['satisfaction']['value']:.1f}"
    heat = page.locator("#heat table")
    assert heat.locator("tbody tr").count() == 7
    assert heat.locator("td.shade").count() == sum(cell["satisfaction"] is not None for cell in numbers["heat"])
    assert [name.strip() for name in page.locator("#league tbody th").all_inner_texts()] == [row["name"] for row in numbers["league"]]
    for name in ("dwell", "mix", "gender"):
        assert page.locator(f"#{name} table caption").count() == 1, name
    left = numbers["now"]["visits"] - sum(numbers["now"]["dwell"])
    assert page.locator("#dwell tbody tr").count() == len(numbers["now"]["dwell"]) + (left > 0)
    assert (page.locator("#dwell tbody th").last.inner_text() == "withheld") is (left > 0)
    assert page.locator("#mix tbody tr").count() == len(numbers["now"]["emotions"])
    assert page.locator("#line").get_attribute("aria-label")


def test_a_place_of_the_league_shows_its_stations_and_these_what_each_of_them_told(guest: Visitor, chain: Chain) -> None:
    page = entered(guest, chain.url)

    page.locator("#league a", has_text="Harbour café").click()
    shown(page)
    expect(page.locator("#league-title")).to_have_text("Stations by satisfaction")
    beside = told(page)["stations"]
    assert page.locator("#league tbody th").all_inner_texts() == [row["name"] for row in beside]

    page.locator("#league a", has_text=beside[1]["name"]).click()
    shown(page)
    expect(page.locator("#league-title")).to_have_text("Places")
    expect(page.locator("#league tbody th")).to_have_text(f"Harbour café: {beside[1]['name']}")
    assert told(page)["now"]["visits"] == beside[1]["visits"]


def test_a_day_without_a_look_is_a_gap_and_not_a_zero(guest: Visitor, chain: Chain) -> None:
    page = entered(guest, chain.url)

    rows = line_rows(page)

    gap = next(row for row in rows if f"{GAP:%b} {GAP.day}, {GAP.year}" in row[0])
    assert gap[1:] == ["\N{EN DASH}", "", "no station looking"]
    assert sum(row[3] == "0" for row in rows) == 0


def test_the_line_zooms_from_weeks_to_quarters_of_an_hour_and_back(guest: Visitor, chain: Chain) -> None:
    page = entered(guest, chain.url)
    page.get_by_role("button", name="28 days").click()
    shown(page)
    resolutions, addresses = [told(page)["resolution"]], [page.url]

    for begin, end in ((0.86, 0.99), (0.55, 0.72)):
        drag(page, begin, end)
        expect(page).not_to_have_url(addresses[-1])
        shown(page)
        resolutions.append(told(page)["resolution"])
        addresses.append(page.url)

    assert resolutions[0] == "day"
    assert resolutions[1] == "hour"
    assert resolutions[2] in ("hour", "quarter")
    assert len(set(addresses)) == 3
    page.go_back()
    expect(page).to_have_url(addresses[1])
    page.go_back()
    expect(page).to_have_url(addresses[0])
    page.goto(addresses[2])
    shown(page)
    assert told(page)["resolution"] == resolutions[2]


def count_each_minute(chain: Chain, place: int, day: date, visits: int) -> None:
    """Let one station of a place count so many visits in each minute from ten to three, and nobody else there by the minute."""
    with chain.store.writing() as connection:
        station, *others = connection.execute(stations_of(place)).mappings().all()
        noon = day_start(day, station["time_zone"]) + 12 * 3600
        theirs = minutes.c.station_id.in_([one["id"] for one in (station, *others)])
        connection.execute(delete(minutes).where(theirs, minutes.c.start.between(noon - 12 * 3600, noon + 12 * 3600)))
        counted = {**dict.fromkeys(SUMS, 0), "observed_ms": 60_000, "visits": visits, "smiled": visits // 2, "dwell_1": visits}
        add_minutes(connection, [(dict(station), [{**counted, "start": noon + 60 * minute} for minute in range(-120, 180)])], 5)


def test_within_a_day_the_line_zooms_to_minutes(guest: Visitor, chain: Chain) -> None:
    page = entered(guest, chain.url)
    yesterday = date.today() - timedelta(days=1)
    with chain.store.reading() as connection:
        cafe = connection.execute(select(places.c.id).where(places.c.name == "Harbour café")).scalar_one()
    count_each_minute(chain, cafe, yesterday, 1)
    page.goto(f"{chain.url}/dashboard?first={yesterday}&last={yesterday}&places={cafe}")
    shown(page)
    expect(page.get_by_role("button", name="The whole day")).to_be_hidden()
    whole = len(line_rows(page))

    drag(page, 0.4, 0.5)

    expect(page.get_by_text("none of this day is kept any more or has enough visits to be told")).to_be_visible()
    assert {quarter[0].split(":")[1][:2] for quarter in line_rows(page)} <= {"00", "15", "30", "45"}
    count_each_minute(chain, cafe, yesterday, 9)
    page.reload()
    shown(page)
    expect(page).to_have_url(re.compile(r"hours=\d\d:\d\d-\d\d:\d\d"))
    shown(page)
    rows = line_rows(page)
    times = [datetime.strptime(row[0].replace("\N{NARROW NO-BREAK SPACE}", " "), "%I:%M %p") for row in rows]
    assert {later - earlier for earlier, later in pairwise(times)} == {timedelta(minutes=1)}
    assert len(rows) >= 10
    assert {row[3] for row in rows} - {"withheld", "no station looking"}, "no minute is told"
    page.get_by_role("button", name="The whole day").click()
    expect(page).not_to_have_url(re.compile("hours="))
    shown(page)
    assert len(line_rows(page)) == whole


def test_a_tile_tells_of_each_station_whether_it_is_well(guest: Visitor, chain: Chain) -> None:
    page = entered(guest, chain.url)

    states = page.locator("#stations .tile").evaluate_all("tiles => tiles.map(tile => tile.dataset.state)")

    assert len(states) == 9
    assert {"never", "late", "silent"} <= set(states)
    expect(page.locator("#stations .tile[data-state=never]")).to_contain_text("open /station on its device")


def test_of_very_many_stations_those_that_are_not_well_are_shown_first(guest: Visitor, chain: Chain) -> None:
    page = guest.context(NO_CAMERA).new_page()

    def many(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        if answer.ok:
            live = {**told[0]["stations"][0], "state": "live", "seen_at": int(time.time())}
            told[0]["stations"] = [{**live, "id": 1000 + number, "name": f"Till {number}"} for number in range(40)]
        route.fulfill(response=answer, json=told)

    page.route("**/api/v1/places", many)
    enter(page, chain.url)

    tiles = page.locator("#stations .tile")
    assert set(tiles.evaluate_all("tiles => tiles.map(tile => tile.dataset.state)")).isdisjoint({"live"})
    expect(page.locator("#station-counts")).to_contain_text(re.compile(r"4\d live"))
    page.get_by_text("Those that are live").click()
    expect(page.locator("#more-stations .tile", has_text="Till 39")).to_be_visible()


def test_the_line_is_drawn_also_where_it_had_no_room_at_first(guest: Visitor, chain: Chain) -> None:
    page = guest.context(NO_CAMERA).new_page()
    late = "**/css/dashboard.css"

    def without_room(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=f"{answer.text()} #line {{ display: none }}")

    page.route(late, without_room)
    enter(page, chain.url)
    expect(page.locator("#line canvas")).to_have_count(0)

    page.locator("#line").evaluate("line => line.style.setProperty('display', 'block')")

    expect(page.locator("#line canvas")).to_be_visible()


def test_a_day_that_is_not_over_is_not_said_to_have_lost_its_visits(guest: Visitor, chain: Chain) -> None:
    page = entered(guest, chain.url)

    page.get_by_role("button", name="Today").click()
    expect(page).to_have_url(re.compile("period=today"))
    shown(page)

    visits = page.locator(".figure").nth(1)
    expect(visits).to_contain_text("so far; the whole of")
    expect(visits.locator(".change")).to_have_count(0)
    assert {row.inner_text() for row in page.locator(".league tbody td:last-child").all()} == {"\N{EN DASH}"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_the_charts_are_drawn_and_fit_their_screen(guest: Visitor, chain: Chain, scheme: Any, size: tuple[int, int]) -> None:
    page = entered(guest, chain.url, color_scheme=scheme, viewport={"width": size[0], "height": size[1]})
    tones = """canvas => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Set();
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
      return seen.size;
    }"""

    assert page.locator("#line canvas").evaluate(tones) > 5
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for panel in page.locator(".panel:visible, .figure:visible").all():
        box = panel.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert box["height"] > 40
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", paper)[:3])) < 80) is (scheme == "dark")


def test_the_page_is_printed_with_its_charts_and_without_its_buttons(guest: Visitor, chain: Chain) -> None:
    page = entered(guest, chain.url, color_scheme="dark")

    printed = pypdfium2.PdfDocument(io.BytesIO(page.pdf(print_background=True)))

    text = "\n".join(sheet.get_textpage().get_text_bounded() for sheet in printed)
    printed.close()
    for title in ("Over time", "Hours of the week", "How long visits last", "Expressions", "Harbour café"):
        assert title in text
    for control in ("28 days", "Export", "Log out"):
        assert control not in text


def test_a_viewer_sees_numbers_and_nothing_to_change(guest: Visitor, chain: Chain) -> None:
    page = entered(guest, chain.url, "viewer")
    page.goto(f"{chain.url}/admin")
    expect(page.locator("main[data-state=shown]")).to_be_attached()

    assert page.get_by_text("Harbour café").is_visible()
    for name in ("New place", "Edit", "New station", "New key", "Withdraw", "Erase", "New user", "New token"):
        assert page.get_by_role("button", name=name, exact=True).filter(visible=True).count() == 0, name
    page.goto(f"{chain.url}/alerts")
    expect(page.locator("#message")).to_contain_text("Alerts are made by managers")
    assert page.get_by_role("button", name="New alert").is_hidden()
