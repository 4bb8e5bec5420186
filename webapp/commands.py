"""The sub-commands of `allsmiles`: what a person does with the database from a terminal."""

import argparse
import getpass
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from webapp.config import Config, checked, flag, from_environment, parsed
from webapp.contract import UserWish
from webapp.shop import store, takeout
from webapp.shop.asking import Refused
from webapp.shop.auth import make_organisation, make_user
from webapp.shop.confirming import PROMISE, confirm
from webapp.shop.demo import EMAIL, fill
from webapp.shop.schema import organisations
from webapp.shop.sealed import seal
from webapp.shop.store import Store, StoreFailed, open_store
from webapp.shop.upkeep import keep_up
from webapp.shop.wrongs import said
from webapp.station import command as station

SETTINGS = ("data_dir", "database_url", "min_visits", "minutes_days")
STATION_SETTINGS = ("data_dir", "log_level", "log_format")


def run_command(arguments: Sequence[str]) -> int:
    """Run a sub-command; return 2 with a sentence on what to change where it cannot."""
    options = vars(_parser().parse_args(arguments))
    try:
        names = {*SETTINGS, *STATION_SETTINGS}
        given = {name: parsed(name, options[name], flag(name)) for name in names if options.get(name) is not None}
        config = checked(Config(**{**from_environment(), **given}))
        COMMANDS[options["command"]](config, options)
    except (ValueError, Refused, StoreFailed, OSError) as problem:
        print(f"allsmiles {options['command']}: {said(problem) if isinstance(problem, ValidationError) else problem}", file=sys.stderr)
        return 2
    return 0


def demo(config: Config, options: dict[str, str]) -> None:
    """Fill an empty database with invented counts, of a year where nothing else is asked."""
    days = int(options["days"])
    print(f"Inventing the counts of {days} days for five places; a year takes about ten seconds.", flush=True)
    with _opened(config) as opened, opened.writing() as connection:
        password = fill(connection, int(options["seed"]), config.min_visits, store.now(), days)
    same = "".join(f" {flag(name)} {options[name]}" for name in SETTINGS if options[name] is not None)
    print(f"Done. Start `allsmiles{same}`, open /dashboard and log in as {EMAIL} with the password {password}")


def user(config: Config, options: dict[str, str]) -> None:
    """Make a user, and with a confirmation its organisation; asks for the password, or reads standard input where that is no terminal."""
    with _opened(config) as opened, opened.reading() as connection:
        asked = select(organisations.c.confirmed_at).where(organisations.c.name == options["organisation"])
        found = connection.execute(asked).first()
    confirmed = options["confirm"] == "told" or (found is None and _asked_to_confirm())
    if found is None and not confirmed:
        raise ValueError(f"nobody was made: add `--confirm told` where this is so: {PROMISE} docs/privacy.md says more")
    password = getpass.getpass("Password (at least 10 characters): ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    wish = UserWish.model_validate({"email": options["email"], "role": options["role"], "password": password})
    with _opened(config) as opened, opened.writing() as connection:
        name = options["organisation"]
        known = connection.execute(select(organisations.c.id).where(organisations.c.name == name)).scalars().first()
        organisation = known or make_organisation(connection, name)
        make_user(connection, organisation, wish.email, wish.password, wish.role)
        if confirmed:
            confirm(connection, organisation, wish.email)
    print(f"{wish.email} is {wish.role} of {name}.")
    if found is not None and found.confirmed_at is None and not confirmed:
        print(
            "Its stations are refused until an owner has confirmed under Places that people are told, or `--confirm told` was given here."
        )


def erase(config: Config, options: dict[str, str]) -> None:
    """Erase an organisation with its users, places and counts, or everything."""
    if options["yes"] != "erase":
        raise ValueError("nothing was erased: add `--yes erase` if you mean it")
    with _opened(config) as opened:
        takeout.erase(opened, options["organisation"])
    print("Erased.")


def export(config: Config, options: dict[str, str]) -> None:
    """Write everything that is kept of an organisation into a folder: what is listed as JSON, counts by hour and day as CSV."""
    with _opened(config) as opened, opened.reading() as connection:
        named = select(organisations.c.id, organisations.c.name).order_by(organisations.c.name)
        known = connection.execute(named).all()
        chosen = [one for one in known if options["organisation"] in ("", one.name)]
        if len(chosen) != 1:
            raise ValueError(f"add --organisation with one of these: {', '.join(one.name for one in known) or 'there is none yet'}")
        written = takeout.write(connection, chosen[0].id, Path(options["to"]))
    print(f"{chosen[0].name} is in {options['to']}: " + ", ".join(f"{count} {name}" for name, count in written.items() if count))


def upkeep(config: Config, options: dict[str, Any]) -> None:
    """Drop counts by the minute that are older than --minutes-days, and seal days that are over; a server does so by itself each hour."""
    with _opened(config) as opened:
        dropped = keep_up(opened, config)
        print(f"{dropped} minutes older than {config.minutes_days} days dropped, {seal(opened)} days sealed; hours and days stay.")


@contextmanager
def _opened(config: Config) -> Iterator[Store]:
    opened = open_store(config)
    try:
        yield opened
    finally:
        opened.engine.dispose()


def _asked_to_confirm() -> bool:
    """Ask a person at a terminal for what the set-up page asks; nobody else is asked."""
    return sys.stdin.isatty() and input(f"{PROMISE}\nType yes to confirm: ").strip().lower() == "yes"


COMMANDS: dict[str, Callable[[Config, dict[str, Any]], None]] = {
    "demo": demo,
    "user": user,
    "export": export,
    "erase": erase,
    "upkeep": upkeep,
    "station": station.run,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="allsmiles")
    commands = parser.add_subparsers(dest="command", required=True)
    parts = {name: commands.add_parser(name, help=(run.__doc__ or "").strip()) for name, run in COMMANDS.items()}
    parts["demo"].add_argument("--seed", default="1", help="The same seed invents the same counts. Default 1.")
    parts["demo"].add_argument("--days", default="365", help="How far back. Default 365.")
    parts["user"].add_argument("do", choices=["add"])
    parts["user"].add_argument("email")
    parts["user"].add_argument("--role", default="owner", choices=["owner", "manager", "viewer"])
    parts["user"].add_argument("--organisation", default="My organisation", help="Made when there is none of this name.")
    told = "Write `--confirm told` where people are told that faces are counted, no pupils are watched and staff stays out of the picture."
    parts["user"].add_argument("--confirm", default="", metavar="told", help=f"{told} A new organisation needs it.")
    parts["export"].add_argument("--organisation", default="", help="Which one, where there are several.")
    parts["export"].add_argument("--to", required=True, metavar="FOLDER", help="A new or empty folder.")
    parts["erase"].add_argument("--organisation", default="", help="Only this one; everything if not given.")
    parts["erase"].add_argument("--yes", default="", metavar="erase", help="Write `--yes erase` to do it.")
    station.add_arguments(parts["station"])
    for name, part in parts.items():
        for setting in fields(Config):
            if setting.name in (STATION_SETTINGS if name == "station" else SETTINGS):
                part.add_argument(flag(setting.name), help=setting.metadata["help"])
    return parser
