"""The life of a protocol version in words: its stage, who approved it, and the banner."""

from collections.abc import Iterable
from datetime import date

from screening.domain.handling import Handling
from screening.domain.protocol import ScreeningProtocol
from screening.domain.protocol_life import Approval, Stage
from screening.services import protocol_life
from screening.web.parts import parts
from screening.web.texts import long_date

STAGES = {
    Stage.DRAFT: ("Draft", "neutral"),
    Stage.VERIFIED: ("Verified", "open"),
    Stage.APPROVED: ("Approved", "new"),
    Stage.CURRENT: ("Current", "done"),
    Stage.RETIRED: ("Retired", "wait"),
}
NEXT = {
    Stage.DRAFT: "First a lead has it checked. Nothing is published unchecked.",
    Stage.VERIFIED: "Now a clinician approves it on this page, signed in as themselves.",
    Stage.APPROVED: "Now a lead may make it current.",
}
NOT_APPROVED = "not yet approved at this clinic"


def approval_of(protocol: ScreeningProtocol) -> Approval | None:
    with parts().database.read() as session:
        return protocol_life.approval_of(session, protocol)


def approval_words(approval: Approval | None) -> str:
    if approval is None:
        return NOT_APPROVED
    return f"approved by {approval.name} on {long_date(approval.day)}"


def banner_of(protocol: ScreeningProtocol, approval: Approval | None) -> str:
    """What must be said as long as nobody at this clinic has approved the version."""
    return "" if approval else protocol.approval_banner


def overdue_in_use(today: date) -> list[str]:
    """For the lead, of each version that new forms use: which of its rules to look at again."""
    library = parts().protocols
    try:
        with parts().database.read() as session:
            using = protocol_life.read_lives(session, library).in_use
    except protocol_life.ProtocolAltered:
        return []
    return [words for key in sorted(using) if (words := overdue_words(library.get(key), today))]


def overdue_words(protocol: ScreeningProtocol, today: date) -> str:
    """How many rules should have been looked at again by now, and by whom; empty for none."""
    found = [one for one in _handlings(protocol) if one.overdue(today)]
    if not found:
        return ""
    rules = "1 rule is" if len(found) == 1 else f"{len(found)} rules are"
    owners = ", ".join(sorted({one.owner for one in found}))
    return f"{protocol.key}: {rules} past the day of review (owner: {owners}). They still fire."


def review_rows(protocol: ScreeningProtocol, today: date) -> list[dict[str, object]]:
    """Who looks at which rules again and by when, the earliest first; the rules that are late."""
    found: dict[tuple[date, str], list[Handling]] = {}
    for one in _handlings(protocol):
        if one.review_by is not None:
            found.setdefault((one.review_by, one.owner), []).append(one)
    return [
        {
            "day": long_date(day),
            "owner": owner,
            "count": "1 rule" if len(rules) == 1 else f"{len(rules)} rules",
            "late": [one.title for one in rules if one.overdue(today)],
        }
        for (day, owner), rules in sorted(found.items(), key=lambda pair: pair[0])
    ]


def _handlings(protocol: ScreeningProtocol) -> Iterable[Handling]:
    return parts().protocols.handling(protocol.key).values()


def banner_over(keys: Iterable[str]) -> str:
    """Over a list of what these versions assessed: as long as one of them is not approved."""
    with parts().database.read() as session:
        found = protocol_life.unapproved(session, parts().protocols, keys)
    return found[0].approval_banner if found else banner_in_use()


def banner_in_use() -> str:
    """The banner of the version that new forms use."""
    library = parts().protocols
    try:
        with parts().database.read() as session:
            using = protocol_life.in_use(session, library)
            return banner_of(using, protocol_life.approval_of(session, using))
    except protocol_life.ProtocolAltered:
        return library.current.approval_banner
