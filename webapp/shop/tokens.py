"""Tokens of programs: made and withdrawn by managers, told once, each for what it may do."""

import secrets

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from webapp.contract import SCOPES, NewToken, TokenInfo, TokenWish
from webapp.shop import store
from webapp.shop.asking import Refused, answer, answer_list, opened_store, read
from webapp.shop.auth import needs, note
from webapp.shop.schema import tokens
from webapp.shop.stations import key_hash

blueprint = Blueprint("tokens", __name__, url_prefix="/api/v1")
PREFIX = "ast_"
"""By it a token is known for one where it was left lying in a program's source."""
MOST = 100
DAY = 86_400


@blueprint.get("/tokens")
@needs("manager")
def list_tokens() -> ResponseReturnValue:
    """List the organisation's tokens."""
    with opened_store().reading() as connection:
        mine = select(tokens).where(tokens.c.organisation_id == g.user.organisation_id).order_by(tokens.c.name, tokens.c.id)
        found = [_info(row) for row in connection.execute(mine).mappings()]
    return answer_list(TokenInfo, found)


@blueprint.post("/tokens")
@needs("manager")
def add_token() -> ResponseReturnValue:
    """Make a token and tell it, once."""
    wish = read(TokenWish)
    token = PREFIX + secrets.token_urlsafe(24)
    with opened_store().writing() as connection:
        mine = tokens.c.organisation_id == g.user.organisation_id
        if connection.execute(select(func.count()).select_from(tokens).where(mine)).scalar_one() >= MOST:
            raise Refused(409, "too_many_tokens", _("There are %(most)s tokens already: withdraw one first.", most=MOST))
        time = store.now()
        made = store.add(
            connection,
            tokens,
            organisation_id=g.user.organisation_id,
            name=wish.name,
            scopes=[scope for scope in SCOPES if scope in wish.scopes],
            hash=key_hash(token),
            hint=token[: len(PREFIX) + 4],
            made_by=g.user.email,
            made_at=time,
            expires_at=None if wish.days is None else time + wish.days * DAY,
        )
        note(connection, "make token", f"{wish.name} ({', '.join(wish.scopes)})")
        return answer(
            NewToken(token=token, info=_info(connection.execute(select(tokens).where(tokens.c.id == made)).mappings().one())), 201
        )


@blueprint.delete("/tokens/<int:token_id>")
@needs("manager")
def withdraw_token(token_id: int) -> ResponseReturnValue:
    """Withdraw a token: from now on nothing is granted under it."""
    with opened_store().writing() as connection:
        mine = (tokens.c.id == token_id) & (tokens.c.organisation_id == g.user.organisation_id)
        name = connection.execute(select(tokens.c.name).where(mine)).scalar()
        if name is None:
            raise Refused(404, "no_such_token", _("Your organisation has no such token."))
        note(connection, "withdraw token", name)
        connection.execute(delete(tokens).where(mine))
    return "", 204


def _info(row: object) -> TokenInfo:
    return TokenInfo(**{name: row[name] for name in TokenInfo.model_fields})  # type: ignore[index]
