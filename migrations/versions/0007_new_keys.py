"""New keys: one key check for each key, the code of a draft sealed, append-only rows re-sealed."""

from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


class Guarded(NamedTuple):
    """An append-only table: its sealed column, and how its triggers refuse.

    On PostgreSQL one trigger refused UPDATE together with `others`.
    """

    table: str
    sealed: str
    words: str
    function: str
    trigger: str
    others: str


LIFE = ("the life of a protocol is append-only", "refuse_protocol_change")
GUARDED = (
    Guarded("protocol_approvals", "sealed_name", *LIFE, "protocol_approvals_no_change", "DELETE"),
    Guarded("adjusted_versions", "sealed_reason", *LIFE, "adjusted_versions_no_change", "DELETE"),
    Guarded(
        "answer_events",
        "sealed",
        "answer events are append-only",
        "guard_answer_events",
        "answer_events_guard",
        "INSERT OR DELETE",
    ),
)


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
    for one in GUARDED:
        let_reseal(one)


def downgrade() -> None:
    """The revision before knows one key, remembered in row 1; without it, it remembers anew."""
    for one in GUARDED:
        forbid_update(one)
    op.drop_column("drafts", "sealed_resume_code")
    op.execute("DELETE FROM key_checks WHERE id <> 1")
    with op.batch_alter_table("key_checks") as checks:
        checks.create_check_constraint(op.f("ck_key_checks_one_row"), "id = 1")


def let_reseal(one: Guarded) -> None:
    """UPDATE is refused but for one change: the same row sealed anew with another key.

    The envelope is version (1 byte), key id (4), nonce, ciphertext: only where the key id
    differs and the length does not can it be that, and whoever has no key can make none that
    opens. So what was appended says what it said.
    """
    when = f"WHEN (({resealed(one)}) IS NOT TRUE)"
    if op.get_bind().dialect.name == "sqlite":
        refuse_update_on_sqlite(one, when)
        return
    # WHEN may name NEW and OLD for an update only, so the rest gets a trigger of its own.
    op.execute(f"DROP TRIGGER {one.trigger} ON {one.table}")
    call = f"FOR EACH ROW EXECUTE FUNCTION {one.function}()"
    op.execute(f"CREATE TRIGGER {one.trigger} BEFORE {one.others} ON {one.table} {call}")
    call = f"FOR EACH ROW {when} EXECUTE FUNCTION {one.function}()"
    op.execute(f"CREATE TRIGGER {one.table}_no_update BEFORE UPDATE ON {one.table} {call}")


def forbid_update(one: Guarded) -> None:
    if op.get_bind().dialect.name == "sqlite":
        refuse_update_on_sqlite(one)
        return
    for trigger in (one.trigger, f"{one.table}_no_update"):
        op.execute(f"DROP TRIGGER {trigger} ON {one.table}")
    op.execute(
        f"CREATE TRIGGER {one.trigger} BEFORE UPDATE OR {one.others} ON {one.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {one.function}()"
    )


def refuse_update_on_sqlite(one: Guarded, when: str = "") -> None:
    op.execute(f"DROP TRIGGER {one.table}_no_update")
    op.execute(
        f"CREATE TRIGGER {one.table}_no_update BEFORE UPDATE ON {one.table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{one.words}'); END"
    )


def resealed(one: Guarded) -> str:
    """Whether nothing but the sealed column changes, and that as sealing anew would."""
    names = [str(column["name"]) for column in sa.inspect(op.get_bind()).get_columns(one.table)]
    old, new = f"OLD.{one.sealed}", f"NEW.{one.sealed}"
    if op.get_bind().dialect.name == "sqlite":
        same, sealed = (
            "IS",
            f"length({new}) = length({old}) AND " + (f"substr({new}, 2, 4) <> substr({old}, 2, 4)"),
        )
    else:
        same, sealed = (
            "IS NOT DISTINCT FROM",
            f"octet_length({new}) = octet_length({old}) AND "
            + (f"substring({new} FROM 2 FOR 4) <> substring({old} FROM 2 FOR 4)"),
        )
    kept = [f"NEW.{name} {same} OLD.{name}" for name in names if name != one.sealed]
    return " AND ".join([*kept, sealed])
