"""The search for phrases that are never said finds them, and leaves ordinary words alone."""

import pytest

from tests.never_say import never_said
from tests.worked_cases import PROTOCOL


@pytest.mark.parametrize("phrase", PROTOCOL.never_say)
def test_every_phrase_of_the_protocols_list_is_found(phrase: str) -> None:
    assert never_said(f"We think {phrase.capitalize()}, Asha.")


@pytest.mark.parametrize(
    "text",
    ["You have a cold sore now", "you have herpes", "You may have an infection", "take 400 mg",
     "You’re cleared", "You have been approved"],
)  # fmt: skip
def test_diagnoses_and_doses_are_found(text: str) -> None:
    assert never_said(text)


@pytest.mark.parametrize(
    "text",
    ["when it has cleared", "stop using your home device", "You have a form open here",
     "Tell us about a cold sore", "SPF 30 or more", "Keep taking your tablets",
     "So we are ready to keep you safe."],
)  # fmt: skip
def test_ordinary_uses_are_left_alone(text: str) -> None:
    assert not never_said(text)


def test_no_text_of_the_protocol_for_patients_says_any_of_it() -> None:
    texts = [rule.patient for rule in PROTOCOL.rules.values()]
    texts += [one.body for one in PROTOCOL.advice]
    texts += [f"{item.wording} {item.why}" for item in PROTOCOL.items.values()]
    texts += [*PROTOCOL.headings.values(), PROTOCOL.nothing_noticed, PROTOCOL.no_date_yet]
    assert [text for text in texts if never_said(text)] == []
