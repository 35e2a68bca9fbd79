"""The mapped table of messages to be sent; see tables.py."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from screening.storage.tables import Base, Id


class OutboxRow(Base):
    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("(lease_by IS NULL) = (lease_until IS NULL)", name="lease_whole"),
        CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="sent_or_given_up"),
        CheckConstraint(
            "sent_at IS NOT NULL OR (sealed_recipient IS NOT NULL AND sealed_params IS NOT NULL)",
            name="whole_until_sent",
        ),
        {"comment": "Messages to be sent by e-mail; emptied when sent, gone a month later"},
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), comment="Which fixed text")
    sealed_recipient: Mapped[bytes | None] = mapped_column(comment="Address; null once sent")
    sealed_params: Mapped[bytes | None] = mapped_column(comment="Its link; null once sent")
    episode_id: Mapped[str | None] = mapped_column(Id, ForeignKey("submissions.id"), index=True)
    draft_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("drafts.id", ondelete="CASCADE"), index=True
    )
    invitation_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("invitations.id", ondelete="CASCADE"), index=True
    )
    staff_id: Mapped[str | None] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    once: Mapped[str | None] = mapped_column(
        String(128), unique=True, comment="Ids that say what it is about: never posted twice"
    )
    posted_at: Mapped[datetime]
    due: Mapped[datetime] = mapped_column(index=True, comment="The next attempt, not before")
    attempts: Mapped[int]
    lease_until: Mapped[datetime | None]
    lease_by: Mapped[str | None] = mapped_column(Id, comment="The worker that tries it now")
    message_id: Mapped[str | None] = mapped_column(
        comment="Message-ID; fixed at the first attempt, the same in all others"
    )
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(
        String(32), comment="Of the last attempt, as a code; never the server's words"
    )
