"""Erasure and copies may need a second person: the setting, and what was asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
TABLE = "second_person_requests"
CHECKS = {
    "known_act": "act IN ('erase', 'copy', 'switch_off')",
    "about_an_episode": "(act = 'switch_off') = (episode_id IS NULL)",
    "known_answer": "answer IN ('confirmed', 'refused', 'withdrawn', 'void')",
    "answered_when": "(answer IS NULL) = (answered_at IS NULL)",
    "two_people": "second_id <> staff_id",
    "answered_by_somebody": (
        "answer IS NULL OR answer NOT IN ('confirmed', 'refused') OR second_id IS NOT NULL"
    ),
    "refused_with_reason": (
        "(reason IS NOT NULL) = (answer IS NOT NULL AND answer = 'refused')"
    ),
    "copy_has_its_time": (
        "(fetch_until IS NOT NULL)"
        " = (act = 'copy' AND answer IS NOT NULL AND answer = 'confirmed')"
    ),
    "fetched_in_time": "fetched_at IS NULL OR fetch_until IS NOT NULL",
}  # fmt: skip


def upgrade() -> None:
    op.add_column(
        "clinic_settings",
        sa.Column(
            "second_person", sa.Boolean(), nullable=False, server_default=sa.false(),
            comment="Do erasure and copies need a second person",
        ),
    )  # fmt: skip
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("episode_id", sa.String(32)),
        sa.Column("staff_id", sa.String(32), nullable=False, comment="Who asked"),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("answer", sa.String(16)),
        sa.Column("second_id", sa.String(32), comment="Who confirmed or refused: somebody else"),
        sa.Column("answered_at", TIME),
        sa.Column("reason", sa.String(32), comment="From the short list"),
        sa.Column("fetch_until", TIME, comment="A confirmed copy is fetched by"),
        sa.Column("fetched_at", TIME, comment="Once"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        points_at("episode_id", "submissions"),
        points_at("staff_id", "staff"),
        points_at("second_id", "staff"),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_{TABLE}_{name}"))
            for name, condition in CHECKS.items()
        ),
        comment="What one person asked for and another must confirm; opaque ids only",
    )
    for column in ("episode_id", "staff_id", "expires_at", "second_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])


def points_at(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{table}.id"], name=op.f(f"fk_{TABLE}_{column}_{table}")
    )


def downgrade() -> None:
    """What waits for a second person is forgotten, and so is that one was needed."""
    op.drop_table(TABLE)
    op.drop_column("clinic_settings", "second_person")
