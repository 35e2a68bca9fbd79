"""New keys: one key check for each key, the code of a draft sealed, append-only rows re-sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None

# Append-only table → its sealed column, and what else the trigger that refuses UPDATE refuses.
LIFE = ("refuse_protocol_change", "the life of a protocol is append-only")
GUARDED = {
    "protocol_approvals": ("sealed_name", *LIFE),
    "adjusted_versions": ("sealed_reason", *LIFE),
}


def upgrade() -> None:
    with op.batch_alter_table("key_checks") as table:
        table.drop_constraint(op.f("ck_key_checks_one_row"), type_="check")
    op.add_column(
        "drafts",
        sa.Column(
            "sealed_resume_code", sa.LargeBinary(),
            comment="Sealed; what a new key makes the index from",
        ),
    )  # fmt: skip
    for table, (column, function, words) in GUARDED.items():
        forbid_update(table, function, words, f"({resealed(table, column)}) IS NOT TRUE")


def downgrade() -> None:
    """The revision before knows one key, remembered in row 1; without it, it remembers anew."""
    for table, (_, function, words) in GUARDED.items():
        forbid_update(table, function, words)
    op.drop_column("drafts", "sealed_resume_code")
    op.execute("DELETE FROM key_checks WHERE id <> 1")
    with op.batch_alter_table("key_checks") as checks:
        checks.create_check_constraint(op.f("ck_key_checks_one_row"), "id = 1")


def resealed(table: str, column: str) -> str:
    """The one change that is let through: the same row sealed anew with another key.

    The envelope is version (1 byte), key id (4), nonce, ciphertext: only where the key id
    differs and the length does not can it be that, and whoever has no key can make none that
    opens. So what was appended says what it said.
    """
    names = [one["name"] for one in sa.inspect(op.get_bind()).get_columns(table)]
    sqlite = op.get_bind().dialect.name == "sqlite"
    same, key_id = ("IS", "substr({}, 2, 4)") if sqlite else (
        "IS NOT DISTINCT FROM", "substring({} FROM 2 FOR 4)"
    )  # fmt: skip
    length = "length({})" if sqlite else "octet_length({})"
    old, new = f"OLD.{column}", f"NEW.{column}"
    kept = [f"NEW.{name} {same} OLD.{name}" for name in names if name != column]
    sealed = [
        f"{length.format(new)} = {length.format(old)}",
        f"{key_id.format(new)} <> {key_id.format(old)}",
    ]
    return " AND ".join([*kept, *sealed])


def forbid_update(table: str, function: str, words: str, when: str = "") -> None:
    condition = f"WHEN ({when})" if when else ""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {table}_no_update")
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )
        return
    # WHEN may name NEW for an update only, so deleting gets a trigger of its own.
    for act in ("change", "update", "delete"):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act} ON {table}")
    for name, acts, only in (
        (("update", "UPDATE", condition), ("delete", "DELETE", ""))
        if when
        else (("change", "UPDATE OR DELETE", ""),)
    ):
        op.execute(
            f"CREATE TRIGGER {table}_no_{name} BEFORE {acts} ON {table} "
            f"FOR EACH ROW {only} EXECUTE FUNCTION {function}()"
        )
