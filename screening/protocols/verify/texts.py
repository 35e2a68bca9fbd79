"""Property 8: every flag has its texts and its ground, and no patient reads what is never said."""

from collections.abc import Iterator

from screening.domain.never_said import never_said
from screening.domain.protocol import ScreeningProtocol
from screening.domain.rule_consistency import STATED_GROUNDS
from screening.protocols.verify.findings import Failure, Found

SENTENCE = (
    "Every flag has a patient text, a clinician text and a source or a stated ground, "
    "and no patient text says what is never said."
)


def check_texts(protocol: ScreeningProtocol) -> Found:
    texts = list(patient_texts(protocol))
    failures = (*_incomplete(protocol), *_unspeakable(protocol, texts))
    return Found(len(texts) + len(protocol.rules), failures)


def _incomplete(protocol: ScreeningProtocol) -> Iterator[Failure]:
    for rule in protocol.rules.values():
        for key, text in (("patient", rule.patient), ("clinician", rule.clinician)):
            if not text.strip():
                yield Failure(f"rules.{rule.id}.{key}", "the text is missing")
        if not rule.sources and rule.evidence not in STATED_GROUNDS:
            yield Failure(f"rules.{rule.id}.sources", "no source and no stated ground")
        for source in (name for name in rule.sources if name not in protocol.sources):
            yield Failure(f"rules.{rule.id}.sources", f"there is no source {source}")
    asked = [one for one in protocol.contradictions if one.question]
    for place, one in enumerate(protocol.contradictions):
        if asked and not one.question:
            yield Failure(f"contradictions.{place}", "nobody is asked which answer is right")


def _unspeakable(protocol: ScreeningProtocol, texts: list[tuple[str, str]]) -> Iterator[Failure]:
    for path, text in texts:
        for phrase in never_said(text.replace("*", ""), protocol.never_say):
            yield Failure(path, f"a patient would read “{phrase}”")


def patient_texts(protocol: ScreeningProtocol) -> Iterator[tuple[str, str]]:
    """Every text of the protocol that a patient may read, by where it stands."""
    for key in ("title", "nothing_noticed", "not_before_label", "no_date_yet"):
        yield key, getattr(protocol, key)
    yield "treatment", protocol.treatment_words
    for level, heading in protocol.headings.items():
        yield f"headings.{level.value}", heading
    for rule in protocol.rules.values():
        yield f"rules.{rule.id}.patient", rule.patient
    for advice in protocol.advice:
        yield f"advice.{advice.id}", f"{advice.title}\n{advice.body}"
    for one in protocol.contradictions:
        yield f"contradictions.{one.id}.question", one.question
    for kind in protocol.recognised:
        yield f"recognised.{kind.id}.label", kind.label
    yield from _asked(protocol)


def _asked(protocol: ScreeningProtocol) -> Iterator[tuple[str, str]]:
    for section in protocol.sections:
        yield f"sections.{section.id}", f"{section.title}\n{section.intro}"
    for item in protocol.items.values():
        yield f"{item.path}.wording", f"{item.wording}\n{item.why}"
        for option in item.options:
            yield f"{item.path}.options.{option.id}.label", option.label
