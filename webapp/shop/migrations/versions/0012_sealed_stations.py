"""What is sealed by station too; everything is sealed anew."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
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


def make(table: str, time: str, *others: "sa.Column[Any]") -> None:
    op.create_table(
        table,
        sa.Column("station_id", ID, nullable=False),
        sa.Column(time, sa.Date(), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        *others,
        sa.Column("hours", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in SUMS),
        *(
            sa.ForeignKeyConstraint([f"{parent}_id"], [f"{parent}s.id"], name=op.f(f"fk_{table}_{parent}_id"), ondelete="CASCADE")
            for parent in ("station", "organisation")
        ),
        sa.PrimaryKeyConstraint("station_id", time, name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_organisation_id_{time}"), table, ["organisation_id", time])


def upgrade() -> None:
    make("sealed_station_days", "day", sa.Column("held", sa.BigInteger(), nullable=False))
    op.create_index("ix_sealed_station_days_lines", "sealed_station_days", ["station_id", "day", *SEALED, "held"])
    make("sealed_station_months", "month")
    for table in ("sealed_months", "sealed_place_days", "sealed_days"):
        op.execute(f"DELETE FROM {table}")


def downgrade() -> None:
    op.drop_table("sealed_station_months")
    op.drop_table("sealed_station_days")
