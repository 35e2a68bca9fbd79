"""The page of one submission, as it is opened and as it comes back from a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from flask import abort, render_template

from screening.domain.assessment import Assessment
from screening.services.asking import askable
from screening.services.casefile import OpenedSubmission, SubmissionNotFound
from screening.services.claims import held_by_other
from screening.services.decision import Verdict, grounds_here
from screening.services.earlier import Matches, note_compared, possible_matches
from screening.services.review import open_current, open_submission
from screening.web.acting import actor, today
from screening.web.case_words import claim_words, conflict_words, stop_remark
from screening.web.casework import casework
from screening.web.decision_options import Offer, error_links, offer
from screening.web.decisions import DecisionForm, empty_form
from screening.web.invited_remark import invited_remark
from screening.web.parts import parts
from screening.web.protocol_words import approval_of, approval_words, banner_of
from screening.web.story import story_of
from screening.web.surroundings import current_clinic
from screening.web.unknowns import unsure_items

Errors = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CasePage:
    """What the page is made of: the record, and what a form brings back to it.

    `saved`: the reader's own decision has just been kept.
    """

    opened: OpenedSubmission
    matches: Matches
    form: DecisionForm | None = None
    verdict: Verdict = Verdict.STANDS
    second_errors: Errors = field(default_factory=dict)
    second_note: str = ""
    saved: bool = False


def open_case(submission_id: str, *, current: bool = False) -> CasePage:
    """The view is witnessed and committed before anything is shown of it, or of others beside it.

    `current`: the edition that stands for the episode now, whichever is asked for.
    """
    here, read = parts(), open_current if current else open_submission
    with here.database.write() as session:
        try:
            opened = read(session, submission_id, actor(), here.clock())
        except SubmissionNotFound:
            abort(404)
    with here.database.read() as session:
        matches = possible_matches(session, opened, here.protocols)
    if matches.shown:
        with here.database.write() as session:
            note_compared(session, matches, opened, actor(), here.clock())
    return CasePage(opened, matches)


def render_case(page: CasePage) -> str:
    opened, library, clinic = page.opened, parts().protocols, current_clinic()
    protocol, acting = library.get(opened.record.protocol), actor()
    form = page.form or empty_form(proposed_day(opened))
    offered = offered_on(opened, form)
    case = casework(opened, protocol, library.handling(protocol.key), clinic, today())
    approval = approval_of(protocol)
    case = replace(case, protocol=f"{case.protocol}, {approval_words(approval)}")
    return render_template(
        "clinic/submission.html",
        case=case,
        story=story_of(opened, page.matches, library, clinic),
        version=opened.record.version,
        form=form,
        offer=offered,
        errors=error_links(form, offered) + _second_links(page.second_errors),
        conflict=conflict_words(page.verdict, opened, acting.id, clinic),
        claim=claim_words(opened, acting.id, clinic),
        take_over=_holder(opened) if page.verdict is Verdict.CLAIMED else "",
        second_errors=page.second_errors,
        second_note=page.second_note,
        saved=page.saved,
        stopped=stop_remark(opened, clinic),
        invited=invited_remark(opened.invitation, case.name, clinic),
        me=acting.id,
        approval_banner=banner_of(protocol, approval),
    )


def offered_on(opened: OpenedSubmission, form: DecisionForm) -> Offer:
    library, clinic = parts().protocols, current_clinic()
    protocol = library.get(opened.record.protocol)
    unsure = unsure_items(protocol, opened.record.answers["answers"])
    return offer(
        grounds_here(opened, library, clinic),
        opened.assessment or Assessment(()),
        library.handling(protocol.key),
        askable(opened, protocol),
        frozenset(item.id for item in unsure),
        form,
    )


def proposed_day(opened: OpenedSubmission) -> date | None:
    return opened.assessment.earliest_suitable_date if opened.assessment else None


def _holder(opened: OpenedSubmission) -> str:
    other = held_by_other(opened, actor())
    return other.staff_id if other else ""


def _second_links(errors: Errors) -> list[dict[str, str]]:
    return [{"href": "#second_note", "text": text} for text in errors.values()]
