"""The oldest part of the audit log may be taken away, whole, when its time is over."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

REFUSED = "SELECT RAISE(ABORT, 'audit events are append-only')"
KEPT = "OLD.seq > COALESCE((SELECT trimmed_seq FROM audit_heads), 0)"
FUNCTION = (
    "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN {} RAISE EXCEPTION 'audit events are append-only'; END $$"
)
MAY_GO = f"IF TG_OP = 'DELETE' THEN IF NOT ({KEPT}) THEN RETURN OLD; END IF; END IF;"


def upgrade() -> None:
    """A program of the revision before goes on: it never takes anything away."""
    for name, words in (
        ("trimmed_link", "The last event that was taken away; 0: none was"),
        ("trimmed_seq", "Its number"),
    ):
        op.add_column(
            "audit_heads",
            sa.Column(name, sa.BigInteger(), nullable=False, server_default="0", comment=words),
        )
    op.add_column(
        "audit_heads",
        sa.Column("trimmed_mac", sa.LargeBinary(), comment="Its place in the chain's sum"),
    )
    op.add_column(
        "clinic_settings",
        sa.Column(
            "audit_years", sa.Integer(), nullable=False, server_default="10",
            comment="Years an audit event is kept",
        ),
    )  # fmt: skip
    op.execute(
        "UPDATE clinic_settings SET audit_years = submission_years WHERE submission_years > 10"
    )
    _guard(f"WHEN {KEPT}", MAY_GO)


def downgrade() -> None:
    """Refused once something was taken away: the revision before could not read the chain."""
    heads = sa.table("audit_heads", sa.column("trimmed_link"))
    if op.get_bind().scalar(sa.select(heads.c.trimmed_link)):
        raise RuntimeError("the audit log was trimmed: there is no way back")
    _guard("", "")
    op.drop_column("clinic_settings", "audit_years")
    for name in ("trimmed_mac", "trimmed_seq", "trimmed_link"):
        op.drop_column("audit_heads", name)


def _guard(when: str, may_go: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION.format(may_go))
        return
    op.execute("DROP TRIGGER audit_events_no_delete")
    op.execute(
        f"CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events {when} "
        f"BEGIN {REFUSED}; END"
    )
