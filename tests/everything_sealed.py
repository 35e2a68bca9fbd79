"""A database with something in every sealed column: what a change of keys must carry over."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from screening.domain.adjustments import Adjustments
from screening.domain.answer_events import AnswerEvent
from screening.domain.audit import SYSTEM, AuditEvent
from screening.domain.mail import Mail, MailKind
from screening.domain.protocol_life import Approval
from screening.domain.second_person import Act, ask
from screening.services.search_terms import index
from screening.storage import (
    answer_events,
    audit,
    drafts,
    invitations,
    kept_forms,
    outbox,
    passkeys,
    protocol_life,
    questions,
    reviews,
    second_factors,
    second_person,
    sessions,
    submissions,
)
from screening.storage.database import Database
from tests.clinic_cases import PROTOCOL, Received
from tests.stored import DIGEST, a_draft, a_review, add_clinician, id_of

CODE = "7" * 10
ROBIN = id_of(9)


def fill_every_sealed_column(database: Database, now: datetime) -> None:
    with database.write() as session:
        add_clinician(session)
        add_an_episode(session, now)
        add_a_draft(session, now)
        add_what_robin_has(session, now)
        add_what_is_append_only(session, now)
        audit.append_event(session, AuditEvent("staff.set-up", now, SYSTEM))


def add_an_episode(session: Session, now: datetime) -> None:
    received = Received("Zoë Marker").record(1)
    submissions.add_submission(session, received)
    index(session, PROTOCOL, received)
    decided = a_review(
        disposition="proceed_with_precautions",
        against_level=True,
        second_required=True,
        reason="Seen in person.",
        note="Rang twice.",
        message="Please come earlier.",
        precautions=("patch_test",),
    )
    reviews.add_review(session, decided)
    opinion = reviews.SecondOpinion(ROBIN, True, "I agree.", now)
    reviews.add_second_opinion(session, decided.id, opinion)
    question = questions.Question(id_of(30), id_of(1), ROBIN, "Since when?", (), now)
    questions.add_question(session, question)
    letter = Mail(MailKind.OWN_PAGE, "zoe@example.org", {"path": "/visit/t"}, id_of(1))
    outbox.add_message(session, id_of(34), letter, now)
    second_person.add_request(session, ask(id_of(36), Act.COPY, id_of(1), ROBIN, now))
    invited = invitations.InvitationRecord(
        id_of(35), "REF-35", "microneedling", now.date(), {"name": "Ida Marker"}, ROBIN, now,
        now + timedelta(days=1),
    )  # fmt: skip
    invitations.add_invitation(session, invited, ["Ida", "Marker"])


def add_a_draft(session: Session, now: datetime) -> None:
    drafts.add_draft(session, a_draft())
    drafts.set_resume(session, a_draft().id, "t" * 64, CODE)
    changed = AnswerEvent(PROTOCOL.key, "herpes_history", "not_sure", "past", None, now)
    answer_events.add_answer_events(session, a_draft().id, 2, now, [changed])


def add_what_robin_has(session: Session, now: datetime) -> None:
    later = now + timedelta(hours=1)
    totp = second_factors.TotpSeed(b"s" * 20, 0, now)
    second_factors.put_seed(session, ROBIN, totp)
    key = passkeys.Passkey(id_of(31), ROBIN, b"c", b"p", 0, ("usb",), "Blue key", now)
    passkeys.add_passkey(session, key)
    held = sessions.SessionRecord("h" * 64, "staff", ROBIN, {"staff": ROBIN}, now, now, later)
    sessions.add_session(session, held)
    form = kept_forms.KeptForm(
        id_of(32), ROBIN, "/clinic/", "/clinic/", (("note", "n"),), now, later
    )
    kept_forms.add_kept_form(session, form)


def add_what_is_append_only(session: Session, now: datetime) -> None:
    key = PROTOCOL.key
    approval = Approval(key, DIGEST, ROBIN, "Dr Marker", "I approve.", now.date(), now)
    protocol_life.add_approval(session, id_of(33), approval)
    protocol_life.add_adjusted_version(
        session,
        protocol_life.AdjustedVersion(
            f"{key}+0123456789ab", "e" * 64, key, DIGEST, key, Adjustments(), "Caution.", ROBIN, now
        ),
    )
