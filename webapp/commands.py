"""The sub-commands of `allsmiles`: what a person does with the database from a terminal."""

import argparse
import getpass
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete, select

from webapp.config import Config, checked, flag, from_environment, parsed
from webapp.contract import UserWish
from webapp.shop import store
from webapp.shop.asking import Refused, said
from webapp.shop.auth import make_organisation, make_user
from webapp.shop.demo import EMAIL, fill
from webapp.shop.schema import metadata, organisations
from webapp.shop.sealed import seal
from webapp.shop.store import StoreFailed, open_store
from webapp.shop.upkeep import keep_up
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
    """Fill an empty database with a year of invented counts."""
    print("Inventing a year of counts for five places; this takes about ten seconds.", flush=True)
    with open_store(config).writing() as connection:
        password = fill(connection, int(options["seed"]), config.min_visits, store.now(), int(options["days"]))
    same = "".join(f" {flag(name)} {options[name]}" for name in SETTINGS if options[name] is not None)
    print(f"Done. Start `allsmiles{same}`, open /dashboard and log in as {EMAIL} with the password {password}")


def user(config: Config, options: dict[str, str]) -> None:
    """Make a user; the password is asked for, or read from standard input where that is no terminal."""
    password = getpass.getpass("Password (at least 10 characters): ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    wish = UserWish.model_validate({"email": options["email"], "role": options["role"], "password": password})
    with open_store(config).writing() as connection:
        name = options["organisation"]
        known = connection.execute(select(organisations.c.id).where(organisations.c.name == name)).scalars().first()
        make_user(connection, known or make_organisation(connection, name), wish.email, wish.password, wish.role)
    print(f"{wish.email} is {wish.role} of {name}.")


def erase(config: Config, options: dict[str, str]) -> None:
    """Erase an organisation with its users, places and counts, or everything."""
    if options["yes"] != "erase":
        raise ValueError("nothing was erased: add `--yes erase` if you mean it")
    with open_store(config).writing() as connection:
        if options["organisation"]:
            gone = connection.execute(delete(organisations).where(organisations.c.name == options["organisation"])).rowcount
            if not gone:
                raise ValueError(f"no organisation is called {options['organisation']}")
        else:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
    print("Erased.")


def upkeep(config: Config, options: dict[str, Any]) -> None:
    """Drop counts by the minute that are older than --minutes-days, and seal days that are over; a server does so by itself each hour."""
    opened = open_store(config)
    dropped = keep_up(opened, config)
    print(f"{dropped} minutes older than {config.minutes_days} days dropped, {seal(opened)} days sealed; hours and days stay.")


COMMANDS: dict[str, Callable[[Config, dict[str, Any]], None]] = {
    "demo": demo,
    "user": user,
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
    parts["erase"].add_argument("--organisation", default="", help="Only this one; everything if not given.")
    parts["erase"].add_argument("--yes", default="", metavar="erase", help="Write `--yes erase` to do it.")
    station.add_arguments(parts["station"])
    for name, part in parts.items():
        for setting in fields(Config):
            if setting.name in (STATION_SETTINGS if name == "station" else SETTINGS):
                part.add_argument(flag(setting.name), help=setting.metadata["help"])
    return parser
