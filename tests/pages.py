"""A page as a person meets it: its words, its forms, and what must be true of every page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.test import TestResponse

VOID = {"input", "link", "meta", "br", "img", "hr"}
UNLABELLED = {"hidden", "submit"}


@dataclass
class Control:
    """An input, textarea or button of a form."""

    tag: str
    name: str
    type: str
    value: str
    id: str
    checked: bool
    labelled: bool
    words: str = ""


@dataclass
class Form:
    method: str
    action: str
    controls: list[Control] = field(default_factory=list)

    def state(self) -> dict[str, list[str]]:
        """What a browser would send as the form stands, buttons left out."""
        sent: dict[str, list[str]] = {}
        for one in self.controls:
            ticked = one.type not in ("radio", "checkbox") or one.checked
            if one.tag != "button" and one.name and ticked:
                sent.setdefault(one.name, []).append(one.value)
        return sent

    @property
    def names(self) -> set[str]:
        return {one.name for one in self.controls if one.name}


class Page(HTMLParser):
    """One HTML response, read; ``path`` is where it was found."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.response = response
        self.status = response.status_code
        self.path = response.request.path
        self.title = ""
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.labels: dict[str, str] = {}
        self.links: list[str] = []
        self.error_links: list[str] = []
        self.forms: list[Form] = []
        self.inline: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._words: list[str] = []
        self._area: Control | None = None
        self.feed(response.get_data(as_text=True))

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._words).split())

    @property
    def h1(self) -> str:
        return self.headings[0].strip()

    @property
    def controls(self) -> Iterable[Control]:
        return (control for form in self.forms for control in form.controls)

    @property
    def main_form(self) -> Form:
        """The form with the most to fill in."""
        return max(self.forms, key=lambda form: len(form.controls))

    def form_to(self, action: str) -> Form:
        return next(form for form in self.forms if form.action == action)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append((tag, known))
        if "id" in known:
            self.ids.append(known["id"])
        self.inline += [name for name in known if name == "style" or name.startswith("on")]
        if tag == "script" and "src" not in known:
            self.inline.append("script")
        if tag == "h1":
            self.headings.append("")
        elif tag == "label":
            self.labels[known.get("for", "")] = ""
        elif tag == "a" and "href" in known:
            self.links.append(known["href"])
            if any("govuk-error-summary" in a.get("class", "") for _, a in self._open):
                self.error_links.append(known["href"])
        elif tag == "form":
            self.forms.append(Form(known.get("method", "get"), known.get("action", "")))
        elif tag in ("input", "textarea", "button") and self.forms:
            self._control(tag, known)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop()[0] == tag:
                break
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        inside = [tag for tag, _ in self._open]
        if self._area is not None:
            self._area.value += data
        if self.forms and "button" in inside:
            self.forms[-1].controls[-1].words += data
        if "title" in inside:
            self.title += data
        elif inside and inside[-1] not in ("script", "style"):
            self._words.append(data)
        if "h1" in inside:
            self.headings[-1] += data
        for tag, known in self._open:
            if tag == "label":
                self.labels[known.get("for", "")] += data

    def _control(self, tag: str, known: dict[str, str]) -> None:
        kind = known.get("type", "submit" if tag == "button" else "text")
        control = Control(
            tag, known.get("name", ""), kind, known.get("value", ""), known.get("id", ""),
            "checked" in known, "aria-label" in known,
        )  # fmt: skip
        self.forms[-1].controls.append(control)
        if tag == "textarea":
            self._area = control

    def faults(self, clinic: str) -> list[str]:
        """What must hold of every page and does not hold of this one."""
        error = "Error: " if self.error_links else ""
        wanted = f"{error}{self.h1} – {clinic}" if self.headings else None
        headers = self.response.headers
        checks = {
            "exactly one h1": len(self.headings) == 1,
            f"title {self.title!r} is {wanted!r}": self.title.strip() == wanted,
            "ids are unique": len(self.ids) == len(set(self.ids)),
            "nothing inline": not self.inline,
            "no-store": headers.get("Cache-Control") == "no-store",
            "CSP": "default-src 'none'" in headers.get("Content-Security-Policy", ""),
        }
        for control in self.controls:
            if control.tag != "button" and control.type not in UNLABELLED:
                labelled = control.labelled or bool(self.labels.get(control.id, "").strip())
                checks[f"{control.name} {control.id} has a label"] = labelled
        for link in self.error_links:
            checks[f"{link} leads somewhere"] = link.lstrip("#") in self.ids
        return [name for name, holds in checks.items() if not holds]
