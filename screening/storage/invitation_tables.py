"""The tables of invitations: what the clinic asked of whom, by which links; see tables.py."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from screening.storage.tables import Base, BlindIndex, Id, Sha256Hex


class InvitationRow(Base):
    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("expires_at > made_at", name="expires_after_making"),
        CheckConstraint(
            "submission_id IS NULL OR opened_at IS NOT NULL", name="answered_was_opened"
        ),
        {"comment": "The clinic's requests to one patient each, for one visit each"},
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    reference: Mapped[str] = mapped_column(
        String(32), unique=True, comment="Shown to people; its submission has the same"
    )
    treatment: Mapped[str] = mapped_column(String(64), comment="Name of the protocol asked for")
    treatment_date: Mapped[date]
    sealed_person: Mapped[bytes] = mapped_column(comment="Name and contact as JSON, sealed")
    staff_id: Mapped[str] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(
        index=True, comment="End of the link that was made last"
    )
    opened_at: Mapped[datetime | None] = mapped_column(comment="The first that came in by a link")
    draft_id: Mapped[str | None] = mapped_column(
        Id, unique=True, comment="The draft it was begun as, which may have expired"
    )
    submission_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("submissions.id"), unique=True, comment="What answers it: at most one"
    )
    revoked_at: Mapped[datetime | None] = mapped_column(comment="Taken back by the clinic")
    by_mail: Mapped[bool] = mapped_column(
        server_default=false(), comment="The link went out by e-mail, and so do reminders"
    )
    reminded_day: Mapped[int | None] = mapped_column(
        comment="How many days before the visit the last reminder was for"
    )
    is_demo: Mapped[bool] = mapped_column(server_default=false())


class InvitationLinkRow(Base):
    __tablename__ = "invitation_links"
    __table_args__ = (
        CheckConstraint("expires_at > made_at", name="expires_after_making"),
        {"comment": "Links of invitations; only the hash is kept"},
    )
    token_hash: Mapped[str] = mapped_column(Sha256Hex, primary_key=True)
    invitation_id: Mapped[str] = mapped_column(Id, ForeignKey("invitations.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class InvitationTermRow(Base):
    __tablename__ = "invitation_terms"
    __table_args__ = (
        Index(None, "invitation_id"),
        {"comment": "Blind indexes of the words of invited people's names"},
    )
    term: Mapped[bytes] = mapped_column(BlindIndex, primary_key=True)
    invitation_id: Mapped[str] = mapped_column(Id, ForeignKey("invitations.id"), primary_key=True)
