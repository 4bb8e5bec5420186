"""Places, stations, their keys, users and the audit log: what managers and owners change."""

from typing import Any

from flask import Blueprint, current_app, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection, delete, func, select, update

from webapp.contract import (
    AuditEntry,
    Confirmation,
    KeyInfo,
    NewKey,
    PlaceInfo,
    PlaceWish,
    RoleWish,
    StationInfo,
    StationWish,
    UserInfo,
    UserWish,
)
from webapp.shop import store
from webapp.shop.asking import Refused, answer, answer_list, opened_store, read
from webapp.shop.auth import make_user, needs, note
from webapp.shop.confirming import confirm
from webapp.shop.rollup import rebuild
from webapp.shop.schema import audit, keys, places, stations, users
from webapp.shop.sealed import forget
from webapp.shop.stations import make_key

blueprint = Blueprint("admin", __name__, url_prefix="/api/v1")
LIVE_S, LATE_S = 120, 900


@blueprint.get("/places")
@needs("viewer", "read:counts")
def list_places() -> ResponseReturnValue:
    """List the organisation's places with their stations."""
    with opened_store().reading() as connection:
        return answer_list(PlaceInfo, place_infos(connection, g.user.organisation_id, g.user.role != "viewer"))


@blueprint.post("/places")
@needs("manager", "write:places")
def add_place() -> ResponseReturnValue:
    """Make a place."""
    wish = read(PlaceWish)
    with opened_store().writing() as connection:
        place = store.add(connection, places, **wish.model_dump(mode="json"), organisation_id=g.user.organisation_id, made_at=store.now())
        note(connection, "make place", wish.name)
        return answer(_place(connection, place), 201)


@blueprint.put("/places/<int:place_id>")
@needs("manager", "write:places")
def change_place(place_id: int) -> ResponseReturnValue:
    """Change a place; other opening hours or another time zone hold for the minutes that are still kept."""
    wish = read(PlaceWish)
    with opened_store().writing() as connection:
        before = _mine(connection, place_id)
        connection.execute(update(places).where(places.c.id == place_id).values(wish.model_dump(mode="json")))
        fresh = wish.model_dump(mode="json")
        if any(before[name] != fresh[name] for name in ("time_zone", "opening")):
            rebuild(connection, place_id, current_app.extensions["allsmiles_config"].min_visits)
        note(connection, "change place", wish.name)
        return answer(_place(connection, place_id))


@blueprint.delete("/places/<int:place_id>")
@needs("owner")
def drop_place(place_id: int) -> ResponseReturnValue:
    """Erase a place, its stations and all their counts."""
    with opened_store().writing() as connection:
        note(connection, "erase place", _mine(connection, place_id)["name"])
        connection.execute(delete(places).where(places.c.id == place_id))
        forget(connection, g.user.organisation_id)
    return "", 204


@blueprint.post("/places/<int:place_id>/stations")
@needs("manager", "write:places")
def add_station(place_id: int) -> ResponseReturnValue:
    """Make a station and its first key."""
    wish = read(StationWish)
    with opened_store().writing() as connection:
        _mine(connection, place_id)
        station = store.add(connection, stations, place_id=place_id, name=wish.name, made_at=store.now())
        note(connection, "make station", wish.name)
        return answer(NewKey(station_id=station, key=make_key(connection, station)), 201)


@blueprint.put("/stations/<int:station_id>")
@needs("manager", "write:places")
def rename_station(station_id: int) -> ResponseReturnValue:
    """Rename a station."""
    wish = read(StationWish)
    with opened_store().writing() as connection:
        before = _my_station(connection, station_id)
        connection.execute(update(stations).where(stations.c.id == station_id).values(name=wish.name))
        note(connection, "rename station", f"{before['name']} to {wish.name}")
    return "", 204


@blueprint.delete("/stations/<int:station_id>")
@needs("owner")
def drop_station(station_id: int) -> ResponseReturnValue:
    """Erase a station and all its counts."""
    with opened_store().writing() as connection:
        note(connection, "erase station", _my_station(connection, station_id)["name"])
        connection.execute(delete(stations).where(stations.c.id == station_id))
        forget(connection, g.user.organisation_id)
    return "", 204


@blueprint.post("/stations/<int:station_id>/keys")
@needs("manager", "write:places")
def add_key(station_id: int) -> ResponseReturnValue:
    """Make another key for a station and tell it, once."""
    with opened_store().writing() as connection:
        note(connection, "make key", _my_station(connection, station_id)["name"])
        return answer(NewKey(station_id=station_id, key=make_key(connection, station_id)), 201)


@blueprint.delete("/stations/<int:station_id>/keys/<int:key_id>")
@needs("manager", "write:places")
def withdraw_key(station_id: int, key_id: int) -> ResponseReturnValue:
    """Withdraw a key: from now on nothing is taken under it."""
    with opened_store().writing() as connection:
        note(connection, "withdraw key", _my_station(connection, station_id)["name"])
        mine = (keys.c.id == key_id) & (keys.c.station_id == station_id) & keys.c.withdrawn_at.is_(None)
        connection.execute(update(keys).where(mine).values(withdrawn_at=store.now()))
    return "", 204


@blueprint.get("/users")
@needs("owner")
def list_users() -> ResponseReturnValue:
    """List the organisation's users."""
    with opened_store().reading() as connection:
        mine = select(users.c.id, users.c.email, users.c.role).where(users.c.organisation_id == g.user.organisation_id)
        found = [UserInfo(**row) for row in connection.execute(mine.order_by(users.c.email)).mappings()]
    return answer_list(UserInfo, found)


@blueprint.post("/users")
@needs("owner")
def add_user() -> ResponseReturnValue:
    """Make a user."""
    wish = read(UserWish)
    with opened_store().writing() as connection:
        user = make_user(connection, g.user.organisation_id, wish.email, wish.password, wish.role)
        note(connection, "make user", f"{wish.email} as {wish.role}")
    return answer(UserInfo(id=user, email=wish.email, role=wish.role), 201)


@blueprint.put("/users/<int:user_id>")
@needs("owner")
def change_role(user_id: int) -> ResponseReturnValue:
    """Give a user another role; the last owner stays one."""
    wish = read(RoleWish)
    with opened_store().writing() as connection:
        before = _my_user(connection, user_id)
        if wish.role != "owner":
            _not_the_last_owner(connection, before)
        connection.execute(update(users).where(users.c.id == user_id).values(role=wish.role))
        note(connection, "change role", f"{before['email']} from {before['role']} to {wish.role}")
    return answer(UserInfo(id=user_id, email=before["email"], role=wish.role))


@blueprint.delete("/users/<int:user_id>")
@needs("owner")
def drop_user(user_id: int) -> ResponseReturnValue:
    """Remove a user, whose sessions end at once; the last owner stays."""
    with opened_store().writing() as connection:
        before = _my_user(connection, user_id)
        _not_the_last_owner(connection, before)
        connection.execute(delete(users).where(users.c.id == user_id))
        note(connection, "remove user", before["email"])
    return "", 204


@blueprint.put("/confirmation")
@needs("owner")
def confirm_for_all() -> ResponseReturnValue:
    """Keep that an owner confirmed that people are told and neither staff nor pupils watched: stations may count from now on."""
    read(Confirmation)
    with opened_store().writing() as connection:
        confirm(connection, g.user.organisation_id, g.user.email)
    return "", 204


@blueprint.get("/audit")
@needs("owner")
def show_audit() -> ResponseReturnValue:
    """List who did what, the latest 200 first."""
    with opened_store().reading() as connection:
        mine = select(audit.c.at, audit.c.who, audit.c.action, audit.c.subject).where(audit.c.organisation_id == g.user.organisation_id)
        found = [AuditEntry(**row) for row in connection.execute(mine.order_by(audit.c.id.desc()).limit(200)).mappings()]
    return answer_list(AuditEntry, found)


def place_infos(connection: Connection, organisation_id: int, with_keys: bool, place_id: int | None = None) -> list[PlaceInfo]:
    """Return the places of an organisation, or the one asked for, with their stations."""
    asked = places.c.organisation_id == organisation_id
    if place_id is not None:
        asked &= places.c.id == place_id
    found = connection.execute(select(places).where(asked).order_by(places.c.name, places.c.id)).mappings().all()
    theirs = select(stations).join(places, places.c.id == stations.c.place_id).where(asked).order_by(stations.c.name, stations.c.id)
    by_place: dict[int, list[StationInfo]] = {}
    known = _keys(connection, asked) if with_keys else {}
    for row in connection.execute(theirs).mappings():
        info = StationInfo(
            id=row["id"],
            name=row["name"],
            place_id=row["place_id"],
            state=station_state(row["seen_at"]),  # type: ignore[arg-type]
            seen_at=row["seen_at"],
            clock_error_ms=row["clock_error_ms"],
            keys=known.get(row["id"], []),
        )
        by_place.setdefault(row["place_id"], []).append(info)
    told = ("id", "name", "time_zone", "opening", "gender")
    return [PlaceInfo(**{name: row[name] for name in told}, stations=by_place.get(row["id"], [])) for row in found]


def station_state(seen_at: int | None) -> str:
    """Tell how a station is from when it was last heard of."""
    if seen_at is None:
        return "never"
    silent = store.now() - seen_at
    return "live" if silent <= LIVE_S else "late" if silent <= LATE_S else "silent"


def _keys(connection: Connection, asked: Any) -> dict[int, list[KeyInfo]]:
    joined = select(keys).join(stations, stations.c.id == keys.c.station_id).join(places, places.c.id == stations.c.place_id)
    found: dict[int, list[KeyInfo]] = {}
    for row in connection.execute(joined.where(asked).order_by(keys.c.id)).mappings():
        info = KeyInfo(id=row["id"], hint=row["hint"], made_at=row["made_at"], withdrawn_at=row["withdrawn_at"])
        found.setdefault(row["station_id"], []).append(info)
    return found


def _place(connection: Connection, place_id: int) -> PlaceInfo:
    return place_infos(connection, g.user.organisation_id, True, place_id)[0]


def _mine(connection: Connection, place_id: int) -> Any:
    asked = (places.c.id == place_id) & (places.c.organisation_id == g.user.organisation_id)
    found = connection.execute(select(places).where(asked)).mappings().first()
    if found is None:
        raise Refused(404, "no_such_place", _("Your organisation has no such place."))
    return found


def _my_station(connection: Connection, station_id: int) -> Any:
    joined = select(stations).join(places, places.c.id == stations.c.place_id)
    found = (
        connection.execute(joined.where(stations.c.id == station_id, places.c.organisation_id == g.user.organisation_id)).mappings().first()
    )
    if found is None:
        raise Refused(404, "no_such_station", _("Your organisation has no such station."))
    return found


def _my_user(connection: Connection, user_id: int) -> Any:
    asked = (users.c.id == user_id) & (users.c.organisation_id == g.user.organisation_id)
    found = connection.execute(select(users).where(asked)).mappings().first()
    if found is None:
        raise Refused(404, "no_such_user", _("Your organisation has no such user."))
    return found


def _not_the_last_owner(connection: Connection, user: Any) -> None:
    owners = (users.c.organisation_id == user["organisation_id"]) & (users.c.role == "owner")
    if user["role"] == "owner" and connection.execute(select(func.count()).select_from(users).where(owners)).scalar_one() == 1:
        raise Refused(409, "last_owner", _("This is the last owner: make another one first."))
