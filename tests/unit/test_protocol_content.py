"""What the released protocol 2026-1 holds, and what no text in it says."""

import hashlib
import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from screening.domain.protocol import Level, Source
from screening.domain.wording import PLACEHOLDERS, placeholders
from screening.protocols import library
from tests.worked_cases import DATA, PROTOCOL

# Lists of words read better as text than as quoted words.
# ruff: noqa: SIM905

CRITICAL = """skin_now area_marks unwell_recent herpes_history allergy_any allergy_to allergy_worst
scarring isotretinoin medicines conditions implants recent_treatments""".split()
MINOR = """past_needling sun_recent herpes_pattern skin_sensitivity skin_conditions dark_marks
sun_reaction active_skincare home_device home_device_how expectations sun_plans""".split()
NO_OVERRIDE = """age_under_18 urgent_anaphylaxis urgent_spreading_infection urgent_eye
urgent_blisters""".split()
# The catalogue read many sources from copies; only addresses of these issuers may be shown.
ISSUERS = """111.wales.nhs.uk archderm.jamanetwork.com cihr-irsc.gc.ca content.govdelivery.com
cynosure.com doaj.org doi.org ggcprescribing.org.uk jcadonline.com kingstonandrichmond.nhs.uk
pmc.ncbi.nlm.nih.gov pubmed.ncbi.nlm.nih.gov pure.psu.edu scholars.mssm.edu
services.nhslothian.scot statpearls.com www.aad.org www.bhiva.org www.cdc.gov www.e-ijd.org
www.fda.gov www.gmc-uk.org www.gov.uk www.legislation.gov.uk www.nhs.uk www.statpearls.com
yellowcard.mhra.gov.uk""".split()
NEVER_SAY = """you are safe|safe to be treated|safe from|safe date|you are approved|approved for|
you are cleared|cleared for treatment|you passed|low risk|no problems found|all clear|
contraindicated|refused|stop taking|start taking|guaranteed""".replace("\n", "").split("|")
DIAGNOSIS = re.compile(
    r"you have (an? |the )?(herpes|infection|cancer|bdd|body dysmorphi|eczema|cellulitis|"
    r"anaphylaxis|keloid|diabetes|melasma|psoriasis|acne|allergy)"
)
DOSE = re.compile(r"\d\s*(mg|micrograms?|mcg|ml)\b")


def patient_texts() -> Iterator[tuple[str, str]]:
    """Every text that a patient may read, by where it stands."""
    for rule in PROTOCOL.rules.values():
        yield f"rules.{rule.id}", rule.patient
    for level, heading in PROTOCOL.headings.items():
        yield f"headings.{level.value}", heading
    for advice in PROTOCOL.advice:
        yield f"advice.{advice.id}", f"{advice.title}\n{advice.body}"
    for section in PROTOCOL.sections:
        yield f"sections.{section.id}", f"{section.title}\n{section.intro}"
    for item in PROTOCOL.items.values():
        labels = [option.label for option in item.options]
        yield f"items.{item.id}", "\n".join([item.wording, item.why, *labels])
    for key in ("title", "nothing_noticed", "not_before_label", "no_date_yet"):
        yield key, getattr(PROTOCOL, key)


TEXTS = list(patient_texts())
BY_TEXT = pytest.mark.parametrize(("place", "text"), TEXTS, ids=[place for place, _ in TEXTS])


def test_the_protocol_holds_the_whole_catalogue() -> None:
    assert len(PROTOCOL.sections) == 8
    assert len(PROTOCOL.items) == 46
    assert len(PROTOCOL.rules) == 111
    assert len(PROTOCOL.sources) == 78
    assert [len(section.items) for section in PROTOCOL.sections] == [6, 5, 8, 4, 6, 5, 6, 6]


def test_a_released_file_never_changes() -> None:
    pinned = json.loads((DATA / "released-digests.json").read_text())
    files = library.protocol_files()
    found = {
        f"{file.parent.name}/{file.stem}": hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }
    assert found == pinned
    assert {key: one.digest for key, one in library.load_library().versions.items()} == pinned


@pytest.mark.parametrize(("policy", "items"), [("critical", CRITICAL), ("minor", MINOR)])
def test_the_unsure_policy_is_the_catalogues(policy: str, items: list[str]) -> None:
    assert [item.id for item in PROTOCOL.items.values() if item.unsure == policy] == items


def test_only_age_and_urgent_signs_stand_above_the_clinician() -> None:
    assert [rule.id for rule in PROTOCOL.rules.values() if not rule.override] == NO_OVERRIDE


def test_only_the_three_text_boxes_are_optional() -> None:
    optional = [item for item in PROTOCOL.items.values() if item.optional]
    assert [item.id for item in optional] == ["allergy_note", "medicines_note", "anything_else"]
    assert {item.kind for item in optional} == {"text"}


def test_the_gate_is_date_of_birth_and_urgent_signs() -> None:
    gate = [item.id for item in PROTOCOL.items.values() if item.gate]
    assert gate == ["date_of_birth", "urgent_signs"] == list(PROTOCOL.items)[:2]


def test_not_sure_and_not_decided_never_stand_alone() -> None:
    exclusive = {name for item in PROTOCOL.items.values() for name in item.exclusive_ids}
    assert exclusive == {"none", "never", "none_of_these"}


def test_every_date_can_be_given_as_long_ago_or_unknown() -> None:
    dated = [item for item in PROTOCOL.items.values() if item.kind in ("date", "dates")]
    assert all({"over_2_years", "unknown"} <= set(item.special_dates) for item in dated)
    still = [item.id for item in dated if "still_using" in item.special_dates]
    assert still == ["active_skincare_last"]


def test_every_rule_has_a_source_or_says_on_what_ground_it_stands() -> None:
    for rule in PROTOCOL.rules.values():
        assert rule.sources or rule.evidence in ("expert opinion", "policy"), rule.id
        assert set(rule.sources) <= PROTOCOL.sources.keys()


@pytest.mark.parametrize("source", PROTOCOL.sources.values(), ids=lambda source: source.id)
def test_a_source_shows_its_issuers_address_or_none(source: Source) -> None:
    assert source.address is None or urlsplit(source.address).hostname in ISSUERS
    assert "http" not in source.title + source.key_point


@BY_TEXT
def test_a_text_never_says_what_must_never_be_said(place: str, text: str) -> None:
    said = text.lower().replace("*", "")
    assert [phrase for phrase in NEVER_SAY if phrase in said] == []
    assert not DIAGNOSIS.search(said)
    assert not DOSE.search(said)


def test_the_protocol_knows_the_never_say_list() -> None:
    assert sorted(PROTOCOL.never_say) == sorted(NEVER_SAY)


@BY_TEXT
def test_somebody_fills_in_every_placeholder(place: str, text: str) -> None:
    assert placeholders(text) <= PLACEHOLDERS
    assert not set(re.sub(r"\{[a-z_]+\}", "", text)) & set("{}")


def test_a_date_in_a_text_reads_as_the_end_of_this_wait() -> None:
    dated = [rule for rule in PROTOCOL.rules.values() if "{date}" in rule.patient]
    assert len(dated) == 15
    for rule in dated:
        assert "This wait ends on {date}" in rule.patient, rule.id
        assert rule.since
        assert not rule.fires_without_date


def test_the_words_above_what_was_noticed_are_the_catalogues() -> None:
    assert PROTOCOL.headings == {
        Level.STOP: "Please wait and talk to us first",
        Level.REVIEW: "A clinician will look at this before your visit",
        Level.CAUTION: "A few extra steps",
        Level.INFO: "Good to know",
    }
    assert PROTOCOL.nothing_noticed == (
        "Nothing in your answers needs a change of plan yet. "
        "A clinician will still check before any treatment."
    )
    assert "approval" in PROTOCOL.approval_banner
