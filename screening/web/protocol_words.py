"""The life of a protocol version in words: its stage, who approved it, and the banner."""

from datetime import date

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


def overdue_words(protocol: ScreeningProtocol, today: date) -> str:
    """How many rules should have been looked at again by now, and by whom; empty for none."""
    handlings = parts().protocols.handling(protocol.key).values()
    found = [one for one in handlings if one.overdue(today)]
    if not found:
        return ""
    rules = "1 rule is" if len(found) == 1 else f"{len(found)} rules are"
    owners = sorted({one.owner for one in found if one.owner})
    who = f" (owner: {', '.join(owners)})" if owners else ""
    return f"{protocol.key}: {rules} past the day of review{who}. They still fire."


def banner_in_use() -> str:
    """The banner of the version that new forms use."""
    library = parts().protocols
    try:
        with parts().database.read() as session:
            using = protocol_life.in_use(session, library)
            return banner_of(using, protocol_life.approval_of(session, using))
    except protocol_life.ProtocolAltered:
        return library.current.approval_banner
