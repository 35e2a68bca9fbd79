"""An episode can be found by an e-mail address or a telephone number too."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('word', 'born', 'person')"
AFTER = "kind IN ('word', 'born', 'person', 'email', 'phone')"


def upgrade() -> None:
    _kinds(AFTER, "Blind indexes of who it is about, to find an episode by")


def downgrade() -> None:
    op.execute("DELETE FROM search_terms WHERE kind IN ('email', 'phone')")
    _kinds(BEFORE, "Blind indexes of names and dates of birth, to find an episode by")


def _kinds(known: str, comment: str) -> None:
    with op.batch_alter_table("search_terms") as batch:
        batch.drop_constraint(op.f("ck_search_terms_known_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_search_terms_known_kind"), known)
        batch.create_table_comment(comment)
