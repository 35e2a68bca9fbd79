"""Audit events are chained: each is bound to the one before it; the end of the chain is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A program of the revision before goes on writing; what it writes stands outside the chain."""
    op.add_column(
        "audit_events",
        sa.Column(
            "link", sa.BigInteger(),
            comment="Place in the chain, from 1; null: from before the chain",
        ),
    )  # fmt: skip
    op.add_column(
        "audit_events",
        sa.Column(
            "mac", sa.LargeBinary(),
            comment="HMAC-SHA-256 over this event and the one before it in the chain",
        ),
    )  # fmt: skip
    heads = op.create_table(
        "audit_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "link", sa.BigInteger(), nullable=False, comment="How many events are in the chain"
        ),
        sa.Column("mac", sa.LargeBinary(), comment="Of the last event in the chain"),
        sa.Column("start", sa.LargeBinary(), comment="HMAC over the events before the chain"),
        sa.Column(
            "start_seq", sa.BigInteger(), nullable=False, comment="The last event before the chain"
        ),
        sa.Column("sealed_key", sa.LargeBinary(), comment="32 bytes; null: no chain yet"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_heads")),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_heads_one_row")),
        comment="The end of the chain of audit events, and the sealed key that makes it",
    )
    # The key is made by whatever brought the database here (bringing_up.py): a migration has none.
    op.bulk_insert(heads, [{"id": 1, "link": 0, "start_seq": 0}])
    op.create_index(op.f("ix_audit_events_link"), "audit_events", ["link"], unique=True)


def downgrade() -> None:
    op.drop_table("audit_heads")
    op.drop_index(op.f("ix_audit_events_link"), "audit_events")
    op.drop_column("audit_events", "mac")
    op.drop_column("audit_events", "link")
