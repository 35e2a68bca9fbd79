"""What a patient's view has at hand: the running case, its pages, who acts, what was posted."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from screening.domain.audit import Actor
from screening.domain.draft import Draft
from screening.domain.protocol import ScreeningProtocol
from screening.services.intake import Case, receipt, successor_of
from screening.services.protocol_life import in_use_of
from screening.storage.clinic import read_clinic
from screening.storage.database import Session
from screening.storage.drafts import read_draft
from screening.web.fields import FieldRefused
from screening.web.forms import Pages, build_pages
from screening.web.journey import Journey
from screening.web.logs import LogEvent, log, request_id
from screening.web.parts import parts
from screening.web.question_html import prepare_questions
from screening.web.reveal import reveal_css

INVITATION = "invitation"
"""By which one this browser came in."""
INVITATION_LINK = "invitation_link"
"""By which of its links: the hash. It must still be good when the form is begun."""
GATE_ASKED = "gate_asked"
"""The version whose gate was answered with an urgent sign: it may be an earlier one."""
ADVISED = "advised"
"""The urgent signs that were advised on before a form is begun: version, signs, way back."""
AT_THE_GATE = ("gate", GATE_ASKED, ADVISED, INVITATION, INVITATION_LINK)
"""What is remembered of somebody who has not begun a form."""
GONE_WITH_THE_DRAFT = {
    "draft": ("draft", "agreed", "holder", "told", *AT_THE_GATE),
    "supplement": ("supplement", "signs"),
}
"""By the name of the one that was sent. One may be open beside the other: that goes on."""
_PAGES = "prelude.pages"
_REVEAL = "prelude.reveal"


def prepare(app: Flask) -> None:
    """Build every form and stylesheet of every protocol version, once, at start."""
    versions = parts(app).protocols.versions
    app.extensions[_PAGES] = {key: build_pages(one) for key, one in versions.items()}
    app.extensions[_REVEAL] = {one.digest[:12]: reveal_css(one) for one in versions.values()}
    prepare_questions(app)


def pages_of(protocol: ScreeningProtocol) -> Pages:
    """An adjusted version asks what its released version asks."""
    pages: Pages = current_app.extensions[_PAGES][protocol.released_key]
    return pages


def reveal_address(protocol: ScreeningProtocol) -> str:
    released = parts().protocols.get(protocol.released_key)
    return f"/q/reveal.css?v={released.digest[:12]}"


def protocol_in_use() -> ScreeningProtocol | None:
    """The version that a new form uses, of what was chosen on the start page.

    None where nothing was begun there, or what was chosen is not offered any more.
    """
    if "agreed" not in session:
        return None
    library = parts().protocols
    chosen = session["agreed"].get("treatment", library.current.name)
    with parts().database.read() as transaction:
        return in_use_of(transaction, library, chosen)


def stylesheet(version: str) -> str | None:
    css: str | None = current_app.extensions[_REVEAL].get(version)
    return css


def patient() -> Actor:
    return Actor("patient", None, request_id())


def running_case(transaction: Session) -> Journey | None:
    """The draft of this browser's session, None where there is none or it has expired."""
    draft_id, now = session.get("draft"), parts().clock()
    record = read_draft(transaction, draft_id, now) if draft_id else None
    if record is None:
        return None
    library = parts().protocols
    protocol, successor = library.get(record.protocol), successor_of(transaction, record, library)
    clinic, draft = read_clinic(transaction), Draft.from_json(record.body)
    case = Case(record, draft, protocol, clinic, now, successor)
    return Journey(case, pages_of(protocol))


def already_sent(transaction: Session) -> bool:
    """Whether this browser's draft has become a submission, here or in another window."""
    draft_id = session.get("draft")
    sent = receipt(transaction, draft_id) if draft_id else None
    if sent is not None:
        remember_submission(sent.id, sent.received_at.isoformat(), sent.draft_id)
    return "submission" in session


def remember_submission(submission_id: str, at: str, draft_id: str) -> None:
    """From now on this session may see the outcome, and no answers."""
    for name, gone in GONE_WITH_THE_DRAFT.items():
        if session.get(name) == draft_id:
            for key in gone:
                session.pop(key, None)
    session["submission"] = submission_id
    session["submitted_at"] = at
    session["submitted_draft"] = draft_id


@contextmanager
def refusing_forged_forms(page: str) -> Iterator[None]:
    """What no page of ours sends is answered with 400, and noted without its values."""
    try:
        yield
    except FieldRefused as refused:
        log(
            LogEvent.REFUSED,
            logging.WARNING,
            kind=f"forged-form-{page}",
            status=400,
            route=request.url_rule.rule if request.url_rule else None,
            request_id=request_id(),
        )
        raise BadRequest from refused


def no_draft(transaction: Session) -> ResponseReturnValue:
    """The answers were sent from another window, or have expired: say so calmly."""
    if already_sent(transaction):
        return redirect("/outcome", 303)
    if "agreed" in session and "draft" not in session:
        return redirect("/q/gate", 303)
    session.pop("draft", None)
    return render_template("patient/gone.html"), 410


def note_failed_assessment() -> None:
    """The submission is kept and marked for review; somebody must look at the rules."""
    kind = "assessment-failed"
    log(
        LogEvent.PROBLEM,
        logging.ERROR,
        kind=kind,
        sqlstate=None,
        location=None,
        request_id=request_id(),
    )
