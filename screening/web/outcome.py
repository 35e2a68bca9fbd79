"""After sending: the outcome for half an hour, a copy of the answers, and nothing else."""

from datetime import date, datetime, timedelta

from flask import Blueprint, render_template, request, session
from flask.typing import ResponseReturnValue

from screening.domain.assessment import Assessment
from screening.domain.clinic import Clinic
from screening.domain.codes import grouped
from screening.domain.protocol import Level, ScreeningProtocol
from screening.services import outcome as service
from screening.services.throttle import TooManyAttempts
from screening.storage.clinic import read_clinic
from screening.storage.database import Session
from screening.storage.submissions import SubmissionRecord
from screening.web.desk import already_sent, patient, refusing_forged_forms
from screening.web.fields import DATE_PARTS, FieldRefused, date_names
from screening.web.forms import check_names
from screening.web.guard import access
from screening.web.outcome_words import advice_texts, flag_texts
from screening.web.own_session import LINK, own_episode
from screening.web.parts import parts
from screening.web.questions import answer_rows
from screening.web.sent_again import sent_again_view
from screening.web.texts import long_date
from screening.web.typed import Parts, Problem, read_whole_date, showable, tidy

SHOWN_FOR = timedelta(minutes=30)
BORN = "date_of_birth"
# Never on a page that somebody else might see over the shoulder (catalogue, 4.3).
PRIVATE = frozenset({"own_choice"})
WRONG_DATE = "This is not the date of birth in your answers. Check the day, month and year"

blueprint = Blueprint("outcome", __name__)


@blueprint.get("/outcome")
@access("patient")
def show() -> ResponseReturnValue:
    with parts().database.write() as transaction:
        clinic = read_clinic(transaction)
        seen = _submission_of_session(transaction) if already_sent(transaction) else None
        submission = seen and service.view_outcome(transaction, seen, patient(), parts().clock())
    if not submission:
        return _over()
    protocol = parts().protocols.get(submission.protocol)
    if submission.edition > 1:
        view = sent_again_view(submission, protocol, clinic)
        return render_template("patient/sent_again.html", **view)
    return render_template("patient/outcome.html", **outcome_view(submission, protocol, clinic))


@blueprint.get("/outcome/copy")
@access("patient")
def ask_birth_date() -> ResponseReturnValue:
    with parts().database.read() as transaction:
        closed = _submission_of_session(transaction) is None
    return _over() if closed else _ask()


@blueprint.post("/outcome/copy")
@access("patient")
def copy() -> ResponseReturnValue:
    with refusing_forged_forms("copy"):
        check_names(request.form, frozenset(date_names(BORN)))
        typed = [tidy(_one(name)) for name in date_names(BORN)]
    with parts().database.read() as transaction:
        submission_id = _submission_of_session(transaction)
    if submission_id is None:
        return _over()
    try:
        born = read_whole_date(Parts(*typed))
    except Problem as problem:
        return _ask(typed, problem), 422
    if born is None:
        return _ask(typed, Problem("Enter your date of birth", DATE_PARTS)), 422
    return _copy_for(submission_id, born, typed)


def _copy_for(submission_id: str, born: date, typed: list[str]) -> ResponseReturnValue:
    now, library = parts().clock(), parts().protocols
    try:
        with parts().database.write() as transaction:
            service.admit_birth_date(transaction, submission_id, now)
    except TooManyAttempts:
        return _over()
    with parts().database.write() as transaction:
        submission = service.view_copy(
            transaction, submission_id, library.get, born, patient(), now
        )
        closed = service.is_closed(transaction, submission_id, now)
    if submission is None:
        return _over() if closed else (_ask(typed, Problem(WRONG_DATE, DATE_PARTS)), 422)
    return _copy_page(submission, library.get(submission.protocol))


def outcome_view(
    submission: SubmissionRecord, protocol: ScreeningProtocol, clinic: Clinic
) -> dict[str, object]:
    """Everything the outcome page says, from what was stored; nothing is worked out anew."""
    level = Level(submission.level)
    failed = bool(submission.assessment.get("failed"))
    assessment = Assessment.from_json(submission.assessment)
    fired = {flag.rule for flag in assessment.flags}
    earliest = assessment.earliest_suitable_date
    return {
        "level": level.value,
        "heading": protocol.headings[level],
        "nothing": protocol.nothing_noticed if level is Level.INFO else None,
        "date_label": protocol.not_before_label,
        "earliest_date": long_date(earliest) if earliest else None,
        "no_date_yet": protocol.no_date_yet if assessment.open_ended or failed else None,
        "texts": flag_texts(protocol, assessment.flags, clinic),
        "steps": NEXT_STEPS[level],
        "advice": advice_texts(protocol, clinic, fired),
        "code": grouped(submission.reference, 4),
        "own_page": f"{parts().config.base_url}/visit",
    }


NEXT_STEPS = {
    Level.STOP: (
        "Talk to the clinic before you come. They may suggest another day or another plan.",
        "Keep taking any medicine that a doctor gave you.",
        "A clinician will read your answers and decide with you what to do.",
    ),
    Level.REVIEW: (
        "A clinician will read your answers before your visit. They may call you.",
        "Keep taking any medicine that a doctor gave you.",
        "If something changes before your visit, tell the clinic.",
    ),
    Level.CAUTION: (
        "A clinician will read your answers and go through these steps with you.",
        "If something changes before your visit, tell the clinic.",
    ),
    Level.INFO: (
        "A clinician will read your answers before any treatment.",
        "If something changes before your visit, tell the clinic.",
    ),
}


def _submission_of_session(transaction: Session) -> str | None:
    """The submission this session may still see; None after half an hour or five wrong dates."""
    if "submission" not in session or (LINK in session and own_episode(transaction) is None):
        return None
    submission_id, now = str(session["submission"]), parts().clock()
    over = now - datetime.fromisoformat(session["submitted_at"]) >= SHOWN_FOR
    return None if over or service.is_closed(transaction, submission_id, now) else submission_id


def _over() -> str:
    return render_template("patient/outcome_over.html")


def _ask(typed: list[str] | None = None, problem: Problem | None = None) -> str:
    boxes = dict(zip(DATE_PARTS, map(showable, typed or ["", "", ""]), strict=True))
    part = problem.parts[0] if problem and problem.parts else "day"
    errors = [{"href": f"#{BORN}-{part}", "text": problem.message}] if problem else []
    return render_template("patient/copy_door.html", born=boxes, problem=problem, errors=errors)


def _copy_page(submission: SubmissionRecord, protocol: ScreeningProtocol) -> str:
    answers = submission.answers["answers"]
    cards = []
    for section in protocol.sections:
        items = [i for i in section.items if i.id in answers and i.id not in PRIVATE]
        cards.append({"title": section.title, "rows": answer_rows(protocol, items, answers)})
    return render_template(
        "patient/copy.html",
        cards=cards,
        code=grouped(submission.reference, 4),
        day=long_date(submission.completed_on),
    )


def _one(name: str) -> str:
    values = request.form.getlist(name)
    if len(values) > 1:
        raise FieldRefused(f"{name}: one value expected")
    return values[0] if values else ""
