"""What may be confirmed with others: each reason against it counts by itself."""

import pytest

from screening.domain.assessment import Assessment, Flag
from screening.domain.plain import NotPlain, not_plain
from screening.domain.protocol import Level
from tests.clinic_cases import QUIET
from tests.worked_cases import PROTOCOL

NOTHING = Assessment(())
INFO = Assessment((Flag("trying_to_conceive", Level.INFO, ("pregnancy",)),))
CAUTION = Assessment((Flag("smokes", Level.CAUTION, ("conditions",)),))


@pytest.mark.parametrize("assessment", [NOTHING, INFO])
def test_nothing_flagged_and_nothing_said_in_words_is_plain(assessment: Assessment) -> None:
    assert not_plain(PROTOCOL, assessment, QUIET, {}) == ()
    assert not_plain(PROTOCOL, assessment, {**QUIET, "anything_else": "  "}, {}) == ()


@pytest.mark.parametrize(
    ("assessment", "answers", "withdrawn", "reason"),
    [
        (None, {}, {}, NotPlain.UNASSESSED),
        (CAUTION, {}, {}, NotPlain.FLAGGED),
        (NOTHING, {"sun_plans": "not_sure"}, {}, NotPlain.UNSURE),
        (NOTHING, {"conditions": ["smokes", "not_sure"]}, {}, NotPlain.UNSURE),
        (NOTHING, {"recent_treatment_dates": {"botox": "unknown"}}, {}, NotPlain.UNSURE),
        (NOTHING, {"herpes_last": "unknown"}, {}, NotPlain.UNSURE),
        (NOTHING, {"anything_else": "I was unsure"}, {}, NotPlain.WRITTEN),
        (NOTHING, {"allergy_note": "Nuts"}, {}, NotPlain.WRITTEN),
        (NOTHING, {}, {"herpes_last": "2026-12"}, NotPlain.WITHDRAWN),
    ],
)
def test_each_reason_stands_by_itself(
    assessment: Assessment | None,
    answers: dict[str, object],
    withdrawn: dict[str, object],
    reason: NotPlain,
) -> None:
    assert not_plain(PROTOCOL, assessment, {**QUIET, **answers}, withdrawn) == (reason,)


def test_all_reasons_are_named_at_once() -> None:
    answers = {**QUIET, "sun_plans": "not_sure", "anything_else": "Hello"}
    found = not_plain(PROTOCOL, CAUTION, answers, {"herpes_last": "2026-12"})
    assert found == (NotPlain.FLAGGED, NotPlain.UNSURE, NotPlain.WRITTEN, NotPlain.WITHDRAWN)
