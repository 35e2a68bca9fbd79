"""Whatever is typed is shown as it was typed, and never does anything (OU-2)."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from screening.storage.database import Database
from tests.browser.clinician import Clinician
from tests.browser.patient import Patient
from tests.browser.saved_forms import REACH, WELL, save_form
from tests.clinic_cases import Received

HOSTILE = [
    "<script>tripped()</script>",
    "</textarea><script>tripped()</script>",
    "</title></style></script><svg onload=tripped()>",
    "<img src=x onerror=tripped()>",
    "<svg/onload=tripped()>",
    "<svg><animate onbegin=tripped() attributeName=x dur=1s>",
    "<math><a xlink:href=javascript:tripped()>x",
    "<iframe srcdoc='<script>parent.tripped()</script>'></iframe>",
    "<details open ontoggle=tripped()>",
    "<input autofocus onfocus=tripped()>",
    "<body onpageshow=tripped()>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example><button>Press</button></form>",
    "<a href=javascript:tripped()>Press</a>",
    "javascript:tripped()",
    "data:text/html,<script>tripped()</script>",
    "\" onmouseover=tripped() autofocus onfocus=tripped() x=\"",
    "' onmouseover='tripped()' x='",
    "\"><script>tripped()</script>",
    "'><img src=x onerror=tripped()>",
    "--><script>tripped()</script><!--",
    "]]><script>tripped()</script>",
    "{{7*7}} {% print(config) %} ${7*7} #{7*7} <%= 7*7 %>",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{date} {emergency_number} {0.__class__} %s %(name)s",
    "&lt;script&gt;tripped()&lt;/script&gt; &amp;amp;",
    "&#60;script&#62;tripped()&#60;/script&#62;",
    "+ADw-script+AD4-tripped()+ADw-/script+AD4-",
    "\\u003cscript\\u003etripped()\\u003c/script\\u003e",
    "%3Cscript%3Etripped()%3C/script%3E",
    "<scr<script>ipt>tripped()</scr</script>ipt>",
    "<<SCRIPT>tripped();//<</SCRIPT>",
    "<IMG SRC=\"jav&#x09;ascript:tripped();\">",
    "<style>@import'//evil.example/x.css';</style>",
    "<x style=background:url(//evil.example)>",
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=tripped() )//<svg/<sVg/oNloAd=tripped()//>",
    "**bold** [link](javascript:tripped()) `code` <b>fat</b>",
    "=cmd|'/c calc'!A0 @SUM(1+1) +1 -1",
    "'; DROP TABLE submissions; -- \" OR 1=1",
    "../../etc/passwd \x41 ; rm -rf ~ $(reboot) `reboot`",
    "Zoë Ñandú 王小明 محمد 👩🏽‍⚕️",
]  # fmt: skip
ALL_OF_THEM = "\n".join(HOSTILE)
TRIP = "window.tripped = () => { console.log('Content Security Policy: tripped') }"


@pytest.fixture
def wired(browser_page: Page) -> Page:
    """A page that fails the test if anything of the above runs or opens a dialogue."""
    browser_page.context.add_init_script(TRIP)
    browser_page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    return browser_page


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_a_patients_words_are_shown_as_they_were_typed(app: Flask, wired: Page) -> None:
    patient = Patient(wired).comes_back(save_form(app, WELL, REACH))
    patient.follows("Change Is there anything else").fills_in({"anything_else": ALL_OF_THEM})
    patient.presses("Continue")
    assert squeezed(ALL_OF_THEM) in squeezed(wired.inner_text("main"))
    patient.submits().follows("Keep a copy").says_born().presses("Show my answers")
    assert squeezed(ALL_OF_THEM) in squeezed(wired.inner_text("main"))


def test_refused_words_stand_in_their_boxes_as_they_were_typed(app: Flask, wired: Page) -> None:
    patient = Patient(wired).comes_back(save_form(app, WELL))
    boxes = [wired.get_by_label(label) for label in ("Your name", "E-mail", "Telephone")]
    for word in HOSTILE:
        for box in boxes:
            box.fill(word)
        patient.presses("Continue")
        assert patient.path == "/q/you"
        assert [box.input_value() for box in boxes] == [word] * 3


def test_a_clinician_reads_them_as_they_were_typed(
    database: Database, wired: Page, new_clinician: Callable[[], Clinician]
) -> None:
    for number, word in enumerate(HOSTILE, 1):
        notes = {"allergy_any": "yes", "allergy_to": ["latex"], "allergy_worst": "local_rash"}
        answers = {**notes, "allergy_note": word, "anything_else": ALL_OF_THEM}
        Received(word, answers).into(database, number)
    clinician = new_clinician()
    page = clinician.page
    page.context.add_init_script(TRIP)
    page.reload()
    assert len(clinician.waiting()) == len(HOSTILE)
    for number, word in enumerate(HOSTILE, 1):
        page.goto(f"/clinic/submissions/{number:032x}")
        shown = squeezed(page.inner_text("main"))
        assert shown.count(squeezed(word)) >= 3, word  # name, note, and among all of them
        assert squeezed(ALL_OF_THEM) in shown
    clinician.decides("Do not treat", reason=ALL_OF_THEM, note=ALL_OF_THEM)
    # Reason, note, the patient's own words, and those once more among all answers.
    assert squeezed(page.inner_text("main")).count(squeezed(ALL_OF_THEM)) == 4
