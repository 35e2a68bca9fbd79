"""How often each key has sealed something is counted: no key may do so 2^32 times."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "key_checks",
        sa.Column(
            "sealings",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="How often this key has sealed something, set aside in blocks",
        ),
    )


def downgrade() -> None:
    with op.batch_alter_table("key_checks") as table:
        table.drop_column("sealings")
