"""What is sealed of a month also while it lasts, with what lines show of its days; months are sealed anew from their days."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SUMS = (
    *("observed_ms", "visits", "smiled", "brightened", "dimmed", "dwell_ms"),
    *(f"dwell_{bucket}" for bucket in range(5)),
    *(f"{label}_ms" for label in ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")),
    *(f"perceived_{label}" for label in ("female", "male", "unknown")),
)
MONTHS = {"sealed_months": "place", "sealed_station_months": "station"}


def make(table: str, owner: str, *packed: str) -> None:
    op.drop_table(table)
    op.create_table(
        table,
        sa.Column(f"{owner}_id", ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in packed),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in SUMS),
        *(
            sa.ForeignKeyConstraint([f"{parent}_id"], [f"{parent}s.id"], name=op.f(f"fk_{table}_{parent}_id"), ondelete="CASCADE")
            for parent in (owner, "organisation")
        ),
        sa.PrimaryKeyConstraint(f"{owner}_id", "month", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_organisation_id_month"), table, ["organisation_id", "month"])


def upgrade() -> None:
    op.add_column("sealed_days", sa.Column("in_month", sa.Boolean(), server_default="0", nullable=False))
    for table, owner in MONTHS.items():
        make(table, owner, "hours", "lines")


def downgrade() -> None:
    with op.batch_alter_table("sealed_days") as table:
        table.drop_column("in_month")
    for table_name, owner in MONTHS.items():
        make(table_name, owner, "hours")
    # Before, a month was read wherever all its days were sealed.
    for name in ("sealed_station_days", "sealed_place_days", "sealed_days"):
        op.execute(f"DELETE FROM {name}")
