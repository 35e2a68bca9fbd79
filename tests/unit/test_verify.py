"""verify: each property holds for a tiny protocol, and fails once it is broken."""

import json
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest

from screening.domain.assessment import Assessment
from screening.domain.conditions import AllOf, Has
from screening.domain.dates import Wait
from screening.domain.protocol import ScreeningProtocol, Section
from screening.exchange.cases import assess_case
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.circumstances import contexts
from screening.protocols.verify.combinations import all_states
from screening.protocols.verify.findings import Failure
from screening.protocols.verify.parts import cut, parts_of
from screening.protocols.verify.proof import verify
from screening.protocols.verify.report_words import in_lines, whole_form
from screening.protocols.verify.states import Outcome, State, run
from tests.tiny_protocol import Toml, altered, built, case, item, rule, tables


def broken(*edits: Callable[[Toml], object]) -> ScreeningProtocol:
    toml = tables()
    for edit in edits:
        edit(toml)
    return built(toml)


# Used again for every protocol of this module, as ./run mutate does: only changes are checked.
BENCH = Bench()


def failing(protocol: ScreeningProtocol, bench: Bench = BENCH) -> dict[int, list[Failure]]:
    """The failures by the number of their property."""
    results = verify(protocol, bench).results
    return {one.number: list(one.found.failures) for one in results if not one.holds}


def test_the_tiny_protocol_keeps_every_property() -> None:
    report = verify(broken())
    assert [result.number for result in report.results] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert all(result.holds and result.found.states for result in report.results)
    assert report.complete


def forgotten_rule(name: str) -> Callable[[Toml], object]:
    return lambda toml: toml["rules"].remove(rule(toml, name))


def has(name: str, *options: str) -> Toml:
    return {"item": name, "has": list(options)}


ONLY_RASH = {"all": [has("skin_today", "rash"), {"not": has("skin_today", "sore")}]}
YOUNG = {"item": "born", "younger_than": 22, "on": ["treatment"]}
BORN = {"id": "born", "kind": "birth_date", "wording": "Born?", "why": "We ask."}
NEVER = {"all": [has("sun", "yes"), has("sun", "no")]}
STOP_WITHOUT_SUN = {"when": has("sun", "no"), "level": "stop"}
TOO_YOUNG = {"all": [has("sun", "yes"), YOUNG]}

# fmt: off
BROKEN: dict[str, tuple[list[Callable[[Toml], object]], int, str, str]] = {
    "a rule that never fires": (
        [lambda t: rule(t, "sun_on_face").update(when=NEVER)],
        2, "rules.sun_on_face", "no reachable answers make this rule fire"),
    "a rule that is never silent": (
        [lambda t: rule(t, "sun_on_face").update(when=has("sun", "yes", "no", "not_sure"))],
        2, "rules.sun_on_face", "never silent"),
    "a level that is never reached": (
        [lambda t: rule(t, "sun_on_face").update(level_when=[STOP_WITHOUT_SUN])],
        2, "rules.sun_on_face", "no reachable answers lead to its level stop"),
    "a contradiction that cannot be": (
        [lambda t: t.update(contradictions=[{"id": "both", "when": NEVER, "question": "Which?"}])],
        2, "contradictions.both", "no reachable answers contradict"),
    "a forgotten rule": (
        [forgotten_rule("rash_now")],
        3, "sections.skin.items.skin_today.options.rash", "nothing notices it"),
    "a follow-up that nothing notices": (
        [lambda t: item(t, "sun_place")["options"].append({"id": "neck", "label": "Neck"})],
        3, "sections.skin.items.sun_place.options.neck", "nothing notices it"),
    "a risk called harmless": (
        [lambda t: item(t, "skin_today")["harmless"].update(sore="It heals.")],
        3, "sections.skin.items.skin_today.harmless.sore", "always noticed"),
    "a stop that is none": (
        [lambda t: rule(t, "sore_now").update(level="review")],
        4, "safety_cases.a_sore_stops", "the level is below stop"),
    "a stop with a date": (
        [lambda t: rule(t, "sore_now").pop("open")],
        4, "safety_cases.a_sore_stops", "a date is named"),
    "a caution raised": (
        [lambda t: rule(t, "sun_on_face").update(level="review")],
        4, "safety_cases.sun_on_the_face_alone", "sun_on_face is above caution"),
    "a shortened wait": (
        [lambda t: t["waits"].update(sun={"days": 28, "seen": "4 weeks", "strength": "policy"})],
        4, "safety_cases.sun_waits_a_month", "sun_lately is silent"),
    "a text without its words": (
        [lambda t: rule(t, "sore_now").update(patient="Wait.")],
        4, "safety_cases.sun_waits_a_month", "does not say"),
    "a clinician who may override": (
        [lambda t: case(t, "a_sore_stops")["then"].update(binding=["sore_now"])],
        4, "safety_cases.a_sore_stops", "may override sore_now"),
    "a case that nobody fits": (
        [lambda t: case(t, "a_sore_stops").update(given=NEVER)],
        4, "safety_cases.a_sore_stops", "No reachable state fits"),
    "a question not asked": (
        [lambda t: case(t, "a_sore_stops")["then"].update(asks=["sun_date"])],
        4, "safety_cases.a_sore_stops", "sun_date is not asked"),
    "a doubt made light": (
        [lambda t: rule(t, "unsure_critical").update(level="caution")],
        5, "sections.skin.items.skin_today", "not sure gives less than review"),
    "an unknown date made light": (
        [lambda t: rule(t, "date_unknown").pop("open")],
        5, "rules.sun_lately.since", "a date that is not known gives too little"),
    "a date that is needed but not asked": (
        [lambda t: item(t, "sun_date").update(shown_when=has("sun", "not_sure"))],
        5, "rules.sun_lately.since", "sun_date is needed but not asked"),
    "a gap made light": (
        [lambda t: rule(t, "incomplete").update(level="caution")],
        5, "sections.skin.items.sun", "a missing answer gives less"),
    "a tick that helps": (
        [lambda t: rule(t, "sore_now").update(level="caution"),
         lambda t: rule(t, "rash_now").update(when=ONLY_RASH)],
        5, "sections.skin.items.skin_today.options.sore", "rash_now falls and nothing rises"),
    "a tick that hides a question": (
        [lambda t: item(t, "sun").update(shown_when=has("skin_today", "none")),
         lambda t: rule(t, "rash_now").update(level="caution")],
        5, "sections.skin.items.skin_today.options.rash", "sun_lately falls and nothing rises"),
    "a wait that is longer than a long time ago": (
        [lambda t: t["waits"].update(sun={"months": 36, "seen": "3 years", "strength": "policy"})],
        7, "rules.sun_lately.wait", "the wait ends on"),
    "a wait that ends with a birthday": (
        [lambda t: t["sections"][0]["items"].insert(0, BORN),
         lambda t: rule(t, "sun_lately").update(when=TOO_YOUNG)],
        7, "rules.sun_lately.wait", "before the earliest date, nothing fires"),
    "what is never said": (
        [lambda t: rule(t, "rash_now").update(patient="All clear: you are safe.")],
        8, "rules.rash_now.patient", "you are safe"),
    "a treatment that says it": (
        [lambda t: t.update(treatment="All clear")],
        8, "treatment", "All clear"),
    "a question that says it": (
        [lambda t: t.update(contradictions=[{
            "id": "sore_yet_no_sun", "when": {"all": [has("skin_today", "sore"), has("sun", "no")]},
            "question": "All clear?"}])],
        8, "contradictions.sore_yet_no_sun.question", "All clear"),
}
# fmt: on


@pytest.mark.parametrize(("edits", "number", "about", "what"), BROKEN.values(), ids=BROKEN)
def test_a_broken_protocol_fails_and_says_where(
    edits: list[Callable[[Toml], object]], number: int, about: str, what: str
) -> None:
    protocol = broken(*edits)
    found = failing(protocol)
    assert [one for one in found.get(number, ()) if one.about == about and what in one.what], found
    for one in (one for several in found.values() for one in several if one.state is not None):
        assert_can_be_assessed(one, protocol)


def assert_can_be_assessed(failure: Failure, protocol: ScreeningProtocol) -> None:
    assert failure.state is not None
    form = whole_form(failure.state, failure.asked, protocol)
    case = {"id": "c", "context": form.context.to_json(), "answers": form.raw}
    assert "error" not in assess_case(protocol, json.loads(json.dumps(case)))


def with_item(protocol: ScreeningProtocol, name: str, **changes: object) -> ScreeningProtocol:
    (section,) = protocol.sections
    items = (replace(i, **changes) if i.id == name else i for i in section.items)  # type: ignore[arg-type]
    return altered(protocol, sections=(Section(section.id, section.title, "", tuple(items)),))


def test_a_question_that_nobody_is_asked_is_found() -> None:
    both = AllOf((Has("sun", frozenset(("yes",))), Has("sun", frozenset(("no",)))))
    found = failing(with_item(broken(), "sun_place", shown_when=both))
    assert "nobody is ever asked this" in [one.what for one in found[1]]


def test_a_question_that_looks_ahead_is_found() -> None:
    later = Has("sun_place", frozenset(("face",)))
    found = failing(with_item(broken(), "sun_date", shown_when=later))
    assert "it waits for sun_place, which is not asked before it" in [f.what for f in found[1]]


@dataclass(frozen=True)
class Clamped(Wait):
    """Month arithmetic as many libraries have it: 31 January + 1 month is 28 February."""

    def after(self, event: date) -> date:
        year, month = event.year + event.month // 12, event.month % 12 + 1
        return date(year, month, min(event.day, monthrange(year, month)[1]))


def test_a_month_that_is_cut_short_is_found() -> None:
    protocol = broken()
    sun = replace(protocol.waits["sun"], wait=Clamped(months=1))
    found = failing(altered(protocol, waits={**protocol.waits, "sun": sun}))
    assert {4, 7} <= found.keys()
    assert "the wait ends on" in found[7][0].what


class Undated(Assessment):
    """An assessment with a fault: it forgets the earliest date."""

    not_before = None


def test_an_engine_that_names_no_earliest_date_is_found() -> None:
    def engine(protocol: ScreeningProtocol, state: State) -> Outcome:
        outcome = run(protocol, state)
        return replace(outcome, assessment=Undated(outcome.assessment.flags))

    (found, *_) = failing(broken(), Bench(engine=engine))[7]
    assert found.what == "no earliest date is named, although sun_lately has one"


def test_a_date_without_the_word_for_long_ago_is_checked_as_well() -> None:
    days_only = broken(
        lambda toml: item(toml, "sun_date").update(special_dates=["unknown"]),
        lambda toml: case(toml, "sun_on_the_face_alone").update(answers={"sun": "yes"}),
    )
    assert failing(days_only) == {}


def reading_what_is_hidden(protocol: ScreeningProtocol, state: State) -> Outcome:
    """An engine with a fault: it takes answers to items that were not shown."""
    open_to_all = altered(
        protocol,
        sections=tuple(
            replace(section, items=tuple(replace(i, shown_when=None) for i in section.items))
            for section in protocol.sections
        ),
    )
    known = {
        name: said for name, said in state.raw.items() if _can_be_said(open_to_all, name, said)
    }
    outcome = run(open_to_all, State(known, state.context))
    honest = run(protocol, State({}, state.context))
    return replace(outcome, answers=replace(outcome.answers, shown=honest.answers.shown))


def _can_be_said(protocol: ScreeningProtocol, name: str, said: object) -> bool:
    about = protocol.items[name]
    if not about.options:
        return isinstance(said, str) and (said in about.special_dates or said[0].isdigit())
    chosen = said if isinstance(said, list) else [said]
    return all(one in about.option_ids for one in chosen)


def test_an_engine_that_reads_hidden_answers_is_found() -> None:
    found = failing(broken(), Bench(engine=reading_what_is_hidden))
    assert {one.what.partition(" ")[0] for one in found[6]} == {"sun_date", "sun_place"}


def test_what_a_version_does_not_declare_is_said_and_not_checked() -> None:
    toml = tables()
    toml.pop("safety_cases")
    for one in toml["sections"][0]["items"]:
        one.pop("harmless", None)
    report = verify(built(toml))
    assert [result.number for result in report.results if not result.declared] == [3, 4]
    assert report.holds
    assert not report.complete


def test_a_failure_is_told_as_a_form_and_in_words() -> None:
    protocol = broken(forgotten_rule("rash_now"))
    lines = list(in_lines(verify(protocol), protocol))
    words = "\n".join(lines)
    assert "Any of these today? “A rash”" in words
    assert "The protocol makes of it: nothing at all." in words
    assert "FAILS: this protocol must not be published." in words
    assert "Not proved: that the rules are clinically right" in words
    (form,) = re.findall(r"^ *(\{.*\})$", words, re.MULTILINE)
    assert assess_case(protocol, json.loads(form))["rules"] == []


def test_every_combination_is_tried_once() -> None:
    small = cut(broken(), [part for part in parts_of(broken()) if part.items == {"skin_today"}])
    tried = [repr(state) for state in all_states(small)]
    assert len(tried) == len(set(tried))
    assert len(tried) == len(contexts(small)) * 2 ** len(item(tables(), "skin_today")["options"])


def test_the_smallest_states_come_first() -> None:
    small = cut(broken(), [part for part in parts_of(broken()) if part.items == {"skin_today"}])
    said = [state.raw.get("skin_today") for state in all_states(small)]
    ticks = [0 if one == ["none"] else len(one or ["a gap"]) for one in said]  # type: ignore[arg-type]
    assert ticks == sorted(ticks)


def test_what_is_too_much_to_check_is_not_proved() -> None:
    names = [f"mark_{number}" for number in range(25)]
    marks = [{"id": name, "label": name} for name in names]
    two = {"at_least": 2, "of": [has("skin_today", name) for name in names]}
    protocol = broken(
        lambda toml: item(toml, "skin_today")["options"].extend(marks),
        lambda toml: rule(toml, "rash_now").update(when=two),
    )
    found = failing(protocol)
    assert "too many states to check: not proved" in [one.what for one in found[2]]
