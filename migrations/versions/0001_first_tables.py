"""First tables: clinic, drafts, submissions, reviews, staff, sessions, throttles, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LEVELS = "('info', 'caution', 'review', 'stop')"
DISPOSITIONS = "('proceed', 'proceed_with_precautions', 'defer', 'do_not_treat', 'ask_patient')"


def utc() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def serial() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    add_clinic_tables()
    add_draft_table()
    add_submission_table()
    add_staff_tables()
    add_review_table()
    add_throttle_table()
    add_audit_table()


def add_clinic_tables() -> None:
    op.create_table(
        "key_checks",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="Known value, sealed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_checks")),
        sa.CheckConstraint("id = 1", name=op.f("ck_key_checks_one_row")),
        comment="A known value under the data key: tells a wrong key before anyone is served",
    )
    op.create_table(
        "clinic_settings",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("emergency_number", sa.Text(), nullable=False),
        sa.Column("urgent_line", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.String(16), nullable=False),
        sa.Column(
            "time_zone", sa.Text(), nullable=False, comment="IANA name; dates shown are days there"
        ),
        sa.Column("modality", sa.String(16), nullable=False, comment="Kind of needling offered"),
        sa.Column(
            "public_start",
            sa.Boolean(),
            nullable=False,
            comment="May anyone start without invitation",
        ),
        sa.Column("accent", sa.String(7), nullable=False, comment="Accent colour, #rrggbb"),
        sa.Column(
            "is_demo",
            sa.Boolean(),
            nullable=False,
            comment="Production refuses to start with demo data",
        ),
        sa.Column("updated_at", utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_settings")),
        sa.CheckConstraint("id = 1", name=op.f("ck_clinic_settings_one_row")),
        sa.CheckConstraint(
            "jurisdiction IN ('england', 'wales', 'scotland', 'ni', 'us', 'other')",
            name=op.f("ck_clinic_settings_known_jurisdiction"),
        ),
        sa.CheckConstraint(
            "modality IN ('mechanical', 'rf', 'unknown')",
            name=op.f("ck_clinic_settings_known_modality"),
        ),
        comment="The one clinic: what patients are told and how rules are read",
    )


def add_draft_table() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("protocol", sa.String(64), nullable=False, comment="Protocol version key"),
        sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 of the protocol file"),
        sa.Column("created_at", utc(), nullable=False),
        sa.Column("updated_at", utc(), nullable=False),
        sa.Column("expires_at", utc(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="Counts saved pages"),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=False,
            comment="Answers and contact so far, one JSON, sealed",
        ),
        sa.Column(
            "notice_version", sa.String(32), nullable=False, comment="Privacy notice agreed to"
        ),
        sa.Column("agreed_at", utc(), nullable=False),
        sa.Column("resume_token_hash", sa.String(64)),
        sa.Column("resume_code_index", sa.LargeBinary(16)),
        sa.Column(
            "resume_failures",
            sa.Integer(),
            nullable=False,
            comment="Wrong dates of birth on coming back",
        ),
        sa.Column("locked_at", utc(), comment="Coming back is closed since"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("resume_token_hash", name=op.f("uq_drafts_resume_token_hash")),
        sa.UniqueConstraint("resume_code_index", name=op.f("uq_drafts_resume_code_index")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_drafts_version_positive")),
        sa.CheckConstraint("resume_failures >= 0", name=op.f("ck_drafts_failures_not_negative")),
        sa.CheckConstraint(
            "expires_at > created_at", name=op.f("ck_drafts_expires_after_creation")
        ),
        comment="Unfinished questionnaires; deleted on submission and when they expire",
    )
    op.create_index(op.f("ix_drafts_expires_at"), "drafts", ["expires_at"])


def add_submission_table() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(32), nullable=False, comment="Shown to people"),
        sa.Column("draft_id", sa.String(32), nullable=False, comment="Idempotency key"),
        sa.Column("protocol", sa.String(64), nullable=False, comment="Protocol version key"),
        sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 of the protocol file"),
        sa.Column("received_at", utc(), nullable=False),
        sa.Column(
            "completed_on", sa.Date(), nullable=False, comment="Day of submission at the clinic"
        ),
        sa.Column("treatment_date", sa.Date()),
        sa.Column(
            "level", sa.String(8), nullable=False, comment="Computed level; never which rules"
        ),
        sa.Column(
            "sealed_answers", sa.LargeBinary(), nullable=False, comment="Answers as JSON, sealed"
        ),
        sa.Column(
            "sealed_assessment",
            sa.LargeBinary(),
            nullable=False,
            comment="Assessment as JSON, sealed",
        ),
        sa.Column(
            "sealed_identity",
            sa.LargeBinary(),
            nullable=False,
            comment="Name and contact as JSON, sealed",
        ),
        sa.Column(
            "body_mac",
            sa.LargeBinary(32),
            nullable=False,
            comment="Keyed digest: is a repeated submit the same one",
        ),
        sa.Column(
            "notice_version", sa.String(32), nullable=False, comment="Privacy notice agreed to"
        ),
        sa.Column("agreed_at", utc(), nullable=False),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="Raised by each decision; stale ones refused",
        ),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("reference", name=op.f("uq_submissions_reference")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_submissions_draft_id")),
        sa.CheckConstraint(f"level IN {LEVELS}", name=op.f("ck_submissions_known_level")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_submissions_version_positive")),
        comment="Finished questionnaires as received; never edited",
    )
    op.create_index(op.f("ix_submissions_received_at"), "submissions", ["received_at"])


def add_staff_tables() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("email_index", sa.LargeBinary(16), nullable=False, comment="Blind index"),
        sa.Column("sealed_email", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.Text(), comment="Argon2id; null before set-up"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column(
            "fs_uniquifier",
            sa.String(64),
            nullable=False,
            comment="Changing it ends all sign-ins",
        ),
        sa.Column("created_at", utc(), nullable=False),
        sa.Column(
            "roles",
            sa.Text(),
            nullable=False,
            server_default="clinician",
            comment="Space-separated",
        ),
        sa.Column("set_up_token_hash", sa.String(64)),
        sa.Column("set_up_expires_at", utc()),
        sa.Column("set_up_used_at", utc()),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email_index", name=op.f("uq_staff_email_index")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_staff_fs_uniquifier")),
        sa.UniqueConstraint("set_up_token_hash", name=op.f("uq_staff_set_up_token_hash")),
        sa.CheckConstraint(
            "(set_up_token_hash IS NULL) = (set_up_expires_at IS NULL)",
            name=op.f("ck_staff_set_up_expires"),
        ),
        comment="People who work at the clinic and may sign in",
    )
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.String(64), nullable=False, comment="SHA-256 of the id"),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("staff_id", sa.String(32)),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", utc(), nullable=False),
        sa.Column("last_seen_at", utc(), nullable=False),
        sa.Column("expires_at", utc(), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_sessions")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_sessions_staff_id_staff")
        ),
        sa.CheckConstraint("kind IN ('patient', 'staff')", name=op.f("ck_sessions_known_kind")),
        comment="Server-side browser sessions; the cookie holds only the id",
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"])
    op.create_index(op.f("ix_sessions_staff_id"), "sessions", ["staff_id"])


def add_review_table() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("submission_id", sa.String(32), nullable=False),
        sa.Column(
            "submission_version",
            sa.Integer(),
            nullable=False,
            comment="Version that was decided upon",
        ),
        sa.Column("disposition", sa.String(32), nullable=False),
        sa.Column("defer_until", sa.Date()),
        sa.Column("level", sa.String(8), nullable=False, comment="Level the clinician saw"),
        sa.Column(
            "against_level",
            sa.Boolean(),
            nullable=False,
            comment="Decided against what the level asks",
        ),
        sa.Column("sealed_reason", sa.LargeBinary()),
        sa.Column("sealed_note", sa.LargeBinary()),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("decided_at", utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint(
            "submission_id",
            "submission_version",
            name=op.f("uq_reviews_submission_id_submission_version"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_reviews_submission_id_submissions")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_reviews_staff_id_staff")),
        sa.CheckConstraint(
            f"disposition IN {DISPOSITIONS}", name=op.f("ck_reviews_known_disposition")
        ),
        sa.CheckConstraint(f"level IN {LEVELS}", name=op.f("ck_reviews_known_level")),
        sa.CheckConstraint(
            "(disposition = 'defer') = (defer_until IS NOT NULL)",
            name=op.f("ck_reviews_defer_has_date"),
        ),
        sa.CheckConstraint(
            "NOT against_level OR sealed_reason IS NOT NULL",
            name=op.f("ck_reviews_against_level_has_reason"),
        ),
        comment="Clinicians' decisions; one per version of a submission, never edited",
    )
    op.create_index(op.f("ix_reviews_staff_id"), "reviews", ["staff_id"])


def add_throttle_table() -> None:
    op.create_table(
        "throttle_hits",
        sa.Column("id", serial(), nullable=False, autoincrement=True),
        sa.Column("bucket", sa.String(64), nullable=False, comment="Keyed hash, never an address"),
        sa.Column("at", utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_throttle_hits")),
        comment="Attempts to sign in, resume or set up, counted per keyed bucket",
    )
    op.create_index(op.f("ix_throttle_hits_bucket_at"), "throttle_hits", ["bucket", "at"])


def add_audit_table() -> None:
    op.create_table(
        "audit_events",
        sa.Column("seq", serial(), nullable=False, autoincrement=True),
        sa.Column("at", utc(), nullable=False),
        sa.Column("actor_kind", sa.String(8), nullable=False),
        sa.Column("actor_id", sa.String(64)),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("subject_kind", sa.String(32)),
        sa.Column("subject_id", sa.String(64)),
        sa.Column("request_id", sa.String(64)),
        sa.Column("facts", sa.Text(), nullable=False, comment="JSON object of declared scalars"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_events")),
        sa.CheckConstraint(
            "actor_kind IN ('patient', 'staff', 'system')",
            name=op.f("ck_audit_events_known_actor_kind"),
        ),
        comment="Append-only: triggers refuse UPDATE and DELETE; no health data, no names",
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_audit_events_subject_kind_subject_id"),
        "audit_events",
        ["subject_kind", "subject_id"],
    )
    if op.get_bind().dialect.name == "sqlite":
        guard_audit_on_sqlite()
    else:
        guard_audit_on_postgresql()


def guard_audit_on_sqlite() -> None:
    refuse = "SELECT RAISE(ABORT, 'audit events are append-only')"
    for name, moment in (
        ("audit_events_no_update", "BEFORE UPDATE ON audit_events"),
        ("audit_events_no_delete", "BEFORE DELETE ON audit_events"),
        # INSERT OR REPLACE deletes without firing the delete trigger.
        (
            "audit_events_no_replace",
            "BEFORE INSERT ON audit_events"
            " WHEN EXISTS (SELECT 1 FROM audit_events WHERE seq = NEW.seq)",
        ),
    ):
        op.execute(f"CREATE TRIGGER {name} {moment} BEGIN {refuse}; END")


def guard_audit_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit events are append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE ON audit_events "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
    )
    op.execute(
        "CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


def downgrade() -> None:
    # A table's triggers go with it.
    for table in (
        "audit_events",
        "throttle_hits",
        "reviews",
        "sessions",
        "staff",
        "submissions",
        "drafts",
        "clinic_settings",
        "key_checks",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
