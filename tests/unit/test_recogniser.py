"""What people write in free text: which names are found in it, misspelt or not, and which not."""

import random
import time
from collections.abc import Callable

import pytest

from screening.domain.recogniser import Recognised, Recogniser
from screening.domain.spelling import within
from screening.protocols.library import load_library

PROTOCOL = load_library().get("microneedling/2026-2")
RECOGNISER = PROTOCOL.recogniser

# fmt: off
NAMED: dict[str, str] = {
    "I finished roacutane last month": "isotretinoin",
    "on Accutane 2 years ago": "isotretinoin",
    "ACCUTAINE as a teenager": "isotretinoin",
    "my derm gave me isotretinion": "isotretinoin",
    "isotretinoine 20mg": "isotretinoin",
    "Claravis (generic)": "isotretinoin",
    "curacne, in France": "isotretinoin",
    "absorica.": "isotretinoin",
    "I had acitretin for my psoriasis": "other_retinoid_tablets",
    "I take warferin": "anticoagulant",
    "Warfarin5mg": "anticoagulant",
    "wafarin since my clot": "anticoagulant",
    "Eliquis twice a day": "anticoagulant",
    "elequis": "anticoagulant",
    "ZARELTO": "anticoagulant",
    "rivaroxiban": "anticoagulant",
    "apixiban": "anticoagulant",
    "edoxaban/day": "anticoagulant",
    "Pradaxa®": "anticoagulant",
    "clexane injections after surgery": "anticoagulant",
    "a blood-thinner": "anticoagulant",
    "blood\nthinners": "anticoagulant",
    "clopidogrel 75": "antiplatelet",
    "clopidogril": "antiplatelet",
    "Plavix": "antiplatelet",
    "brilique": "antiplatelet",
    "low-dose aspirin every morning": "antiplatelet",
    "asprin": "aspirin",
    "an Aspirin now and then": "aspirin",
    "ibuprofin for headaches": "nsaid",
    "neurofen": "nsaid",
    "naproxin": "nsaid",
    "diclofenac gel": "nsaid",
    "fish-oil capsules": "supplements",
    "Omega-3": "supplements",
    "vitamine E": "supplements",
    "gingko": "supplements",
    "prednisilone for asthma": "steroid_tablets",
    "a course of steroids": "steroid_tablets",
    "methotrexat once a week": "immune_medicine",
    "azathioprin": "immune_medicine",
    "Humira pen": "immune_medicine",
    "adalimumab": "immune_medicine",
    "Dupixant": "immune_medicine",
    "doxycyclin for my skin": "sun_sensitising",
    "doxicycline": "sun_sensitising",
    "lymecyclene": "sun_sensitising",
    "water tablets": "sun_sensitising",
    "St. John’s Wort": "sun_sensitising",
    "amioderone": "amiodarone",
    "flecanide": "heart_rhythm_medicine",
    "tretinion 0.05%": "retinoid",
    "Retin-A": "retinoid",
    "retin a at night": "retinoid",
    "Differin gel": "retinoid",
    "Épiduo": "retinoid",
    "isotretinoin gel": "retinoid",
    "glycolic toner": "acid",
    "salycilic acid wash": "acid",
    "benzoil peroxide": "benzoyl_peroxide",
    "hydroquinon 4%": "hydroquinone",
    "Tri-Luma": "hydroquinone",
    "Eumovate on my hands": "steroid_cream",
    "hydrocortizone": "steroid_cream",
    "vitamin C serum": "vitamin_c",
    "Zovirax when I need it": "cold_sore_medicine",
    "aciclovere": "cold_sore_medicine",
    "valacyclovir": "cold_sore_medicine",
    "EMLA": "numbing_cream",
    "emla cream made me itch": "numbing_cream",
    "LMX-4": "numbing_cream",
    "LMX 4": "numbing_cream",
    "lidocain": "numbing_cream",
    "numbing creame": "numbing_cream",
    "ＷＡＲＦＡＲＩＮ": "anticoagulant",
    "war\u00adfarin": "anticoagulant",
    "warf\u0301arin": "anticoagulant",
}
NAMELESS = [
    "", "   ", "No.", "Nothing else, thank you.", "See you on Monday!", "Thanks 😊",
    "I am nervous about needles.", "My skin is very different in winter.",
    "I want to look different for my wedding.", "Opinions differ, I know.",
    "The program starts in May.", "I retain water in summer.", "Please be accurate with the times.",
    "I like warfare films.", "My daughter is called Stella.", "My name is Anita.",
    "I work in finance.", "I live near the river.", "I was on the beach in July.",
    "I had Lasik in 2015.", "My mother is diabetic.", "I drink two litres of water a day.",
    "Later in the day suits me better.", "A table by the window.", "I eat garlic every day.",
    "I play the mandolin.", "I have an aesthetic nurse already.", "I saw a dream of a result.",
    "I am allergic to cats and pollen.", "Peanuts.", "Nickel earrings make me itch.",
    "It was an infection after piercing.", "My retina was checked last year.",
    "I have a retinal scan next week.", "I am alive and well.", "He said it is unsaid.",
    "The voltage of the device worries me.", "I heard tanning is bad.", "I was thinking about it.",
    "The steroid debate in sport bores me.", "Asteroids are fun.", "I do not take anything.",
    "I will bring the packet.", "Paracetamol only.", "Vitamin D in winter.", "I take iron.",
    "The pill (contraceptive).", "Metformin for my sugar.", "Levothyroxine 50.", "Sertraline.",
    "Ramipril and amlodipine.", "Omeprazole sometimes.", "Cetirizine in spring.",
    "I use a plain moisturiser and SPF 50.", "Cream from the chemist, I forgot the name.",
    "Do you have parking?", "I would rather talk to a woman.",
    "My partner thinks I worry too much.",
    "I once fainted at the dentist.", "Scars on my chin from acne.", "I have a big event on 3 May.",
    "We are moving house.", "The clinic in Leeds was nice.", "I am a smoker, but I try to quit.",
    "aspire to have better skin", "I was cleaning the kitchen", "My friend recommended you.",
    "no hay nada más", "Ich habe keine Fragen.", "!!! ??? ...", "12 34 56", "a b c d e",
]
# fmt: on


@pytest.mark.parametrize(("text", "kind"), NAMED.items())
def test_a_name_is_found_however_it_is_written(text: str, kind: str) -> None:
    assert [mention.kind.id for mention in RECOGNISER.find(text)] == [kind]


@pytest.mark.parametrize("text", NAMELESS)
def test_ordinary_sentences_name_nothing(text: str) -> None:
    assert RECOGNISER.find(text) == ()


def test_every_listed_name_is_found_in_a_sentence_and_names_its_own_class() -> None:
    for kind in PROTOCOL.recognised:
        for name in kind.names:
            found = RECOGNISER.find(f"Well, {name.upper()}: every day.")
            assert [one.kind.id for one in found] == [kind.id], name


def test_words_are_shown_as_they_were_written() -> None:
    found = RECOGNISER.find("I had RoaCutane, then Retin-A; roacutane again, and blood  thinners.")
    assert [one.words for one in found] == ["RoaCutane", "Retin-A", "blood  thinners"]


def test_everyday_words_that_look_like_a_name_are_none() -> None:
    for kind in PROTOCOL.recognised:
        for friend in kind.false_friends:
            assert not RECOGNISER.find(friend), friend


def test_a_version_without_lists_finds_nothing() -> None:
    assert load_library().get("microneedling/2026-1").recogniser.find("warfarin, EMLA") == ()


@pytest.mark.parametrize(
    ("one", "other", "edits", "near"),
    [
        ("plavix", "plavix", 0, True),
        ("plavix", "plavx", 1, True),
        ("plavix", "palvix", 1, True),
        ("plavix", "qlavix", 1, True),
        ("plavix", "plavixx", 1, True),
        ("plavix", "plvaxi", 1, False),
        ("warfarin", "wrfrin", 2, True),
        ("warfarin", "warfare", 2, True),
        ("warfarin", "farwarni", 2, False),
        ("", "ab", 1, False),
    ],
)
def test_a_mistake_is_a_letter_too_many_too_few_another_or_two_swapped(
    one: str, other: str, edits: int, near: bool
) -> None:
    assert within(one, other, edits) is near
    assert within(other, one, edits) is near


def test_short_names_are_never_guessed() -> None:
    short = Recogniser([Recognised("x", "x", ("EMLA", "Duac"), ("S1",))])
    assert [one.words for one in short.find("emla DUAC")] == ["emla", "DUAC"]
    assert not short.find("email ella ema emlas dual dua")


A_LOT = 100_000
HOSTILE: dict[str, Callable[[random.Random], str]] = {
    "one word": lambda _: "a" * A_LOT,
    "many beginnings": lambda _: "vitamin " * (A_LOT // 8),
    "single letters": lambda _: "a " * (A_LOT // 2),
    "accents": lambda _: "a" + "\u0301" * A_LOT,
    "swapped letters": lambda dice: _words(dice, lambda: "".join(dice.sample("warfarin", 8))),
    "chance": lambda dice: _words(dice, lambda: "".join(dice.choices("abcdefgh", k=7))),
}


def test_a_long_text_is_read_in_time() -> None:
    self_same = HOSTILE["many beginnings"](random.Random(4))
    started = time.process_time()
    RECOGNISER.find(self_same)
    assert time.process_time() - started < 0.25


def _words(dice: random.Random, word: Callable[[], str]) -> str:
    return " ".join(word() for _ in range(A_LOT // 8))


@pytest.mark.thorough
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_very_long_text_is_read_at_once(kind: str) -> None:
    """IN-12: 50 ms on a quiet machine; five times that is still far from anything but linear."""
    text = HOSTILE[kind](random.Random(4))
    started = time.process_time()
    RECOGNISER.find(text)
    assert time.process_time() - started < 0.25
