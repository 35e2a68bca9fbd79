"""What was erased leaves a tombstone, so that a backup from before cannot bring it back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tombstones",
        sa.Column("episode_id", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("episode_id", name=op.f("pk_tombstones")),
        sa.CheckConstraint(
            "reason IN ('retention', 'request', 'restored')",
            name=op.f("ck_tombstones_known_reason"),
        ),
        comment="Episodes that were erased: only their opaque ids, so that none comes back",
    )


def downgrade() -> None:
    op.drop_table("tombstones")
