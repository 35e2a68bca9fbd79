"""A day at the clinic, as thirty patients and four colleagues live it; the figures add up."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.clinician import ASK, PRECAUTIONS, Clinician
from tests.browser.close_look import CloseLook
from tests.browser.colleague import Person
from tests.browser.conftest import DESKTOP
from tests.browser.day import Day
from tests.browser.front_desk import FrontDesk
from tests.browser.lead import Lead
from tests.browser.patient import Patient
from tests.browser.tally import Tally
from tests.browser.thirty import ENDLESS, send_in
from tests.clock import Clock
from tests.worked_cases import PROTOCOL

ITEMS = PROTOCOL.items
PLAIN = ["王…", "Zoë Ñ.", "Ada A.", "Carl C.", "محمد ا.", "N" * 39 + "…", "Bea B."]
ADVISED, CHECKED = "A prescriber or specialist advised", "Records or a letter were checked"
SEEN = "Seen in person"
DEFER, NO = "Defer until a date", "Do not treat"


@pytest.fixture
def day(
    app: Flask,
    clock: Clock,
    new_context: Callable[..., BrowserContext],
    invited: Callable[..., Person],
    axe: Callable[[Page], list[str]],
) -> Day:
    look = CloseLook(axe)
    people = {
        "robin": invited("Robin Reed", "clinician"),
        "sam": invited("Sam Shore", "clinician"),
        "frankie": invited("Frankie Field", "front_desk"),
        "kim": invited("Kim Lake", "lead"),
    }

    def desk() -> Page:
        return new_context(viewport=DESKTOP).new_page()

    return Day(
        robin=Clinician(desk(), look).joins(people["robin"]),
        sam=Clinician(desk(), look).joins(people["sam"]),
        frankie=FrontDesk(desk(), look).joins(people["frankie"]),
        kim=Lead(desk(), look).joins(people["kim"]),
        people=people,
        sent=send_in(app, clock()),
        tally=Tally(clock),
        clock=clock,
        phone=lambda: Patient(new_context().new_page(), look),
    )


def test_a_day(day: Day) -> None:
    day.begins()
    the_lead_wants_a_second_pair_of_eyes(day)
    the_clinicians_find_everybody_in_order(day)
    the_front_desk_sees_who_and_when(day)
    those_with_nothing_flagged_are_confirmed_together(day)
    a_claim_is_seen_and_given_back(day)
    two_decide_on_the_same_patient(day)
    a_stop_is_overridden_by_two(day)
    an_override_is_declined(day)
    nobody_overrides_an_urgent_sign(day)
    some_are_decided_one_by_one(day)
    some_have_to_wait(day)
    a_patient_is_asked_and_answers_by_the_link(day)
    a_patient_is_asked_and_answers_by_the_reference(day)
    a_patient_corrects_an_answer(day)
    assert day.robin.goes_to_the_queue().turns() == day.tally.tabs()
    a_deferral_comes_back_on_its_day(day)
    the_lead_sees_what_happened(day)


def the_lead_wants_a_second_pair_of_eyes(day: Day) -> None:
    assert {"Figures", "Settings", "People"} <= set(day.kim.doors())
    assert "Queue" not in day.kim.doors()
    day.kim.switches_on("Second sign-off").goes_to("People").goes_to("Figures")
    assert day.kim.head()["Waiting now"] == "30"
    day.kim.signs_out()


def the_clinicians_find_everybody_in_order(day: Day) -> None:
    for clinician in (day.robin, day.sam):
        clinician.goes_to_the_queue()
        assert clinician.turns() == day.tally.tabs()
        assert clinician.unread_soon() == ["Hugo H.", "Gina T."]
        assert clinician.waiting()[2] == "Xena L."
    assert "Needs 14 days for the treating team" in day.robin.line("Xena L.")
    assert "late by 7 days" in day.robin.line("Xena L.")


def the_front_desk_sees_who_and_when(day: Day) -> None:
    frankie = day.frankie
    assert frankie.doors() == ["Front desk", "My account"]
    frankie.opens(f"/clinic/submissions/{day.sent['Mona M.'].id}")
    assert frankie.heading == "Your role does not include this"
    frankie.opens("/clinic/desk").finds("محمد الأحمد").visits("محمد ا.").reads("18 January 2027")
    frankie.goes_to_the_desk().visits("N" * 39)
    assert frankie.heading.startswith("Visit ")
    assert ENDLESS in frankie.text
    frankie.goes_to_the_desk().finds("Mona Milk").visits("Mona M.").checks_the_photo()
    frankie.reads("Checked by Frankie Field")
    said = frankie.text.lower()
    assert not [word for word in ("review", "breastfeeding", "flag") if word in said]


def those_with_nothing_flagged_are_confirmed_together(day: Day) -> None:
    robin = day.robin.goes_to_the_queue().follows("Confirm those with nothing flagged")
    assert robin.page.locator(".confirm__one strong").all_inner_texts() == PLAIN
    robin.ticks(PLAIN[:4]).presses("Confirm the ticked ones")
    assert robin.heading == "4 confirmed"
    assert robin.follows("Confirm others").presses("Confirm all 3").heading == "3 confirmed"
    for who in PLAIN:
        day.tally.decides(who, "Proceed")
    assert robin.goes_to_the_queue().turns() == day.tally.tabs()


def a_claim_is_seen_and_given_back(day: Day) -> None:
    robin = day.takes(day.robin, "Quin Q.").presses("Work on it")
    sam = day.sam.goes_to_the_queue()
    assert "Claimed by Robin Reed" in sam.line("Quin Q.")
    sam.picks("Quin Q.").reads("Robin Reed is working on this until").presses("Take over")
    assert sam.heading == "Take it over?"
    sam.follows("Leave it")
    robin.presses("Give it back").reads("Nobody is working on this.")


def two_decide_on_the_same_patient(day: Day) -> None:
    sam, robin = day.takes(day.sam, "Hugo H."), day.takes(day.robin, "Hugo H.")
    robin.decides(NO, note="Rang and explained.").reads("Saved: Do not treat")
    day.tally.decides("Hugo H.", NO)
    sam.chooses(ASK, ask="When was your last period?", note="Might be a mistake.")
    sam.reads("Robin Reed decided “Do not treat” while this page was open.")
    kept = {"Question to the patient": "When was your last period?"}
    kept |= {"Note for colleagues": "Might be a mistake."}
    for label, typed in kept.items():
        expect(sam.page.get_by_label(label)).to_have_value(typed)
    assert "Rang and explained." in sam.decisions()


def a_stop_is_overridden_by_two(day: Day) -> None:
    robin = day.takes(day.robin, "Gina T.").chooses("Proceed", reason="Agreed.", code=ADVISED)
    robin.reads("A second clinician must agree").presses("Confirm the proposal")
    day.tally.proposes("Gina T.")
    expect(robin.page.get_by_role("button", name="Agree")).to_have_count(0)
    assert day.at_their_page("Gina T.").heading == "A clinician is reading your answers"
    day.takes(day.sam, "Gina T.").answers_the_proposal("Agree")
    day.tally.agrees("Gina T.", "Proceed", code=ADVISED, against=["isotretinoin_now"])
    day.at_their_page("Gina T.").reads("Please come to your visit on 6 January 2027 as planned.")


def an_override_is_declined(day: Day) -> None:
    sam = day.takes(day.sam, "Iris M.")
    sam.proposes(PRECAUTIONS, reason="It is nearly over.", code=SEEN)
    day.tally.proposes("Iris M.")
    robin = day.takes(day.robin, "Iris M.").answers_the_proposal("Decline")
    robin.reads("Write why you decline").answers_the_proposal("Decline", "Four months are left.")
    day.tally.declines("Iris M.")
    day.takes(sam, "Iris M.").decides(DEFER)
    day.tally.decides("Iris M.", DEFER)
    assert "Defer until 10 May 2027" in sam.decisions()


def nobody_overrides_an_urgent_sign(day: Day) -> None:
    robin = day.takes(day.robin, "Nico U.").reads("Proceeding is not offered")
    expect(robin.choice("Your decision", "Proceed")).to_have_count(0)
    robin.decides(NO)
    day.tally.decides("Nico U.", NO)


def some_are_decided_one_by_one(day: Day) -> None:
    robin = day.takes(day.robin, "Dora D.").reads("I bruise easily; my mother does too.")
    robin.presses("Proceed as planned").presses("Confirm")
    day.tally.decides("Dora D.", "Proceed")
    for who, choice in {
        "Eve U.": "Proceed",
        "Olga M.": PRECAUTIONS,
        "Mona M.": PRECAUTIONS,
    }.items():
        day.takes(day.sam, who).decides(choice)
        day.tally.decides(who, choice)
    day.sam.reads("Photo identity checked by Frankie Field")
    day.takes(robin, "Pia S.").decides("Proceed", reason="A small one, years ago.", code=SEEN)
    day.tally.decides("Pia S.", "Proceed", code=SEEN, against=["keloid_elsewhere"])


def some_have_to_wait(day: Day) -> None:
    robin = day.takes(day.robin, "Jack J.").decides(DEFER)
    day.tally.decides("Jack J.", DEFER)
    assert "Comes back in 15 days, on 19 January 2027" in robin.goes_to_the_queue().line("Jack J.")
    needs = {"until": "2027-01-25", "reason": "Ended on the 20th.", "code": CHECKED}
    day.takes(day.sam, "Uma M.").decides(DEFER, **needs)
    day.tally.decides("Uma M.", DEFER, code=CHECKED, against=["isotretinoin_recent"])


def a_patient_is_asked_and_answers_by_the_link(day: Day) -> None:
    medicines = ITEMS["medicines"]
    day.takes(day.sam, "Kate T.").decides(ASK, ask="What is it called?", again=[medicines.wording])
    day.tally.decides("Kate T.", ASK)
    assert "Waiting for the patient" in day.frankie.goes_to_the_desk().line("Kate T.")
    kate = day.at_their_page("Kate T.", link=day.frankie.visits("Kate T.").makes_a_link())
    assert kate.heading == "The clinic has a question for you"
    kate.follows("Answer the clinic’s question")
    kate.page.get_by_label("What is it called?").fill("The red one.")
    kate.ticks(medicines, "anticoagulant").presses("Continue").presses("Send to the clinic")
    day.tally.sends_again("Kate T.", "review", ["anticoagulant", "numbing_check"])
    assert "Answered again after a decision." in day.sam.goes_to_the_queue().line("Kate T.")
    sam = day.sam.picks("Kate T.").reads("Edition 2 of 2")
    assert "The patient wrote: The red one. What was answered" in sam.replies()
    assert "Ask the patient (on earlier answers)" in sam.decisions()
    sam.decides(PRECAUTIONS, careful=["Check INR if relevant."])
    day.tally.decides("Kate T.", PRECAUTIONS)


def a_patient_is_asked_and_answers_by_the_reference(day: Day) -> None:
    day.takes(day.robin, "Liam L.").decides(ASK, ask="How many each year?")
    day.tally.decides("Liam L.", ASK)
    liam = day.at_their_page("Liam L.").follows("Answer the clinic’s question")
    liam.presses("Continue").page.get_by_label("How many each year?").fill("One, in spring.")
    liam.presses("Continue").presses("Send to the clinic")
    day.tally.sends_again("Liam L.", "review", ["herpes_history_area"])
    robin = day.takes(day.robin, "Liam L.")
    assert "How many each year? The patient wrote: One, in spring." in robin.replies()


def a_patient_corrects_an_answer(day: Day) -> None:
    medicines = ITEMS["medicines"]
    carl = day.at_their_page("Carl C.").reads("Please come to your visit on 14 January 2027")
    carl.follows("Correct an answer").picks_to_answer_again(medicines).presses("Continue")
    carl.ticks(medicines, "anticoagulant").presses("Continue").presses("Send to the clinic")
    day.tally.sends_again("Carl C.", "review", ["anticoagulant"])
    carl.follows("See where your form stands").reads("The clinic is looking at your answers again")
    robin = day.robin.goes_to_the_queue()
    assert robin.turns() == day.tally.tabs()
    assert "Answered again after a decision." in robin.line("Carl C.")
    robin.picks("Carl C.").reads("Edition 2 of 2")
    assert "Proceed (on earlier answers)" in robin.decisions()
    robin.decides(PRECAUTIONS, careful=["Leave the prescribed medicine as it is."])
    day.tally.decides("Carl C.", PRECAUTIONS)


def a_deferral_comes_back_on_its_day(day: Day) -> None:
    assert day.robin.listed("Deferred") == ["Jack J.", "Uma M.", "Iris M."]
    day.clock.set(datetime(2027, 1, 18, 23, 58, tzinfo=UTC))
    robin = day.robin.opens("/clinic/")
    assert robin.heading == "Sign in"
    robin.signs_in(day.people["robin"])
    assert robin.listed("Deferred") == ["Jack J.", "Uma M.", "Iris M."]
    day.clock.advance(timedelta(minutes=3))
    day.tally.comes_back("Jack J.", date(2027, 1, 19))
    assert robin.goes_to_the_queue().turns() == day.tally.tabs()
    assert robin.listed("Deferred") == ["Uma M.", "Iris M."]
    assert "back now" in robin.line("Jack J.")
    kim, ages = day.kim.signs_in(day.people["kim"]).goes_to("Figures"), "Waiting now, by age"
    assert kim.numbers()[ages] == day.tally.numbers()[ages]
    robin.picks("Jack J.").decides(ASK, ask="When can you come?")
    day.tally.decides("Jack J.", ASK)


def the_lead_sees_what_happened(day: Day) -> None:
    kim, numbers = day.kim.goes_to("Figures"), day.tally.numbers()
    assert kim.head() == day.tally.head()
    shown = kim.numbers()
    flags = shown.pop("Most frequent flags")
    assert len(flags) == 10
    assert flags.items() <= numbers["Most frequent flags"].items()
    assert shown == {name: one for name, one in numbers.items() if name != "Most frequent flags"}
    assert kim.downloads() == numbers
