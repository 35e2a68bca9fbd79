"""Requests that another person must confirm: ids and times, never whose visit it is."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from screening.domain.second_person import Act, Answer, Reason, Request
from screening.storage.episode_tables import SecondPersonRow

COLUMNS = [getattr(SecondPersonRow, field.name) for field in fields(Request)]


def add_request(session: Session, request: Request) -> None:
    session.execute(insert(SecondPersonRow).values(**asdict(request)))


def keep_request(session: Session, request: Request) -> None:
    """As it stands now; whoever changes it holds the clinic's settings meanwhile."""
    values = asdict(request)
    session.execute(
        update(SecondPersonRow).where(SecondPersonRow.id == values.pop("id")).values(**values)
    )


def read_request(session: Session, request_id: str) -> Request | None:
    query = select(*COLUMNS).where(SecondPersonRow.id == request_id)
    row = session.execute(query).one_or_none()
    return None if row is None else _request(row)


def list_requests(session: Session, episode_id: str | None = None) -> list[Request]:
    """All that are kept, or those about one episode; the latest first."""
    query = select(*COLUMNS).order_by(SecondPersonRow.asked_at.desc(), SecondPersonRow.id)
    if episode_id is not None:
        query = query.where(SecondPersonRow.episode_id == episode_id)
    return [_request(row) for row in session.execute(query)]


def forget_requests(session: Session, before: datetime) -> None:
    """Those whose time to be confirmed was over before this moment."""
    session.execute(delete(SecondPersonRow).where(SecondPersonRow.expires_at < before))


def _request(row: Row[Any]) -> Request:
    values = dict(row._mapping)
    return Request(
        **values
        | {
            "act": Act(values["act"]),
            "answer": values["answer"] and Answer(values["answer"]),
            "reason": values["reason"] and Reason(values["reason"]),
        }
    )
