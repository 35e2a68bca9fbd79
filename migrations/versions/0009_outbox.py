"""The outbox: messages to be sent by e-mail, committed together with what they tell of."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CHECKS = {
    "attempts_not_negative": "attempts >= 0",
    "lease_whole": "(lease_by IS NULL) = (lease_until IS NULL)",
    "sent_or_given_up": "sent_at IS NULL OR given_up_at IS NULL",
    "whole_until_sent": (
        "sent_at IS NOT NULL OR (sealed_recipient IS NOT NULL AND sealed_params IS NOT NULL)"
    ),
}


def utc() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False, comment="Which fixed text"),
        sa.Column("sealed_recipient", sa.LargeBinary(), comment="Address; null once sent"),
        sa.Column("sealed_params", sa.LargeBinary(), comment="Its link; null once sent"),
        sa.Column("episode_id", sa.String(32)),
        sa.Column("draft_id", sa.String(32)),
        sa.Column("staff_id", sa.String(32)),
        sa.Column(
            "once", sa.String(128), comment="Ids that say what it is about: never posted twice"
        ),
        sa.Column("posted_at", utc(), nullable=False),
        sa.Column("due", utc(), nullable=False, comment="The next attempt, not before"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", utc()),
        sa.Column("lease_by", sa.String(32), comment="The worker that tries it now"),
        sa.Column(
            "message_id", sa.Text(),
            comment="Message-ID; fixed at the first attempt, the same in all others",
        ),
        sa.Column("sent_at", utc()),
        sa.Column("given_up_at", utc()),
        sa.Column(
            "failure", sa.String(32),
            comment="Of the last attempt, as a code; never the server's words",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("once", name=op.f("uq_outbox_once")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["submissions.id"], name=op.f("fk_outbox_episode_id_submissions")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_outbox_draft_id_drafts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_outbox_staff_id_staff")),
        *(
            sa.CheckConstraint(check, name=op.f(f"ck_outbox_{name}"))
            for name, check in CHECKS.items()
        ),
        comment="Messages to be sent by e-mail; emptied when sent, gone a month later",
    )  # fmt: skip
    for column in ("episode_id", "draft_id", "staff_id", "due"):
        op.create_index(op.f(f"ix_outbox_{column}"), "outbox", [column])


def downgrade() -> None:
    """What still waits is not sent."""
    op.drop_table("outbox")
