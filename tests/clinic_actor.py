"""Clinician(client): signs in, reads and decides; every page it opens is checked on the way."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from secrets import token_bytes
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.services.accounts import create_staff, set_up
from screening.services.passwords import passwords_for
from screening.storage.database import Database

PASSWORD = "a long and quiet sentence"
PASSWORD_HASH = passwords_for("test").hash(PASSWORD)
VOID = frozenset({"input", "meta", "link", "br", "img", "hr"})
INLINE = frozenset({"a", "b", "code", "span", "strong", "time"})
TEXTS = (
    "own_precautions", "question", "reason_code", "reason", "note", "message", "previewed",
    "identity",
)  # fmt: skip
DATES = tuple(f"defer_until-{part}" for part in ("day", "month", "year"))
Attributes = dict[str, str | None]


@dataclass
class Element:
    tag: str
    attributes: Attributes
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a person reads, spaces as one."""
        pieces = (one if isinstance(one, str) else one.spaced for one in self.children)
        return " ".join("".join(pieces).split())

    @property
    def spaced(self) -> str:
        return self.text if self.tag in INLINE else f" {self.text} "

    def all(self, *tags: str) -> "Iterator[Element]":
        for child in self.children:
            if isinstance(child, Element):
                if child.tag in tags or not tags:
                    yield child
                yield from child.all(*tags)

    def one(self, tag: str) -> "Element":
        found = list(self.all(tag))
        assert len(found) == 1, f"{len(found)} times <{tag}>"
        return found[0]

    def classed(self, name: str) -> "list[Element]":
        return [one for one in self.all() if name in (one.attributes.get("class") or "").split()]


class Page(HTMLParser):
    """A page as a tree; making it checks what holds for every page."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.response, self.status = response, response.status_code
        self.root = Element("document", {})
        self._open = [self.root]
        self.feed(response.text)
        self.check()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    @property
    def text(self) -> str:
        return self.root.text

    @property
    def main(self) -> Element:
        return self.root.one("main")

    def by_id(self, element_id: str) -> Element:
        (found,) = (one for one in self.root.all() if one.attributes.get("id") == element_id)
        return found

    def value(self, name: str) -> str:
        """What stands in a box, or which choice is ticked."""
        for one in self.root.all("input", "textarea"):
            if one.attributes.get("name") == name:
                if one.attributes.get("type") in ("radio", "checkbox"):
                    if "checked" in one.attributes:
                        return str(one.attributes["value"])
                elif one.tag == "textarea":
                    return "".join(map(str, one.children)).removeprefix("\n")  # as browsers do
                else:
                    return one.attributes.get("value") or ""
        return ""

    def values(self, name: str) -> list[str]:
        """Everything of this name that is ticked or hidden, as a browser sends it."""
        return [
            str(one.attributes.get("value") or "")
            for one in self.root.all("input")
            if one.attributes.get("name") == name
            and (one.attributes.get("type") == "hidden" or "checked" in one.attributes)
        ]

    def errors(self) -> list[str]:
        """The error summary, each of whose links leads to a box on this page."""
        links = [a for box in self.root.classed("govuk-error-summary") for a in box.all("a")]
        for link in links:
            self.by_id(str(link.attributes["href"]).removeprefix("#"))
        return [link.text for link in links]

    def check(self) -> None:
        heading, title = self.root.one("h1").text, self.root.one("head").one("title").text
        assert title.removeprefix("Error: ").startswith(f"{heading} – "), title
        assert title.startswith("Error: ") == (self.status in (400, 409)), title
        ids = [one.attributes["id"] for one in self.root.all() if "id" in one.attributes]
        assert len(ids) == len(set(ids)), "an id stands twice"
        labelled = {label.attributes.get("for") for label in self.root.all("label")}
        for box in self.root.all("input", "textarea", "select"):
            hidden = box.attributes.get("type") == "hidden"
            assert hidden or box.attributes.get("id") in labelled, box
        for element in self.root.all():
            assert "style" not in element.attributes, element
            assert not any(name.startswith("on") for name in element.attributes), element
        for script in self.root.all("script", "style"):
            assert not script.text, "inline script or style"
        assert "no-store" in self.response.headers["Cache-Control"]
        assert "default-src" in self.response.headers["Content-Security-Policy"]
        # The page of a submission whose version somebody approved says by whom instead.
        assert "awaits approval" in self.text or ", approved by " in self.text


class Clinician:
    """One member of staff with a browser of their own."""

    def __init__(self, client: FlaskClient, database: Database, name: str = "Robin Reed") -> None:
        self.client, self.database, self.name = client, database, name
        self.email = f"{name.split()[0].lower()}@clinic.example"

    def joins(self, now: datetime) -> "Clinician":
        with self.database.write() as session:
            token = create_staff(session, self.name, self.email, now, token_bytes)
            set_up(session, token, PASSWORD_HASH, now, token_bytes)
        return self

    def signs_in(self) -> "Clinician":
        page = self.client.get("/clinic/sign-in").text
        answer = self.client.post(
            "/clinic/sign-in",
            data={"csrf_token": token_in(page), "email": self.email, "password": PASSWORD},
        )
        assert answer.status_code == 303, answer.status_code
        return self

    def opens(self, address: str = "/clinic/", status: int = 200) -> Page:
        page = Page(self.client.get(address))
        assert page.status == status, page.status
        return page

    def reads(self, submission_id: str) -> Page:
        return self.opens(f"/clinic/submissions/{submission_id}")

    def chooses(
        self, page: Page, disposition: str = "", button: str = "preview", **typed: Any
    ) -> TestResponse:
        """Send the form of this page; what is not named is sent as it stands there."""
        (address,) = (
            str(one.attributes["action"])
            for one in page.root.all("form")
            if str(one.attributes.get("action")).endswith("/decision")
        )
        names = ("csrf_token", "version", *TEXTS, *DATES)
        sent: dict[str, object] = {name: page.value(name) for name in names}
        sent |= {"precautions": page.values("precautions"), "items": page.values("items")}
        sent |= {name.replace("until_", "until-"): value for name, value in typed.items()}
        sent["disposition"] = disposition or page.value("disposition")
        return self.client.post(address, data={**sent, "button": button})

    def decides(self, page: Page, disposition: str = "", **typed: Any) -> TestResponse:
        """Choose, look at what the patient will read, confirm; ends where it is stopped."""
        looked_at = self.chooses(page, disposition, **typed)
        return looked_at if looked_at.status_code != 200 else self.confirms(Page(looked_at))

    def confirms(self, preview: Page, **changed: Any) -> TestResponse:
        return self.chooses(preview, button="confirm", **changed)

    def sends(self, page: Page, act: str, **typed: str) -> TestResponse:
        """One of the smaller forms of a page: claim, release, second, identity, link."""
        (form,) = (
            one
            for one in page.root.all("form")
            if str(one.attributes.get("action")).endswith(f"/{act}")
        )
        hidden = {
            str(one.attributes["name"]): one.attributes.get("value") or ""
            for one in form.all("input")
        }
        return self.client.post(str(form.attributes["action"]), data={**hidden, **typed})


def token_in(html: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found is not None
    return found.group(1)
