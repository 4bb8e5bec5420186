"""The language of alerts and of weekly reports; those made before were English."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("alerts", "reports"):
        op.add_column(table, sa.Column("language", sa.String(20), server_default="en", nullable=False))


def downgrade() -> None:
    for table in ("alerts", "reports"):
        op.drop_column(table, "language")
