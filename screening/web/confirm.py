"""Confirming those with nothing flagged: a list to read, boxes to tick, what became of each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.exceptions import BadRequest

from screening.domain.patient_message import default_message
from screening.domain.protocol import ScreeningProtocol
from screening.domain.review import Disposition
from screening.domain.staff import Right
from screening.services.casefile import SubmissionNotFound
from screening.services.confirming import (
    MOST,
    Confirmed,
    Outcome,
    Plain,
    confirm,
    list_plain,
    note_viewed,
)
from screening.web.guard import access
from screening.web.parts import parts
from screening.web.protocol_words import banner_over
from screening.web.queue_pages import acting, today
from screening.web.surroundings import current_clinic
from screening.web.texts import answer_lines, long_date, relative_day

blueprint = Blueprint("confirm", __name__, url_prefix="/clinic/confirm")
NOTHING_TICKED = "Tick the ones that you confirm."
TELLING = {
    "treatment_goals": "Hopes",
    "treatment_areas": "Areas",
    "past_needling": "Needled before",
}
"""What the list says of each, as far as the protocol asks for it."""
_ONE = re.compile(r"([0-9a-f]{32})\.([1-9][0-9]{0,8})")
_NAMES = {"csrf_token", "chosen", "listed", "all"}


@dataclass(frozen=True, slots=True)
class Line:
    value: str
    id: str
    reference: str
    name: str
    ages: str
    demo: bool
    visit: str
    sent: str
    says: str
    flags: str
    message: str


@blueprint.get("")
@access("staff", Right.DECIDE)
def choose() -> str:
    return _page([])


@blueprint.post("")
@access("staff", Right.DECIDE)
def confirm_chosen() -> str | tuple[str, int]:
    chosen = _read("listed" if "all" in request.form else "chosen")
    if not chosen:
        href = "#chosen-1" if request.form.getlist("listed") else "#list"
        return _page([{"href": href, "text": NOTHING_TICKED}]), 400
    results = [_confirm(submission_id, version) for submission_id, version in chosen]
    done = [_shown(one) for one in results if one.outcome is Outcome.CONFIRMED]
    left = [_shown(one) for one in results if one.outcome is not Outcome.CONFIRMED]
    return render_template("clinic/confirmed.html", done=done, left=left)


def _read(name: str) -> list[tuple[str, int]]:
    """Each id with the version that was listed; 400 for what no page of ours sends."""
    values = request.form.getlist(name)
    found = [_ONE.fullmatch(value) for value in values]
    if not request.form.keys() <= _NAMES or len(values) > MOST or None in found:
        raise BadRequest
    read = {one[1]: int(one[2]) for one in found if one}
    if len(read) < len(values):
        raise BadRequest
    return list(read.items())


def _confirm(submission_id: str, version: int) -> Confirmed:
    """Each in a transaction of its own: one that cannot be confirmed takes no other with it."""
    here = parts()
    with here.database.write() as session:
        try:
            return confirm(
                session,
                here.protocols,
                submission_id,
                version,
                review_id=here.tokens(16).hex(),
                actor=acting(),
                day=today(),
            )
        except SubmissionNotFound:
            raise BadRequest from None


def _page(errors: list[dict[str, str]]) -> str:
    here = parts()
    actor, day = acting(), today()
    found = list_plain(here.database, here.protocols, actor, day)
    with here.database.write() as session:
        note_viewed(session, found, actor, day)
    lines = [_line(one, here.protocols.get(one.record.protocol)) for one in found]
    return render_template(
        "clinic/confirm.html",
        lines=lines,
        errors=errors,
        most=MOST,
        approval_banner=banner_over(one.record.protocol for one in found),
    )


def _line(one: Plain, protocol: ScreeningProtocol) -> Line:
    record, clinic, day = one.record, current_clinic(), today().today
    visit = record.treatment_date
    handlings = parts().protocols.handling(protocol.key)
    return Line(
        value=f"{record.id}.{record.version}",
        id=record.id,
        reference=record.reference,
        name=one.who.name or "",
        ages=one.who.ages,
        demo=record.is_demo,
        visit=f"{long_date(visit)}, {relative_day(visit, day)}" if visit else "No visit named",
        sent=f"sent {relative_day(clinic.day(record.received_at), day)}",
        says=_says(protocol, record.answers["answers"]),
        # Flags of the level info: they ask for nothing.
        flags="; ".join(handlings[flag.rule].title for flag in one.queued.flags),
        message=default_message(Disposition.PROCEED, clinic.phone, visit, None),
    )


def _says(protocol: ScreeningProtocol, answers: Mapping[str, object]) -> str:
    """`Hopes: Acne scars. Areas: Tummy.`; of a protocol that asks neither, what it is for."""
    lines = {
        label: answer_lines(protocol, protocol.items[name], answers.get(name))
        for name, label in TELLING.items()
        if name in protocol.items
    }
    told = [f"{label}: {', '.join(said)}." for label, said in lines.items() if said]
    return " ".join(told or [f"{protocol.treatment_words}."])


def _shown(one: Confirmed) -> dict[str, str]:
    return {
        "id": one.submission_id,
        "name": one.name or "",
        "reference": one.reference or "Cannot be read",
        "why": one.outcome.value,
    }
