"""A supplement is sent and becomes the next edition of its episode.

Whoever decides or sends at the same moment waits: a decision on the edition that was followed is
then refused (CO-5), and of two supplements that come together one is told.
"""

from collections.abc import Sequence
from dataclasses import replace

from screening.domain.answers import Answers
from screening.domain.audit import Actor, AuditEvent
from screening.domain.context import read_context
from screening.domain.draft import Raw
from screening.domain.settled import sealed_points, still_settled
from screening.domain.submission import Status
from screening.domain.supplement import changed_after_result, changed_answers
from screening.services.casefile import SUBMISSION, assessment_of, read_opened
from screening.services.receiving import Parcel, Tokens, receive
from screening.services.supplements import Running, fresh, keep, points, said_between
from screening.storage import drafts
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.questions import answer_questions
from screening.storage.submissions import (
    SubmissionRecord,
    hold_episode,
    latest_edition,
    read_submission,
)


class Overtaken(Exception):
    """Meanwhile another edition came, from another device: this one follows an old one."""


def rebase(session: Session, running: Running) -> Running:
    """The same said anew on top of the newest edition; nothing that was typed is lost."""
    newest = latest_edition(session, running.earlier.episode_id)
    earlier = (newest and read_submission(session, newest)) or running.earlier
    drafts.follow(session, running.record.id, earlier.id)
    record = replace(running.record, follows=earlier.id)
    after = replace(fresh(earlier, running.protocol, running.clinic, running.now), record=record)
    answers: Raw = earlier.answers["answers"]
    after = after.with_(running.supplement.onto(running.protocol, after.context, answers))
    said = said_between(running, after, only=running.supplement.asked)
    return keep(session, after, said)


def send(
    session: Session, running: Running, answers: Answers, actor: Actor, tokens: Tokens
) -> SubmissionRecord:
    """Make the next edition; raises Overtaken. The caller saw to the gaps."""
    earlier = running.earlier
    hold_episode(session, earlier.id)
    if latest_edition(session, earlier.episode_id) != earlier.id:
        raise Overtaken
    decided = read_opened(session, earlier.id, running.now).status is Status.DECIDED
    sent = receive(session, _parcel(running, answers), actor, tokens)
    answer_questions(session, list(running.supplement.questions), sent.id)
    if decided:
        facts = {"edition": sent.edition}
        append_event(
            session,
            AuditEvent("submission.reopened", running.now, actor, SUBMISSION, sent.id, facts),
        )
    return sent


def _parcel(running: Running, answers: Answers) -> Parcel:
    earlier, supplement = running.earlier, running.supplement
    before, _ = read_context(earlier.answers["context"], running.protocol.items)
    old = changed_answers(earlier.answers["answers"], answers.to_json())
    changed = changed_after_result(assessment_of(earlier), old)
    changed |= before.changed_after_result | running.context.changed_after_result
    context = replace(
        running.context, changed_after_result=changed, answers_since=before.oldest_answers
    )
    return Parcel(
        record=running.record,
        protocol=running.protocol,
        answers=answers,
        context=context,
        withdrawn={**earlier.answers["withdrawn"], **old, **supplement.draft.withdrawn},
        identity=earlier.identity,
        now=running.now,
        is_demo=earlier.is_demo,
        follows=earlier,
        more=_more(running, answers),
    )


def _more(running: Running, answers: Answers) -> dict[str, Sequence[object]]:
    """What was said beside the answers now, and before it what still holds (IN-4)."""
    sealed, supplement = running.earlier.answers, running.supplement
    replies = [{"question": name, "text": text} for name, text in supplement.replies.items()]
    put = sealed_points(points(running, answers), supplement.draft.settled).get("points", [])
    still = still_settled(sealed.get("points", []), put, sealed["answers"], answers.to_json())
    found = {"points": [*put, *still], "gone": sealed.get("gone", [])}
    return {
        "asked": supplement.asked,
        "replies": [one for one in replies if one["text"]],
        **{name: part for name, part in found.items() if part},
    }
