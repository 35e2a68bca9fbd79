"""The mapped tables of second factors, and of forms kept when a session ended."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from screening.storage.tables import Base, Id, Sha256Hex


class TotpSeedRow(Base):
    __tablename__ = "totp_seeds"
    __table_args__ = (
        CheckConstraint("last_step >= 0", name="step_not_negative"),
        {"comment": "Authenticator apps; a code's time-step must be later than the last one's"},
    )
    staff_id: Mapped[str] = mapped_column(Id, ForeignKey("staff.id"), primary_key=True)
    sealed_seed: Mapped[bytes]
    last_step: Mapped[int] = mapped_column(comment="The last time-step accepted; only rises")
    added_at: Mapped[datetime]


class RecoveryCodeRow(Base):
    __tablename__ = "recovery_codes"
    __table_args__ = ({"comment": "One-time codes for a lost second factor; only hashes"},)
    code_hash: Mapped[str] = mapped_column(Sha256Hex, primary_key=True)
    staff_id: Mapped[str] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasskeyRow(Base):
    __tablename__ = "passkeys"
    __table_args__ = (
        CheckConstraint("sign_count >= 0", name="count_not_negative"),
        {"comment": "Public keys of staff's authenticators (WebAuthn)"},
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    staff_id: Mapped[str] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True, comment="The authenticator's id")
    public_key: Mapped[bytes] = mapped_column(comment="COSE key")
    sign_count: Mapped[int] = mapped_column(BigInteger, comment="Its own counter; 0: it has none")
    transports: Mapped[str] = mapped_column(String(64), comment="Space-separated")
    sealed_name: Mapped[bytes] = mapped_column(comment="What its owner calls it, sealed")
    added_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class KeptFormRow(Base):
    __tablename__ = "kept_forms"
    __table_args__ = (
        CheckConstraint("expires_at > kept_at", name="expires_after_keeping"),
        {"comment": "What somebody had typed when their session ended, until they are back"},
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    staff_id: Mapped[str] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    episode_id: Mapped[str | None] = mapped_column(
        Id,
        ForeignKey("submissions.id", ondelete="CASCADE"),
        index=True,
        comment="The visit that its page is of",
    )
    sealed_form: Mapped[bytes] = mapped_column(comment="Page, address and fields, JSON, sealed")
    kept_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
