"""What a flag says it rests on: the items in the order in which they were asked."""

from screening.domain.answers import examine
from screening.domain.assessment import Flag, evaluate
from screening.domain.context import read_context
from tests.worked_cases import PROTOCOL, Case, variant


def flags(changes: Case) -> dict[str, Flag]:
    case = variant(changes, {"completed_on": "2027-01-04"})
    context, _ = read_context(case["context"], PROTOCOL.items)
    answers, _ = examine(PROTOCOL, context, case["answers"])
    return {flag.rule: flag for flag in evaluate(PROTOCOL, answers, context).flags}


def test_a_wait_rests_on_the_answer_and_on_its_day() -> None:
    found = flags({"isotretinoin": "past", "isotretinoin_last": "2026-12"})
    assert found["isotretinoin_recent"].evidence == ("isotretinoin", "isotretinoin_last")
    assert found["isotretinoin_recent"].listed == ()


def test_a_day_that_is_not_known_is_named() -> None:
    found = flags({"isotretinoin": "past", "isotretinoin_last": "unknown"})
    assert found["date_unknown"].evidence == ("isotretinoin_last",)
    assert found["date_unknown"].listed == ("isotretinoin_last",)


def test_all_that_somebody_was_not_sure_of_is_listed_in_the_order_of_asking() -> None:
    found = flags(
        dict.fromkeys(("sun_plans", "allergy_any", "isotretinoin", "scarring"), "not_sure")
    )
    asked = [item for item in PROTOCOL.items if item in ("allergy_any", "isotretinoin", "scarring")]
    assert found["unsure_critical"].listed == found["unsure_critical"].evidence == tuple(asked)
    assert found["unsure_minor"].listed == ("sun_plans",)
