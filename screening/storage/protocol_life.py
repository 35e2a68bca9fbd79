"""What happened to protocol versions: checks, approvals, moves, the clinic's adjusted versions."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from screening.domain.adjustments import Adjustments
from screening.domain.protocol_life import Act, Approval, Check, Move, PropertyFound
from screening.storage.protocol_tables import (
    AdjustedVersionRow,
    ProtocolApprovalRow,
    ProtocolCheckRow,
    ProtocolMoveRow,
)
from screening.storage.sealing import keyring_of

_CHECKS = ProtocolCheckRow.__table__
_APPROVALS = ProtocolApprovalRow.__table__
_MOVES = ProtocolMoveRow.__table__
_ADJUSTED = AdjustedVersionRow.__table__


@dataclass(frozen=True)
class AdjustedVersion:
    """A released version as the clinic changed it; `adjustments` are all of them together."""

    protocol: str
    digest: str
    released: str
    released_digest: str
    based_on: str
    adjustments: Adjustments
    reason: str
    staff_id: str
    made_at: datetime


def add_check(session: Session, check_id: str, check: Check) -> None:
    session.execute(
        insert(ProtocolCheckRow).values(
            id=check_id,
            protocol=check.protocol,
            digest=check.digest,
            holds=check.holds,
            results=json.dumps([asdict(one) for one in check.results]),
            staff_id=check.staff_id,
            checked_at=check.at,
        )
    )


def list_checks(session: Session) -> Iterator[Check]:
    """The latest run over each digest comes last."""
    for row in session.execute(select(_CHECKS).order_by(_CHECKS.c.checked_at, _CHECKS.c.id)):
        found = json.loads(row.results)
        results = tuple(PropertyFound(**{**one, "first": tuple(one["first"])}) for one in found)
        yield Check(row.protocol, row.digest, results, row.checked_at, row.staff_id)


def add_approval(session: Session, approval_id: str, approval: Approval) -> None:
    sealed = keyring_of(session).seal_text(
        approval.name, "protocol_approvals", "sealed_name", approval_id
    )
    session.execute(
        insert(ProtocolApprovalRow).values(
            id=approval_id,
            protocol=approval.protocol,
            digest=approval.digest,
            staff_id=approval.staff_id,
            sealed_name=sealed,
            statement=approval.statement,
            approved_on=approval.day,
            approved_at=approval.at,
        )
    )


def list_approvals(session: Session, digest: str | None = None) -> Iterator[Approval]:
    """In the order in which they were given; of one digest where it is named."""
    query = select(_APPROVALS).order_by(_APPROVALS.c.approved_at, _APPROVALS.c.id)
    if digest is not None:
        query = query.where(_APPROVALS.c.digest == digest)
    keyring = keyring_of(session)
    for row in session.execute(query):
        name = keyring.text_or_so(row.sealed_name, "protocol_approvals", "sealed_name", row.id)
        yield Approval(
            row.protocol,
            row.digest,
            row.staff_id,
            name,
            row.statement,
            row.approved_on,
            row.approved_at,
        )


def add_move(session: Session, move: Move) -> None:
    """The caller holds the clinic; whoever did not finds the step taken, and fails."""
    session.execute(insert(ProtocolMoveRow).values(**asdict(move)))


def list_moves(session: Session, name: str | None = None) -> list[Move]:
    """In order; of one protocol name where it is given."""
    query = select(_MOVES).order_by(_MOVES.c.name, _MOVES.c.step)
    if name is not None:
        query = query.where(_MOVES.c.name == name)
    rows = (dict(row._mapping) for row in session.execute(query))
    return [Move(**{**row, "act": Act(row["act"])}) for row in rows]


def is_retired(session: Session, protocol: str) -> bool:
    query = select(func.count()).where(
        _MOVES.c.protocol == protocol, _MOVES.c.act == Act.RETIRED.value
    )
    return bool(session.scalar(query))


def add_adjusted_version(session: Session, version: AdjustedVersion) -> None:
    sealed = keyring_of(session).seal_text(
        version.reason, "adjusted_versions", "sealed_reason", version.protocol
    )
    session.execute(
        insert(AdjustedVersionRow).values(
            protocol=version.protocol,
            digest=version.digest,
            released=version.released,
            released_digest=version.released_digest,
            based_on=version.based_on,
            changes=json.dumps(version.adjustments.to_json()),
            sealed_reason=sealed,
            staff_id=version.staff_id,
            made_at=version.made_at,
        )
    )


def list_adjusted_versions(session: Session, protocol: str | None = None) -> list[AdjustedVersion]:
    """In the order in which they were made; only the one with this key where it is named."""
    query = select(_ADJUSTED).order_by(_ADJUSTED.c.made_at, _ADJUSTED.c.protocol)
    if protocol is not None:
        query = query.where(_ADJUSTED.c.protocol == protocol)
    found, keyring = [], keyring_of(session)
    for row in session.execute(query):
        values = dict(row._mapping)
        values["adjustments"] = Adjustments.from_json(json.loads(values.pop("changes")))
        values["reason"] = keyring.text_or_so(
            values.pop("sealed_reason"), "adjusted_versions", "sealed_reason", row.protocol
        )
        found.append(AdjustedVersion(**values))
    return found
