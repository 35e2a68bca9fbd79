"""After a supplement: what the answers that were just given raise, and nothing that older ones do.

Whoever knows the reference and the date of birth can send a supplement, the front desk too. So
this page speaks only of flags that rest on nothing but what was answered in this very session;
no level of the whole, no date, no copy (AZ-6). The clinic sees everything.
"""

from screening.domain.answers import examine
from screening.domain.assessment import Assessment, Flag
from screening.domain.clinic import Clinic
from screening.domain.codes import grouped
from screening.domain.context import read_context
from screening.domain.firing import case_of
from screening.domain.just_said import just_said
from screening.domain.protocol import Level, ScreeningProtocol
from screening.storage.submissions import SubmissionRecord
from screening.web.outcome_words import flag_texts

_CALL = "Talk to the clinic before you come. They may suggest another day or another plan."
_MEDICINE = "Keep taking any medicine that a doctor gave you."
_READS = "A clinician will read what you sent, together with all you told us before."
_AGAIN = (
    "If the clinic had decided already, it looks at that again: look at your page before you come."
)
_STEPS = {
    Level.STOP: (_CALL, _MEDICINE, _READS),
    Level.REVIEW: (_READS, _AGAIN, _MEDICINE),
}


def sent_again_view(
    submission: SubmissionRecord, protocol: ScreeningProtocol, clinic: Clinic
) -> dict[str, object]:
    flags = _flags(submission, protocol)
    level = max((one.level for one in flags), default=Level.INFO)
    return {
        "texts": flag_texts(protocol, flags, clinic),
        "steps": _STEPS.get(level, (_READS, _AGAIN)),
        "code": grouped(submission.reference, 4),
    }


def _flags(submission: SubmissionRecord, protocol: ScreeningProtocol) -> tuple[Flag, ...]:
    said = submission.answers
    context, _ = read_context(said["context"], protocol.items)
    answers, _ = examine(protocol, context, said["answers"])
    assessment = Assessment.from_json(submission.assessment)
    return just_said(
        assessment, case_of(protocol, answers, context), frozenset(said.get("asked", ()))
    )
