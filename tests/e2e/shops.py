"""A running program with a shop, and what people do on its pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from tests.e2e.program import program
from webapp.config import Config
from webapp.shop import auth, store
from webapp.shop.schema import minutes, places, stations
from webapp.shop.stations import make_key
from webapp.shop.store import Store, open_store

EMAIL, PASSWORD = "owner@example.org", "a long enough one"


class Shop:
    """A program with an organisation, a place and a station."""

    def __init__(self, url: str, opened: Store):
        self.url, self.store = url, opened
        with opened.writing() as connection:
            organisation = auth.make_organisation(connection, "Bakery", confirmed_by=EMAIL)
            auth.make_user(connection, organisation, EMAIL, PASSWORD, "owner")
            place = {"name": "Main street", "time_zone": "UTC", "opening": {}, "gender": False}
            self.place = store.add(connection, places, organisation_id=organisation, **place)
            self.station = store.add(connection, stations, place_id=self.place, name="Till 1")
            self.key = make_key(connection, self.station)

    def counted(self) -> tuple[int, int]:
        """Return visits and smiles in the database."""
        with self.store.reading() as connection:
            told = connection.execute(select(func.coalesce(func.sum(minutes.c.visits), 0), func.coalesce(func.sum(minutes.c.smiled), 0)))
            visits, smiled = told.one()
            return int(visits), int(smiled)


@contextmanager
def running_shop(folder: Path, *options: str) -> Iterator[Shop]:
    """Start the program with a shop in its database."""
    with program(folder, *options) as (url, _):
        yield Shop(url, open_store(Config(data_dir=folder / "data")))


def log_in(page: Page, url: str) -> None:
    page.goto(f"{url}/login")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("main.dashboard[data-state=shown]")).to_be_visible()


def state(page: Page, wanted: str) -> None:
    expect(page.locator(f"main[data-state={wanted}]")).to_be_attached()


def start(page: Page, shop: Shop) -> None:
    """Make a page the station of the shop."""
    page.goto(f"{shop.url}/station?backend=wasm#{shop.station}.{shop.key}")
    page.get_by_label("People here are told").check()
    page.get_by_label("No staff at work").check()
    page.get_by_role("button", name="Start counting").click()
    state(page, "counting")
