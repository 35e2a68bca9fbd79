"""Answer events: what each accepted page changed, kept as long as its draft or submission."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TAKEN_ALONG = ("drafts", "submissions")

ON_SQLITE = (
    """CREATE TRIGGER answer_events_no_update BEFORE UPDATE ON answer_events
    BEGIN SELECT RAISE(ABORT, 'answer events are append-only'); END""",
    # The second case is INSERT OR REPLACE.
    """CREATE TRIGGER answer_events_only_to_drafts BEFORE INSERT ON answer_events
    WHEN NOT EXISTS (SELECT 1 FROM drafts WHERE id = NEW.draft_id) OR EXISTS
        (SELECT 1 FROM answer_events WHERE draft_id = NEW.draft_id AND seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'answer events are append-only'); END""",
    """CREATE TRIGGER answer_events_no_delete BEFORE DELETE ON answer_events
    WHEN EXISTS (SELECT 1 FROM drafts WHERE id = OLD.draft_id)
        OR EXISTS (SELECT 1 FROM submissions WHERE draft_id = OLD.draft_id)
    BEGIN SELECT RAISE(ABORT, 'answer events are append-only'); END""",
    """CREATE TRIGGER drafts_take_answer_events AFTER DELETE ON drafts
    WHEN NOT EXISTS (SELECT 1 FROM submissions WHERE draft_id = OLD.id)
    BEGIN DELETE FROM answer_events WHERE draft_id = OLD.id; END""",
    """CREATE TRIGGER submissions_take_answer_events AFTER DELETE ON submissions
    BEGIN DELETE FROM answer_events WHERE draft_id = OLD.draft_id; END""",
)
ON_POSTGRESQL = (
    """CREATE FUNCTION guard_answer_events() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' AND EXISTS (SELECT 1 FROM drafts WHERE id = NEW.draft_id) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM drafts WHERE id = OLD.draft_id)
            AND NOT EXISTS (SELECT 1 FROM submissions WHERE draft_id = OLD.draft_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'answer events are append-only'; END $$""",
    """CREATE TRIGGER answer_events_guard BEFORE INSERT OR UPDATE OR DELETE ON answer_events
    FOR EACH ROW EXECUTE FUNCTION guard_answer_events()""",
    """CREATE TRIGGER answer_events_no_truncate BEFORE TRUNCATE ON answer_events
    FOR EACH STATEMENT EXECUTE FUNCTION guard_answer_events()""",
    """CREATE FUNCTION take_answer_events() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_TABLE_NAME = 'submissions' THEN
        DELETE FROM answer_events WHERE draft_id = OLD.draft_id;
    ELSIF NOT EXISTS (SELECT 1 FROM submissions WHERE draft_id = OLD.id) THEN
        DELETE FROM answer_events WHERE draft_id = OLD.id;
    END IF;
    RETURN NULL; END $$""",
    """CREATE TRIGGER drafts_take_answer_events AFTER DELETE ON drafts
    FOR EACH ROW EXECUTE FUNCTION take_answer_events()""",
    """CREATE TRIGGER submissions_take_answer_events AFTER DELETE ON submissions
    FOR EACH ROW EXECUTE FUNCTION take_answer_events()""",
)


def upgrade() -> None:
    """Drafts and submissions from before have no events: nobody knows their changes."""
    op.create_table(
        "answer_events",
        sa.Column(
            "draft_id", sa.String(32), nullable=False,
            comment="The draft, which the submission names as well",
        ),
        sa.Column(
            "seq", sa.Integer(), nullable=False, comment="The version that the draft then got"
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "sealed", sa.LargeBinary(), nullable=False,
            comment="Items with old and new answers, JSON, sealed",
        ),
        sa.PrimaryKeyConstraint("draft_id", "seq", name=op.f("pk_answer_events")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_answer_events_seq_positive")),
        comment="What each accepted page changed in the answers; append-only",
    )  # fmt: skip
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in ON_SQLITE if sqlite else ON_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    for table in TAKEN_ALONG:
        on = "" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"
        op.execute(f"DROP TRIGGER {table}_take_answer_events{on}")
    op.drop_table("answer_events")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION take_answer_events()")
        op.execute("DROP FUNCTION guard_answer_events()")
