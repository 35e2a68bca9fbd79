"""Actors: people who use the app through its real pages, checking each page they open."""

from collections.abc import Mapping
from typing import Self
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.never_say import never_said
from tests.pages import Form, Page

CLINIC = "Juniper Skin Clinic (demo)"
REACH = {"name": "Asha Example", "email": "asha@example.com", "phone": ""}
Raw = Mapping[str, object]


class Patient:
    """Walks the patient's way: ``Patient(client).begins().answers(raw).submits()``."""

    def __init__(self, client: FlaskClient, clinic: str = CLINIC) -> None:
        self.client = client
        self.clinic = clinic
        self.page: Page
        self.visited: list[str] = []

    # -- moving about ------------------------------------------------------------------------

    def opens(self, address: str, *, status: int = 200) -> Page:
        """Open an address as a browser does, following where it leads."""
        parts = urlsplit(address)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return self._arrive(self.client.get(path), status)

    def sends(self, action: str, fields: Mapping[str, object], *, status: int = 200) -> Page:
        """Post these fields as they are."""
        return self._arrive(self.client.post(action, data=dict(fields)), status)

    def presses(self, words: str, *, status: int = 200) -> Page:
        """Press the button with these words, its form as it stands."""
        for form in self.page.forms:
            for control in form.controls:
                if control.tag == "button" and words in control.words:
                    button = {control.name: control.value} if control.name else {}
                    return self.sends(self._action(form), {**form.state(), **button}, status=status)
        raise AssertionError(f"{self.page.path} has no button {words!r}")

    # -- the whole way -----------------------------------------------------------------------

    def begins(self, treatment: str = "") -> Self:
        self.opens("/")
        form = self.page.form_to("/")
        chosen = {"treatment": treatment} if treatment else {}
        self.sends("/", form.state() | {"agree": "yes"} | chosen)
        return self

    def answers(self, raw: Raw, about: Mapping[str, str] | None = None) -> Self:
        """Answer page after page until the check page, or until nothing moves any more."""
        while self.page.path.startswith("/q/") and self.page.path != "/q/check":
            before = self.page.path
            given = (about or REACH) if before == "/q/you" else raw
            self.continues(given)
            if self.page.path == before and self.page.error_links:
                raise AssertionError(f"{before}: {self.page.text}")
        return self

    def continues(self, raw: Raw, *, then: str = "continue", status: int | None = None) -> Page:
        """Fill in this page's form from raw answers and send it."""
        form = self.page.main_form
        sent = form.state()
        for name, answer in raw.items():
            sent |= fill(form, name, answer)
        if "then" in form.names:
            sent["then"] = [then]
        response = self.client.post(self._action(form), data=sent)
        return self._arrive(response, status or (422 if response.status_code == 422 else 200))

    def submits(self) -> Self:
        assert self.page.path == "/q/check", self.page.path
        form = self.page.form_to("/q/submit")
        self.sends("/q/submit", form.state())
        return self

    # -- looking closely ---------------------------------------------------------------------

    def _arrive(self, response: TestResponse, status: int) -> Page:
        while response.status_code == 303:
            response = self.client.get(response.headers["Location"])
        self.page = Page(response)
        self.visited.append(self.page.path)
        assert self.page.status == status, f"{self.page.path}: {self.page.status}"
        assert not self.page.faults(self.clinic), self.page.faults(self.clinic)
        assert not never_said(self.page.text), never_said(self.page.text)
        return self.page

    def _action(self, form: Form) -> str:
        return form.action or self.page.path


def fill(form: Form, name: str, answer: object) -> dict[str, list[str]]:
    """The boxes and buttons of one question for its answer; nothing if it is not on the page."""
    if isinstance(answer, Mapping):
        parts = [fill(form, f"{name}-{option}", one) for option, one in answer.items()]
        return {key: values for part in parts for key, values in part.items()}
    if f"{name}-day" in form.names:
        return _fill_date(form, name, str(answer))
    if name not in form.names:
        return {}
    return {name: [str(one) for one in answer] if isinstance(answer, list) else [str(answer)]}


def _fill_date(form: Form, name: str, answer: str) -> dict[str, list[str]]:
    kinds = {one.value for one in form.controls if one.name == name}
    if answer in kinds:
        return {name: [answer]}
    year, month, day = (*answer.split("-"), "", "")[:3]
    boxes = {f"{name}-day": [day], f"{name}-month": [month], f"{name}-year": [year]}
    return boxes | ({name: ["date"]} if kinds else {})
