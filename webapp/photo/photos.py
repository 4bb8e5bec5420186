"""Photos that people chose to share: an unguessable link each, for a while; an event's slideshow for a second screen."""

import logging
import os
import threading
import time
import weakref
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from flask import Blueprint, Flask, Response, abort, current_app, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from PIL import Image

from webapp.config import Config
from webapp.contract import EventRequest, OpenedEvent, SharedPhoto, SlideshowPhotos
from webapp.photo.shelf import Kept, Shelf, ShelfFull
from webapp.rates import Rates
from webapp.shop.asking import Refused, answer, read
from webapp.vision.image import decode

blueprint = Blueprint("photos", __name__)
SWEEP_S = 60.0
QUALITY = 92
EVENT_S = 14 * 86_400.0


class Sharing:
    """What the routes below share."""

    def __init__(self, config: Config):
        folder = Path(config.photos_dir) if config.photos_dir else config.data_dir / "photos"
        self.config, self.on = config, config.photos == "on"
        self.shelf = Shelf(folder, config.photos_hours * 3600.0, config.photos_most, config.photos_mb * 1_000_000)
        self._rates = Rates(config.photos_per_minute / 60, config.photos_per_minute)

    def admit(self) -> None:
        """Raise Refused where sharing is off or an address does too much of it."""
        if not self.on:
            raise Refused(403, "off", _("Sharing is switched off on this server: download the photo instead."))
        if wait := self._rates.take(request.remote_addr or "", time.monotonic()):
            raise Refused(429, "too_many_requests", _("Too many photos from this address: try again in a minute."), round(wait * 1000) + 1)


def prepare(app: Flask, config: Config) -> None:
    """Keep photos for `app`, and remove those whose time is over, also while nobody asks."""
    sharing = app.extensions["allsmiles_sharing"] = Sharing(config)
    known = weakref.ref(sharing)

    def start() -> None:
        threading.Thread(target=_sweep_now_and_then, args=(known,), name="photos", daemon=True).start()

    if sharing.on:
        start()
        # A thread does not outlive the fork that a server makes for its workers.
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=start)


def _sweep_now_and_then(known: Callable[[], Sharing | None]) -> None:
    pause = threading.Event()
    while sharing := known():
        try:
            sharing.shelf.sweep()
        except OSError as problem:
            logging.getLogger(__name__).warning("cannot remove expired photos from %s: %s", sharing.shelf.folder, problem)
        del sharing
        pause.wait(SWEEP_S)


@blueprint.post("/api/v1/photos")
def share() -> ResponseReturnValue:
    """Keep the picture in the body for a while and answer with its link; `?event=` adds it to an event."""
    sharing = _sharing()
    sharing.admit()
    event = request.args.get("event", "")
    if event and sharing.shelf.event(event) is None:
        raise Refused(404, "no_event", _("This event is over or never was: share the photo without it."))
    pixels = decode(request.get_data(cache=False), sharing.config.max_pixels_mp * 1_000_000)
    file = BytesIO()
    # Only pixels go in: where and when the picture was taken stays behind.
    Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY)
    height, width = pixels.shape[:2]
    try:
        kept, key = sharing.shelf.add(file.getvalue(), (width, height), event)
    except ShelfFull as problem:
        raise Refused(507, "full", str(problem)) from None
    return answer(_told(kept, key), 201)


@blueprint.delete("/api/v1/photos/<token>")
def delete(token: str) -> ResponseReturnValue:
    """Remove a photo for whoever has its delete key (Authorization: Bearer)."""
    key = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if _sharing().shelf.delete(token, key):
        return Response(status=204)
    raise Refused(403, "wrong_key", _("There is no such photo any more, or this is not its delete key."))


@blueprint.get("/p/<token>")
def photo(token: str) -> ResponseReturnValue:
    """Show a shared photo."""
    return _private(Response(render_template("photo.html", photo=_kept(token))))


@blueprint.get("/p/<token>.jpg")
def picture(token: str) -> ResponseReturnValue:
    """Send a shared photo; with `?download` as a file."""
    kept = _kept(token)
    name = time.strftime("allsmiles-%Y-%m-%d-%H%M%S.jpg", time.gmtime(kept.created))
    path = _sharing().shelf.picture(token).resolve()
    try:
        return _private(send_file(path, "image/jpeg", as_attachment="download" in request.args, download_name=name))
    except FileNotFoundError:
        abort(404)


@blueprint.get("/p/<token>.svg")
def picture_qr(token: str) -> ResponseReturnValue:
    """Draw the QR code of a shared photo's link."""
    _kept(token)
    return qr(address("photos.photo", token=token))


@blueprint.get("/event")
def new_event() -> ResponseReturnValue:
    """Show where an event is begun."""
    return render_template("event.html", sharing=_sharing().on)


@blueprint.post("/api/v1/events")
def open_event() -> ResponseReturnValue:
    """Begin an event: one link for those who take photos, another for the second screen."""
    sharing = _sharing()
    sharing.admit()
    asked = read(EventRequest)
    try:
        occasion = sharing.shelf.open_event(asked.name.strip(), asked.slideshow, EVENT_S)
    except (ShelfFull, OSError) as problem:
        raise Refused(507, "full", str(problem)) from None
    screen = address("photos.slideshow", screen=occasion.screen) if occasion.slideshow else None
    booth = f"{address('pages.live')}?photo&event={occasion.token}"
    return answer(OpenedEvent(event=occasion.token, booth_url=booth, slideshow_url=screen, expires=occasion.expires * 1000), 201)


@blueprint.get("/slideshow/<screen>")
def slideshow(screen: str) -> ResponseReturnValue:
    """Show an event's photos on a second screen, as they come."""
    occasion = _sharing().shelf.screen(screen) or abort(404)
    return _private(Response(render_template("slideshow.html", event=occasion, screen=screen)))


@blueprint.get("/api/v1/slideshows/<screen>")
def slideshow_photos(screen: str) -> ResponseReturnValue:
    """Tell an event's photos, the oldest first."""
    shelf = _sharing().shelf
    occasion = shelf.screen(screen)
    if occasion is None:
        raise Refused(404, "no_event", _("This slideshow is over."))
    urls = [url_for("photos.picture", token=kept.token) for kept in shelf.of_event(occasion.token)]
    return _private(answer(SlideshowPhotos(name=occasion.name, urls=urls)))


def qr(link: str) -> Response:
    """Return a link as a QR code, an SVG that needs neither script nor style."""
    file = BytesIO()
    segno.make(link, error="m", micro=False).save(file, kind="svg", scale=8, border=4, dark="#171a2b", light="#ffffff", omitsize=True)
    return _private(Response(file.getvalue(), mimetype="image/svg+xml"))


def address(endpoint: str, **values: Any) -> str:
    """Return the whole address of a page, as other devices reach it."""
    base = current_app.extensions["allsmiles_config"].public_url or request.host_url
    return base.rstrip("/") + url_for(endpoint, **values)


def _told(kept: Kept, key: str) -> SharedPhoto:
    link = address("photos.photo", token=kept.token)
    return SharedPhoto(
        url=link,
        qr_url=url_for("photos.picture_qr", token=kept.token),
        delete_key=key,
        delete_url=f"{link}#{key}",
        expires=kept.expires * 1000,
    )


def _kept(token: str) -> Kept:
    shelf = _sharing().shelf
    return shelf.get(token) or abort(404, _("This photo was deleted, or its time is over. Ask whoever shared it to share it again."))


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    # The address is the key to the photo: no other page learns it.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _sharing() -> Sharing:
    sharing: Sharing = current_app.extensions["allsmiles_sharing"]
    return sharing
