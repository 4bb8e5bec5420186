"""Users, their sessions and what their role allows."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hmac import compare_digest
from typing import Any, ParamSpec

from flask import Blueprint, Flask, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Connection, delete, func, insert, select, update
from werkzeug.security import check_password_hash, generate_password_hash

from webapp.contract import Login, PasswordWish, Role, Scope, Session, Setup
from webapp.shop import store
from webapp.shop.asking import Refused, answer, opened_store, read, refuse
from webapp.shop.confirming import confirm
from webapp.shop.schema import attempts, audit, organisations, tokens, users
from webapp.shop.stations import key_hash
from webapp.shop.store import Store

P = ParamSpec("P")
blueprint = Blueprint("auth", __name__, url_prefix="/api/v1")
RANKS: dict[str, int] = {"viewer": 0, "manager": 1, "owner": 2}
SESSION_DAYS = 14
TRIES, WINDOW_S = 5, 15 * 60
"""Wrong passwords for one account, and from one address four times as many, before a pause."""
USED_S = 300
"""How exactly it is kept when a token was used last: not each request should write."""
NOBODY = generate_password_hash(secrets.token_hex(8))
"""Checked where no such user is, so that the answer takes as long."""


@dataclass(frozen=True)
class User:
    """Who asks."""

    id: int
    organisation_id: int
    email: str
    role: Role


class Cookies(SecureCookieSessionInterface):
    """Session cookies that travel by https only, wherever the page does."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Tell whether this request came by https."""
        return request.is_secure


def prepare(app: Flask, opened: Store | str) -> None:
    """Give `app` sessions, signed with the database's own secret so that they outlive a restart."""
    app.register_error_handler(Refused, refuse)
    app.session_interface = Cookies()
    app.config.update(SESSION_COOKIE_NAME="allsmiles", SESSION_COOKIE_SAMESITE="Lax", PERMANENT_SESSION_LIFETIME=SESSION_DAYS * 86_400)
    app.secret_key = secrets.token_hex() if isinstance(opened, str) else _secret(opened)


def _secret(opened: Store) -> str:
    with opened.writing() as connection:
        found = store.fact(connection, "secret")
        if found is None:
            found = secrets.token_hex()
            store.remember(connection, "secret", found)
    return found


def needs(role: Role, scope: Scope | None = None) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Let only users of at least this role in; what changes something must carry the session's token too.

    With a `scope`, a program that shows a token of this scope may as well; without one, no token may.
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*arguments: P.args, **named: P.kwargs) -> ResponseReturnValue:
            if request.authorization is not None and request.authorization.type == "bearer":
                g.user = program(request.authorization.token or "", scope)
                return view(*arguments, **named)
            g.user = current_user()
            if RANKS[g.user.role] < RANKS[role]:
                raise Refused(403, "not_allowed", _("This needs the role %(role)s: ask an owner of your organisation.", role=_(role)))
            if request.method not in ("GET", "HEAD") and not compare_digest(
                request.headers.get("X-CSRF-Token", "").encode(), str(session.get("csrf", "")).encode()
            ):
                raise Refused(403, "no_token", _("Send the session's csrf as X-CSRF-Token: reload the page."))
            return view(*arguments, **named)

        return guarded

    return decorate


def program(token: str, scope: Scope | None) -> User:
    """Return the program whose token this is as a user; raise Refused where it has none, or may not do this."""
    metrics, opened, time = current_app.extensions["allsmiles"].metrics, opened_store(), store.now()
    with opened.reading() as connection:
        row = connection.execute(select(tokens).where(tokens.c.hash == key_hash(token))).mappings().first()
    if row is None or (row["expires_at"] is not None and row["expires_at"] <= time):
        metrics.tokens.labels("wrong_token").inc()
        raise Refused(401, "wrong_token", _("This token is not, or no longer, valid: make a new one under Places."))
    if scope is None or scope not in row["scopes"]:
        metrics.tokens.labels("outside_scope").inc()
        told = (
            _("No token may do this: log in.")
            if scope is None
            else _("This token may not do this: it needs the scope %(scope)s.", scope=scope)
        )
        raise Refused(403, "outside_scope", told)
    metrics.tokens.labels("taken").inc()
    if (row["used_at"] or 0) < time - USED_S:
        with opened.writing() as connection:
            connection.execute(update(tokens).where(tokens.c.id == row["id"]).values(used_at=time))
    return User(0, row["organisation_id"], f"token {row['name']}"[:254], "manager")


def current_user() -> User:
    """Return who is logged in, asking the database each time; raise Refused where nobody is."""
    with opened_store().reading() as connection:
        row = connection.execute(select(users).where(users.c.id == session.get("user", 0))).mappings().first()
    if row is None or row["version"] != session.get("version"):
        raise Refused(401, "not_logged_in", _("Log in at /login."))
    return User(row["id"], row["organisation_id"], row["email"], row["role"])


@blueprint.post("/session")
def log_in() -> ResponseReturnValue:
    """Begin a session; wrong passwords are slowed down by account and by address."""
    _same_site()
    wish = read(Login)
    whos = {f"account {wish.email}": TRIES, f"address {request.remote_addr}": 4 * TRIES}
    opened = opened_store()
    # Written down before the password is looked at, which takes long: many tries at once are counted too.
    with opened.writing() as connection:
        if not opened.sqlite:
            for who in sorted(whos):
                connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(who))))
        _throttle(connection, whos)
        tries = [store.add(connection, attempts, who=who, at=store.now()) for who in whos]
        row = connection.execute(select(users).where(users.c.email == wish.email)).mappings().first()
    right = check_password_hash(row["password"] if row else NOBODY, wish.password)
    with opened.writing() as connection:
        connection.execute(delete(attempts).where(attempts.c.at < store.now() - WINDOW_S))
        if right:
            connection.execute(delete(attempts).where((attempts.c.who == f"account {wish.email}") | attempts.c.id.in_(tries)))
    if not right or row is None:
        raise Refused(401, "wrong_password", _("E-mail and password do not belong together."))
    _begin(row["id"], row["version"])
    return who_am_i()


@blueprint.get("/session")
def who_am_i() -> ResponseReturnValue:
    """Tell who is logged in."""
    user = current_user()
    with opened_store().reading() as connection:
        asked = select(organisations.c.name, organisations.c.confirmed_at).where(organisations.c.id == user.organisation_id)
        name, confirmed_at = connection.execute(asked).one()
    told = {"email": user.email, "role": user.role, "organisation": name, "confirmed": confirmed_at is not None}
    return answer(Session(**told, csrf=session["csrf"]))


@blueprint.delete("/session")
def log_out() -> ResponseReturnValue:
    """End the session."""
    _same_site()
    session.clear()
    return "", 204


@blueprint.put("/session/password")
@needs("viewer")
def change_password() -> ResponseReturnValue:
    """Change one's own password and end all other sessions."""
    wish = read(PasswordWish)
    with opened_store().writing() as connection:
        row = connection.execute(select(users).where(users.c.id == g.user.id)).mappings().one()
        if not check_password_hash(row["password"], wish.old):
            raise Refused(403, "wrong_password", _("The old password is not right."))
        version = row["version"] + 1
        fresh = {"password": generate_password_hash(wish.new), "version": version}
        connection.execute(update(users).where(users.c.id == g.user.id).values(fresh))
        note(connection, "change password", g.user.email)
    _begin(g.user.id, version)
    return who_am_i()


@blueprint.post("/setup")
def set_up() -> ResponseReturnValue:
    """Make the first owner, with the code that the server printed at its start."""
    _same_site()
    wish = read(Setup)
    with opened_store().writing() as connection:
        known = store.fact(connection, "setup")
        if any_user(connection) or not known or not compare_digest(known, key_hash(wish.code)):
            raise Refused(403, "wrong_code", _("This link was used or is not the latest: the server prints a new one at its start."))
        organisation = make_organisation(connection, wish.organisation, confirmed_by=wish.email)
        user = make_user(connection, organisation, wish.email, wish.password, "owner")
        store.remember(connection, "setup", "")
    _begin(user, 1)
    return who_am_i()


def setup_code(opened: Store) -> str | None:
    """Return a new code for the first owner; None where there is one already."""
    with opened.writing() as connection:
        if any_user(connection):
            return None
        code = secrets.token_urlsafe(18)
        store.remember(connection, "setup", key_hash(code))
    return code


def any_user(connection: Connection) -> bool:
    """Tell whether anybody can log in."""
    return connection.execute(select(users.c.id).limit(1)).first() is not None


def make_organisation(connection: Connection, name: str, confirmed_by: str | None = None) -> int:
    """Make an organisation and return its id; its stations are refused until somebody has confirmed for it."""
    organisation = store.add(connection, organisations, name=name, made_at=store.now())
    if confirmed_by is not None:
        confirm(connection, organisation, confirmed_by)
    return organisation


def make_user(connection: Connection, organisation_id: int, email: str, password: str, role: str) -> int:
    """Make a user and return its id; raise Refused where the e-mail has an account."""
    if connection.execute(select(users.c.id).where(users.c.email == email)).first():
        raise Refused(409, "taken", _("%(email)s has an account already.", email=email))
    hashed = generate_password_hash(password)
    return store.add(connection, users, organisation_id=organisation_id, email=email, password=hashed, role=role, made_at=store.now())


def note(connection: Connection, action: str, subject: str) -> None:
    """Write into the audit log what the current user does."""
    row: dict[str, Any] = {"organisation_id": g.user.organisation_id, "who": g.user.email, "at": store.now()}
    connection.execute(insert(audit).values(**row, action=action, subject=subject[:300]))


def _begin(user_id: int, version: int) -> None:
    session.clear()
    session.permanent = True
    session.update(user=user_id, version=version, csrf=secrets.token_urlsafe(24))


def _same_site() -> None:
    """Refuse what another site's page sends in this browser, before there is a session with a token."""
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none") or (
        origin and origin.split("//")[-1] != request.host
    ):
        raise Refused(403, "other_site", _("Log in from this server's own page."))


def _throttle(connection: Connection, whos: dict[str, int]) -> None:
    since = store.now() - WINDOW_S
    for who, most in whos.items():
        count, first = connection.execute(
            select(func.count(), func.min(attempts.c.at)).where(attempts.c.who == who, attempts.c.at >= since)
        ).one()
        if count >= most:
            left = first + WINDOW_S - store.now()
            told = ngettext(
                "Too many wrong passwords: try again in a minute.",
                "Too many wrong passwords: try again in %(num)s minutes.",
                left // 60 + 1,
            )
            raise Refused(429, "too_many_tries", told, left * 1000)
