"""The page in place of a record that cannot be read: calm, and with what can be done about it."""

from flask import render_template, request, session

from screening.domain.protocol import Level
from screening.domain.staff import Right
from screening.services.unreadable import Left, what_is_left
from screening.storage.sealing import CannotUnseal
from screening.web.acting import actor
from screening.web.desk_page import told_words
from screening.web.logs import request_id
from screening.web.parts import parts
from screening.web.problems import Problem
from screening.web.queue import LEVELS
from screening.web.sessions import kind_of
from screening.web.signed_in import current_staff
from screening.web.surroundings import current_clinic
from screening.web.texts import date_text, long_date, long_time

IDS = frozenset({"submission_id", "episode_id"})


def unreadable_page(error: CannotUnseal, problem: Problem) -> str:
    if kind_of(request.path) == "patient":
        return _patients_page(error)
    left = _left(error.place)
    return render_template(
        "clinic/unreadable.html",
        title=problem.title,
        incident=request_id(),
        facts=_facts(left) if left else [],
        episode_id=left.episode_id if left and _may(Right.DESK) else "",
    )


def _patients_page(error: CannotUnseal) -> str:
    draft = error.place == "drafts.sealed"
    return render_template(
        "patient/unreadable_draft.html" if draft else "patient/unreadable.html",
        incident=request_id(),
        open_here=bool({"draft", "supplement"} & session.keys()),
        answering_again="supplement" in session,
    )


def _left(place: str) -> Left | None:
    """The view's own transaction is over: this one witnesses what the page tells."""
    ids = {name: str(one) for name, one in (request.view_args or {}).items() if name in IDS}
    if not ids:
        return None
    here = parts()
    with here.database.write() as transaction:
        return what_is_left(transaction, here.protocols, place, actor(), here.clock(), **ids)


def _facts(left: Left) -> list[dict[str, str]]:
    zone = current_clinic().time_zone
    facts = {
        "Name": told_words(left.name),
        "Date of birth": told_words(left.born and date_text(left.born)),
        "Telephone": told_words(left.phone),
        "E-mail": told_words(left.email),
        "Reference": left.reference,
        "Visit": long_date(left.visit) if left.visit else "Not named",
        "Received": long_time(left.received_at, zone),
    }
    if _may(Right.READ):
        facts["Level"] = LEVELS[Level(left.level)]
    return [{"key": key, "value": value} for key, value in facts.items()]


def _may(right: Right) -> bool:
    staff = current_staff()
    return staff is not None and staff.may(right)
