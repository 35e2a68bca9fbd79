"""Cases as JSON in, assessments as JSON out: the form in which other programs check the rules."""

from collections.abc import Mapping

from screening.domain.answers import examine
from screening.domain.assessment import Assessment, evaluate
from screening.domain.context import read_context
from screening.domain.protocol import ScreeningProtocol


def assess_case(protocol: ScreeningProtocol, case: object) -> dict[str, object]:
    """The assessment of one ``{"id", "context", "answers"}``, or its ``{"id", "error"}``.

    ``error`` is an object from item or context key to what is wrong with it, complete.
    """
    if not isinstance(case, Mapping) or case.get("id") is None:
        return {"id": None, "error": {"id": "a case is an object that has an id"}}
    errors: dict[str, str] = {}
    raw_context = _object(case, "context", errors)
    context, faults = read_context(raw_context, protocol.items)
    if "context" not in errors:
        errors |= faults
    answers, faults = examine(protocol, context, _object(case, "answers", errors))
    errors |= faults
    if errors:
        return {"id": case["id"], "error": dict(sorted(errors.items()))}
    return {"id": case["id"], **_as_json(evaluate(protocol, answers, context))}


def _object(case: Mapping[str, object], key: str, errors: dict[str, str]) -> Mapping[str, object]:
    """The object under this key; empty where it is not given or, with an error, is none."""
    value = case.get(key, {})
    if isinstance(value, Mapping):
        return value
    errors[key] = "this must be an object"
    return {}


def _as_json(assessment: Assessment) -> dict[str, object]:
    suitable, not_before = assessment.earliest_suitable_date, assessment.not_before
    return {
        "level": assessment.level.value,
        "rules": [flag.rule for flag in assessment.flags],
        "levels": {flag.rule: flag.level.value for flag in assessment.flags},
        "clear_dates": {rule: day.isoformat() for rule, day in assessment.clear_dates.items()},
        "not_before": not_before and not_before.isoformat(),
        "open_ended": assessment.open_ended,
        "earliest_suitable_date": suitable and suitable.isoformat(),
    }
