"""Boundary probes show a difference where no past patient stands, and none where there is none."""

from collections.abc import Callable
from datetime import date

import pytest

from screening.domain.backtest import Shift
from screening.protocols.library import load_library
from screening.protocols.probes import Probes, probe
from tests.tiny_protocol import Toml, rule
from tests.unit.test_backtest import OLD, item, tiny


def probed(change: Callable[[Toml], object]) -> Probes:
    return probe(OLD, tiny(change))


def shifts(found: Probes) -> set[tuple[str, Shift | None]]:
    return {(one.change.rule, one.change.shift) for one in found.found}


def a_wait(**units: int) -> Callable[[Toml], object]:
    def change(toml: Toml) -> None:
        rest = {key: one for key, one in toml["waits"]["sun"].items() if key != "months"}
        toml["waits"]["sun"] = {**rest, **units}

    return change


def test_a_longer_wait_shows_at_its_very_boundary() -> None:
    found = probed(a_wait(days=45))
    assert shifts(found) == {("sun_lately", Shift.APPEARED), ("sun_lately", Shift.DATE)}
    one = next(one for one in found.found if one.change.shift is Shift.APPEARED)
    said = dict(one.example.said)
    assert said["Much sun?"] == ("Yes",)
    event, answered = date(2026, 12, 15), one.example.context.completed_on
    assert said["When?"] == ("15 December 2026",), "the first day on which the old wait is over"
    assert (answered - event).days == 31


@pytest.mark.parametrize("days", [30, 31])
def test_a_month_is_not_so_many_days_though_it_is_in_most(days: int) -> None:
    assert ("sun_lately", Shift.DATE) in shifts(probed(a_wait(days=days)))


def test_a_shorter_wait_shows_as_a_flag_that_goes_away() -> None:
    assert ("sun_lately", Shift.GONE) in shifts(probed(a_wait(days=20)))


def test_another_level_shows() -> None:
    found = probed(lambda toml: rule(toml, "rash_now").update(level="stop"))
    assert shifts(found) == {("rash_now", Shift.LEVEL)}
    assert found.found[0].example.said == (("Any of these today?", ("A rash",)),)


def test_rules_that_come_and_go_show() -> None:
    def change(toml: Toml) -> None:
        rule(toml, "rash_now")["id"] = "rash_today"

    assert shifts(probed(change)) == {
        ("rash_now", Shift.GONE),
        ("rash_today", Shift.APPEARED),
    }


def test_a_condition_that_reads_less_shows() -> None:
    def change(toml: Toml) -> None:
        rule(toml, "sun_on_face")["when"] = {"item": "sun", "has": ["yes"]}

    found = probed(change)
    assert shifts(found) == {("sun_on_face", Shift.APPEARED)}
    said = found.found[0].example.said
    assert ("Much sun?", ("Yes",)) in said


def test_other_words_alone_are_not_even_tried() -> None:
    def change(toml: Toml) -> None:
        rule(toml, "rash_now").update(patient="Let us talk.", clinician="Look.")
        item(toml, "skin_today").update(wording="Anything today?", why="Since we ask.")

    found = probed(change)
    assert (found.found, found.tried, found.rules) == ((), 0, 0)


def test_a_new_contradiction_shows_where_nothing_else_made_the_rule_fire() -> None:
    def change(toml: Toml) -> None:
        either = [{"item": "skin_today", "has": ["sore"]}, {"item": "sun", "has": ["no"]}]
        toml["contradictions"] = [
            {"id": "sore_no_sun", "question": "Which?", "when": {"all": either}}
        ]

    found = probed(change)
    assert shifts(found) == {("inconsistent", Shift.APPEARED)}
    assert found.found[0].example.said == (
        ("Any of these today?", ("A sore",)),
        ("Much sun?", ("No",)),
    )


def test_2026_2_adds_contradictions_and_nothing_else() -> None:
    versions = load_library().versions
    found = probe(versions["microneedling/2026-1"], versions["microneedling/2026-2"])
    assert shifts(found) == {("inconsistent_answers", Shift.APPEARED)}
    assert not found.unfinished
