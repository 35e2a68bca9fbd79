"""The second protocol, its worked cases, and a patient with nothing to report under it."""

import json

from screening.protocols.library import load_library
from tests.worked_cases import DATA, Case, small_case

KEY = "chemical_peel/2026-1"
PROTOCOL = load_library().get(KEY)
FOLDER = DATA / "chemical_peel" / "2026-1"
NOTHING: Case = json.loads((FOLDER / "nothing_to_report.json").read_text())
SMALL = [small_case(one, NOTHING) for one in json.loads((FOLDER / "small_cases.json").read_text())]
CASES = [NOTHING, *SMALL]
QUIET = NOTHING["answers"]
