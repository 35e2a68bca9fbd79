"""The worked cases of tests/data, ready to be assessed."""

import json
from pathlib import Path
from typing import Any

from screening.domain.protocol import ScreeningProtocol
from screening.exchange.cases import assess_case
from screening.protocols.library import load_library

DATA = Path(__file__).parent / "data"
FOLDER = DATA / "microneedling" / "2026-1"
PROTOCOL = load_library().get("microneedling/2026-1")

Case = dict[str, Any]

VIGNETTES: list[Case] = json.loads((FOLDER / "vignettes.json").read_text())
NOTHING_TO_REPORT: Case = next(case for case in VIGNETTES if case["id"] == "V01")


def variant(
    changes: Case,
    context: Case | None = None,
    name: str = "variant",
    base: Case = NOTHING_TO_REPORT,
) -> Case:
    """Vignette V01 with other answers (None removes one) and another context."""
    return {
        "id": name,
        "context": base["context"] | (context or {}),
        "answers": base["answers"] | changes,
    }


def small_case(written: Case, base: Case = NOTHING_TO_REPORT) -> Case:
    levels, dates = written["rules"], written["dates"]
    moving = [day for rule, day in dates.items() if levels[rule] in ("stop", "review")]
    order = ["stop", "review", "caution", "info"]
    expected = {
        "level": min(levels.values(), key=order.index, default="info"),
        "rules": sorted(levels, key=lambda rule: (order.index(levels[rule]), rule)),
        "levels": levels,
        "clear_dates": dates,
        "not_before": max(moving, default=None),
        "open_ended": written["open"],
        "earliest_suitable_date": None if written["open"] else max(moving, default=None),
    }
    case = variant(written["changes"], written["context"], written["id"], base)
    return case | {"expected": expected}


SMALL_CASES = [small_case(one) for one in json.loads((FOLDER / "small_cases.json").read_text())]
ALL_CASES = VIGNETTES + SMALL_CASES


def assessed(case: Case, protocol: ScreeningProtocol = PROTOCOL) -> Case:
    return assess_case(protocol, case)


def result(case: Case, protocol: ScreeningProtocol = PROTOCOL) -> Case:
    """What the program says, as far as the case expects something."""
    whole = assessed(case, protocol)
    return {key: whole.get(key) for key in case["expected"]}
