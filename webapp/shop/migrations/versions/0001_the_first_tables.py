"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("who", sa.String(length=300), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempts_who_at"), ["who", "at"], unique=False)

    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=254), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_audit_organisation_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "places",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("opening", sa.JSON(), nullable=False),
        sa.Column("gender", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_places_organisation_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("password", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_users_organisation_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "stations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("clock_error_ms", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_stations_place_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stations")),
    )
    op.create_table(
        "batches",
        sa.Column("station_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_batches_station_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("station_id", "stream", "sequence", name=op.f("pk_batches")),
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batches_received_at"), ["received_at"], unique=False)

    op.create_table(
        "days",
        sa.Column("station_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("told", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("observed_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("visits", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("smiled", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("brightened", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dimmed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_0", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_1", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_2", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_3", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_4", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("angry_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("disgust_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fear_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("happy_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sad_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("surprise_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("neutral_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("perceived_female", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("perceived_male", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("perceived_unknown", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_days_station_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("station_id", "day", name=op.f("pk_days")),
    )
    with op.batch_alter_table("days", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_days_day"), ["day"], unique=False)

    op.create_table(
        "hours",
        sa.Column("station_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("told", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("observed_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("visits", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("smiled", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("brightened", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dimmed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_0", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_1", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_2", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_3", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_4", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("angry_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("disgust_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fear_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("happy_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sad_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("surprise_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("neutral_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("perceived_female", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("perceived_male", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("perceived_unknown", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_hours_station_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("station_id", "start", name=op.f("pk_hours")),
    )
    with op.batch_alter_table("hours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hours_station_id_day"), ["station_id", "day"], unique=False)

    op.create_table(
        "keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("station_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_keys_station_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        sa.UniqueConstraint("hash", name=op.f("uq_keys_hash")),
    )
    with op.batch_alter_table("keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_keys_station_id"), ["station_id"], unique=False)

    op.create_table(
        "minutes",
        sa.Column("station_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("observed_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("visits", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("smiled", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("brightened", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dimmed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_0", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_1", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_2", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_3", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dwell_4", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("angry_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("disgust_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fear_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("happy_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sad_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("surprise_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("neutral_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("perceived_female", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("perceived_male", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("perceived_unknown", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_minutes_station_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("station_id", "start", name=op.f("pk_minutes")),
    )
    with op.batch_alter_table("minutes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minutes_start"), ["start"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("minutes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minutes_start"))

    op.drop_table("minutes")
    with op.batch_alter_table("keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_keys_station_id"))

    op.drop_table("keys")
    with op.batch_alter_table("hours", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hours_station_id_day"))

    op.drop_table("hours")
    with op.batch_alter_table("days", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_days_day"))

    op.drop_table("days")
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batches_received_at"))

    op.drop_table("batches")
    op.drop_table("stations")
    op.drop_table("users")
    op.drop_table("places")
    op.drop_table("audit")
    op.drop_table("organisations")
    op.drop_table("facts")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempts_who_at"))

    op.drop_table("attempts")
