"""Who works on a submission just now, and what came in between, in words."""

from dataclasses import dataclass
from datetime import datetime

from screening.domain.clinic import Clinic
from screening.services.casefile import OpenedSubmission
from screening.services.decision import Verdict
from screening.web.queue import disposition_words
from screening.web.texts import long_time

NOT_SAVED = "Your decision was not saved"
STOPPED = "Stop: a date of birth under 18 was given in a correction"
KEPT = "What you typed is still in the form."


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """`holder` is the id of the one who has it; empty where nobody has."""

    text: str
    holder: str = ""
    mine: bool = False


def stop_remark(opened: OpenedSubmission, clinic: Clinic) -> dict[str, str] | None:
    """Title and text of what came after the answers and is none of them."""
    if opened.stopped_at is None:
        return None
    text = (
        f"At the patient’s own page, {long_time(opened.stopped_at, clinic.time_zone)}. The date "
        "was not kept; all answers are as they were sent. Find out how old the patient is before "
        "you decide. Until somebody does, this counts as a stop."
    )
    return {"title": STOPPED, "text": text}


def claim_words(opened: OpenedSubmission, staff_id: str | None, clinic: Clinic) -> ClaimWords:
    claim = opened.claim
    if claim is None:
        return ClaimWords("Nobody is working on this.")
    until = wall_clock(claim.expires_at, clinic)
    if claim.staff_id == staff_id:
        return ClaimWords(f"You are working on this until {until}.", claim.staff_id, mine=True)
    text = f"{opened.names[claim.staff_id]} is working on this until {until}."
    return ClaimWords(text, claim.staff_id)


def conflict_words(
    verdict: Verdict, opened: OpenedSubmission, staff_id: str | None, clinic: Clinic
) -> str:
    """What came in between; empty where nothing did."""
    if verdict is Verdict.CLAIMED:
        return f"{claim_words(opened, None, clinic).text} {KEPT}"
    if verdict is Verdict.SUPERSEDED:
        return (
            "The patient sent new answers while you had the earlier ones open. This page shows "
            f"the new ones. {KEPT} Check whether it still fits."
        )
    if verdict is Verdict.STALE:
        return (
            f"{_who_decided(opened, staff_id)} {KEPT} Save it again only if it should replace that."
        )
    return ""


def wall_clock(moment: datetime, clinic: Clinic) -> str:
    return f"{moment.astimezone(clinic.zone):%H:%M}"


def _who_decided(opened: OpenedSubmission, staff_id: str | None) -> str:
    here = [review for review in opened.reviews if review.submission_id == opened.record.id]
    if opened.stopped_at and all(one.decided_at <= opened.stopped_at for one in here):
        return "A correction gave a date of birth under 18 while you had this page open."
    if not here:
        return "The submission changed while you had this page open."
    latest = here[-1]
    words = disposition_words(latest.disposition, latest.defer_until)
    if latest.second is not None:
        did = "agreed to" if latest.second.agreed else "declined"
        by = latest.second.staff_id
    else:
        did, by = ("proposed" if latest.second_required else "decided"), latest.staff_id
    who = "You" if by == staff_id else opened.names[by]
    return f"{who} {did} “{words}” while this page was open."
