"""The tables of the life of protocol versions: facts that are added and never changed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from screening.storage.tables import Base, Id, Sha256Hex

Key = String(64)


class ProtocolCheckRow(Base):
    __tablename__ = "protocol_checks"
    __table_args__ = ({"comment": "Runs of verify over a protocol version; append-only"},)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    protocol: Mapped[str] = mapped_column(Key, index=True, comment="Protocol version key")
    digest: Mapped[str] = mapped_column(Sha256Hex, comment="SHA-256 that was checked")
    holds: Mapped[bool] = mapped_column(comment="No property failed")
    results: Mapped[str] = mapped_column(
        comment="JSON: for each property, what was found and in how many states"
    )
    staff_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("staff.id"), index=True, comment="Null: on the command line"
    )
    checked_at: Mapped[datetime]


class ProtocolApprovalRow(Base):
    __tablename__ = "protocol_approvals"
    __table_args__ = (
        UniqueConstraint("digest", "staff_id"),
        {"comment": "Clinicians' approvals of a protocol version; append-only"},
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    protocol: Mapped[str] = mapped_column(Key, index=True, comment="Protocol version key")
    digest: Mapped[str] = mapped_column(Sha256Hex, comment="SHA-256 that was approved")
    staff_id: Mapped[str] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    sealed_name: Mapped[bytes] = mapped_column(comment="As typed, sealed")
    statement: Mapped[str] = mapped_column(comment="The words that were agreed to")
    approved_on: Mapped[date] = mapped_column(comment="As typed: day at the clinic")
    approved_at: Mapped[datetime]


class ProtocolMoveRow(Base):
    __tablename__ = "protocol_moves"
    __table_args__ = (
        CheckConstraint("step >= 1", name="step_positive"),
        CheckConstraint("act IN ('current', 'retired')", name="known_act"),
        {"comment": "Which version of a protocol became current or was retired; append-only"},
    )
    name: Mapped[str] = mapped_column(
        Key, primary_key=True, comment="Protocol name without version"
    )
    step: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="1, 2, ...: lost races collide"
    )
    protocol: Mapped[str] = mapped_column(Key, index=True, comment="Protocol version key")
    digest: Mapped[str] = mapped_column(Sha256Hex, comment="SHA-256 of that version")
    act: Mapped[str] = mapped_column(String(8))
    staff_id: Mapped[str] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    at: Mapped[datetime]


class AdjustedVersionRow(Base):
    __tablename__ = "adjusted_versions"
    __table_args__ = (
        {
            "comment": "A released version with longer waits or higher levels of the clinic; "
            "append-only"
        },
    )
    protocol: Mapped[str] = mapped_column(
        Key, primary_key=True, comment="Key of the adjusted version"
    )
    digest: Mapped[str] = mapped_column(Sha256Hex, unique=True)
    released: Mapped[str] = mapped_column(Key, comment="Key of the released version")
    released_digest: Mapped[str] = mapped_column(Sha256Hex)
    based_on: Mapped[str] = mapped_column(Key, comment="The version changed here")
    changes: Mapped[str] = mapped_column(
        comment="JSON: all longer waits and higher levels, against the released version"
    )
    sealed_reason: Mapped[bytes]
    staff_id: Mapped[str] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    made_at: Mapped[datetime]
