"""Episodes: submissions that follow each other, claims, questions, second opinions, search."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def utc() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    widen_clinic()
    widen_submissions()
    widen_drafts()
    widen_reviews()
    add_working_tables()
    add_ways_to_an_episode()


def downgrade() -> None:
    for table in (
        "clinic_logo",
        "search_terms",
        "page_links",
        "identity_checks",
        "questions",
        "second_opinions",
        "claims",
    ):
        op.drop_table(table)
    narrow_reviews()
    narrow_drafts()
    narrow_submissions()
    narrow_clinic()


def named(table: str, check: str) -> str:
    return op.f(f"ck_{table}_{check}")


def widen_clinic() -> None:
    with op.batch_alter_table("clinic_settings") as table:
        table.add_column(
            sa.Column(
                "address", sa.Text(), nullable=False, server_default="",
                comment="Lines as on a letter",
            )
        )  # fmt: skip
        table.add_column(
            sa.Column(
                "second_sign_off", sa.Boolean(), nullable=False, server_default=sa.false(),
                comment="Does overriding a stop need a second clinician",
            )
        )  # fmt: skip
        table.add_column(
            sa.Column(
                "draft_days", sa.Integer(), nullable=False, server_default="30",
                comment="Days a draft is kept",
            )
        )  # fmt: skip
        table.add_column(
            sa.Column(
                "submission_years", sa.Integer(), nullable=False, server_default="8",
                comment="Years a submission is kept after the last activity",
            )
        )  # fmt: skip
        table.add_column(
            sa.Column(
                "reminder_days", sa.Text(), nullable=False, server_default="7 2",
                comment="Days before the visit, spaces between",
            )
        )  # fmt: skip
        table.create_check_constraint(
            named("clinic_settings", "draft_days_positive"), "draft_days >= 1"
        )
        table.create_check_constraint(
            named("clinic_settings", "submission_years_positive"), "submission_years >= 1"
        )


def widen_submissions() -> None:
    """Every submission so far is the first, and only, edition of its episode."""
    op.add_column(
        "submissions",
        sa.Column("episode_id", sa.String(32), comment="The first submission of the episode"),
    )
    op.add_column(
        "submissions",
        sa.Column("edition", sa.Integer(), comment="1, 2, ...: the latest is in the queue"),
    )
    op.execute("UPDATE submissions SET episode_id = id, edition = 1")
    with op.batch_alter_table("submissions") as table:
        table.alter_column("episode_id", existing_type=sa.String(32), nullable=False)
        table.alter_column("edition", existing_type=sa.Integer(), nullable=False)
        table.drop_constraint(op.f("uq_submissions_reference"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_submissions_reference_edition"), ["reference", "edition"]
        )
        table.create_unique_constraint(
            op.f("uq_submissions_episode_id_edition"), ["episode_id", "edition"]
        )
        table.create_check_constraint(named("submissions", "edition_positive"), "edition >= 1")
        table.create_check_constraint(
            named("submissions", "first_names_episode"), "edition > 1 OR episode_id = id"
        )


def widen_drafts() -> None:
    with op.batch_alter_table("drafts") as table:
        table.add_column(
            sa.Column(
                "follows", sa.String(32), comment="The submission that this supplement follows"
            )
        )
        table.create_foreign_key(
            op.f("fk_drafts_follows_submissions"), "submissions", ["follows"], ["id"]
        )


def widen_reviews() -> None:
    with op.batch_alter_table("reviews") as table:
        table.add_column(sa.Column("reason_code", sa.String(32), comment="From the short list"))
        table.add_column(sa.Column("sealed_precautions", sa.LargeBinary(), comment="JSON, sealed"))
        table.add_column(
            sa.Column("sealed_message", sa.LargeBinary(), comment="What the patient reads, sealed")
        )
        table.add_column(
            sa.Column(
                "second_required", sa.Boolean(), nullable=False, server_default=sa.false(),
                comment="No effect before a second clinician agrees",
            )
        )  # fmt: skip
        table.add_column(
            sa.Column(
                "in_bulk", sa.Boolean(), nullable=False, server_default=sa.false(),
                comment="Confirmed with others from the list of the unflagged",
            )
        )  # fmt: skip
        table.create_check_constraint(
            named("reviews", "precautions_have_their_disposition"),
            "sealed_precautions IS NULL OR disposition = 'proceed_with_precautions'",
        )
        table.create_check_constraint(
            named("reviews", "second_only_against_level"), "NOT second_required OR against_level"
        )


def reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
    )


def add_working_tables() -> None:
    op.create_table(
        "claims",
        sa.Column("episode_id", sa.String(32), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("claimed_at", utc(), nullable=False),
        sa.Column("expires_at", utc(), nullable=False),
        sa.PrimaryKeyConstraint("episode_id", name=op.f("pk_claims")),
        reference("claims", "episode_id", "submissions"),
        reference("claims", "staff_id", "staff"),
        sa.CheckConstraint("expires_at > claimed_at", name=named("claims", "expires_after_claim")),
        comment="Who is working on an episode just now; a lease that ends by itself",
    )
    op.create_index(op.f("ix_claims_staff_id"), "claims", ["staff_id"])
    op.create_table(
        "second_opinions",
        sa.Column("review_id", sa.String(32), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("sealed_note", sa.LargeBinary()),
        sa.Column("at", utc(), nullable=False),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_second_opinions")),
        reference("second_opinions", "review_id", "reviews"),
        reference("second_opinions", "staff_id", "staff"),
        comment="A second clinician's yes or no to overriding a stop",
    )
    op.create_index(op.f("ix_second_opinions_staff_id"), "second_opinions", ["staff_id"])
    op.create_table(
        "questions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("submission_id", sa.String(32), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column(
            "sealed_body", sa.LargeBinary(), nullable=False,
            comment="Words and items asked, JSON, sealed",
        ),
        sa.Column("asked_at", utc(), nullable=False),
        sa.Column("answered_by", sa.String(32), comment="The edition that answers it"),
        sa.Column("withdrawn_at", utc()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        reference("questions", "submission_id", "submissions"),
        reference("questions", "staff_id", "staff"),
        reference("questions", "answered_by", "submissions"),
        sa.CheckConstraint(
            "answered_by IS NULL OR withdrawn_at IS NULL",
            name=named("questions", "answered_or_withdrawn"),
        ),
        comment="What a clinician asked the patient about a submission",
    )  # fmt: skip
    op.create_index(op.f("ix_questions_submission_id"), "questions", ["submission_id"])
    op.create_index(op.f("ix_questions_staff_id"), "questions", ["staff_id"])


def add_ways_to_an_episode() -> None:
    op.create_table(
        "identity_checks",
        sa.Column("episode_id", sa.String(32), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("at", utc(), nullable=False),
        sa.PrimaryKeyConstraint("episode_id", name=op.f("pk_identity_checks")),
        reference("identity_checks", "episode_id", "submissions"),
        reference("identity_checks", "staff_id", "staff"),
        comment="That photo identity was checked, by whom and when",
    )
    op.create_index(op.f("ix_identity_checks_staff_id"), "identity_checks", ["staff_id"])
    op.create_table(
        "page_links",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("episode_id", sa.String(32), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("created_at", utc(), nullable=False),
        sa.Column("expires_at", utc(), nullable=False),
        sa.Column("revoked_at", utc()),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_page_links")),
        reference("page_links", "episode_id", "submissions"),
        reference("page_links", "staff_id", "staff"),
        sa.CheckConstraint(
            "expires_at > created_at", name=named("page_links", "expires_after_creation")
        ),
        comment="Links to a patient's own page that staff copy; only the hash is kept",
    )
    op.create_index(op.f("ix_page_links_episode_id"), "page_links", ["episode_id"])
    op.create_index(op.f("ix_page_links_staff_id"), "page_links", ["staff_id"])
    op.create_table(
        "search_terms",
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("term", sa.LargeBinary(16), nullable=False),
        sa.Column("episode_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("kind", "term", "episode_id", name=op.f("pk_search_terms")),
        reference("search_terms", "episode_id", "submissions"),
        sa.CheckConstraint(
            "kind IN ('word', 'born', 'person')", name=named("search_terms", "known_kind")
        ),
        comment="Blind indexes of names and dates of birth, to find an episode by",
    )
    op.create_index(op.f("ix_search_terms_episode_id"), "search_terms", ["episode_id"])
    op.create_table(
        "clinic_logo",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_logo")),
        sa.CheckConstraint("id = 1", name=named("clinic_logo", "one_row")),
        comment="The clinic's logo as a picture of our own making",
    )


def narrow_reviews() -> None:
    with op.batch_alter_table("reviews") as table:
        table.drop_constraint(named("reviews", "second_only_against_level"), type_="check")
        table.drop_constraint(named("reviews", "precautions_have_their_disposition"), type_="check")
        for column in (
            "in_bulk",
            "second_required",
            "sealed_message",
            "sealed_precautions",
            "reason_code",
        ):
            table.drop_column(column)


def narrow_drafts() -> None:
    with op.batch_alter_table("drafts") as table:
        table.drop_constraint(op.f("fk_drafts_follows_submissions"), type_="foreignkey")
        table.drop_column("follows")


def narrow_submissions() -> None:
    """A later edition stays, under a reference that says so."""
    op.execute("UPDATE submissions SET reference = reference || '-' || edition WHERE edition > 1")
    with op.batch_alter_table("submissions") as table:
        table.drop_constraint(named("submissions", "first_names_episode"), type_="check")
        table.drop_constraint(named("submissions", "edition_positive"), type_="check")
        table.drop_constraint(op.f("uq_submissions_episode_id_edition"), type_="unique")
        table.drop_constraint(op.f("uq_submissions_reference_edition"), type_="unique")
        table.create_unique_constraint(op.f("uq_submissions_reference"), ["reference"])
        table.drop_column("edition")
        table.drop_column("episode_id")


def narrow_clinic() -> None:
    with op.batch_alter_table("clinic_settings") as table:
        table.drop_constraint(named("clinic_settings", "submission_years_positive"), type_="check")
        table.drop_constraint(named("clinic_settings", "draft_days_positive"), type_="check")
        for column in (
            "reminder_days",
            "submission_years",
            "draft_days",
            "second_sign_off",
            "address",
        ):
            table.drop_column(column)
