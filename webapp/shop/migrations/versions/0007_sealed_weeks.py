"""Hours of the week of places' past months."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sealed_weeks",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("place_id", ID, nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in ("observed_ms", "visits", "smiled")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_sealed_weeks_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_sealed_weeks_place_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("organisation_id", "month", "place_id", "weekday", "hour", name=op.f("pk_sealed_weeks")),
    )
    # Months that were sealed without them are sealed anew.
    for table in ("sealed_months", "sealed_hours", "sealed_days"):
        op.execute(f"DELETE FROM {table}")


def downgrade() -> None:
    op.drop_table("sealed_weeks")
