"""What is sealed by place and day, and hours packed into one value; everything is sealed anew."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEALED = ("observed_ms", "visits", "smiled")
SUMS = (
    *SEALED,
    *("brightened", "dimmed", "dwell_ms"),
    *(f"dwell_{bucket}" for bucket in range(5)),
    *(f"{label}_ms" for label in ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")),
    *(f"perceived_{label}" for label in ("female", "male", "unknown")),
)
KINDS: dict[str, Any] = {
    "day": sa.Date(),
    "month": sa.Date(),
    "weekday": sa.SmallInteger(),
    "hour": sa.SmallInteger(),
    "held": sa.BigInteger(),
}


def make(table: str, keys: str, others: str = "", sums: tuple[str, ...] = SUMS) -> None:
    named = [*keys.split(), *others.split()]
    parents = [name for name in named if name.endswith("_id")]
    op.create_table(
        table,
        *(sa.Column(name, ID if name in parents else KINDS.get(name, sa.LargeBinary()), nullable=False) for name in named),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in sums),
        *(
            sa.ForeignKeyConstraint([name], [f"{name.removesuffix('_id')}s.id"], name=op.f(f"fk_{table}_{name}"), ondelete="CASCADE")
            for name in parents
        ),
        sa.PrimaryKeyConstraint(*keys.split(), name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    for table in ("sealed_weeks", "sealed_months", "sealed_hours", "sealed_days"):
        op.drop_table(table)
    make("sealed_days", "organisation_id day", "held hours")
    make("sealed_place_days", "place_id day", "organisation_id held hours")
    make("sealed_months", "place_id month", "organisation_id hours")
    op.create_index(op.f("ix_sealed_place_days_organisation_id_day"), "sealed_place_days", ["organisation_id", "day"])
    op.create_index(op.f("ix_sealed_months_organisation_id_month"), "sealed_months", ["organisation_id", "month"])


def downgrade() -> None:
    for table in ("sealed_months", "sealed_place_days", "sealed_days"):
        op.drop_table(table)
    make("sealed_days", "organisation_id day", "held")
    make("sealed_hours", "organisation_id day hour", "weekday held", SEALED)
    make("sealed_months", "organisation_id month place_id")
    make("sealed_weeks", "organisation_id month place_id weekday hour", "", SEALED)
