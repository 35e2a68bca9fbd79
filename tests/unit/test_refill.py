"""What was typed goes back into its boxes, and nothing else of a page changes."""

import pytest

from screening.web.refill import refilled

PAGE = """<!DOCTYPE html>
<html lang="en"><body><main id="main"><h1>A &amp; B – caf&#233;</h1><!-- kept -->
<form method="post" action="/clinic/a"><input type="hidden" name="version" value="4">
<input id="name" name="name" type="text" value="old">
<textarea name="note" rows="4">
was here &lt;b&gt;</textarea>
<input type="radio" name="choice" value="yes" checked><input type="radio" name="choice" value="no">
<input type="checkbox" name="tick" value="one"><input type="checkbox" name="tick" value="two">
<input type="password" name="password"><select name="pick"><option value="x" selected>X</option>
<option value="y">Y</option></select><button name="step" value="go">Go</button></form>
<form method="post" action="/clinic/b"><input name="name" value="other"></form>
<form method="post"><input name="own" value=""></form></main></body></html>
"""


def fill(*fields: tuple[str, str], action: str = "/clinic/a") -> tuple[str, list[tuple[str, str]]]:
    homeless: list[tuple[str, str]] = []

    def notice(left: list[tuple[str, str]]) -> str:
        homeless.extend(left)
        return ""

    return refilled(PAGE, action, "/clinic/page", fields, notice), homeless


def test_a_page_into_which_nothing_goes_is_the_page_as_it_was() -> None:
    assert refilled(PAGE, "/clinic/none", "/clinic/page", (), lambda _: "") == PAGE


def test_words_go_back_as_words() -> None:
    said = 'a "quoted" <script>alert(1)</script> & more\nsecond line'
    page, homeless = fill(("name", said), ("note", said))
    assert page.count("&lt;script&gt;") == 2
    assert "<script>" not in page
    assert "was here" not in page
    assert 'value="old"' not in page
    assert "second line</textarea>" in page
    assert homeless == []


def test_choices_are_as_they_were_made_and_no_others() -> None:
    page, _ = fill(("choice", "no"), ("tick", "one"), ("tick", "two"), ("pick", "y"))
    assert page.count("checked") == 3
    assert '<input type="radio" name="choice" value="no" checked>' in page
    assert '<option value="y" selected>' in page
    assert '<option value="x">' in page


def test_what_is_the_pages_own_is_left_alone() -> None:
    page, homeless = fill(("version", "3"), ("password", "secret"), ("step", "x"))
    assert 'name="version" value="4"' in page
    assert "secret" not in page
    assert homeless == []


def test_only_the_form_that_was_sent_is_filled() -> None:
    page, _ = fill(("name", "new"), action="/clinic/b")
    assert 'value="old"' in page
    assert 'value="other"' not in page
    page, _ = fill(("own", "mine"), action="/clinic/page")
    assert '<input name="own" value="mine">' in page


@pytest.mark.parametrize("action", ["/clinic/a", "/clinic/gone"])
def test_what_finds_no_box_is_handed_back(action: str) -> None:
    _, homeless = fill(("gone", "these words"), ("empty", ""), action=action)
    assert homeless == [("gone", "these words")]


def test_the_notice_comes_first_in_the_page() -> None:
    page = refilled(PAGE, "/clinic/a", "/clinic/page", (), lambda _: "<p>back</p>")
    assert '<main id="main"><p>back</p><h1>' in page
