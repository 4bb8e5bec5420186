"""An index that holds all that lines show of a place's sealed days, so that their wide rows need not be read."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLE, NAME = "sealed_place_days", "ix_sealed_place_days_lines"


def upgrade() -> None:
    op.create_index(NAME, TABLE, ["place_id", "day", "observed_ms", "visits", "smiled", "held"])


def downgrade() -> None:
    op.drop_index(NAME, TABLE)
