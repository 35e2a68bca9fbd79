"""The life of protocol versions: checks, approvals, what is current, and the clinic's changes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Table → when a row to be inserted would replace one (SQLite's INSERT OR REPLACE).
FACTS = {
    "protocol_checks": "id = NEW.id",
    "protocol_approvals": "id = NEW.id",
    "protocol_moves": "name = NEW.name AND step = NEW.step",
    "adjusted_versions": "protocol = NEW.protocol",
}


def utc() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def named(table: str, check: str) -> str:
    return op.f(f"ck_{table}_{check}")


def of_staff(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_staff_id_staff")
    return sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=name)


def upgrade() -> None:
    add_checks()
    add_approvals()
    add_moves()
    add_adjusted_versions()
    if op.get_bind().dialect.name == "sqlite":
        guard_on_sqlite()
    else:
        guard_on_postgresql()


def downgrade() -> None:
    """Submissions under an adjusted version stay, but the revision before cannot read its rules."""
    for table in reversed(FACTS):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_protocol_change()")


def add_checks() -> None:
    op.create_table(
        "protocol_checks",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("protocol", sa.String(64), nullable=False, comment="Protocol version key"),
        sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 that was checked"),
        sa.Column("holds", sa.Boolean(), nullable=False, comment="No property failed"),
        sa.Column(
            "results", sa.Text(), nullable=False,
            comment="JSON: for each property, what was found and in how many states",
        ),
        sa.Column("staff_id", sa.String(32), comment="Null: on the command line"),
        sa.Column("checked_at", utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol_checks")),
        of_staff("protocol_checks"),
        comment="Runs of verify over a protocol version; append-only",
    )  # fmt: skip
    op.create_index(op.f("ix_protocol_checks_protocol"), "protocol_checks", ["protocol"])
    op.create_index(op.f("ix_protocol_checks_staff_id"), "protocol_checks", ["staff_id"])


def add_approvals() -> None:
    op.create_table(
        "protocol_approvals",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("protocol", sa.String(64), nullable=False, comment="Protocol version key"),
        sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 that was approved"),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False, comment="As typed, sealed"),
        sa.Column("statement", sa.Text(), nullable=False, comment="The words that were agreed to"),
        sa.Column("approved_on", sa.Date(), nullable=False, comment="As typed: day at the clinic"),
        sa.Column("approved_at", utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol_approvals")),
        sa.UniqueConstraint(
            "digest", "staff_id", name=op.f("uq_protocol_approvals_digest_staff_id")
        ),
        of_staff("protocol_approvals"),
        comment="Clinicians' approvals of a protocol version; append-only",
    )
    op.create_index(op.f("ix_protocol_approvals_protocol"), "protocol_approvals", ["protocol"])
    op.create_index(op.f("ix_protocol_approvals_staff_id"), "protocol_approvals", ["staff_id"])


def add_moves() -> None:
    op.create_table(
        "protocol_moves",
        sa.Column("name", sa.String(64), nullable=False, comment="Protocol name without version"),
        sa.Column("step", sa.Integer(), nullable=False, comment="1, 2, ...: lost races collide"),
        sa.Column("protocol", sa.String(64), nullable=False, comment="Protocol version key"),
        sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 of that version"),
        sa.Column("act", sa.String(8), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("at", utc(), nullable=False),
        sa.PrimaryKeyConstraint("name", "step", name=op.f("pk_protocol_moves")),
        of_staff("protocol_moves"),
        sa.CheckConstraint("step >= 1", name=named("protocol_moves", "step_positive")),
        sa.CheckConstraint(
            "act IN ('current', 'retired')", name=named("protocol_moves", "known_act")
        ),
        comment="Which version of a protocol became current or was retired; append-only",
    )
    op.create_index(op.f("ix_protocol_moves_protocol"), "protocol_moves", ["protocol"])
    op.create_index(op.f("ix_protocol_moves_staff_id"), "protocol_moves", ["staff_id"])


def add_adjusted_versions() -> None:
    op.create_table(
        "adjusted_versions",
        sa.Column("protocol", sa.String(64), nullable=False, comment="Key of the adjusted version"),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("released", sa.String(64), nullable=False, comment="Key of the released version"),
        sa.Column("released_digest", sa.String(64), nullable=False),
        sa.Column("based_on", sa.String(64), nullable=False, comment="The version changed here"),
        sa.Column(
            "changes", sa.Text(), nullable=False,
            comment="JSON: all longer waits and higher levels, against the released version",
        ),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("made_at", utc(), nullable=False),
        sa.PrimaryKeyConstraint("protocol", name=op.f("pk_adjusted_versions")),
        sa.UniqueConstraint("digest", name=op.f("uq_adjusted_versions_digest")),
        of_staff("adjusted_versions"),
        comment="A released version with longer waits or higher levels of the clinic; append-only",
    )  # fmt: skip
    op.create_index(op.f("ix_adjusted_versions_staff_id"), "adjusted_versions", ["staff_id"])


def guard_on_sqlite() -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'the life of a protocol is append-only'); END"
    for table, same in FACTS.items():
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        found = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - our own names  # nosec B608
        before = f"BEFORE INSERT ON {table} WHEN {found}"
        op.execute(f"CREATE TRIGGER {table}_no_replace {before} {refuse}")


def guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_protocol_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the life of a protocol is append-only'; END $$"
    )
    for table in FACTS:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_protocol_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_protocol_change()"
        )
