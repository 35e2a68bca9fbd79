"""One form class for each page of a protocol, built once at start; never per request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from screening.domain.protocol import Item, ItemKind, ScreeningProtocol
from screening.web.fields import FIELD_FOR, FieldRefused, StrictField, Typed, field_names
from screening.web.typed import Problem, showable

CONTROL_NAMES = frozenset({"csrf_token", "then"})
CHOICES = ("continue", "save")
GATE = "gate"


class QuestionForm(FlaskForm):
    """The answers of one page. The guard in front of every view has checked the CSRF token."""

    today: date
    page: "Page"
    answers_elsewhere: Mapping[str, object]

    class Meta(FlaskForm.Meta):
        csrf = False

    @cached_property
    def questions(self) -> dict[str, StrictField]:
        return {field.item.id: field for field in self if isinstance(field, StrictField)}

    @property
    def raw(self) -> dict[str, object]:
        """Every usable answer, whether its item is shown or not."""
        given = {name: field.raw for name, field in self.questions.items()}
        return {name: raw for name, raw in given.items() if raw is not None}

    @property
    def typed(self) -> dict[str, list[str]]:
        """What was typed and ticked, to show the page again; nothing is lost but controls."""
        return {
            name: [showable(value) for value in values]
            for field in self.questions.values()
            for name, values in field.typed.items()
        }

    @property
    def unfinished(self) -> dict[str, Typed]:
        """What was typed into fields that give no answer yet, by item."""
        return {
            name: {key: [showable(one) for one in values] for key, values in field.typed.items()}
            for name, field in self.questions.items()
            if field.problems and any(map("".join, field.typed.values()))
        }

    def ticked(self, dates: Item) -> tuple[str, ...]:
        """The options of the parent that need a date here."""
        parent = self.questions.get(dates.dates_for)
        chosen = parent.raw if parent else self.answers_elsewhere.get(dates.dates_for)
        return tuple(o for o in dates.dated_options if isinstance(chosen, list) and o in chosen)

    def problems(self, shown: Iterable[str]) -> dict[str, Problem]:
        """What the person has to see to, by field name, for the items that are shown."""
        wanted = frozenset(shown)
        asked = [field for name, field in self.questions.items() if name in wanted]
        for field in asked:
            field.validate(self)
        return {name: problem for field in asked for name, problem in field.problems.items()}


@dataclass(frozen=True)
class Page:
    """One step of the questionnaire: the gate, or a section without its gate items."""

    id: str
    title: str
    intro: str
    items: tuple[Item, ...]
    form_class: type[QuestionForm]
    names: frozenset[str]

    @property
    def item_ids(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.items)

    def read(
        self, posted: MultiDict[str, str], today: date, elsewhere: Mapping[str, object]
    ) -> QuestionForm:
        """The posted form; raises FieldRefused for names or values no page of ours sends."""
        check_names(posted, self.names)
        form = self.form_class(formdata=posted)
        form.today, form.page, form.answers_elsewhere = today, self, elsewhere
        for field in form.questions.values():  # in order: a parent before its follow-ups
            field.form = form
            field.read()
        return form


@dataclass(frozen=True)
class Pages:
    """All pages of one protocol version, in order."""

    protocol: ScreeningProtocol
    all: tuple[Page, ...]

    def get(self, page_id: str) -> Page | None:
        return next((page for page in self.all if page.id == page_id), None)

    def of(self, item_id: str) -> Page:
        """The page that asks this item; KeyError where there is none."""
        return {item: page for page in self.all for item in page.item_ids}[item_id]

    @property
    def birth_date(self) -> Item:
        return next(i for i in self.all[0].items if i.kind is ItemKind.BIRTH_DATE)


def build_pages(protocol: ScreeningProtocol) -> Pages:
    """The gate first, alone; then one page for each section."""
    gate = tuple(item for item in protocol.items.values() if item.gate)
    pages = [page_of(GATE, "Before we start", "", gate)]
    for section in protocol.sections:
        rest = tuple(item for item in section.items if not item.gate)
        if rest:
            pages.append(page_of(section.id, section.title, section.intro, rest))
    return Pages(protocol, tuple(pages))


def check_names(posted: MultiDict[str, str], allowed: frozenset[str]) -> None:
    """Refuse unknown fields and doubled controls (IN-3, IN-8)."""
    if not allowed.union(CONTROL_NAMES).issuperset(posted.keys()):
        raise FieldRefused("unknown field")
    if any(len(posted.getlist(name)) > 1 for name in CONTROL_NAMES):
        raise FieldRefused("a control was sent twice")
    if posted.get("then", "continue") not in CHOICES:
        raise FieldRefused("unknown button")


def page_of(page_id: str, title: str, intro: str, items: tuple[Item, ...]) -> Page:
    """A page of any questions, in the order in which the protocol asks them."""
    fields: dict[str, Any] = {f"q_{item.id}": FIELD_FOR[item.kind](item) for item in items}
    form_class = type(f"{page_id.title()}Form", (QuestionForm,), fields)
    names = frozenset(name for item in items for name in field_names(item))
    return Page(page_id, title, intro, items, form_class, names)
