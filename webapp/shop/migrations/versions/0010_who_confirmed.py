"""Who confirmed for an organisation that people are told and that neither staff nor pupils are watched; known so far from the log only."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CONFIRMED = "FROM audit WHERE audit.organisation_id = organisations.id AND action = 'confirm notice and zones'"


def upgrade() -> None:
    op.add_column("organisations", sa.Column("confirmed_at", sa.BigInteger()))
    op.add_column("organisations", sa.Column("confirmed_by", sa.String(254)))
    op.execute(f"UPDATE organisations SET confirmed_at = (SELECT min(at) {CONFIRMED}), confirmed_by = (SELECT min(who) {CONFIRMED})")


def downgrade() -> None:
    op.drop_column("organisations", "confirmed_by")
    op.drop_column("organisations", "confirmed_at")
