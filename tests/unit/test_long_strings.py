"""No text is read in more time than its length asks for (IN-12)."""

import importlib
import pkgutil
import re
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from time import process_time

import pytest
from werkzeug.exceptions import HTTPException

import screening
from screening.domain.passwords import PasswordRefused

LENGTH = 100_000
SHORTER = 10_000  # for patterns alone, of which there are many
# Seconds of work: what has to be tried in many ways takes minutes or years.
BOUND, NEVER = 0.3, 1.5
PIECES = ("a", "a1", "0", "1 ", " ", "\n", " \n", ".", "a.", "-", "/", "a/", "@", "(", "((", "**",
          "**a", "%", "%2", "{", "é", "ｅ", "\u0301", "\u200b", "0-", "Z,", "not ")  # fmt: skip
AROUND = (("", ""), ("", "!"), ("/clinic/", "!"), ("a@", "@"), ("(", "\0"))

thorough = pytest.mark.thorough


def strings(length: int) -> list[str]:
    return [
        (before + piece * length)[:length] + after for piece in PIECES for before, after in AROUND
    ]


@contextmanager
def an_alarm() -> Iterator[None]:
    """A pattern that never ends is stopped, and fails."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, NEVER)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def too_slow(read: Callable[[str], object], texts: Iterable[str]) -> list[str]:
    slow = []
    for string in texts:
        begun = process_time()
        try:
            with an_alarm():
                read(string)
        except (ValueError, PasswordRefused, HTTPException):  # refused, which is an answer
            pass
        except TimeoutError:
            slow.append(f"never: {string[:20]!r}")
            break
        if process_time() - begun > BOUND:
            slow.append(f"{process_time() - begun:.1f} s: {string[:20]!r}")
            break
    return slow


def patterns() -> dict[str, "re.Pattern[str]"]:
    """Every regular expression that a module of ours keeps, found by looking."""
    found: dict[str, re.Pattern[str]] = {}
    for info in pkgutil.walk_packages(screening.__path__, "screening."):
        for name, value in vars(importlib.import_module(info.name)).items():
            several = value if isinstance(value, tuple | list | frozenset) else (value,)
            for number, one in enumerate(several):
                if isinstance(one, re.Pattern):
                    found[f"{info.name}.{name}[{number}]"] = one
    return found


def readers() -> dict[str, Callable[[str], object]]:
    from screening.domain.codes import REFERENCE, read_code
    from screening.domain.never_said import never_said
    from screening.domain.passwords import check_password, prepared
    from screening.exchange.csv_text import defused
    from screening.protocols.library import load_library
    from screening.services.finding import read_days
    from screening.services.throttle import address_block
    from screening.storage.normalising import normalised
    from screening.web import typed
    from screening.web.auth import next_page
    from screening.web.bodies import check_address, check_fields

    today, recogniser = date(2027, 1, 4), load_library().get("microneedling/2026-2").recogniser
    return {
        "text": typed.read_text,
        "what is shown again": typed.showable,
        "e-mail": typed.read_email,
        "telephone": typed.read_phone,
        "a date": lambda text: typed.read_partial_date(typed.Parts(text, text, text), today),
        "a year": lambda text: typed.read_whole_date(typed.Parts("1", "1", text)),
        "a code": lambda text: read_code(text, REFERENCE),
        "a name to look for": lambda text: normalised("word", text),
        "a day to look for": read_days,
        "a password": lambda text: check_password(prepared(text), (text[:50],)),
        "a cell": defused,
        "medicines": recogniser.find,
        "a message": never_said,
        "where to go on": next_page,
        "an address": lambda text: check_address(text, text.encode()),
        "a form": check_fields,
        "a network address": address_block,
    }


def test_a_long_name_of_a_page_to_go_on_to_is_read_once() -> None:
    from screening.web.auth import FIRST, next_page

    assert too_slow(next_page, [f"/clinic/{'a' * 40}!"]) == []
    assert next_page("/clinic/a!") == FIRST
    assert next_page("/clinic/submissions/0a/summary.pdf") == "/clinic/submissions/0a/summary.pdf"


@thorough
def test_no_pattern_of_ours_goes_back_and_forth() -> None:
    found = patterns()
    assert len(found) >= 40
    texts = strings(SHORTER)
    slow = {
        n: too_slow(one.search, texts) or too_slow(one.fullmatch, texts) for n, one in found.items()
    }
    assert {name: why for name, why in slow.items() if why} == {}


@thorough
def test_no_reader_of_ours_goes_back_and_forth() -> None:
    texts = strings(LENGTH)[::3]
    slow = {name: too_slow(read, texts) for name, read in readers().items()}
    assert {name: why for name, why in slow.items() if why} == {}


@thorough
def test_a_pattern_that_does_is_noticed() -> None:
    assert too_slow(re.compile(r"(?:[a-z]+/?)*0").fullmatch, ["a" * 40 + "!"])
