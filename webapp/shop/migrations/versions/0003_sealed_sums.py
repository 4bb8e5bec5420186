"""Sums of organisations' past days and months."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
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


def downgrade() -> None:
    op.drop_index(op.f("ix_hours_day"), "hours")
    for table in ("sealed_months", "sealed_hours", "sealed_days"):
        op.drop_table(table)
