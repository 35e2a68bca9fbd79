"""What staff typed about a visit is erased together with it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEY = "fk_kept_forms_episode_id_submissions"
INDEX = "ix_kept_forms_episode_id"


def upgrade() -> None:
    with op.batch_alter_table("kept_forms") as table:
        table.add_column(
            sa.Column("episode_id", sa.String(32), comment="The visit that its page is of")
        )
        # Cascading: a version that does not know this column erases visits too.
        table.create_foreign_key(
            op.f(KEY), "submissions", ["episode_id"], ["id"], ondelete="CASCADE"
        )
        table.create_index(op.f(INDEX), ["episode_id"])


def downgrade() -> None:
    with op.batch_alter_table("kept_forms") as table:
        table.drop_index(op.f(INDEX))
        table.drop_constraint(op.f(KEY), type_="foreignkey")
        table.drop_column("episode_id")
