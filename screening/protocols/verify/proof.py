"""verify(protocol) → Report: the eight safety properties of a protocol, each proved or refuted.

What is proved, and within which bounds, is said by ``BOUNDS`` and in docs/clinical-safety.md.
"""

from collections.abc import Callable, Iterator
from time import perf_counter

from screening.domain.protocol import ScreeningProtocol
from screening.protocols.verify import firing, hidden, options, paths, safety, texts, waiting
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.choices import TooManyStates
from screening.protocols.verify.doubt import check_doubt
from screening.protocols.verify.findings import Failure, Found, Report, Result
from screening.protocols.verify.more import check_more

Check = Callable[[ScreeningProtocol, Bench], Found]

_DOUBT = (
    "Not sure, an unknown date and a gap never give less than declared; "
    "one more tick never lowers the level."
)
NOT_PROVED = "too many states to check: not proved"
BOUNDS = """\
Proved, within these bounds: each rule does what 1 to 7 say with every combination of answers to the
items that it reads and to those that decide whether these are shown, gaps and combinations that
only an import can bring included. Answers that no condition tells apart count as one. Dates lie on
both sides of each boundary that a wait or an age draws; for 7 on the last two days and the first of
each month of an ordinary and a leap year, told as day, month and year, and two dated rules at once.
8 looks at every text of the file, in English, the only language that there is.
Relied on, and tested at random: a rule reads only what its condition names, and an assessment is
the sum of its rules. What would be too many states fails; nothing is left out silently.
Not proved: that the rules are clinically right or complete; that words are understood; what people
leave out; three dated rules at once; the pages and stores around the rules, which have their own
tests."""


def verify(
    protocol: ScreeningProtocol,
    bench: Bench | None = None,
    clock: Callable[[], float] = perf_counter,
) -> Report:
    """Check every property; a bench that is used again only checks what has changed."""
    used = Bench() if bench is None else bench
    return Report(protocol.key, protocol.digest, tuple(prove(protocol, used, clock)))


def prove(
    protocol: ScreeningProtocol, bench: Bench, clock: Callable[[], float] = perf_counter
) -> Iterator[Result]:
    """One property after the other, so that one can stop at the first that fails."""
    harmless, cases = options.declared(protocol), bool(protocol.safety_cases)
    checks: tuple[tuple[str, bool, Check], ...] = (
        (paths.SENTENCE, True, paths.check_paths),
        (firing.SENTENCE, True, firing.check_firing),
        (options.SENTENCE, harmless, options.check_options),
        (safety.SENTENCE, cases, safety.check_safety),
        (_DOUBT, True, lambda p, b: Found.all((check_doubt(p, b), check_more(p, b)))),
        (hidden.SENTENCE, True, hidden.check_hidden),
        (waiting.SENTENCE, True, waiting.check_waiting),
        (texts.SENTENCE, True, lambda p, _: texts.check_texts(p)),
    )
    for number, (sentence, declared, check) in enumerate(checks, start=1):
        began = clock()
        found = _checked(check, protocol, bench) if declared else Found()
        yield Result(number, sentence, found, clock() - began, declared)


def _checked(check: Check, protocol: ScreeningProtocol, bench: Bench) -> Found:
    """A check that would take too long proves nothing, and says so."""
    try:
        return check(protocol, bench)
    except TooManyStates as error:
        return Found(0, (Failure(str(error), NOT_PROVED),))
