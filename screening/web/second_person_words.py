"""What a request for a second person is called, where it stands, and what is said of it."""

from collections.abc import Mapping

from screening.domain.second_person import Act, Reason, Stage
from screening.domain.staff import Right, Staff
from screening.services.asked import Asked, counts_for
from screening.services.second_person import NotAnother, NotEntitled
from screening.web.parts import parts

ACTS: Mapping[Act, str] = {
    Act.ERASE: "Erase a visit for good",
    Act.COPY: "Copy of everything held about a visit",
    Act.SWITCH_OFF: "No second person from now on",
}
REASONS: Mapping[Reason, str] = {
    Reason.NOT_THE_PATIENT: "It is not clear that the patient asked for it",
    Reason.WRONG_VISIT: "It is another visit that is meant",
    Reason.MUST_BE_KEPT: "The law or the insurer makes us keep it",
    Reason.NOT_NEEDED: "It is not needed, or no longer",
    Reason.TALK_FIRST: "We should talk about it first",
}
STAGES: Mapping[Stage, tuple[str, str]] = {
    Stage.WAITING: ("Waits for a second person", "wait"),
    Stage.READY: ("Confirmed, to be fetched", "done"),
    Stage.DONE: ("Done", "done"),
    Stage.REFUSED: ("Refused", "neutral"),
    Stage.WITHDRAWN: ("Withdrawn", "neutral"),
    Stage.VOID: ("Void: the rule was switched off", "neutral"),
    Stage.OVER: ("Its time is over", "neutral"),
}
NOT_ANOTHER = (
    "You cannot be the second person for this: in the last 30 days one of you two let the other "
    "in, gave a way back in or the right to this, or the same colleague did so for both. "
    "Somebody else must confirm it."
)
NOT_ENTITLED = "One of you two may not do this any more."
CHANGED = "Nothing was done: it was answered meanwhile, its time is over, or it is not yours to do."


def why_not(error: Exception) -> str:
    """What to say of a step that could not be taken."""
    said: Mapping[type[Exception], str] = {NotAnother: NOT_ANOTHER, NotEntitled: NOT_ENTITLED}
    return said.get(type(error), CHANGED)


def waiting_for(staff: Staff | None) -> str:
    """One line for the first page of whoever could be asked; empty where nothing waits for them."""
    if staff is None or not staff.may(Right.EXPORT):
        return ""
    with parts().database.read() as session:
        theirs, mine = counts_for(session, staff.id, parts().clock())
    lines = [
        f"{theirs} {'request waits' if theirs == 1 else 'requests wait'} for a second person",
        f"{mine} {'copy' if mine == 1 else 'copies'} you asked for can be fetched",
    ]
    return "; ".join(line for line, count in zip(lines, (theirs, mine), strict=True) if count)


def details_of(asked: Asked) -> str:
    """What else is to be said of one that is over."""
    if asked.request.reason is not None:
        return f"{REASONS[asked.request.reason]}, says {asked.second}"
    return f"Confirmed by {asked.second}" if asked.second else ""
