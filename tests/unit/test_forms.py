"""Forms check shape: what is read is what was meant, and what was typed is never lost."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from screening.domain.protocol import Item, ItemKind
from screening.web.about import read_about, typed_about
from screening.web.fields import FieldRefused, field_names, typed_from_raw
from screening.web.forms import Page, QuestionForm, build_pages
from screening.web.reveal import reveal_css
from screening.web.typed import Parts, Problem, read_email, read_partial_date, read_phone, read_text
from tests.worked_cases import PROTOCOL, VIGNETTES

TODAY = date(2027, 1, 4)
PAGES = build_pages(PROTOCOL)
APP = Flask(__name__)


def posted(fields: dict[str, Any]) -> MultiDict[str, str]:
    return MultiDict(fields)


def read(page: Page, fields: dict[str, Any], today: date = TODAY) -> QuestionForm:
    with APP.app_context():
        return page.read(posted(fields), today, {})


def test_there_is_one_form_for_the_gate_and_one_for_each_section() -> None:
    assert [page.id for page in PAGES.all] == ["gate", *(s.id for s in PROTOCOL.sections)]
    assert PAGES.all[0].item_ids == ("date_of_birth", "urgent_signs")
    asked = [name for page in PAGES.all for name in page.item_ids]
    assert sorted(asked) == sorted(PROTOCOL.items)


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case["id"])
def test_answers_to_form_to_answers_is_the_identity(case: dict[str, Any]) -> None:
    told: dict[str, object] = {}
    today = date.fromisoformat(case["context"]["completed_on"])
    for page in PAGES.all:
        fields: dict[str, list[str]] = {}
        for item in page.items:
            fields |= typed_from_raw(item, case["answers"].get(item.id))
        told |= read(page, fields, today).raw
    sets = {name: sorted(raw) if isinstance(raw, list) else raw for name, raw in told.items()}
    # A list with "none of these" beside another option cannot be sent.
    sendable = {
        name: sorted(raw) if isinstance(raw, list) else raw
        for name, raw in case["answers"].items()
        if not (isinstance(raw, list) and _contradicts(PROTOCOL.items[name], raw))
    }
    assert sets == sendable


def _contradicts(item: Item, raw: list[str]) -> bool:
    return bool(item.exclusive_ids.intersection(raw)) and len(raw) > 1


CLOSED = [item for item in PROTOCOL.items.values() if item.kind in ("single", "multi")]


@given(item=st.sampled_from(CLOSED), value=st.text(min_size=1))
def test_only_the_options_of_the_item_are_taken(item: Item, value: str) -> None:
    if value.strip() in (*item.option_ids, ""):
        return
    with pytest.raises(FieldRefused):
        read(PAGES.of(item.id), {item.id: value})


@given(item=st.sampled_from(list(PROTOCOL.items.values())))
def test_a_single_value_sent_twice_is_refused(item: Item) -> None:
    if item.kind is ItemKind.MULTI:
        return
    name = field_names(item)[-1]
    with pytest.raises(FieldRefused):
        read(PAGES.of(item.id), {name: ["1", "1"]})


@given(name=st.text(min_size=1))
def test_an_unknown_name_is_refused(name: str) -> None:
    page = PAGES.all[1]
    if name in page.names or name in ("csrf_token", "then"):
        return
    with pytest.raises(FieldRefused):
        read(page, {name: "x"})


def test_not_sure_may_stand_beside_others_and_none_may_not() -> None:
    page = PAGES.of("skin_conditions")
    both = read(page, {"skin_conditions": ["eczema", "not_sure"]})
    assert both.raw["skin_conditions"] == ["eczema", "not_sure"]
    alone = read(page, {"skin_conditions": ["eczema", "none"]})
    assert "not both" in alone.problems(["skin_conditions"])["skin_conditions"].message
    assert "skin_conditions" not in alone.raw


def test_only_what_is_shown_is_asked_for() -> None:
    form = read(PAGES.of("isotretinoin"), {"isotretinoin": "never"})
    assert "isotretinoin_last" not in form.problems(["isotretinoin"])
    assert "isotretinoin_last" in form.problems(["isotretinoin", "isotretinoin_last"])


def test_an_error_says_what_to_do() -> None:
    form = read(PAGES.of("isotretinoin"), {"isotretinoin": "past"})
    message = form.problems(["isotretinoin_last"])["isotretinoin_last"].message
    assert message == (
        "“When was your last tablet?” Enter the month and year, or choose “I don’t know”"
    )


def test_a_date_typed_without_choosing_counts_as_a_date() -> None:
    form = read(PAGES.of("isotretinoin"), {"isotretinoin_last-year": "2026"})
    assert form.raw == {"isotretinoin_last": "2026"}


def test_a_chosen_kind_counts_more_than_boxes_that_it_hides() -> None:
    fields = {"isotretinoin_last": "unknown", "isotretinoin_last-year": "2026"}
    assert read(PAGES.of("isotretinoin"), fields).raw == {"isotretinoin_last": "unknown"}


def test_every_ticked_treatment_needs_its_date_and_no_other() -> None:
    page = PAGES.of("recent_treatments")
    fields = {"recent_treatments": ["botox", "hair_removal"],
              "recent_treatment_dates-botox-year": "2026",
              "recent_treatment_dates-surgery_area-year": "2020"}  # fmt: skip
    form = read(page, fields)
    assert form.raw["recent_treatment_dates"] == {"botox": "2026"}
    assert set(form.problems(["recent_treatment_dates"])) == {"recent_treatment_dates-hair_removal"}


@pytest.mark.parametrize(
    ("parts", "raw"),
    [
        (Parts("3", "7", "2026"), "2026-07-03"),
        (Parts("", "07", "2026"), "2026-07"),
        (Parts("", "", "2026"), "2026"),
        (Parts("", "1", "2027"), "2027-01"),
        (Parts("", "", "2027"), "2027"),
        (Parts(), None),
    ],
)
def test_a_date_may_be_as_exact_as_it_is_known(parts: Parts, raw: str | None) -> None:
    assert read_partial_date(parts, TODAY) == raw


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        (Parts("5", "1", "2027"), ("day", "month", "year")),
        (Parts("", "2", "2027"), ("day", "month", "year")),
        (Parts("29", "2", "2026"), ("day", "month")),
        (Parts("3", "", "2026"), ("month",)),
        (Parts("3", "7", ""), ("year",)),
        (Parts("", "", "26"), ("year",)),
        (Parts("", "", "1899"), ("year",)),
        (Parts("", "٧", "2026"), ("month",)),
        (Parts("", "July", "2026"), ("month",)),
        (Parts("1_0", "7", "2026"), ("day",)),
        (Parts("+1", "7", "2026"), ("day",)),
        (Parts("0", "7", "2026"), ("day",)),
    ],
)
def test_what_is_no_date_names_the_box_that_is_wrong(parts: Parts, wrong: tuple[str, ...]) -> None:
    with pytest.raises(Problem) as problem:
        read_partial_date(parts, TODAY)
    assert problem.value.parts == wrong


@given(st.text())
def test_text_is_kept_or_the_person_is_told(typed: str) -> None:
    try:
        text = read_text(typed)
    except Problem:
        return
    assert text is None or read_text(text) == text


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x85", "\u202e", "\u2066", "\ud800"])
def test_control_characters_are_not_kept(character: str) -> None:
    with pytest.raises(Problem):
        read_text(f"before{character}after")


def test_text_keeps_letters_of_every_kind_in_one_form() -> None:
    assert read_text(" Zoe\u0308 O’Brien 👩🏽‍⚕️ שלום\r\nnext ") == "Zoë O’Brien 👩🏽‍⚕️ שלום\nnext"


@pytest.mark.parametrize("typed", ["a@b.example", "o'brien+x@mail.example.org", "ü@exämple.org"])
def test_an_email_address_is_taken(typed: str) -> None:
    assert read_email(typed) == typed


@pytest.mark.parametrize("typed", ["a@b", "a b@c.org", "@c.org", "a@.org", "a@b.org, c@d.org"])
def test_what_is_no_email_address_is_not(typed: str) -> None:
    with pytest.raises(Problem):
        read_email(typed)


@pytest.mark.parametrize(
    ("typed", "taken"),
    [("07700 900 982", True), ("+44 (0)20 7946-0100", True), ("call me", False), ("123", False),
     ("٠٧٧٠٠٩٠٠٩٨٢", False), ("1234567890123456", False)],
)  # fmt: skip
def test_a_telephone_number_has_six_to_fifteen_digits(typed: str, taken: bool) -> None:
    if taken:
        assert read_phone(typed) == typed
    else:
        with pytest.raises(Problem):
            read_phone(typed)


def test_a_name_and_one_way_to_reach_the_person_are_needed() -> None:
    assert set(read_about(posted({}), TODAY).problems) == {"name", "email"}
    enough = read_about(posted({"name": " Asha  Example ", "phone": "07700 900 982"}), TODAY)
    assert not enough.problems
    assert enough.about == {"name": "Asha Example", "phone": "07700 900 982"}


@pytest.mark.parametrize("visit", ["4 1 2027", "18 1 2027", "4 1 2029"])
def test_a_visit_lies_ahead(visit: str) -> None:
    form = read_about(posted(_visit(visit)), TODAY)
    assert "treatment_date" not in form.problems
    assert typed_about(form.about) | {"name": ""} == typed_about({}) | _visit(visit)


@pytest.mark.parametrize("visit", ["3 1 2027", "1 1 2032", "30 2 2027", "1  2027"])
def test_no_other_day_is_a_visit(visit: str) -> None:
    assert "treatment_date" in read_about(posted(_visit(visit)), TODAY).problems


def _visit(words: str) -> dict[str, str]:
    names = ("treatment_date-day", "treatment_date-month", "treatment_date-year")
    return dict(zip(names, words.split(" "), strict=True))


def test_the_stylesheet_opens_each_follow_up_for_its_options() -> None:
    css = reveal_css(PROTOCOL)
    assert css.startswith("@supports selector(:has(*))")
    for item in PROTOCOL.items.values():
        if item.kind is ItemKind.DATES:
            assert all(f'"{item.id}-{option}"' in css for option in item.dated_options)
        elif item.shown_when is not None and item.id != "implants":
            assert f'data-item="{item.id}"' in css
    assert 'input[name="isotretinoin"][value="past"]:checked' in css
    assert "implants" not in css, "the server alone knows the clinic's settings"
