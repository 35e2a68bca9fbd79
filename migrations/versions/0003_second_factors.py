"""Second factors, forms that are kept when a session ends, and a lead among the staff."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def utc() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def named(table: str, check: str) -> str:
    return op.f(f"ck_{table}_{check}")


def of_staff(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_staff_id_staff")
    return sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=name)


def upgrade() -> None:
    add_totp_seeds()
    add_recovery_codes()
    add_passkeys()
    add_kept_forms()
    # Until now everybody was a clinician. Somebody must be able to let others in.
    op.execute(
        "UPDATE staff SET roles = 'clinician lead' WHERE id = "
        "(SELECT id FROM staff WHERE active ORDER BY created_at, id LIMIT 1)"
    )


def downgrade() -> None:
    """The revision before knows no rights: who may not read answers must not get in."""
    op.execute("UPDATE staff SET active = false WHERE roles NOT LIKE '%clinician%'")
    op.execute("UPDATE staff SET roles = 'clinician'")
    for table in ("kept_forms", "passkeys", "recovery_codes", "totp_seeds"):
        op.drop_table(table)


def add_totp_seeds() -> None:
    op.create_table(
        "totp_seeds",
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "last_step", sa.Integer(), nullable=False,
            comment="The last time-step accepted; only rises",
        ),
        sa.Column("added_at", utc(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_totp_seeds")),
        of_staff("totp_seeds"),
        sa.CheckConstraint("last_step >= 0", name=named("totp_seeds", "step_not_negative")),
        comment="Authenticator apps; a code's time-step must be later than the last one's",
    )  # fmt: skip


def add_recovery_codes() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("made_at", utc(), nullable=False),
        sa.Column("used_at", utc()),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_codes")),
        of_staff("recovery_codes"),
        comment="One-time codes for a lost second factor; only hashes",
    )
    op.create_index(op.f("ix_recovery_codes_staff_id"), "recovery_codes", ["staff_id"])


def add_passkeys() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column(
            "credential_id", sa.LargeBinary(), nullable=False, comment="The authenticator's id"
        ),
        sa.Column("public_key", sa.LargeBinary(), nullable=False, comment="COSE key"),
        sa.Column(
            "sign_count", sa.BigInteger(), nullable=False,
            comment="Its own counter; 0: it has none",
        ),
        sa.Column("transports", sa.String(64), nullable=False, comment="Space-separated"),
        sa.Column(
            "sealed_name", sa.LargeBinary(), nullable=False,
            comment="What its owner calls it, sealed",
        ),
        sa.Column("added_at", utc(), nullable=False),
        sa.Column("last_used_at", utc()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
        of_staff("passkeys"),
        sa.CheckConstraint("sign_count >= 0", name=named("passkeys", "count_not_negative")),
        comment="Public keys of staff's authenticators (WebAuthn)",
    )  # fmt: skip
    op.create_index(op.f("ix_passkeys_staff_id"), "passkeys", ["staff_id"])


def add_kept_forms() -> None:
    op.create_table(
        "kept_forms",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column(
            "sealed_form", sa.LargeBinary(), nullable=False,
            comment="Page, address and fields, JSON, sealed",
        ),
        sa.Column("kept_at", utc(), nullable=False),
        sa.Column("expires_at", utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_forms")),
        of_staff("kept_forms"),
        sa.CheckConstraint(
            "expires_at > kept_at", name=named("kept_forms", "expires_after_keeping")
        ),
        comment="What somebody had typed when their session ended, until they are back",
    )  # fmt: skip
    op.create_index(op.f("ix_kept_forms_staff_id"), "kept_forms", ["staff_id"])
    op.create_index(op.f("ix_kept_forms_expires_at"), "kept_forms", ["expires_at"])
