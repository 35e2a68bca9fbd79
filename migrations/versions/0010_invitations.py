"""Invitations, with their links and what they are found by; and who holds a draft."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    make_invitations()
    make_links_and_terms()
    # No batch: a table made anew would lose its triggers.
    op.add_column("drafts", sa.Column("holder", sa.String(32), comment=HOLDER))
    with op.batch_alter_table("clinic_settings") as table:
        table.add_column(
            sa.Column(
                "invitation_days", sa.Integer(), nullable=False, server_default="30",
                comment="Days an unanswered invitation is kept after its link has ended",
            )
        )  # fmt: skip
        table.create_check_constraint(
            op.f("ck_clinic_settings_invitation_days_positive"), "invitation_days >= 1"
        )
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("invitation_id", sa.String(32)))
        table.create_foreign_key(
            op.f("fk_outbox_invitation_id_invitations"),
            "invitations", ["invitation_id"], ["id"], ondelete="CASCADE",
        )  # fmt: skip
        table.create_index(op.f("ix_outbox_invitation_id"), ["invitation_id"])


HOLDER = "Names the browser session that goes on with it; null: any that knows it"


def make_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column(
            "reference", sa.String(32), nullable=False,
            comment="Shown to people; its submission has the same",
        ),
        sa.Column(
            "treatment", sa.String(64), nullable=False, comment="Name of the protocol asked for"
        ),
        sa.Column("treatment_date", sa.Date(), nullable=False),
        sa.Column(
            "sealed_person", sa.LargeBinary(), nullable=False,
            comment="Name and contact as JSON, sealed",
        ),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column(
            "expires_at", TIME, nullable=False, comment="End of the link that was made last"
        ),
        sa.Column("opened_at", TIME, comment="The first that came in by a link"),
        sa.Column(
            "draft_id", sa.String(32), comment="The draft it was begun as, which may have expired"
        ),
        sa.Column("submission_id", sa.String(32), comment="What answers it: at most one"),
        sa.Column("revoked_at", TIME, comment="Taken back by the clinic"),
        sa.Column(
            "by_mail", sa.Boolean(), nullable=False, server_default=sa.false(),
            comment="The link went out by e-mail, and so do reminders",
        ),
        sa.Column(
            "reminded_day", sa.Integer(),
            comment="How many days before the visit the last reminder was for",
        ),
        sa.Column("is_demo", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("reference", name=op.f("uq_invitations_reference")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_invitations_draft_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_invitations_submission_id")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_invitations_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"],
            name=op.f("fk_invitations_submission_id_submissions"),
        ),
        sa.CheckConstraint(
            "expires_at > made_at", name=op.f("ck_invitations_expires_after_making")
        ),
        sa.CheckConstraint(
            "submission_id IS NULL OR opened_at IS NOT NULL",
            name=op.f("ck_invitations_answered_was_opened"),
        ),
        comment="The clinic's requests to one patient each, for one visit each",
    )  # fmt: skip
    op.create_index(op.f("ix_invitations_staff_id"), "invitations", ["staff_id"])
    op.create_index(op.f("ix_invitations_expires_at"), "invitations", ["expires_at"])


def make_links_and_terms() -> None:
    op.create_table(
        "invitation_links",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("invitation_id", sa.String(32), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitation_links")),
        belongs_to_invitation("invitation_links"),
        sa.CheckConstraint(
            "expires_at > made_at", name=op.f("ck_invitation_links_expires_after_making")
        ),
        comment="Links of invitations; only the hash is kept",
    )
    op.create_table(
        "invitation_terms",
        sa.Column("term", sa.LargeBinary(16), nullable=False),
        sa.Column("invitation_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("term", "invitation_id", name=op.f("pk_invitation_terms")),
        belongs_to_invitation("invitation_terms"),
        comment="Blind indexes of the words of invited people's names",
    )
    for table in ("invitation_links", "invitation_terms"):
        op.create_index(op.f(f"ix_{table}_invitation_id"), table, ["invitation_id"])


def belongs_to_invitation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["invitation_id"], ["invitations.id"], name=op.f(f"fk_{table}_invitation_id_invitations")
    )


def downgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.drop_index(op.f("ix_outbox_invitation_id"))
        table.drop_constraint(op.f("fk_outbox_invitation_id_invitations"), type_="foreignkey")
        table.drop_column("invitation_id")
    with op.batch_alter_table("clinic_settings") as table:
        table.drop_constraint(op.f("ck_clinic_settings_invitation_days_positive"), type_="check")
        table.drop_column("invitation_days")
    op.drop_column("drafts", "holder")
    for name in ("invitation_terms", "invitation_links", "invitations"):
        op.drop_table(name)
