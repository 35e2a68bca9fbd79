"""The staff pages that a person may open: nobody is shown a door that would not open for them."""

from dataclasses import dataclass

from flask import Flask, request

from screening.domain.staff import Right, Staff
from screening.web.signed_in import current_staff

# Of a page below several of these, the last one that fits is where it belongs.
PAGES: tuple[tuple[str, str, Right | None], ...] = (
    ("/clinic/", "Queue", Right.READ),
    ("/clinic/desk", "Front desk", Right.DESK),
    ("/clinic/figures", "Figures", Right.FIGURES),
    ("/clinic/protocols", "Protocols", Right.PROTOCOLS),
    ("/clinic/settings", "Settings", Right.SETTINGS),
    ("/clinic/messages", "Messages", Right.SETTINGS),
    ("/clinic/staff", "People", Right.STAFF),
    ("/clinic/account", "My account", None),
)


@dataclass(frozen=True, slots=True)
class Link:
    """`current` is what ``aria-current`` says: "page", "true" for a page below, or nothing."""

    href: str
    text: str
    current: str | None = None


def navigation(staff: Staff | None, path: str) -> tuple[Link, ...]:
    if staff is None:
        return ()
    open_to = [(href, text) for href, text, right in PAGES if right is None or staff.may(right)]
    here = [href for href, _ in open_to if path.startswith(href)][-1:]
    return tuple(
        Link(href, text, ("page" if path == href else "true") if [href] == here else None)
        for href, text in open_to
    )


def install_navigation(app: Flask) -> None:
    @app.context_processor
    def who_is_here() -> dict[str, object]:
        if not request.path.startswith("/clinic"):
            return {}
        staff = current_staff()
        return {"staff": staff, "navigation": navigation(staff, request.path)}
