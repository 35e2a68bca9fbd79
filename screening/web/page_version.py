"""Which protocol version's questions stood on the page that was sent (IN-9).

Where the form has moved to another version since, nothing of the page is kept: it comes anew,
with what was entered wherever the question reads the same. Words to a question that stands there
no more are shown beside it.
"""

from collections.abc import Mapping
from datetime import date

from flask import request
from werkzeug.datastructures import MultiDict

from screening.domain.moving import asks_the_same
from screening.domain.protocol import Item, ItemKind, ScreeningProtocol
from screening.protocols.library import NoSuchProtocol
from screening.storage.audit import last_event
from screening.storage.database import Session
from screening.web.desk import pages_of
from screening.web.fields import FieldRefused, field_names
from screening.web.forms import Page, QuestionForm, check_names
from screening.web.parts import parts
from screening.web.questions import Plain
from screening.web.typed import showable

ASKED_IN = "asked_in"
"""The hidden field of every page of questions: the version whose questions it asks."""


def answers_posted() -> MultiDict[str, str]:
    """The posted form without the version."""
    return MultiDict((name, one) for name, one in request.form.items(True) if name != ASKED_IN)


def earlier_version(
    transaction: Session, protocol: ScreeningProtocol, draft_id: str = ""
) -> ScreeningProtocol | None:
    """The version that was asked, where that is not this one; raises FieldRefused.

    A page from before pages said so asked the version that its form moved from, if it moved.
    """
    named = request.form.getlist(ASKED_IN)
    if len(named) > 1:
        raise FieldRefused("two versions of one page")
    moved = None if named else last_event(transaction, "draft.moved", "draft", draft_id)
    key = str(moved.facts["before"]) if moved else [*named, protocol.key][0]
    try:
        asked = parts().protocols.get(key)
    except NoSuchProtocol as unknown:
        raise FieldRefused("no version of ours") from unknown
    return None if asked.released_key == protocol.released_key else asked


def read_page(
    page: Page,
    protocol: ScreeningProtocol,
    asked: ScreeningProtocol | None,
    today: date,
    said: Mapping[str, object],
) -> QuestionForm:
    """What was sent, where an earlier version `asked` only as far as this page asks it too.

    Words stand there again whatever was asked; raises FieldRefused.
    """
    posted = answers_posted()
    if asked is None:
        return page.read(posted, today, said)
    before = pages_of(asked).get(page.id)
    check_names(posted, before.names if before else frozenset())
    items = (item for item in page.items if _stands(item, asked, protocol))
    names = {name for item in items for name in field_names(item)}
    kept = MultiDict((name, one) for name, one in posted.items(True) if name in names)
    return page.read(kept, today, said)


def words_left(step: str, page: Page | None, asked: ScreeningProtocol | None) -> list[Plain]:
    """What was written on that version's page to questions that have no box on this one."""
    before = pages_of(asked).get(step) if asked else None
    boxes = _boxes(page)
    written = [
        (item.wording, showable(request.form.get(item.id, "")))
        for name, item in _boxes(before).items()
        if name not in boxes
    ]
    return [{"key": question, "value": words} for question, words in written if words]


def _boxes(page: Page | None) -> dict[str, Item]:
    items = page.items if page else ()
    return {item.id: item for item in items if item.kind is ItemKind.TEXT}


def _stands(item: Item, asked: ScreeningProtocol, now: ScreeningProtocol) -> bool:
    before = asked.items.get(item.id)
    words = item.kind is ItemKind.TEXT and before is not None and before.kind is item.kind
    return words or asks_the_same(asked, now, item.id)
