"""Property 2: every rule can fire and can stay silent; so can each of its levels and waits."""

from collections.abc import Iterator, Sequence
from functools import partial

from screening.domain.protocol import Item, Process, Rule, ScreeningProtocol
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.combinations import all_states, as_sent
from screening.protocols.verify.findings import Failure, Found
from screening.protocols.verify.parts import Cut, Part, cut

SENTENCE = "Every rule (but the one for everybody) can fire and can stay silent."


def check_firing(protocol: ScreeningProtocol, bench: Bench) -> Found:
    parts = bench.parts(protocol)
    rules = (rule for rule in protocol.rules.values() if rule.process is not Process.ALWAYS)
    return Found.all(_rule(rule, _own(rule, parts), protocol, bench) for rule in rules)


def _own(rule: Rule, parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.rule is rule]


def _rule(rule: Rule, parts: list[Part], protocol: ScreeningProtocol, bench: Bench) -> Found:
    path, count = f"rules.{rule.id}", 0
    seen: set[str] = set()
    failures = []
    for part in parts:
        small = cut(protocol, (part,))
        states, found = bench.once(
            ("firing", part.name, bench.alike(small)), partial(_seen, rule, small, bench)
        )
        count, seen = count + states, seen | found
        if part.contradiction is not None and "fires" not in found:
            place = f"contradictions.{part.contradiction.id}"
            failures.append(Failure(place, "no reachable answers contradict each other like this"))
    if not parts or "fires" not in seen:
        failures.append(Failure(path, "no reachable answers make this rule fire"))
    if parts and "silent" not in seen:
        failures.append(Failure(path, "this rule is never silent"))
    if "fires" in seen:
        failures += (
            Failure(path, f"no reachable answers lead to its {what}")
            for what in _promised(rule)
            if what not in seen
        )
    return Found(count, tuple(failures))


def _promised(rule: Rule) -> Iterator[str]:
    yield from (f"level {level.value}" for _, level in rule.level_when)
    if rule.level_when:
        yield f"level {rule.level.value}"
    if rule.since:
        yield from (f"wait {key}" for _, key in rule.waits)


def _seen(rule: Rule, small: Cut, bench: Bench) -> tuple[int, set[str]]:
    wanted = {"fires", "silent", *_promised(rule)}
    seen: set[str] = set()
    count = 0
    gaps = rule.process is Process.GAPS

    def narrow(item: Item, answers: Sequence[object]) -> Sequence[object]:
        return answers if gaps else as_sent(item, answers)

    for state in all_states(small, narrow=None if _about_one_item(rule, small) else narrow):
        outcome, count = bench.engine(small.protocol, state), count + 1
        flag = outcome.flag(rule.id)
        if flag is None:
            seen.add("silent")
        else:
            seen |= {"fires", f"level {flag.level.value}"}
            keys = (key for when, key in rule.waits if when.holds(outcome.facts) is not None)
            seen.add(f"wait {next(keys, '')}")
        if wanted <= seen:
            break
    return count, seen


def _about_one_item(rule: Rule, small: Cut) -> bool:
    """What stands alone, ticked with something else: the web does not let that be sent."""
    return rule.process is Process.CONTRADICTION and not small.protocol.contradictions
