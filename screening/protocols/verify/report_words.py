"""A report in words, for the command line."""

from collections.abc import Iterator
from dataclasses import replace
from textwrap import indent

from screening.domain.protocol import ScreeningProtocol
from screening.protocols.verify.findings import Failure, Report, Result
from screening.protocols.verify.forms import Forms, as_case, in_words
from screening.protocols.verify.proof import BOUNDS
from screening.protocols.verify.states import State

_MOST = 5
"""So many failures of one property are shown; the first mends often mend the others."""


def in_lines(report: Report, protocol: ScreeningProtocol) -> Iterator[str]:
    yield f"{report.key}  (SHA-256 {report.digest[:12]}…)"
    for result in report.results:
        yield f"\n{result.number}. {result.sentence}"
        yield f"   {_outcome(result)}"
        for failure in result.found.failures[:_MOST]:
            yield indent("\n".join(_failure(failure, protocol)), "   ")
        rest = len(result.found.failures) - _MOST
        if rest > 0:
            yield f"   … and {rest} more"
    yield f"\n{BOUNDS}\n"
    states = sum(result.found.states for result in report.results)
    yield f"{states:,} states in {sum(result.seconds for result in report.results):.1f} s."
    yield _summary(report)


def _outcome(result: Result) -> str:
    if not result.declared:
        return "not declared in this version, so not checked"
    states = f"{result.found.states:,} states in {result.seconds:.1f} s"
    return f"{'holds' if result.holds else 'FAILS'}: {states}"


def _summary(report: Report) -> str:
    if not report.holds:
        return "FAILS: this protocol must not be published."
    if not report.complete:
        return "Every property that this version declares holds; it does not declare all of them."
    return "Every property holds."


def _failure(failure: Failure, protocol: ScreeningProtocol) -> Iterator[str]:
    yield f"- {failure.about}: {failure.what}"
    if failure.state is not None:
        form = whole_form(failure.state, failure.asked, protocol)
        plain = Forms(protocol).filled_in(State({}, form.context), frozenset()).raw
        telling = frozenset(name for name, said in form.raw.items() if plain.get(name) != said)
        yield from (f"    {line}" for line in in_words(protocol, form, telling))
        yield f"    {as_case(form)}"


def whole_form(state: State, asked: frozenset[str], protocol: ScreeningProtocol) -> State:
    """The state filled in, with what was said to items that are not shown."""
    whole = Forms(protocol).filled_in(state, asked)
    answers = {**state.raw, **whole.raw}
    changed = whole.context.changed_after_result
    some = frozenset(tuple(protocol.items)[:1]) if changed else changed
    told = {name: answers[name] for name in protocol.items if name in answers}
    return State(told, replace(whole.context, changed_after_result=some))
