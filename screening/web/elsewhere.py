"""One draft, two devices: whoever sends a page from the one that was left is told, once.

What they typed stays in front of them. It is kept when they send it again, and from then on the
other device is the one that is told.
"""

from typing import Literal

from flask import session

from screening.domain.draft import Draft
from screening.services.intake import context_for, hold, receipt, take_over
from screening.storage.clinic import read_clinic
from screening.storage.database import Session
from screening.web.desk import pages_of, patient, refusing_forged_forms
from screening.web.journey import Journey
from screening.web.page_version import answers_posted
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


def sent_elsewhere(transaction: Session, step: str) -> str | None:
    """The page as it was typed, where another device has sent the form meanwhile; else None."""
    sent = receipt(transaction, session.get("draft", ""))
    protocol = parts().protocols.get(sent.protocol) if sent else None
    page = pages_of(protocol).get(step) if protocol else None
    if sent is None or protocol is None or page is None:
        return None
    clinic, now = read_clinic(transaction), parts().clock()
    said = sent.answers["answers"]
    with refusing_forged_forms(step):
        form = page.read(answers_posted(), clinic.day(now), said)
    context = context_for(clinic, now, Draft())
    whole = Draft(said).saying(protocol, context, page.item_ids, form.raw)
    shown = {item.id for item in whole.read(protocol, context)[0].shown}
    return section_page(protocol, page, shown, form.typed, elsewhere="sent")
