"""The part of the OpenAPI document that tells of shared photos, events and rooms."""

from typing import Any

from webapp.contract import EventRequest, OpenedEvent, RoomJoin, RoomReport, RoomView, SharedPhoto, SlideshowPhotos

MODELS = (SharedPhoto, EventRequest, OpenedEvent, SlideshowPhotos, RoomJoin, RoomReport, RoomView)
PICTURE = {"schema": {"type": "string", "format": "binary"}}
SECURITY = {"delete_key": {"type": "http", "scheme": "bearer", "description": "the delete key of one photo, as its upload was answered"}}
REASONS = {
    "400": "no picture, a damaged or an animated one",
    "403": "sharing is switched off, or a wrong delete key",
    "404": "no such event, photo or room, or its time is over",
    "413": "more bytes or pixels than the server accepts",
    "415": "not JPEG, PNG or WebP",
    "422": "not understood",
    "429": "too many from this address; Retry-After says when to try again",
    "507": "the server's disk or share of it is full; the photo stays on the device",
}

MISSING = {"404": {"description": "nothing is there, said as a page", "content": {"text/html": {"schema": {"type": "string"}}}}}


def paths() -> dict[str, Any]:
    """Return the paths of photos, events and rooms."""
    pictures = {"requestBody": {"required": True, "content": {f"image/{kind}": PICTURE for kind in ("jpeg", "png", "webp")}}}
    asked = {"requestBody": {"required": True, "content": _json("EventRequest")}}
    event = {"name": "event", "in": "query", "required": False, "schema": {"type": "string"}, "description": "adds the photo to this event"}
    upload = _operation("share_photo", "Keep one picture for a while", "201", _json("SharedPhoto"), "400 403 404 413 415 429 507")
    remove = _operation("delete_photo", "Remove a shared photo before its time", "204", None, "403")
    begin = _operation("open_event", "Begin an event", "201", _json("OpenedEvent"), "403 422 429 507")
    slides = _operation("slideshow_photos", "Tell an event's photos, the oldest first", "200", _json("SlideshowPhotos"), "404")
    shown = _operation("shared_picture", "Send a shared photo; ?download as a file", "200", {"image/jpeg": PICTURE}, "")
    shown["responses"] |= MISSING
    room = _operation("new_room", "Make a room and lead to its page, /room/{code}", "302", None, "")
    code = _operation("room_code", "Draw a room's link as a QR code", "200", {"image/svg+xml": {"schema": {"type": "string"}}}, "")
    code["responses"] |= MISSING
    return {
        "/api/v1/photos": {"post": {**upload, **pictures, "parameters": [event]}},
        "/api/v1/photos/{token}": {"delete": {**remove, **_named("token"), "security": [{"delete_key": []}]}},
        "/p/{token}.jpg": {"get": {**shown, **_named("token")}},
        "/api/v1/events": {"post": {**begin, **asked}},
        "/api/v1/slideshows/{screen}": {"get": {**slides, **_named("screen")}},
        "/room": {"get": room},
        "/room/{code}.svg": {"get": {**code, **_named("code")}},
    }


def _operation(name: str, summary: str, status: str, content: dict[str, Any] | None, refusals: str) -> dict[str, Any]:
    done = {"description": "done"} | ({"content": content} if content else {})
    told = {code: {"description": REASONS[code], "content": _json("Problem")} for code in refusals.split()}
    return {"summary": summary, "operationId": name, "responses": {status: done, **told}}


def _named(name: str) -> dict[str, Any]:
    return {"parameters": [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}}]}


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
