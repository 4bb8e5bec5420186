"""Sums of organisations' past days and months; minutes by day, each in a partition of its own, on PostgreSQL."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEALED = ("observed_ms", "visits", "smiled")
EMOTION_MS = ("angry_ms", "disgust_ms", "fear_ms", "happy_ms", "sad_ms", "surprise_ms", "neutral_ms")
DWELL = tuple(f"dwell_{bucket}" for bucket in range(5))
SUMS = (*SEALED, "brightened", "dimmed", "dwell_ms", *DWELL, *EMOTION_MS, "perceived_female", "perceived_male", "perceived_unknown")


def sums(names: tuple[str, ...]) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in names]


def organisation(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_organisation_id")
    key = sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=name, ondelete="CASCADE")
    return sa.Column("organisation_id", ID, nullable=False), key


def upgrade() -> None:
    op.create_table(
        "sealed_days",
        *organisation("sealed_days"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        *sums(SUMS),
        sa.PrimaryKeyConstraint("organisation_id", "day", name=op.f("pk_sealed_days")),
    )
    op.create_table(
        "sealed_hours",
        *organisation("sealed_hours"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        *sums(SEALED),
        sa.PrimaryKeyConstraint("organisation_id", "day", "hour", name=op.f("pk_sealed_hours")),
    )
    op.create_table(
        "sealed_months",
        *organisation("sealed_months"),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("place_id", ID, nullable=False),
        *sums(SUMS),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_sealed_months_place_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("organisation_id", "month", "place_id", name=op.f("pk_sealed_months")),
    )
    op.create_index(op.f("ix_hours_day"), "hours", ["day"])
    if op.get_bind().dialect.name == "postgresql":
        _partition()


def _partition() -> None:
    """Split the minutes by the day; rows of no day's partition are in `minutes_rest`. Partitions are made by the server (partitions.py)."""
    for statement in (
        "ALTER TABLE minutes RENAME TO minutes_rest",
        "ALTER TABLE minutes_rest DROP CONSTRAINT fk_minutes_station_id",
        "ALTER TABLE minutes_rest RENAME CONSTRAINT pk_minutes TO pk_minutes_rest",
        "ALTER INDEX ix_minutes_start RENAME TO ix_minutes_rest_start",
        "CREATE TABLE minutes (LIKE minutes_rest INCLUDING DEFAULTS) PARTITION BY RANGE (start)",
        "ALTER TABLE minutes ADD CONSTRAINT pk_minutes PRIMARY KEY (station_id, start)",
        "ALTER TABLE minutes ADD CONSTRAINT fk_minutes_station_id FOREIGN KEY (station_id) REFERENCES stations (id) ON DELETE CASCADE",
        "CREATE INDEX ix_minutes_start ON minutes (start)",
        "ALTER TABLE minutes ATTACH PARTITION minutes_rest DEFAULT",
    ):
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TABLE minutes_whole (LIKE minutes INCLUDING ALL)")
        op.execute("INSERT INTO minutes_whole SELECT * FROM minutes")
        op.execute("DROP TABLE minutes")
        op.execute("ALTER TABLE minutes_whole RENAME TO minutes")
    op.drop_index(op.f("ix_hours_day"), "hours")
    for table in ("sealed_months", "sealed_hours", "sealed_days"):
        op.drop_table(table)
