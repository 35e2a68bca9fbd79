"""A backtest says who would move, by which flags, and what it cannot know."""

from collections.abc import Callable
from datetime import date

from screening.domain.backtest import Backtest, Compared, PastCase, Shift, compare, summed_up
from screening.domain.context import Context
from screening.domain.levels import Level
from screening.domain.protocol import ScreeningProtocol
from screening.protocols.reader import build_protocol
from tests.tiny_protocol import Toml, rule, tables

TODAY = date(2027, 1, 15)
QUIET: dict[str, object] = {
    "date_of_birth": "1985-03-27",
    "skin_today": ["none"],
    "sun": "no",
}
SUNNY = {**QUIET, "sun": "yes", "sun_date": "2027-01-01", "sun_place": "elsewhere"}


def tiny(change: Callable[[Toml], object] = lambda _: None) -> ScreeningProtocol:
    toml = tables()
    change(toml)
    toml["safety_cases"] = []
    return build_protocol("tiny.toml", toml, repr(toml))


OLD = tiny()


def item(toml: Toml, name: str) -> Toml:
    return next(one for one in toml["sections"][0]["items"] if one["id"] == name)


def past(raw: dict[str, object], visit: date | None = None, reference: str = "ONE") -> PastCase:
    return PastCase(reference.lower(), reference, OLD, raw, Context(TODAY, visit))


def tried(
    change: Callable[[Toml], object], raw: dict[str, object], visit: date | None = None
) -> Compared:
    return compare(past(raw, visit), OLD, tiny(change))


def a_longer_wait(toml: Toml) -> None:
    toml["waits"]["sun"] = {**toml["waits"]["sun"], "months": 2}


def a_new_question(toml: Toml) -> None:
    again = {**item(toml, "sun"), "id": "swim", "wording": "Much water?"}
    toml["sections"][0]["items"].append(again)


def test_a_longer_wait_moves_whom_it_reaches_from_level_to_level() -> None:
    visit = date(2027, 2, 10)
    found = tried(a_longer_wait, SUNNY, visit)
    assert (found.before, found.after, found.moves) == (Level.INFO, Level.REVIEW, True)
    (change,) = found.changes
    assert (change.rule, change.shift) == ("sun_lately", Shift.APPEARED)
    assert change.after is not None
    assert change.after.clear_date == date(2027, 3, 1)


def test_a_flag_that_is_over_later_is_a_difference_without_a_move() -> None:
    found = tried(a_longer_wait, SUNNY, TODAY)
    assert [change.shift for change in found.changes] == [Shift.DATE]
    assert not found.moves


def test_a_rule_that_is_gone_and_one_of_another_level_are_told_apart() -> None:
    def change(toml: Toml) -> None:
        toml["rules"].remove(rule(toml, "rash_now"))
        rule(toml, "sore_now")["level"] = "review"

    found = tried(change, {**QUIET, "skin_today": ["sore", "rash"]})
    assert {one.rule: one.shift for one in found.changes} == {
        "sore_now": Shift.LEVEL,
        "rash_now": Shift.GONE,
    }


def test_a_question_nobody_was_asked_is_named_and_never_a_gap() -> None:
    found = tried(a_new_question, QUIET)
    assert found.anew == ("swim",)
    assert (found.changes, found.after) == ((), Level.INFO)


def test_a_gap_that_was_there_before_stays_a_gap() -> None:
    found = tried(a_new_question, {name: said for name, said in QUIET.items() if name != "sun"})
    assert (found.before, found.after, found.anew) == (Level.REVIEW, Level.REVIEW, ("swim",))


def test_an_answer_that_a_question_no_longer_knows_is_asked_anew() -> None:
    def change(toml: Toml) -> None:
        item(toml, "sun_place")["options"][0]["id"] = "cheeks"
        rule(toml, "sun_on_face")["when"]["has"] = ["cheeks"]

    found = tried(change, {**SUNNY, "sun_place": "face"})
    assert found.anew == ("sun_place",)
    assert [(one.rule, one.shift) for one in found.changes] == [("sun_on_face", Shift.GONE)]


def test_an_answer_to_other_words_counts_and_is_named() -> None:
    def change(toml: Toml) -> None:
        item(toml, "sun")["wording"] = "Much sun lately?"

    found = tried(change, QUIET)
    assert (found.reworded, found.anew, found.changes) == (("sun",), (), ())


def test_a_version_compared_with_itself_says_nothing() -> None:
    found = compare(past(SUNNY), OLD, OLD)
    assert (found.changes, found.anew, found.reworded) == ((), (), ())


def summary(*several: PastCase) -> Backtest:
    new = tiny(a_longer_wait)
    return summed_up((compare(one, OLD, new) for one in several), TODAY)


def test_the_next_visit_comes_first_and_what_has_been_last() -> None:
    visits = {"PAST": date(2027, 1, 3), "SOON": date(2027, 1, 16), "LATER": date(2027, 1, 30)}
    cases = [past(SUNNY, visit, name) for name, visit in visits.items()]
    found = summary(*cases, past(SUNNY, None, "OPEN"))
    assert [row.reference for row in found.rows] == ["SOON", "LATER", "OPEN", "PAST"]


def test_every_case_stands_in_the_matrix_and_only_differing_ones_in_the_rows() -> None:
    found = summary(past(QUIET), past(SUNNY, date(2027, 2, 10)), past(SUNNY))
    assert found.matrix == {
        (Level.INFO, Level.INFO): 1,
        (Level.INFO, Level.REVIEW): 1,
        (Level.REVIEW, Level.REVIEW): 1,
    }
    assert (found.compared, found.moved, len(found.rows)) == (3, 1, 2)
    assert found.by_rule == {
        ("sun_lately", Shift.APPEARED): 1,
        ("sun_lately", Shift.DATE): 1,
    }
