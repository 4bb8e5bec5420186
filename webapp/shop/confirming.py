"""What an operator confirms before an organisation's stations may count: people are told, neither staff nor pupils are watched."""

from flask_babel import gettext as _
from sqlalchemy import Connection, insert, select, update

from webapp.language import N_
from webapp.shop import store
from webapp.shop.asking import Refused
from webapp.shop.schema import audit, organisations

PROMISE = N_(
    "I will tell people that faces are counted, watch no pupils, and leave the places where staff work out of the picture. The EU's AI "
    "Act forbids inferring the emotions of staff and pupils."
)
ACTION = "confirm notice and zones"


def confirm(connection: Connection, organisation_id: int, who: str) -> None:
    """Keep that `who` confirmed for an organisation, and when; the first one counts."""
    mine = (organisations.c.id == organisation_id) & organisations.c.confirmed_at.is_(None)
    time = store.now()
    if connection.execute(update(organisations).where(mine).values(confirmed_at=time, confirmed_by=who)).rowcount:
        name = connection.execute(select(organisations.c.name).where(organisations.c.id == organisation_id)).scalar_one()
        connection.execute(insert(audit).values(organisation_id=organisation_id, at=time, who=who, action=ACTION, subject=name))


def unconfirmed(connection: Connection) -> list[str]:
    """Return the names of the organisations for which nobody has."""
    asked = select(organisations.c.name).where(organisations.c.confirmed_at.is_(None)).order_by(organisations.c.name)
    return list(connection.execute(asked).scalars())


def not_confirmed() -> Refused:
    """Return the refusal of a station whose organisation has not; what it counted stays with it and is taken later."""
    return Refused(
        403,
        "not_confirmed",
        _("Nobody has confirmed yet that people are told and that neither staff nor pupils are watched: an owner does under Places."),
    )
