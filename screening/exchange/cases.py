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
    name = case.get("id") if isinstance(case, Mapping) else None
    if not isinstance(case, Mapping) or not isinstance(name, str | int) or isinstance(name, bool):
        return {"id": None, "error": {"id": "a case is an object with an id, a text or a number"}}
    raw_context, raw_answers = case.get("context", {}), case.get("answers", {})
    errors = {
        key: "this must be an object"
        for key, value in (("context", raw_context), ("answers", raw_answers))
        if not isinstance(value, Mapping)
    }
    if not isinstance(raw_context, Mapping) or not isinstance(raw_answers, Mapping):
        return {"id": name, "error": errors}
    context, errors = read_context(raw_context, protocol.items)
    answers, faults = examine(protocol, context, raw_answers)
    errors |= faults
    if errors:
        return {"id": name, "error": dict(sorted(errors.items()))}
    return {"id": name, **_as_json(evaluate(protocol, answers, context))}


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
