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


class ClinicLogoRow(Base):
    __tablename__ = "clinic_logo"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        {"comment": "The clinic's logo as a picture of our own making"},
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    png: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime]
