"""The tables around an episode: claims, questions, second opinions, ways to it; see tables.py."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from screening.storage.tables import Base, BlindIndex, Id, Sha256Hex


class ClaimRow(Base):
    __tablename__ = "claims"
    __table_args__ = (
        CheckConstraint("expires_at > claimed_at", name="expires_after_claim"),
        {"comment": "Who is working on an episode just now; a lease that ends by itself"},
    )
    episode_id: Mapped[str] = mapped_column(Id, ForeignKey("submissions.id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    claimed_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SecondOpinionRow(Base):
    __tablename__ = "second_opinions"
    __table_args__ = ({"comment": "A second clinician's yes or no to overriding a stop"},)
    review_id: Mapped[str] = mapped_column(Id, ForeignKey("reviews.id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    agreed: Mapped[bool] = mapped_column(Boolean)
    sealed_note: Mapped[bytes | None]
    at: Mapped[datetime]


class QuestionRow(Base):
    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint(
            "answered_by IS NULL OR withdrawn_at IS NULL", name="answered_or_withdrawn"
        ),
        {"comment": "What a clinician asked the patient about a submission"},
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    submission_id: Mapped[str] = mapped_column(Id, ForeignKey("submissions.id"), index=True)
    staff_id: Mapped[str] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    sealed_body: Mapped[bytes] = mapped_column(comment="Words and items asked, JSON, sealed")
    asked_at: Mapped[datetime]
    answered_by: Mapped[str | None] = mapped_column(
        Id, ForeignKey("submissions.id"), comment="The edition that answers it"
    )
    withdrawn_at: Mapped[datetime | None]


class IdentityCheckRow(Base):
    __tablename__ = "identity_checks"
    __table_args__ = ({"comment": "That photo identity was checked, by whom and when"},)
    episode_id: Mapped[str] = mapped_column(Id, ForeignKey("submissions.id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    at: Mapped[datetime]


class PageLinkRow(Base):
    __tablename__ = "page_links"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
        {"comment": "Links to a patient's own page that staff copy; only the hash is kept"},
    )
    token_hash: Mapped[str] = mapped_column(Sha256Hex, primary_key=True)
    episode_id: Mapped[str] = mapped_column(Id, ForeignKey("submissions.id"), index=True)
    staff_id: Mapped[str] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SearchTermRow(Base):
    __tablename__ = "search_terms"
    __table_args__ = (
        CheckConstraint("kind IN ('word', 'born', 'person', 'email', 'phone')", name="known_kind"),
        Index(None, "episode_id"),
        {"comment": "Blind indexes of who it is about, to find an episode by"},
    )
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    term: Mapped[bytes] = mapped_column(BlindIndex, primary_key=True)
    episode_id: Mapped[str] = mapped_column(Id, ForeignKey("submissions.id"), primary_key=True)


class SecondPersonRow(Base):
    __tablename__ = "second_person_requests"
    __table_args__ = (
        CheckConstraint("act IN ('erase', 'copy', 'switch_off')", name="known_act"),
        CheckConstraint("(act = 'switch_off') = (episode_id IS NULL)", name="about_an_episode"),
        CheckConstraint(
            "answer IN ('confirmed', 'refused', 'withdrawn', 'void')", name="known_answer"
        ),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_when"),
        CheckConstraint("second_id <> staff_id", name="two_people"),
        CheckConstraint(
            "answer IS NULL OR answer NOT IN ('confirmed', 'refused') OR second_id IS NOT NULL",
            name="answered_by_somebody",
        ),
        CheckConstraint("(reason IS NOT NULL) = (answer IS NOT NULL AND answer = 'refused')",
                        name="refused_with_reason"),
        CheckConstraint(
            "(fetch_until IS NOT NULL)"
            " = (act = 'copy' AND answer IS NOT NULL AND answer = 'confirmed')",
            name="copy_has_its_time",
        ),
        CheckConstraint("fetched_at IS NULL OR fetch_until IS NOT NULL", name="fetched_in_time"),
        {"comment": "What one person asked for and another must confirm; opaque ids only"},
    )  # fmt: skip
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    act: Mapped[str] = mapped_column(String(16))
    episode_id: Mapped[str | None] = mapped_column(Id, ForeignKey("submissions.id"), index=True)
    staff_id: Mapped[str] = mapped_column(
        Id, ForeignKey("staff.id"), index=True, comment="Who asked"
    )
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    answer: Mapped[str | None] = mapped_column(String(16))
    second_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("staff.id"), index=True, comment="Who confirmed or refused: somebody else"
    )
    answered_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(32), comment="From the short list")
    fetch_until: Mapped[datetime | None] = mapped_column(comment="A confirmed copy is fetched by")
    fetched_at: Mapped[datetime | None] = mapped_column(comment="Once")


class ClinicLogoRow(Base):
    __tablename__ = "clinic_logo"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        {"comment": "The clinic's logo as a picture of our own making"},
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    png: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime]
