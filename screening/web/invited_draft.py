"""What the gate does for whoever was invited: one invitation is one draft, wherever it began."""

from datetime import date

from flask import render_template, session
from flask.typing import ResponseReturnValue

from screening.services import invited
from screening.services.invitation_course import note_begun, visit_of
from screening.services.invited import Way
from screening.storage.clinic import read_clinic
from screening.storage.database import Session
from screening.web.about import VISIT
from screening.web.desk import INVITATION, INVITATION_LINK, patient
from screening.web.parts import parts

ANOTHER_DATE = (
    "This form was begun on another device with another date of birth. Check the day, month and "
    "year. If it is right, call the clinic"
)


def may_begin(transaction: Session, born: date) -> bool:
    """False where the form was begun elsewhere by another date of birth.

    Where it was begun by this one, this session has it now. Raises InvitationOver.
    """
    if INVITATION not in session:
        return True
    here = parts()
    found = invited.running(
        transaction,
        Way(session[INVITATION], session.get(INVITATION_LINK, "")),
        born,
        here.protocols,
        patient(),
        here.clock(),
    )
    if found:
        session["draft"] = found
    return found is not None


def about_the_visit(transaction: Session) -> dict[str, str]:
    """The day that the clinic named, as long as it lies ahead; never who was invited."""
    visit = visit_of(transaction, session[INVITATION]) if INVITATION in session else None
    ahead = visit is not None and visit >= read_clinic(transaction).day(parts().clock())
    return {VISIT: visit.isoformat()} if visit and ahead else {}


def note_draft(transaction: Session, draft_id: str) -> None:
    if INVITATION in session:
        note_begun(transaction, session[INVITATION], draft_id)


def invitation_over() -> ResponseReturnValue:
    """Sent from another device, or taken back, while the first page was filled in.

    Or its link was replaced: whoever has the new one comes in by that.
    """
    session.pop(INVITATION, None)
    session.pop(INVITATION_LINK, None)
    session.pop("agreed", None)
    return render_template("patient/invitation_over.html"), 410
