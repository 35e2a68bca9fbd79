"""Whatever comes in, the answer is an assessment or a complaint: nothing else ever happens."""

import copy
import json
import tomllib
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from screening.exchange.cases import assess_case
from screening.protocols import library
from screening.protocols.reader import build_protocol
from screening.protocols.shapes import ProtocolUnreadable
from tests.property.strategies import ITEMS, PATIENTS, Patient
from tests.worked_cases import PROTOCOL

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
OPTIONS = sorted({name for item in ITEMS.values() for name in item.option_ids})
ALMOST = (
    st.sampled_from(OPTIONS)
    | st.lists(st.sampled_from(OPTIONS))
    | st.sampled_from([7, 2.5, True])
    | JSON
)
CONTEXT_KEYS = ["completed_on", "treatment_date", "jurisdiction", "modality"]


def is_whole(result: dict[str, Any]) -> bool:
    json.dumps(result)
    return "error" in result or result["level"] in ("info", "caution", "review", "stop")


@given(JSON)
def test_any_json_is_assessed_or_refused(case: object) -> None:
    assert is_whole(assess_case(PROTOCOL, case))


@given(
    PATIENTS,
    st.dictionaries(st.sampled_from(list(ITEMS)), ALMOST, min_size=1, max_size=4),
    st.dictionaries(st.text(max_size=4), JSON, max_size=1),
    st.dictionaries(st.sampled_from(CONTEXT_KEYS), st.dates().map(str) | JSON, max_size=2),
)
def test_forged_answers_are_assessed_or_refused_by_name(
    patient: Patient, forged: dict[str, Any], unknown: dict[str, Any], elsewhere: dict[str, Any]
) -> None:
    context = patient.context.to_json() | elsewhere
    case = {"id": 1, "context": context, "answers": patient.raw | forged | unknown}
    result: dict[str, Any] = assess_case(PROTOCOL, case)
    assert is_whole(result)
    assert unknown.keys() <= result.get("error", {}).keys()


SHIPPED = tomllib.loads(
    (Path(library.__file__).parent / "microneedling" / "2026-1.toml").read_text()
)


@given(st.data(), st.none() | JSON | st.just({"item": "skin_now", "has": ["warts"]}))
def test_a_protocol_with_anything_anywhere_is_read_or_refused(
    data: st.DataObject, anything: object
) -> None:
    toml: Any = copy.deepcopy(SHIPPED)
    place: Any = toml
    while True:
        key = data.draw(
            st.sampled_from(list(place if isinstance(place, dict) else range(len(place))))
        )
        if not place[key] or not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = copy.deepcopy(anything)
    complaint = complaint_about(toml)
    assert all(line.startswith("2026-1.toml: ") for line in complaint.splitlines())


def complaint_about(toml: Any) -> str:
    try:
        build_protocol("2026-1.toml", toml, "digest")
    except ProtocolUnreadable as refusal:
        return str(refusal)
    return ""
