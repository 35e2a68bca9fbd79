"""What an edition says of its points holds for the next one only where nothing changed."""

from screening.domain.settled import still_settled

XARELTO = {"key": "recognised.anticoagulant", "said": "unsure", "note": ""}
IN_BOTH = XARELTO | {"about": {"words": ["Xarelto"], "texts": ["anything_else", "medicines_note"]}}
IN_ONE = XARELTO | {"about": {"words": ["Xarelto"], "texts": ["anything_else"]}}
IN_A_REPLY = XARELTO | {"about": {"words": ["Xarelto"], "texts": ["reply"]}}
SORE = {"herpes_history": ["never"], "skin_now": ["cold_sore"]}
FIRST_EVER = {"key": "contradictions.sore", "said": "both", "note": "First", "about": SORE}
WRITTEN = {"anything_else": "Xarelto", "medicines_note": "Xarelto at night"}


def test_of_two_texts_it_holds_for_the_one_that_is_as_it_was() -> None:
    now = WRITTEN | {"medicines_note": "at night"}
    assert still_settled([IN_BOTH], [], WRITTEN, now) == [IN_ONE]


def test_a_text_that_was_put_again_is_not_said_twice() -> None:
    assert still_settled([IN_BOTH], [IN_BOTH], WRITTEN, WRITTEN) == []
    again = IN_ONE | {"about": {"words": ["Xarelto"], "texts": ["medicines_note"]}}
    assert still_settled([IN_BOTH], [again], WRITTEN, WRITTEN) == [IN_ONE]


def test_where_no_text_is_as_it_was_nothing_holds() -> None:
    assert still_settled([IN_BOTH], [], WRITTEN, {}) == []


def test_what_was_said_of_a_reply_belongs_to_its_own_edition() -> None:
    assert still_settled([IN_A_REPLY], [], {}, {}) == []


def test_a_pair_of_answers_holds_while_both_are_as_they_were() -> None:
    assert still_settled([FIRST_EVER], [], SORE, SORE | {"sun_plans": "yes"}) == [FIRST_EVER]
    for now in (SORE | {"skin_now": ["none"]}, {"skin_now": ["cold_sore"]}):
        assert still_settled([FIRST_EVER], [], SORE, now) == []
    assert still_settled([FIRST_EVER], [FIRST_EVER], SORE, SORE) == []
