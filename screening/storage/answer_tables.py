"""The table of answer events: what each accepted page changed, added and never edited."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from screening.storage.tables import Base, Id


class AnswerEventRow(Base):
    """No foreign key: it belongs to the draft and then to the submission that the draft became.

    Triggers see to it: one is added only to a draft, and goes when both are gone.
    """

    __tablename__ = "answer_events"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq_positive"),
        {"comment": "What each accepted page changed in the answers; append-only"},
    )
    draft_id: Mapped[str] = mapped_column(
        Id, primary_key=True, comment="The draft, which the submission names as well"
    )
    seq: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="The version that the draft then got"
    )
    at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(comment="Items with old and new answers, JSON, sealed")
