"""A day at the clinic: who is there, and what each of them needs to begin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Page

from screening.storage.submissions import SubmissionRecord
from tests.browser.clinician import Clinician
from tests.browser.colleague import Person
from tests.browser.front_desk import FrontDesk
from tests.browser.lead import Lead
from tests.browser.patient import Patient
from tests.browser.tally import Tally
from tests.browser.thirty import PEOPLE
from tests.clock import Clock

NewPage = Callable[..., Page]
BORN = {one.listed: one.born for one in PEOPLE}


@dataclass
class Day:
    """Two clinicians, the front desk and the lead, each at a computer of their own."""

    robin: Clinician
    sam: Clinician
    frankie: FrontDesk
    kim: Lead
    people: Mapping[str, Person]
    sent: Mapping[str, SubmissionRecord]
    tally: Tally
    clock: Clock
    phone: Callable[[], Patient]

    def begins(self) -> None:
        """Everybody chose a password another day, and signs in now."""
        staff = {"robin": self.robin, "sam": self.sam, "frankie": self.frankie, "kim": self.kim}
        for name, one in staff.items():
            one.signs_in(self.people[name])

    def takes(self, clinician: Clinician, who: str) -> Clinician:
        """Back to the queue, and from there to this person."""
        return clinician.goes_to_the_queue().picks(who)

    def at_their_page(self, who: str, link: str = "") -> Patient:
        """A patient on the own page: by a link, or by the reference from the outcome page."""
        patient = self.phone().opens(link or "/visit")
        if not link:
            patient.page.get_by_label("Your reference").fill(self.sent[who].reference.lower())
        return patient.says_born(BORN[who]).presses("Open")
