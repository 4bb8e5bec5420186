"""The part of the OpenAPI document that tells of accounts, places, the dashboard's numbers and its views."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from webapp.contract import (
    LARGEST_ID,
    AlertInfo,
    AlertMessage,
    AlertWish,
    AuditEntry,
    Confirmation,
    EmbeddedView,
    Login,
    MessageInfo,
    NewAlert,
    NewKey,
    NewSecret,
    NewToken,
    PasswordWish,
    PlaceInfo,
    PlaceWish,
    ReportInfo,
    ReportWish,
    Role,
    RoleWish,
    Scope,
    Session,
    Setup,
    StationWish,
    Summary,
    TokenInfo,
    TokenWish,
    UserInfo,
    UserWish,
    ViewInfo,
    ViewLink,
    ViewWish,
)

SECURITY = {
    "session": {"type": "apiKey", "in": "cookie", "name": "allsmiles", "description": "set by POST /api/v1/session"},
    "token": {"type": "http", "scheme": "bearer", "description": "a program's token, made by a manager under Places"},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token", "description": "the session's csrf; for all but GET"},
}
REASONS = {
    "401": "not logged in, or a wrong password",
    "403": "the role or the token's scopes do not allow it, or the session's csrf is missing",
    "404": "your organisation has nothing of this id",
    "409": "it is there already, or it is the last of its kind",
    "422": "not understood; the detail says what",
    "429": "too many tries; Retry-After says when to try again",
    "501": "the server lacks what writes this kind of file",
    "503": "no database",
}
PERIOD: tuple[tuple[str, bool, dict[str, Any], str], ...] = (
    ("first", True, {"type": "string", "format": "date"}, "first day, by each place's own clock"),
    ("last", True, {"type": "string", "format": "date"}, "last day, included"),
    (
        "places",
        False,
        {"type": "string", "pattern": "^[0-9]+(,[0-9]+)*$"},
        "ids with commas between; all places if neither places nor stations are given",
    ),
    ("stations", False, {"type": "string", "pattern": "^[0-9]+(,[0-9]+)*$"}, "ids of single stations, with commas between"),
    (
        "resolution",
        False,
        {"enum": ["minute", "quarter", "hour", "day", "week", "month"]},
        "by the length of the period if not given; minutes of one day and at most 20 places, quarters of an hour where none may be told",
    ),
)


@dataclass(frozen=True)
class Operation:
    """What may be asked of one address, by whom, and what comes back."""

    name: str
    summary: str
    role: Role | None
    """The least role that may; None: anybody."""
    done: str
    refusals: str
    body: type[BaseModel] | None = None
    told: type[BaseModel] | None = None
    many: bool = False


OPERATIONS = {
    "POST /session": Operation("log_in", "Begin a session", None, "200", "401 403 422 429 503", Login, Session),
    "GET /session": Operation("who_am_i", "Tell who is logged in", "viewer", "200", "401 503", told=Session),
    "DELETE /session": Operation("log_out", "End the session", None, "204", "403"),
    "PUT /session/password": Operation(
        "change_password", "Change one's own password", "viewer", "200", "401 403 422 503", PasswordWish, Session
    ),
    "POST /setup": Operation("set_up", "Make the first owner", None, "200", "403 422 503", Setup, Session),
    "GET /places": Operation("list_places", "List places with their stations", "viewer", "200", "401 503", told=PlaceInfo, many=True),
    "POST /places": Operation("add_place", "Make a place", "manager", "201", "401 403 422 503", PlaceWish, PlaceInfo),
    "PUT /places/{place_id}": Operation("change_place", "Change a place", "manager", "200", "401 403 404 422 503", PlaceWish, PlaceInfo),
    "DELETE /places/{place_id}": Operation("drop_place", "Erase a place with its counts", "owner", "204", "401 403 404 503"),
    "POST /places/{place_id}/stations": Operation(
        "add_station", "Make a station and its first key", "manager", "201", "401 403 404 422 503", StationWish, NewKey
    ),
    "PUT /stations/{station_id}": Operation("rename_station", "Rename a station", "manager", "204", "401 403 404 422 503", StationWish),
    "DELETE /stations/{station_id}": Operation("drop_station", "Erase a station with its counts", "owner", "204", "401 403 404 503"),
    "POST /stations/{station_id}/keys": Operation(
        "add_key", "Make another key, told once", "manager", "201", "401 403 404 503", told=NewKey
    ),
    "DELETE /stations/{station_id}/keys/{key_id}": Operation("withdraw_key", "Withdraw a key", "manager", "204", "401 403 404 503"),
    "GET /users": Operation("list_users", "List users", "owner", "200", "401 403 503", told=UserInfo, many=True),
    "POST /users": Operation("add_user", "Make a user", "owner", "201", "401 403 409 422 503", UserWish, UserInfo),
    "PUT /users/{user_id}": Operation(
        "change_role", "Give a user another role", "owner", "200", "401 403 404 409 422 503", RoleWish, UserInfo
    ),
    "DELETE /users/{user_id}": Operation("drop_user", "Remove a user", "owner", "204", "401 403 404 409 503"),
    "PUT /confirmation": Operation(
        "confirm_for_all", "Confirm that people are told; stations may count from now on", "owner", "204", "401 403 422 503", Confirmation
    ),
    "GET /audit": Operation("show_audit", "List who did what", "owner", "200", "401 403 503", told=AuditEntry, many=True),
    "GET /summary": Operation("show_summary", "Tell everything the dashboard shows", "viewer", "200", "401 422 503", told=Summary),
    "GET /export": Operation("export", "Send the line over time of each place as a file", "viewer", "200", "401 422 501 503"),
    "GET /views": Operation("list_views", "List views that are kept", "viewer", "200", "401 503", told=ViewInfo, many=True),
    "POST /views": Operation("add_view", "Keep a view by name", "manager", "201", "401 403 409 422 503", ViewWish, ViewInfo),
    "DELETE /views/{view_id}": Operation("drop_view", "Delete a view", "manager", "204", "401 403 404 503"),
    "POST /views/{view_id}/link": Operation(
        "embed", "Make the address under which anybody may see a view", "manager", "201", "401 403 404 503", told=ViewLink
    ),
    "DELETE /views/{view_id}/link": Operation("withdraw", "Withdraw that address", "manager", "204", "401 403 404 503"),
    "GET /alerts": Operation(
        "list_alerts", "List alerts and their last messages", "manager", "200", "401 403 503", told=AlertInfo, many=True
    ),
    "POST /alerts": Operation("add_alert", "Make an alert", "manager", "201", "401 403 404 409 422 503", AlertWish, NewAlert),
    "PUT /alerts/{alert_id}": Operation(
        "change_alert", "Change or pause an alert", "manager", "200", "401 403 404 422 503", AlertWish, NewAlert
    ),
    "DELETE /alerts/{alert_id}": Operation("drop_alert", "Delete an alert", "manager", "204", "401 403 404 503"),
    "POST /alerts/{alert_id}/secret": Operation(
        "renew_secret", "Make another secret for a webhook, told once", "manager", "201", "401 403 404 409 503", told=NewSecret
    ),
    "POST /alerts/{alert_id}/test": Operation(
        "send_test", "Send a test of an alert now", "manager", "200", "401 403 404 429 503", told=MessageInfo
    ),
    "GET /report.pdf": Operation("report", "Send a period as a PDF", "viewer", "200", "401 422 503"),
    "GET /reports": Operation(
        "list_reports", "List the reports sent each week", "manager", "200", "401 403 503", told=ReportInfo, many=True
    ),
    "POST /reports": Operation(
        "add_report", "Have a report sent each week", "manager", "201", "401 403 409 422 503", ReportWish, ReportInfo
    ),
    "PUT /reports/{report_id}": Operation(
        "change_report", "Change or pause a weekly report", "manager", "200", "401 403 404 422 503", ReportWish, ReportInfo
    ),
    "DELETE /reports/{report_id}": Operation("drop_report", "Send a report no more", "manager", "204", "401 403 404 503"),
    "POST /reports/{report_id}/send": Operation(
        "send_report", "Send a report now", "manager", "200", "401 403 404 429 503", told=MessageInfo, many=True
    ),
    "GET /tokens": Operation("list_tokens", "List tokens of programs", "manager", "200", "401 403 503", told=TokenInfo, many=True),
    "POST /tokens": Operation("add_token", "Make a token, told once", "manager", "201", "401 403 409 422 503", TokenWish, NewToken),
    "DELETE /tokens/{token_id}": Operation("withdraw_token", "Withdraw a token", "manager", "204", "401 403 404 503"),
    "GET /embedded/{key}": Operation("embedded", "Tell the numbers of an embedded view", None, "200", "404 503", told=EmbeddedView),
}
SCOPE_OF: dict[str, Scope] = {
    "list_places": "read:counts",
    "add_place": "write:places",
    "change_place": "write:places",
    "add_station": "write:places",
    "rename_station": "write:places",
    "add_key": "write:places",
    "withdraw_key": "write:places",
    "show_summary": "read:counts",
    "export": "read:counts",
    "list_views": "read:counts",
    "add_view": "write:views",
    "drop_view": "write:views",
    "embed": "write:views",
    "withdraw": "write:views",
    "list_alerts": "read:alerts",
    "add_alert": "write:alerts",
    "change_alert": "write:alerts",
    "drop_alert": "write:alerts",
    "renew_secret": "write:alerts",
    "send_test": "write:alerts",
    "report": "read:report",
    "list_reports": "read:alerts",
    "add_report": "write:alerts",
    "change_report": "write:alerts",
    "drop_report": "write:alerts",
    "send_report": "write:alerts",
}
"""By operation what a token must be for; tests ask each with every scope."""
MODELS = tuple({AlertMessage, *(model for one in OPERATIONS.values() for model in (one.body, one.told) if model)})


def paths() -> dict[str, Any]:
    """Return the paths of accounts, places, numbers and views."""
    described: dict[str, Any] = {}
    for address, operation in OPERATIONS.items():
        method, path = address.split()
        described.setdefault(f"/api/v1{path}", {})[method.lower()] = _operation(method, path, operation)
    return described


def _operation(method: str, path: str, one: Operation) -> dict[str, Any]:
    refusals = {code: {"description": REASONS[code], "content": _json(_of("Problem"))} for code in one.refusals.split()}
    parameters = [_parameter(name, "path", True, _form(name), "") for name in re.findall(r"{(\w+)}", path)]
    if path in ("/summary", "/export", "/report.pdf"):
        parameters += [_parameter(name, "query", required, schema, about) for name, required, schema, about in PERIOD]
    if path == "/report.pdf":
        parameters.append(_parameter("title", "query", False, {"type": "string", "maxLength": 200}, "what the report is called"))
        parameters.append(_parameter("lang", "query", False, {"type": "string"}, "its language; Accept-Language if not given"))
    if path == "/export":
        parameters.append(_parameter("format", "query", False, {"enum": ["csv", "json", "parquet"]}, "csv if not given"))
    described: dict[str, Any] = {"summary": one.summary, "operationId": one.name}
    described["responses"] = {one.done: {"description": "done", **_content(path, one)}, **refusals}
    if parameters:
        described["parameters"] = parameters
    if one.body:
        described["requestBody"] = {"required": True, "content": _json(_of(one.body.__name__))}
    if one.role:
        described["security"] = [{"session": []} if method == "GET" else {"session": [], "csrf": []}]
        described["description"] = f"Needs the role {one.role}."
        if one.name in SCOPE_OF:
            described["security"].append({"token": [SCOPE_OF[one.name]]})
            described["description"] += f" A token needs the scope {SCOPE_OF[one.name]}."
            described["responses"].setdefault("403", {"description": REASONS["403"], "content": _json(_of("Problem"))})
    return described


def _content(path: str, one: Operation) -> dict[str, Any]:
    if path == "/export":
        files = ("text/csv", "application/json", "application/vnd.apache.parquet")
        return {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in files}}
    if path == "/report.pdf":
        return {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
    if one.told is None:
        return {}
    of = _of(one.told.__name__)
    return {"content": _json({"type": "array", "items": of} if one.many else of)}


def _form(name: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": LARGEST_ID} if name.endswith("_id") else {"type": "string"}


def _parameter(name: str, place: str, required: bool, schema: dict[str, Any], description: str) -> dict[str, Any]:
    told = {"description": description} if description else {}
    return {"name": name, "in": place, "required": required, "schema": schema, **told}


def _of(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
