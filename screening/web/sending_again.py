"""The end of a supplement: look at it once more, send it once, or put it aside."""

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue

from screening.domain.points import Said
from screening.services import amending, supplements
from screening.services.amending import Overtaken
from screening.services.casefile import OpenedSubmission
from screening.services.intake import receipt
from screening.services.supplements import Running
from screening.storage.database import Session
from screening.storage.submissions import SubmissionRecord
from screening.web.desk import (
    note_failed_assessment,
    patient,
    refusing_forged_forms,
    remember_submission,
)
from screening.web.fields import FieldRefused
from screening.web.forms import check_names
from screening.web.guard import access
from screening.web.own_session import (
    SUPPLEMENT,
    own_for_post,
    own_submission,
    running_supplement,
)
from screening.web.parts import parts
from screening.web.points import PointForm, item_of, note_left, read_point
from screening.web.supplement import QUESTION
from screening.web.supplement_pages import (
    ANSWERS,
    change_address,
    check_page,
    gone_page,
    points_of,
)

SEND_NAMES = frozenset({"draft", "version"})
blueprint = Blueprint("sending_again", __name__)


@blueprint.get("/visit/check")
@access("patient")
def check() -> ResponseReturnValue:
    with parts().database.read() as transaction:
        opened, running = own_submission(transaction), running_supplement(transaction)
    if opened is None or running is None:
        return redirect("/visit", 303)
    gap = _gap(opened, running)
    return redirect(gap, 303) if gap else check_page(opened, running)


@blueprint.post("/visit/check")
@access("patient")
def settle() -> ResponseReturnValue:
    """Remember what was said to a point; "yes" asks the question anew, whatever its answer is."""
    with parts().database.write() as transaction:
        opened, running = own_for_post(transaction), running_supplement(transaction)
        if running is None:
            return gone_page(note_left(request.form))
        with refusing_forged_forms("visit-check"):
            form = read_point(running.protocol, request.form)
        if form.problem:
            return check_page(opened, running, form), 422
        gap, onward = _gap(opened, running), _settled(transaction, running, form)
        return redirect(gap or onward, 303)


@blueprint.post("/visit/send")
@access("patient")
def send() -> ResponseReturnValue:
    """Once: the draft's id is the key, and a repeated click finds what the first one left."""
    with refusing_forged_forms("send"):
        check_names(request.form, SEND_NAMES)
        draft_id = _own_draft_id()
    try:
        sent = _sent(draft_id)
    except Overtaken:
        return _overtaken()
    if not isinstance(sent, SubmissionRecord):
        return sent
    if sent.assessment.get("failed"):
        note_failed_assessment()
    remember_submission(sent.id, sent.received_at.isoformat(), sent.draft_id)
    return redirect("/outcome", 303)


@blueprint.post("/visit/drop")
@access("patient")
def drop() -> ResponseReturnValue:
    """Put aside what was begun; what the clinic has stays as it is."""
    with refusing_forged_forms("drop"):
        check_names(request.form, frozenset())
    with parts().database.write() as transaction:
        running = running_supplement(transaction)
        if running is not None:
            supplements.drop(transaction, running)
    session.pop(SUPPLEMENT, None)
    return redirect("/visit", 303)


def _settled(transaction: Session, running: Running, form: PointForm) -> str:
    """Where to go then. A point that is gone, as its answer has changed, is passed over."""
    place = {point.key: (at, point) for at, point in enumerate(points_of(running), 1)}
    if form.key not in place:
        return "/visit/check"
    number, point = place[form.key]
    running = supplements.settle(transaction, running, point, form.settled)
    if form.settled.said is not Said.YES:
        return f"/visit/check#point-{number}"
    item = item_of(running.protocol, point)
    if item.id in running.supplement.asked:
        return change_address(item)
    supplements.keep(transaction, running.asking((item.id,)))
    return ANSWERS


def _sent(draft_id: str) -> SubmissionRecord | ResponseReturnValue:
    with parts().database.write() as transaction:
        opened, running = own_submission(transaction), running_supplement(transaction)
        if opened is None or running is None or running.record.id != draft_id:
            return receipt(transaction, draft_id) or gone_page()
        seen = request.form.get("version") == str(running.record.version)
        gap = _gap(opened, running)
        if gap or not seen:
            return redirect(gap or "/visit/check", 303)
        answers, _ = running.supplement.draft.read(running.protocol, running.context)
        return amending.send(transaction, running, answers, patient(), parts().tokens)


def _overtaken() -> ResponseReturnValue:
    """Another device was faster: the same is kept on top of what it sent, and looked at anew."""
    with parts().database.write() as transaction:
        opened, running = own_submission(transaction), running_supplement(transaction)
        if opened is None or running is None:
            return gone_page()
        running = amending.rebase(transaction, running)
        gap = _gap(opened, running)
    return redirect(gap, 303) if gap else (check_page(opened, running, overtaken=True), 409)


def _gap(opened: OpenedSubmission, running: Running) -> str:
    """Where something is still to be said; empty where all is."""
    supplement = running.supplement
    _, to_see_to = supplement.draft.read(running.protocol, running.context)
    if to_see_to:
        return ANSWERS
    waiting = supplements.open_questions(opened)
    asked = (one for one in waiting if one.id in supplement.questions)
    if any(one.text and not one.items and not supplement.replies.get(one.id) for one in asked):
        return QUESTION
    if supplement.page:
        return ANSWERS
    if supplement.says_something:
        return ""
    return QUESTION if waiting else "/visit"


def _own_draft_id() -> str:
    """The posted key, which must be the supplement of this session, open or just sent."""
    posted = request.form.getlist("draft")
    own = (session.get(SUPPLEMENT), session.get("submitted_draft"))
    if len(posted) != 1 or posted[0] not in own:
        raise FieldRefused("not the supplement of this session")
    return posted[0]
