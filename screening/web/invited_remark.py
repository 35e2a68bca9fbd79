"""Who invited the sender of these answers, and whether they seem to be who was invited."""

from screening.domain.clinic import Clinic
from screening.services.invitation_course import names_another
from screening.storage.invitations import InvitationRecord
from screening.web.texts import long_date

ANOTHER = "Another name than that of the invitation"
TAKEN_BACK = "The invitation had been taken back"
NOTHING_MERGED = "Nothing is merged or changed by itself."
Remark = dict[str, str]


def invited_words(record: InvitationRecord, by: str, clinic: Clinic) -> str:
    made = long_date(clinic.day(record.made_at))
    return f"By {by} on {made}, for {long_date(record.treatment_date)}"


def invited_remark(record: InvitationRecord | None, typed: str, clinic: Clinic) -> Remark | None:
    """Title and text; None where the answers came from where they were expected."""
    if record is None:
        return None
    if names_another(record, typed):
        invited = record.person.get("name", "")
        text = f"Invited was “{invited}”, the answers name “{typed}”. It may be another person: "
        return {"title": ANOTHER, "text": f"{text}check who this is. {NOTHING_MERGED}"}
    if record.revoked_at is not None:
        day = long_date(clinic.day(record.revoked_at))
        text = f"That was on {day}; the form had been begun by then. Check who this is."
        return {"title": TAKEN_BACK, "text": text}
    return None
