"""Every table of the database: accounts, places, and counts per minute, hour and day."""

from collections.abc import Sequence

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
)

from webapp.contract import DWELL_S, EMOTIONS, PERCEIVED_GENDERS

DWELL = tuple(f"dwell_{bucket}" for bucket in range(len(DWELL_S) + 1))
EMOTION_MS = tuple(f"{label}_ms" for label in EMOTIONS)
GENDERS = tuple(f"perceived_{label}" for label in PERCEIVED_GENDERS)
SUMS = ("observed_ms", "visits", "smiled", "brightened", "dimmed", "dwell_ms", *DWELL, *EMOTION_MS, *GENDERS)
"""What is counted, in every table of counts; each is a plain sum."""
SEALED = ("observed_ms", "visits", "smiled")
"""Those of them that lines, heat maps and leagues show."""

naming = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=naming)
Id = BigInteger().with_variant(Integer, "sqlite")


def _sums(names: Sequence[str] = SUMS) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False, server_default="0") for name in names]


def _parent(table: str, **how: bool) -> Column[int]:
    return Column(f"{table.rstrip('s')}_id", Id, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, **how)  # type: ignore[arg-type]


facts = Table("facts", metadata, Column("name", String(40), primary_key=True), Column("value", String(400), nullable=False))
"""What the server knows about itself, such as the secret that signs sessions."""

organisations = Table(
    "organisations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("made_at", BigInteger),
    Column("confirmed_at", BigInteger),
    Column("confirmed_by", String(254)),
)
"""`confirmed_at` null: nobody confirmed that people are told, and its stations are refused."""

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    _parent("organisations"),
    Column("email", String(254), nullable=False, unique=True),
    Column("role", String(10), nullable=False),
    Column("password", String(300), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("made_at", BigInteger),
)
attempts = Table(
    "attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("who", String(300), nullable=False),
    Column("at", BigInteger),
    Index(None, "who", "at"),
)
"""Failed logins, for throttling."""

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    _parent("organisations"),
    Column("at", BigInteger, nullable=False),
    Column("who", String(254), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(300), nullable=False),
)
places = Table(
    "places",
    metadata,
    Column("id", Id, primary_key=True),
    _parent("organisations"),
    Column("name", String(200), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("opening", JSON, nullable=False),
    Column("gender", Boolean, nullable=False),
    Column("made_at", BigInteger),
)
stations = Table(
    "stations",
    metadata,
    Column("id", Id, primary_key=True),
    _parent("places"),
    Column("name", String(200), nullable=False),
    Column("seen_at", BigInteger),
    Column("clock_error_ms", BigInteger),
    Column("made_at", BigInteger),
)
keys = Table(
    "keys",
    metadata,
    Column("id", Id, primary_key=True),
    _parent("stations", index=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("hint", String(8), nullable=False),
    Column("made_at", BigInteger),
    Column("withdrawn_at", BigInteger),
)
views = Table(
    "views",
    metadata,
    Column("id", Id, primary_key=True),
    _parent("organisations"),
    Column("name", String(200), nullable=False),
    Column("query", String(400), nullable=False),
    Column("link_hash", String(64), unique=True),
    Column("made_at", BigInteger),
)
"""Filters of the dashboard by name, as they stand in its address; `link_hash` where the view may be embedded."""

tokens = Table(
    "tokens",
    metadata,
    Column("id", Id, primary_key=True),
    _parent("organisations", index=True),
    Column("name", String(200), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("hint", String(8), nullable=False),
    Column("made_by", String(254), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("used_at", BigInteger),
)
"""What programs show instead of a session; one that is withdrawn is deleted."""

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    _parent("organisations"),
    _parent("places", index=True),
    Column("station_id", Id, ForeignKey("stations.id", ondelete="CASCADE"), index=True),
    Column("threshold", SmallInteger, nullable=False),
    Column("minutes", SmallInteger, nullable=False),
    Column("visits", Integer, nullable=False),
    Column("email", String(254)),
    Column("url", String(500)),
    Column("secret", String(64)),
    Column("language", String(20), nullable=False, server_default="en"),
    Column("paused", Boolean, nullable=False),
    Column("begun", Boolean, nullable=False, server_default="0"),
    Column("judged", BigInteger, nullable=False),
    Column("changed_at", BigInteger),
    Column("made_at", BigInteger),
)
"""What is watched for; `station_id` null: the whole place. `judged` is when it turned last, or was changed by hand."""

reports = Table(
    "reports",
    metadata,
    Column("id", Id, primary_key=True),
    _parent("organisations"),
    Column("name", String(200), nullable=False),
    Column("query", String(400), nullable=False),
    Column("emails", JSON, nullable=False),
    Column("language", String(20), nullable=False, server_default="en"),
    Column("weekday", SmallInteger, nullable=False),
    Column("hour", SmallInteger, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("next_at", BigInteger, nullable=False, index=True),
    Column("made_at", BigInteger),
)
"""What is sent by mail each week."""

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    _parent("organisations"),
    Column("alert_id", Id, ForeignKey("alerts.id", ondelete="CASCADE"), index=True),
    Column("report_id", Id, ForeignKey("reports.id", ondelete="CASCADE"), index=True),
    Column("name", String(36), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("content", JSON, nullable=False),
    Column("state", String(10), nullable=False),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("due_at", BigInteger, nullable=False),
    Column("error", String(300)),
    Column("made_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Index(None, "state", "due_at"),
)
"""What is to be sent, written with what it tells of, so that neither is there without the other."""

batches = Table(
    "batches",
    metadata,
    _parent("stations", primary_key=True),
    Column("stream", String(64), primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("received_at", BigInteger, nullable=False, index=True),
)
"""Which batches were counted; kept longer than the oldest counts that are taken."""

minutes = Table(
    "minutes",
    metadata,
    _parent("stations", primary_key=True),
    Column("start", BigInteger, primary_key=True),
    *_sums(),
    Index(None, "start"),
)
hours = Table(
    "hours",
    metadata,
    _parent("stations", primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("day", Date, nullable=False),
    Column("weekday", SmallInteger, nullable=False),
    Column("hour", SmallInteger, nullable=False),
    Column("told", Boolean, nullable=False, server_default="0"),
    *_sums(),
    Index(None, "station_id", "day"),
    Index(None, "day"),
)
"""Counts within opening hours, by the place's own clock; `told` is false where they are withheld."""

days = Table(
    "days",
    metadata,
    _parent("stations", primary_key=True),
    Column("day", Date, primary_key=True),
    Column("weekday", SmallInteger, nullable=False),
    Column("told", Boolean, nullable=False, server_default="0"),
    *_sums(),
    Index(None, "day"),
)
"""What of each day may be told; parts of too few visits are already left out."""

sealed_days = Table(
    "sealed_days",
    metadata,
    _parent("organisations", primary_key=True),
    Column("day", Date, primary_key=True),
    Column("held", BigInteger, nullable=False),
    Column("hours", LargeBinary, nullable=False),
    Column("in_month", Boolean, nullable=False, server_default="0"),
    *_sums(),
)
"""What may be told of a day that is over, of all stations together; `held` counts those that are withheld, `hours` is of packed.py.

Other days are not sealed. `in_month` says that the sums of its month hold it.
"""


def _sealed_days_of(name: str, owners: str) -> Table:
    whose = f"{owners.removesuffix('s')}_id"
    return Table(
        name,
        metadata,
        _parent(owners, primary_key=True),
        Column("day", Date, primary_key=True),
        _parent("organisations"),
        Column("held", BigInteger, nullable=False),
        Column("hours", LargeBinary, nullable=False),
        *_sums(),
        Index(None, "organisation_id", "day"),
        # All that lines show: the rows themselves, which are wide, are not read for them.
        Index(f"ix_{name}_lines", whose, "day", *SEALED, "held"),
    )


def _sealed_months_of(name: str, owners: str) -> Table:
    return Table(
        name,
        metadata,
        _parent(owners, primary_key=True),
        Column("month", Date, primary_key=True),
        _parent("organisations"),
        Column("hours", LargeBinary, nullable=False),
        Column("lines", LargeBinary, nullable=False),
        *_sums(),
        Index(None, "organisation_id", "month"),
    )


sealed_place_days = _sealed_days_of("sealed_place_days", "places")
"""The same for each place that has counts of a sealed day."""

sealed_months = _sealed_months_of("sealed_months", "places")
"""The same for each place and month, of its days that are `in_month`; `hours` are those of the week, `lines` is what they show by day."""

sealed_station_days = _sealed_days_of("sealed_station_days", "stations")
"""As sealed_place_days, of single stations."""

sealed_station_months = _sealed_months_of("sealed_station_months", "stations")
"""As sealed_months, of single stations."""
