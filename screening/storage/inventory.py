"""Every column that holds bytes: sealed with which key and bound to what, or why it is not sealed.

A test holds this list against the tables, so no sealed column can be forgotten when keys change.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, LargeBinary, RowMapping, Table, func

from screening.storage.keys import KEY_ID_BYTES, Purpose
from screening.storage.metadata import METADATA
from screening.storage.sealing import VERSION, Format

ENVELOPE_HEAD = len(VERSION) + KEY_ID_BYTES


@dataclass(frozen=True)
class Sealed:
    """A sealed column; its ciphertexts are bound to table, column and the row's primary key."""

    column: str
    form: Format
    purpose: Purpose = "data"


SEALED: Mapping[str, tuple[Sealed, ...]] = {
    "submissions": (
        Sealed("sealed_answers", "json"),
        Sealed("sealed_assessment", "json"),
        Sealed("sealed_identity", "json"),
    ),
    "reviews": (
        Sealed("sealed_reason", "text"),
        Sealed("sealed_note", "text"),
        Sealed("sealed_message", "text"),
        Sealed("sealed_precautions", "json"),
    ),
    "second_opinions": (Sealed("sealed_note", "text"),),
    "questions": (Sealed("sealed_body", "json"),),
    "drafts": (Sealed("sealed", "json"), Sealed("sealed_resume_code", "text")),
    "staff": (Sealed("sealed_email", "text"), Sealed("sealed_name", "text")),
    "totp_seeds": (Sealed("sealed_seed", "bytes"),),
    "passkeys": (Sealed("sealed_name", "text"),),
    "sessions": (Sealed("sealed", "json", "session"),),
    "kept_forms": (Sealed("sealed_form", "json"),),
    "protocol_approvals": (Sealed("sealed_name", "text"),),
    "adjusted_versions": (Sealed("sealed_reason", "text"),),
    "answer_events": (Sealed("sealed", "json"),),
    "audit_heads": (Sealed("sealed_key", "bytes"),),
    "invitations": (Sealed("sealed_person", "json"),),
    "outbox": (Sealed("sealed_recipient", "text"), Sealed("sealed_params", "json")),
}

# What is made with a key from something sealed, and made anew together with it.
MADE_WITH_A_KEY: Mapping[str, str] = {
    "staff.email_index": "blind index of the sealed address",
    "drafts.resume_code_index": "blind index of the sealed code",
    "submissions.body_mac": "MAC of the sealed answers and identity",
    "search_terms.term": "blind index of words of the sealed identity and of the date of birth",
    "invitation_terms.term": "blind index of words of the sealed name",
    "key_checks.sealed": "known value, one for each key; added at start, removed with its key",
}

NOT_SEALED: Mapping[str, str] = {
    "audit_events.mac": "made with the key of the chain, which is sealed in audit_heads",
    "audit_heads.mac": "the same, of the last event",
    "audit_heads.start": "the same, of what was before the chain, or the mark where it begins",
    "audit_heads.trimmed_mac": "the same, of the last event that was taken away",
    "clinic_logo.png": "served to everybody",
    "passkeys.credential_id": "a random name",
    "passkeys.public_key": "public",
}


def table_of(name: str) -> Table:
    return METADATA.tables[name]


def row_id(table: Table, row: RowMapping) -> str:
    """What a ciphertext is bound to: the primary key, its parts with a slash between."""
    return "/".join(str(row[column.name]) for column in table.primary_key)


def envelope_head(table: Table, column: str) -> ColumnElement[bytes]:
    """Version and key id of the sealed values of a column."""
    return func.substr(table.c[column], 1, ENVELOPE_HEAD, type_=LargeBinary)
