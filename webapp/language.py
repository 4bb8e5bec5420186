"""The language a person reads: which one, and the words of its catalogue for pages, answers and scripts."""

from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, Domain, get_locale

FOLDER = Path(__file__).resolve().parent / "translations"
SOURCE = "en"
"""The language that the code is written in."""
COOKIE, REMEMBERED_S = "language", 365 * 86_400
SCRIPTS = "static/js/"


def N_(text: str) -> str:
    """Mark words for the catalogue that are looked up where they are shown."""
    return text


class Catalogues(Domain):  # type: ignore[misc]
    """Words straight from the .po files, so that nothing has to be compiled and nothing compiled can be stale."""

    def get_translations(self) -> NullTranslations:
        """Return the words of this request's language."""
        return translations(str(get_locale() or SOURCE))


def prepare(app: Flask) -> None:
    """Give pages and answers of `app` the language of who reads them."""
    babel = Babel(app, default_locale=SOURCE, locale_selector=chosen)
    babel.domain_instance = Catalogues()
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.globals.update(language=lambda: str(get_locale()), other_languages=other_languages, words=words)
    app.after_request(_say_which)


@cache
def languages() -> dict[str, str]:
    """Return every language there is a catalogue of, by its code, with its own name for itself."""
    codes = [SOURCE, *sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/messages.po"))]
    return {code: str(Locale.parse(code).get_display_name(code)).capitalize() for code in codes}


@cache
def catalogue(language: str) -> Catalog:
    """Return the catalogue of a language; it reads in some milliseconds, once per process."""
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@cache
def translations(language: str) -> NullTranslations:
    """Return the words of a language for Python and Jinja."""
    if language == SOURCE:
        return NullTranslations()
    file = BytesIO()
    write_mo(file, catalogue(language))
    file.seek(0)
    return Translations(file)


@cache
def words(language: str) -> dict[str, str | list[str]]:
    """Return the words of a language that scripts use; where there is a plural, all its forms."""
    if language == SOURCE:
        return {}
    told: dict[str, str | list[str]] = {}
    for entry in catalogue(language):
        if entry.id and entry.string and any(path.startswith(SCRIPTS) for path, _ in entry.locations):
            if isinstance(entry.id, str):
                told[entry.id] = str(entry.string)
            else:
                told[entry.id[0]] = list(entry.string)
    return told


def chosen() -> str:
    """Return the language of this request: the address's `lang`, else the one switched to, else the browser's.

    Answers of the REST interface follow Accept-Language alone: a page sends its own language there, a program what it likes.
    """
    if not has_request_context():
        return SOURCE
    wishes = () if request.path.startswith("/api/") else (request.args.get("lang"), request.cookies.get(COOKIE))
    known = languages()
    return next((one for one in wishes if one in known), None) or request.accept_languages.best_match(known, SOURCE) or SOURCE


def wished(wish: str | None, otherwise: str | None = None) -> str:
    """Return the language that somebody wants something written in: the one named, else `otherwise`, else this request's.

    Raises ValueError that names what there is.
    """
    if wish is not None and wish not in languages():
        raise ValueError(f"language: one of {', '.join(languages())}")
    return wish or otherwise or str(get_locale() or SOURCE)


def other_languages() -> list[tuple[str, str, str]]:
    """Return code, own name and address of this page in every other language."""
    query = {name: value for name, value in request.args.items() if name != "lang"}
    return [(code, name, "?" + urlencode({**query, "lang": code})) for code, name in languages().items() if code != str(get_locale())]


def _say_which(response: Response) -> Response:
    """Say which language a page has, and remember the one that was switched to."""
    if response.mimetype != "text/html":
        return response
    response.headers["Content-Language"] = str(get_locale())
    response.vary.update(("Accept-Language", "Cookie"))
    wish = request.args.get("lang")
    # Not for what a page fetches or shows in a frame: only a person who goes there switches.
    if wish in languages() and request.headers.get("Sec-Fetch-Dest", "document") == "document":
        response.set_cookie(COOKIE, wish, max_age=REMEMBERED_S, samesite="Lax", secure=request.is_secure)
    return response
