"""The mapped tables; nothing outside this folder ever sees a row of them.

Sealed columns hold AES-256-GCM ciphertexts (see sealing.py) and are plain bytes here: a type
decorator cannot see the row, and the row's id is part of what each ciphertext is bound to.
"""

from datetime import UTC, date, datetime
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

LEVELS = "('info', 'caution', 'review', 'stop')"
DISPOSITIONS = "('proceed', 'proceed_with_precautions', 'defer', 'do_not_treat', 'ask_patient')"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time on every engine; refuses naive times, whose meaning is a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = String(32)
Sha256Hex = String(64)
BlindIndex = LargeBinary(16)
Serial = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: UtcDateTime, str: Text, bytes: LargeBinary}


class KeyCheckRow(Base):
    __tablename__ = "key_checks"
    __table_args__ = (
        {"comment": "A known value under the data key: tells a wrong key before anyone is served"},
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(comment="Known value, sealed")
    sealings: Mapped[int] = mapped_column(
        BigInteger,
        server_default="0",
        comment="How often this key has sealed something, set aside in blocks",
    )


class ClinicRow(Base):
    __tablename__ = "clinic_settings"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint(
            "jurisdiction IN ('england', 'wales', 'scotland', 'ni', 'us', 'other')",
            name="known_jurisdiction",
        ),
        CheckConstraint("modality IN ('mechanical', 'rf', 'unknown')", name="known_modality"),
        CheckConstraint("draft_days >= 1", name="draft_days_positive"),
        CheckConstraint("submission_years >= 1", name="submission_years_positive"),
        CheckConstraint("invitation_days >= 1", name="invitation_days_positive"),
        {"comment": "The one clinic: what patients are told and how rules are read"},
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    phone: Mapped[str]
    emergency_number: Mapped[str]
    urgent_line: Mapped[str]
    jurisdiction: Mapped[str] = mapped_column(String(16))
    time_zone: Mapped[str] = mapped_column(comment="IANA name; dates shown are days there")
    modality: Mapped[str] = mapped_column(String(16), comment="Kind of needling offered")
    public_start: Mapped[bool] = mapped_column(comment="May anyone start without invitation")
    accent: Mapped[str] = mapped_column(String(7), comment="Accent colour, #rrggbb")
    is_demo: Mapped[bool] = mapped_column(comment="Production refuses to start with demo data")
    updated_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(server_default="", comment="Lines as on a letter")
    second_sign_off: Mapped[bool] = mapped_column(
        server_default=false(), comment="Does overriding a stop need a second clinician"
    )
    second_person: Mapped[bool] = mapped_column(
        server_default=false(), comment="Do erasure and copies need a second person"
    )
    draft_days: Mapped[int] = mapped_column(server_default="30", comment="Days a draft is kept")
    invitation_days: Mapped[int] = mapped_column(
        server_default="30",
        comment="Days an unanswered invitation is kept after its link has ended",
    )
    submission_years: Mapped[int] = mapped_column(
        server_default="8", comment="Years a submission is kept after the last activity"
    )
    audit_years: Mapped[int] = mapped_column(
        server_default="10", comment="Years an audit event is kept"
    )
    reminder_days: Mapped[str] = mapped_column(
        server_default="7 2", comment="Days before the visit, spaces between"
    )


class DraftRow(Base):
    __tablename__ = "drafts"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint("resume_failures >= 0", name="failures_not_negative"),
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
        {"comment": "Unfinished questionnaires; deleted on submission and when they expire"},
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    protocol: Mapped[str] = mapped_column(String(64), comment="Protocol version key")
    digest: Mapped[str] = mapped_column(Sha256Hex, comment="SHA-256 of the protocol file")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(comment="Counts saved pages")
    sealed: Mapped[bytes] = mapped_column(comment="Answers and contact so far, one JSON, sealed")
    notice_version: Mapped[str] = mapped_column(String(32), comment="Privacy notice agreed to")
    agreed_at: Mapped[datetime]
    resume_token_hash: Mapped[str | None] = mapped_column(Sha256Hex, unique=True)
    resume_code_index: Mapped[bytes | None] = mapped_column(BlindIndex, unique=True)
    sealed_resume_code: Mapped[bytes | None] = mapped_column(
        comment="Sealed; what a new key makes the index from"
    )
    resume_failures: Mapped[int] = mapped_column(comment="Wrong dates of birth on coming back")
    locked_at: Mapped[datetime | None] = mapped_column(comment="Coming back is closed since")
    follows: Mapped[str | None] = mapped_column(
        Id, ForeignKey("submissions.id"), comment="The submission that this supplement follows"
    )
    holder: Mapped[str | None] = mapped_column(
        Id, comment="Names the browser session that goes on with it; null: any that knows it"
    )


class SubmissionRow(Base):
    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("reference", "edition"),
        UniqueConstraint("episode_id", "edition"),
        CheckConstraint(f"level IN {LEVELS}", name="known_level"),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint("edition >= 1", name="edition_positive"),
        CheckConstraint("edition > 1 OR episode_id = id", name="first_names_episode"),
        {"comment": "Finished questionnaires as received; never edited"},
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    episode_id: Mapped[str] = mapped_column(Id, comment="The first submission of the episode")
    edition: Mapped[int] = mapped_column(comment="1, 2, ...: the latest is in the queue")
    reference: Mapped[str] = mapped_column(String(32), comment="Shown to people")
    draft_id: Mapped[str] = mapped_column(Id, unique=True, comment="Idempotency key")
    protocol: Mapped[str] = mapped_column(String(64), comment="Protocol version key")
    digest: Mapped[str] = mapped_column(Sha256Hex, comment="SHA-256 of the protocol file")
    received_at: Mapped[datetime] = mapped_column(index=True)
    completed_on: Mapped[date] = mapped_column(comment="Day of submission at the clinic")
    treatment_date: Mapped[date | None]
    level: Mapped[str] = mapped_column(String(8), comment="Computed level; never which rules")
    sealed_answers: Mapped[bytes] = mapped_column(comment="Answers as JSON, sealed")
    sealed_assessment: Mapped[bytes] = mapped_column(comment="Assessment as JSON, sealed")
    sealed_identity: Mapped[bytes] = mapped_column(comment="Name and contact as JSON, sealed")
    body_mac: Mapped[bytes] = mapped_column(
        LargeBinary(32), comment="Keyed digest: is a repeated submit the same one"
    )
    notice_version: Mapped[str] = mapped_column(String(32), comment="Privacy notice agreed to")
    agreed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(comment="Raised by each decision; stale ones refused")
    is_demo: Mapped[bool]


class StaffRow(Base):
    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint(
            "(set_up_token_hash IS NULL) = (set_up_expires_at IS NULL)", name="set_up_expires"
        ),
        {"comment": "People who work at the clinic and may sign in"},
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    email_index: Mapped[bytes] = mapped_column(BlindIndex, unique=True, comment="Blind index")
    sealed_email: Mapped[bytes]
    sealed_name: Mapped[bytes]
    password_hash: Mapped[str | None] = mapped_column(comment="Argon2id; null before set-up")
    active: Mapped[bool]
    fs_uniquifier: Mapped[str] = mapped_column(
        String(64), unique=True, comment="Changing it ends all sign-ins"
    )
    created_at: Mapped[datetime]
    roles: Mapped[str] = mapped_column(server_default="clinician", comment="Space-separated")
    set_up_token_hash: Mapped[str | None] = mapped_column(Sha256Hex, unique=True)
    set_up_expires_at: Mapped[datetime | None]
    set_up_used_at: Mapped[datetime | None]
    is_demo: Mapped[bool]


class ReviewRow(Base):
    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("submission_id", "submission_version"),
        CheckConstraint(f"disposition IN {DISPOSITIONS}", name="known_disposition"),
        CheckConstraint(f"level IN {LEVELS}", name="known_level"),
        CheckConstraint(
            "(disposition = 'defer') = (defer_until IS NOT NULL)", name="defer_has_date"
        ),
        CheckConstraint(
            "NOT against_level OR sealed_reason IS NOT NULL", name="against_level_has_reason"
        ),
        CheckConstraint(
            "sealed_precautions IS NULL OR disposition = 'proceed_with_precautions'",
            name="precautions_have_their_disposition",
        ),
        CheckConstraint("NOT second_required OR against_level", name="second_only_against_level"),
        {"comment": "Clinicians' decisions; one per version of a submission, never edited"},
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    submission_id: Mapped[str] = mapped_column(Id, ForeignKey("submissions.id"))
    submission_version: Mapped[int] = mapped_column(comment="Version that was decided upon")
    disposition: Mapped[str] = mapped_column(String(32))
    defer_until: Mapped[date | None]
    level: Mapped[str] = mapped_column(String(8), comment="Level the clinician saw")
    against_level: Mapped[bool] = mapped_column(comment="Decided against what the level asks")
    sealed_reason: Mapped[bytes | None]
    sealed_note: Mapped[bytes | None]
    reason_code: Mapped[str | None] = mapped_column(String(32), comment="From the short list")
    sealed_precautions: Mapped[bytes | None] = mapped_column(comment="JSON, sealed")
    sealed_message: Mapped[bytes | None] = mapped_column(comment="What the patient reads, sealed")
    second_required: Mapped[bool] = mapped_column(
        server_default=false(), comment="No effect before a second clinician agrees"
    )
    in_bulk: Mapped[bool] = mapped_column(
        server_default=false(), comment="Confirmed with others from the list of the unflagged"
    )
    staff_id: Mapped[str] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    decided_at: Mapped[datetime]


class SessionRow(Base):
    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("kind IN ('patient', 'staff')", name="known_kind"),
        {"comment": "Server-side browser sessions; the cookie holds only the id"},
    )
    id_hash: Mapped[str] = mapped_column(Sha256Hex, primary_key=True, comment="SHA-256 of the id")
    kind: Mapped[str] = mapped_column(String(8))
    staff_id: Mapped[str | None] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ThrottleHitRow(Base):
    __tablename__ = "throttle_hits"
    __table_args__ = (
        Index(None, "bucket", "at"),
        {"comment": "Attempts to sign in, resume or set up, counted per keyed bucket"},
    )
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    bucket: Mapped[str] = mapped_column(String(64), comment="Keyed hash, never an address")
    at: Mapped[datetime]


class AuditEventRow(Base):
    __tablename__ = "audit_events"
    __table_args__ = (
        CheckConstraint("actor_kind IN ('patient', 'staff', 'system')", name="known_actor_kind"),
        Index(None, "subject_kind", "subject_id"),
        Index(None, "link", unique=True),
        {
            "comment": "Append-only: triggers refuse UPDATE and DELETE; no health data, no names",
            "sqlite_autoincrement": True,
        },
    )
    seq: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(8))
    actor_id: Mapped[str | None] = mapped_column(String(64))
    event: Mapped[str] = mapped_column(String(64))
    subject_kind: Mapped[str | None] = mapped_column(String(32))
    subject_id: Mapped[str | None] = mapped_column(String(64))
    request_id: Mapped[str | None] = mapped_column(String(64))
    facts: Mapped[str] = mapped_column(comment="JSON object of declared scalars")
    link: Mapped[int | None] = mapped_column(
        BigInteger, comment="Place in the chain, from 1; null: from before the chain"
    )
    mac: Mapped[bytes | None] = mapped_column(
        comment="HMAC-SHA-256 over this event and the one before it in the chain"
    )


class AuditHeadRow(Base):
    __tablename__ = "audit_heads"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        {"comment": "The end of the chain of audit events, and the sealed key that makes it"},
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    link: Mapped[int] = mapped_column(BigInteger, comment="How many events are in the chain")
    mac: Mapped[bytes | None] = mapped_column(comment="Of the last event in the chain")
    start: Mapped[bytes | None] = mapped_column(comment="HMAC over the events before the chain")
    start_seq: Mapped[int] = mapped_column(BigInteger, comment="The last event before the chain")
    sealed_key: Mapped[bytes | None] = mapped_column(comment="32 bytes; null: no chain yet")
    trimmed_link: Mapped[int] = mapped_column(
        BigInteger, server_default="0", comment="The last event that was taken away; 0: none was"
    )
    trimmed_seq: Mapped[int] = mapped_column(BigInteger, server_default="0", comment="Its number")
    trimmed_mac: Mapped[bytes | None] = mapped_column(comment="Its place in the chain's sum")


class TombstoneRow(Base):
    __tablename__ = "tombstones"
    __table_args__ = (
        CheckConstraint("reason IN ('retention', 'request', 'restored')", name="known_reason"),
        {"comment": "Episodes that were erased: only their opaque ids, so that none comes back"},
    )
    episode_id: Mapped[str] = mapped_column(Id, primary_key=True)
    reason: Mapped[str] = mapped_column(String(16))
    erased_at: Mapped[datetime]
