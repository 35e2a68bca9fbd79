"""The queue's filters: read from the address, so that what is shown can be bookmarked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from screening.domain.protocol import Level
from screening.domain.submission import Turn
from screening.services.queue import Wanted

NAMES = ("turn", "level", "flag", "from", "to", "mine")
MINE = "yes"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PAGE = re.compile(r"[1-9][0-9]{0,5}")
_UNKNOWN = {
    "turn": "Choose whose turn it is from the links.",
    "level": "Choose a level from the list.",
    "flag": "Choose a flag from the list.",
    "mine": "Tick the box or leave it.",
}
_NO_DAY = "Enter a day such as 2027-01-14."
_BACKWARDS = "Enter a last day that is not before the first."


@dataclass(frozen=True, slots=True)
class Filters:
    """As typed; ``errors`` say by name what to mend, and what is wrong filters nothing."""

    typed: Mapping[str, str]
    wanted: Wanted
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        return any(self.typed[name] for name in NAMES if name != "turn")

    def address(self, **changes: str) -> str:
        """The queue's address with these filters and some others."""
        named = {name: changes.get(name, self.typed[name]) for name in NAMES}
        kept = {name: one for name, one in named.items() if one}
        page = {"page": changes["page"]} if changes.get("page", "1") != "1" else {}
        return f"/clinic/?{urlencode(kept | page)}" if kept or page else "/clinic/"

    @property
    def cleared(self) -> str:
        """The same turn, nothing else left out."""
        return self.address(**{name: "" for name in NAMES if name != "turn"})

    def error_links(self) -> list[dict[str, str]]:
        return [{"href": f"#{name}", "text": text} for name, text in self.errors.items()]


def read_filters(args: Mapping[str, str], rules: Mapping[str, object]) -> Filters:
    """What the address asks for; names that nobody reads are left alone."""
    typed = {name: args.get(name, "").strip() for name in NAMES}
    errors: dict[str, str] = {}
    levels = {level.value for level in Level}
    known = {"turn": {*Turn}, "level": levels, "flag": {*rules}, "mine": {MINE}}
    for name, values in known.items():
        if typed[name] and typed[name] not in values:
            errors[name] = _UNKNOWN[name]
    first, last = (_day(name, typed, errors) for name in ("from", "to"))
    if first and last and last < first:
        errors["to"] = _BACKWARDS
        last = None
    said = {name: "" if name in errors else one for name, one in typed.items()}
    page = args.get("page", "")
    wanted = Wanted(
        level=Level(said["level"]) if said["level"] else None,
        turn=Turn(said["turn"]) if said["turn"] else None,
        visit_from=first,
        visit_to=last,
        flag=said["flag"],
        mine=bool(said["mine"]),
        page=int(page) if _PAGE.fullmatch(page) else 1,
    )
    return Filters(typed, wanted, errors)


def _day(name: str, typed: Mapping[str, str], errors: dict[str, str]) -> date | None:
    if not typed[name]:
        return None
    try:
        return date.fromisoformat(typed[name]) if _DAY.fullmatch(typed[name]) else _no_day()
    except ValueError:
        errors[name] = _NO_DAY
        return None


def _no_day() -> date:
    raise ValueError
