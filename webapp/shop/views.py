"""Views of the dashboard that an organisation keeps by name, and those of them that other sites may show in an iframe."""

import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, g, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import ValidationError
from sqlalchemy import Connection, delete, select, update
from werkzeug.exceptions import NotFound

from webapp.contract import EmbeddedView, PlaceInfo, Question, ViewInfo, ViewLink, ViewWish
from webapp.shop import store
from webapp.shop.admin import place_infos
from webapp.shop.asking import Refused, answer, answer_list, opened_store, read
from webapp.shop.auth import needs, note
from webapp.shop.schema import views
from webapp.shop.stations import key_hash
from webapp.shop.summaries import Row, Scope, chosen_scope, summary

blueprint = Blueprint("views", __name__)
PERIODS = {"today": 1, "7d": 7, "28d": 28, "90d": 90, "365d": 365}
"""Days that end today, by their name in a dashboard's address; static/js/core/period.js has the same."""
USUAL = "28d"
SOME_DAY = date(2026, 1, 1)
MOST = 200
"""Views an organisation may keep."""


@blueprint.get("/api/v1/views")
@needs("viewer", "read:counts")
def list_views() -> ResponseReturnValue:
    """List the organisation's views."""
    with opened_store().reading() as connection:
        mine = select(views).where(views.c.organisation_id == g.user.organisation_id).order_by(views.c.name, views.c.id)
        found = [_info(row) for row in connection.execute(mine).mappings()]
    return answer_list(ViewInfo, found)


@blueprint.post("/api/v1/views")
@needs("manager", "write:views")
def add_view() -> ResponseReturnValue:
    """Keep a view by name; one of the same name is replaced, and goes on being embedded."""
    wish = read(ViewWish)
    with opened_store().writing() as connection:
        mine = select(views).where(views.c.organisation_id == g.user.organisation_id)
        known = connection.execute(mine).mappings().all()
        same = next((row["id"] for row in known if row["name"] == wish.name), None)
        if same is None and len(known) >= MOST:
            raise Refused(409, "too_many_views", _("%(most)s views are kept already: delete one first.", most=MOST))
        if same is None:
            same = store.add(
                connection, views, organisation_id=g.user.organisation_id, name=wish.name, query=wish.query, made_at=store.now()
            )
        connection.execute(update(views).where(views.c.id == same).values(query=wish.query))
        note(connection, "keep view", wish.name)
        return answer(_info(_mine(connection, same)), 201)


@blueprint.delete("/api/v1/views/<int:view_id>")
@needs("manager", "write:views")
def drop_view(view_id: int) -> ResponseReturnValue:
    """Delete a view; where it was embedded nothing is shown any more."""
    with opened_store().writing() as connection:
        note(connection, "delete view", _mine(connection, view_id)["name"])
        connection.execute(delete(views).where(views.c.id == view_id))
    return "", 204


@blueprint.post("/api/v1/views/<int:view_id>/link")
@needs("manager", "write:views")
def embed(view_id: int) -> ResponseReturnValue:
    """Make the address under which anybody may see this view, and tell it once; an earlier one is withdrawn."""
    key = secrets.token_urlsafe(24)
    with opened_store().writing() as connection:
        note(connection, "embed view", _mine(connection, view_id)["name"])
        connection.execute(update(views).where(views.c.id == view_id).values(link_hash=key_hash(key)))
    return answer(ViewLink(path=f"/embed/{key}"), 201)


@blueprint.delete("/api/v1/views/<int:view_id>/link")
@needs("manager", "write:views")
def withdraw(view_id: int) -> ResponseReturnValue:
    """Withdraw the address of an embedded view."""
    with opened_store().writing() as connection:
        note(connection, "withdraw view", _mine(connection, view_id)["name"])
        connection.execute(update(views).where(views.c.id == view_id).values(link_hash=None))
    return "", 204


@blueprint.get("/embed/<key>")
def embedded_page(key: str) -> ResponseReturnValue:
    """Show an embedded view, in frames of the sites that the operator allows."""
    with opened_store().reading() as connection:
        if _behind(connection, key) is None:
            raise NotFound(_("This view is not shown any more: ask who put it here."))
    response = make_response(render_template("dashboard.html", embedded=key))
    sites = current_app.extensions["allsmiles_config"].embed_sites or "'none'"
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        f"form-action 'none'; frame-ancestors {sites}"
    )
    # The address is the key: it should not travel on.
    response.headers["Referrer-Policy"] = "no-referrer"
    return _private(response)


@blueprint.get("/api/v1/embedded/<key>")
def embedded(key: str) -> ResponseReturnValue:
    """Answer the numbers of an embedded view: its places and its period, nothing else."""
    fewest = current_app.extensions["allsmiles_config"].min_visits
    with opened_store().reading() as connection:
        row = _behind(connection, key)
        if row is None:
            raise Refused(404, "no_such_view", _("This view is not shown any more: ask who put it here."))
        organisation = row["organisation_id"]
        asked = question(row["query"], lambda some: _today(connection, organisation, some))
        scope = chosen_scope(connection, organisation, asked)
        chosen = {place["id"] for place in scope.places}
        shown = [_part(place, scope) for place in place_infos(connection, organisation, False) if place.id in chosen]
        told = EmbeddedView(name=row["name"], query=row["query"], places=shown, summary=summary(connection, organisation, asked, fewest))
    return _private(answer(told))


def question(query: str, today: Callable[[Question], date]) -> Question:
    """Return what the address's part `query` of a dashboard asks for; raise Refused where it makes no sense.

    `today` tells the day by the clock of the places of a question. The twin of readFilters in static/js/core/period.js.
    """
    given = {name: values[0] for name, values in parse_qs(query.removeprefix("?")).items()}
    try:
        chosen = {name: [int(part) for part in given.get(name, "").split(",") if part] for name in ("places", "stations")}
        if given.keys() >= {"first", "last"}:
            return Question.model_validate({**chosen, "first": given["first"], "last": given["last"]}, strict=False)
        some = Question(places=chosen["places"], stations=chosen["stations"], first=SOME_DAY, last=SOME_DAY)
        last = today(some)
        length = PERIODS.get(given.get("period", USUAL), PERIODS[USUAL])
        return some.model_copy(update={"first": last - timedelta(days=length - 1), "last": last})
    except (ValidationError, ValueError) as problem:
        raise Refused(422, "not_understood", f"This is no view of a dashboard: {problem}") from None


def _part(place: PlaceInfo, scope: Scope) -> PlaceInfo:
    """Return a place with those of its stations that are meant."""
    if not scope.stations or place.id in scope.whole:
        return place
    return place.model_copy(update={"stations": [station for station in place.stations if station.id in scope.stations]})


def _today(connection: Connection, organisation_id: int, some: Question) -> date:
    zones = [place["time_zone"] for place in chosen_scope(connection, organisation_id, some).places] or ["UTC"]
    return datetime.fromtimestamp(store.now(), ZoneInfo(zones[0])).date()


def _behind(connection: Connection, key: str) -> Row | None:
    return connection.execute(select(views).where(views.c.link_hash == key_hash(key))).mappings().first()


def _mine(connection: Connection, view_id: int) -> Row:
    asked = (views.c.id == view_id) & (views.c.organisation_id == g.user.organisation_id)
    found = connection.execute(select(views).where(asked)).mappings().first()
    if found is None:
        raise Refused(404, "no_such_view", _("Your organisation has no such view."))
    return found


def _info(row: Row) -> ViewInfo:
    return ViewInfo(id=row["id"], name=row["name"], query=row["query"], embedded=row["link_hash"] is not None)


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
