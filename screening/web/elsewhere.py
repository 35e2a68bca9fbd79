"""One draft, two devices: whoever sends a page from the one that was left is told, once.

What they typed stays in front of them. It is kept when they send it again, and from then on the
other device is the one that is told.
"""

from typing import Literal

from flask import render_template, session

from screening.domain.answers import shown_items
from screening.domain.draft import Draft
from screening.services.intake import context_for, hold, receipt, take_over
from screening.storage.clinic import read_clinic
from screening.storage.database import Session
from screening.storage.submissions import SubmissionRecord
from screening.web.desk import pages_of, patient, refusing_forged_forms
from screening.web.fields import field_names
from screening.web.journey import Journey
from screening.web.page_version import earlier_version, read_page, words_left
from screening.web.parts import parts
from screening.web.section_page import section_page

HOLDER, TOLD = "holder", "told"
Elsewhere = Literal["", "moved", "sent"]
"""What a page says of another device: nothing, that the form was opened, or sent, there."""


def hold_draft(transaction: Session, draft_id: str) -> None:
    """This session goes on with it; where another one did, that one is told at its next page."""
    session[HOLDER] = hold(transaction, draft_id, parts().tokens)


def is_elsewhere(transaction: Session, journey: Journey) -> bool:
    """Whether what was just sent is not to be kept, since nobody here knows of the other device."""
    holder = journey.case.record.holder
    if holder is None or holder == session.get(HOLDER):
        return False
    if session.pop(TOLD, None) == holder:
        session[HOLDER] = take_over(transaction, journey.case, patient(), parts().tokens)
        return False
    session[TOLD] = holder
    return True


def sent_from_here(transaction: Session) -> SubmissionRecord | None:
    """What became of the form that is or was open in this browser; None where it was not sent."""
    return receipt(transaction, session.get("draft") or session.get("submitted_draft", ""))


def sent_elsewhere(transaction: Session, step: str) -> str | None:
    """The page as it was typed, where the form was sent meanwhile, here or there; else None.

    It tells nothing of what was sent: a question stands there for its own page's sake alone.
    """
    sent = sent_from_here(transaction)
    if sent is None:
        return None
    protocol, draft_id = parts().protocols.get(sent.protocol), sent.draft_id
    page, clinic, now = pages_of(protocol).get(step), read_clinic(transaction), parts().clock()
    with refusing_forged_forms(step):
        asked = earlier_version(transaction, protocol, draft_id)
        left = words_left(step, page, asked)
        if page is None:
            return render_template("patient/page_gone.html", left=left, sent=True) if left else None
        form = read_page(page, protocol, asked, clinic.day(now), {})
    typed = {name for name, values in form.typed.items() if any(values)}
    alone = shown_items(protocol, context_for(clinic, now, Draft()), form.raw)
    shown = {item.id for item in alone}
    shown |= {item.id for item in page.items if typed.intersection(field_names(item))}
    return section_page(protocol, page, shown, form.typed, elsewhere="sent", left=left)
