"""Short cuts: a form that was saved on another day, answered as far as a test needs."""

from collections.abc import Mapping

from flask import Flask

from screening.domain.audit import Actor
from screening.domain.draft import Draft
from screening.domain.protocol import Item, ItemKind, ScreeningProtocol
from screening.services import intake, returning
from screening.web.parts import parts
from tests.worked_cases import NOTHING_TO_REPORT, PROTOCOL

Raw = Mapping[str, object]
WELL: Raw = NOTHING_TO_REPORT["answers"]
REACH = {"name": "Asha Example", "email": "asha@example.com"}


def before(section: str, raw: Raw = WELL) -> dict[str, object]:
    """The answers to everything that is asked before this section."""
    ids = [one.id for one in PROTOCOL.sections]
    earlier = ids[: ids.index(section)]
    gate = {item.id for item in PROTOCOL.items.values() if item.gate}
    return {
        name: answer
        for name, answer in raw.items()
        if name in gate or PROTOCOL.items[name].section in earlier
    }


def save_form(
    app: Flask,
    raw: Raw,
    about: Mapping[str, str] | None = None,
    protocol: ScreeningProtocol = PROTOCOL,
) -> str:
    """The path of the link that was given for this form."""
    here, someone = parts(app), Actor("patient", None, None)
    now = here.clock()
    draft = Draft(answers=raw, about=about or {})
    agreement = intake.Agreement(intake.NOTICE_VERSION, now)
    with here.database.write() as session:
        draft_id = intake.start(session, protocol, draft, agreement, someone, now, here.tokens)
        way = returning.offer(session, draft_id, someone, now, here.tokens)
    return f"/resume/{way.token}"


def everything() -> dict[str, object]:
    """As many answers as one person can give: every box ticked, every follow-up opened."""
    return {**WELL, **{name: _most(item) for name, item in PROTOCOL.items.items() if not item.gate}}


def many() -> dict[str, object]:
    """Enough to raise a score of flags of every level."""
    sections = ("sensitivities", "treatments_devices")
    return {
        name: answer if PROTOCOL.items[name].section in sections else WELL.get(name, answer)
        for name, answer in everything().items()
        if name in WELL or PROTOCOL.items[name].section in sections
    }


def _most(item: Item) -> object:
    if item.kind is ItemKind.MULTI:
        return [one.id for one in item.options if not one.exclusive and one.id != "not_sure"]
    if item.kind is ItemKind.SINGLE:
        return _OPENING.get(item.id, item.options[-1].id)
    if item.kind is ItemKind.DATES:
        return dict.fromkeys(item.dated_options, "2026-12")
    if item.kind is ItemKind.DATE:
        return "2026-12-20"
    return "A long remark that somebody typed, about nothing in particular, over several lines."


_OPENING = {
    "past_needling": "yes_problem",
    "sun_recent": "tan_or_sunbed",
    "allergy_any": "yes",
    "allergy_worst": "anaphylaxis",
    "isotretinoin": "past",
    "home_device": "past",
    "appearance_worry": "yes",
}
