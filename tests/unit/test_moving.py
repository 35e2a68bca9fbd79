"""A draft moves to another version: what still fits goes along, and nothing is lost."""

from datetime import date

from screening.domain.context import Context
from screening.domain.draft import Draft
from screening.domain.moving import Move, moved
from screening.domain.protocol import Item
from tests.protocol_cases import OLD, a_new_item, with_items, worded
from tests.questionnaires import ASHA

CONTEXT = Context(date(2027, 1, 4), modality="mechanical", jurisdiction="england")
ITEMS = with_items({}).get(OLD).items
NOTE = {"medicines_note": "One more thing"}


def move(
    draft: Draft, changes: dict[str, Item | None] | None = None, extra: Item | None = None
) -> Move:
    library = with_items(changes or {}, extra)
    return moved(draft, library.get(OLD), library.get("microneedling/2026-9"), CONTEXT)


def test_answers_to_the_same_questions_go_along() -> None:
    draft = Draft(answers=ASHA)
    assert move(draft) == Move(draft, ())


def test_a_new_question_is_asked_and_nothing_else() -> None:
    after = move(Draft(answers=ASHA), extra=a_new_item())
    library = with_items({}, a_new_item())
    _, to_see_to = after.draft.read(library.get("microneedling/2026-9"), CONTEXT)
    assert to_see_to == {"new_item"}
    assert [item.id for item in after.new_items] == ["new_item"]


def test_a_question_in_other_words_is_asked_again_with_the_answer_still_shown() -> None:
    changed = worded(ITEMS["treatment_goals"], "What do you hope to change?")
    after = move(Draft(answers=ASHA), {"treatment_goals": changed})
    assert "treatment_goals" not in after.draft.answers
    assert after.draft.prefill("treatment_goals") == ASHA["treatment_goals"]
    assert [item.id for item in after.new_items] == ["treatment_goals"]


def test_an_answer_to_a_question_that_is_gone_is_kept_for_the_clinician() -> None:
    draft = Draft(answers={**ASHA, "medicines": ["other"], **NOTE})
    after = move(draft, {"medicines_note": None}).draft
    assert after.gone == {OLD: NOTE}
    assert "medicines_note" not in {**after.answers, **after.kept}
    assert Draft.from_json(after.to_json()) == after


def test_half_typed_answers_stay_where_the_question_is_the_same() -> None:
    typed = {"isotretinoin_last": {"isotretinoin_last-day": ["3"]}}
    draft = Draft(answers={**ASHA, "isotretinoin": "past"}, unfinished=typed)
    assert move(draft).draft.unfinished == typed


def test_nothing_said_is_lost_whatever_changes() -> None:
    changes: dict[str, Item | None] = {
        "medicines_note": None,
        "treatment_goals": worded(ITEMS["treatment_goals"], "Other words"),
    }
    said = {**ASHA, "medicines": ["other"], **NOTE}
    after = move(Draft(answers=said), changes).draft
    assert {**after.gone.get(OLD, {}), **after.kept, **after.answers} == said
