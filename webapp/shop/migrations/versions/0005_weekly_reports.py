"""Reports that are sent each week."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("query", sa.String(length=400), nullable=False),
        sa.Column("emails", sa.JSON(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_reports_organisation_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    op.create_index(op.f("ix_reports_next_at"), "reports", ["next_at"])
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("report_id", ID, nullable=True))
        messages.create_foreign_key(op.f("fk_messages_report_id"), "reports", ["report_id"], ["id"], ondelete="CASCADE")
    op.create_index(op.f("ix_messages_report_id"), "messages", ["report_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_messages_report_id"), "messages")
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint(op.f("fk_messages_report_id"), type_="foreignkey")
        messages.drop_column("report_id")
    op.drop_table("reports")
