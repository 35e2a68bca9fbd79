"""Mail: what may be written to whom, as a closed list; never what anybody answered.

A letter is fixed words and, where it has one, a link into these pages. So each kind declares the
exact parameters it takes, and a parameter is a path and nothing else: there is no place in a
message where an answer, a flag, a treatment or a name could stand.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

MOST_ATTEMPTS = 20  # with the waits below they fill about three days
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
_PATH = re.compile(r"/[A-Za-z0-9/_-]{0,200}")
_ADDRESS = re.compile(
    r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;.\[\]\\]+(?:\.[^\s@<>\"(),:;.\[\]\\]+)+"
)
_LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets


class MailKind(StrEnum):
    """One for each fixed text in templates/mail."""

    OWN_PAGE = "own-page"
    SAVED_FORM = "saved-form"
    QUESTION_REMINDER = "question-reminder"
    INVITATION = "invitation"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 the name of a letter
    PASSWORD_RESET = "password-reset"  # noqa: S105 the same
    FACTOR_ADDED = "factor-added"
    FACTOR_REMOVED = "factor-removed"
    FACTORS_RESET = "factors-reset"
    SIGN_IN_STOPPED = "sign-in-stopped"
    SECOND_PERSON_ASKED = "second-person-asked"
    SECOND_PERSON_ANSWERED = "second-person-answered"


OF_COLLEAGUES = frozenset({MailKind.SECOND_PERSON_ASKED, MailKind.SECOND_PERSON_ANSWERED})
"""What staff hear of each other; the rest is about their own account."""
WITH_LINK = frozenset(
    {MailKind.OWN_PAGE, MailKind.SAVED_FORM, MailKind.QUESTION_REMINDER, MailKind.INVITATION}
)
PARAMETERS: Mapping[MailKind, frozenset[str]] = MappingProxyType(
    {kind: frozenset({"path"} if kind in WITH_LINK else ()) for kind in MailKind}
)
"""Kind → the parameters that must be given with it. ``path``: where its link leads, from "/"."""


class MailFailure(StrEnum):
    """Why a message did not get through: never the server's own words, which may name people."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed-out"
    NOT_SECURE = "not-secure"
    SIGN_IN_REFUSED = "sign-in-refused"
    SENDER_REFUSED = "sender-refused"
    RECIPIENT_REFUSED = "recipient-refused"
    MESSAGE_REFUSED = "message-refused"
    NOT_NOW = "not-now"
    BROKEN_OFF = "broken-off"
    UNREADABLE = "unreadable"
    UNEXPECTED = "unexpected"


FINAL = frozenset({MailFailure.RECIPIENT_REFUSED, MailFailure.UNREADABLE})
"""Trying again by itself would change nothing: somebody must look at the address."""


class RecipientRefused(ValueError):
    """No message can go to this; never says what it is."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one person. Raises RecipientRefused, ValueError.

    ``episode_id``, ``draft_id``, ``invitation_id``: what it belongs to, so that it is erased with
    it. ``once``: a name of plain ids; a second message of the same name is not posted.
    """

    kind: MailKind
    recipient: str = field(repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    episode_id: str | None = None
    draft_id: str | None = None
    invitation_id: str | None = None
    staff_id: str | None = None
    once: str | None = None

    def __post_init__(self) -> None:
        if not is_address(self.recipient):
            raise RecipientRefused("this is no address that mail can go to")
        if self.parameters.keys() != PARAMETERS[self.kind]:
            raise ValueError(f"{self.kind} takes {', '.join(PARAMETERS[self.kind]) or 'nothing'}")
        if not all(_PATH.fullmatch(value) for value in self.parameters.values()):
            raise ValueError(f"{self.kind}: a parameter is a path of these pages")


def is_address(text: str) -> bool:
    """One address and nothing else; no line break, no second recipient, no name beside it."""
    whole = _ADDRESS.fullmatch(text) is not None and text.isprintable()
    return whole and len(text) <= _LONGEST_ADDRESS


def wait_after(attempts: int) -> timedelta:
    """After so many attempts in vain: 1, 2, 4, ... minutes, six hours at most."""
    doubled: int = 2 ** min(attempts - 1, 16)
    return min(LONGEST_WAIT, FIRST_WAIT * doubled)


def hinted(address: str) -> str:
    """As much of an address as tells the right one from a wrong one: "a…@example.org"."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"
