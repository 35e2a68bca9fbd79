"""What a session that came through the door may see and do: one episode, one supplement."""

from flask import session

from screening.services import supplements
from screening.services.casefile import OpenedSubmission
from screening.services.own_page import read_own
from screening.services.supplements import Running
from screening.storage.clinic import read_clinic
from screening.storage.database import Session
from screening.storage.page_links import find_page_link
from screening.web.desk import patient
from screening.web.guard import SessionEnded
from screening.web.parts import parts
from screening.web.sessions import rotate_session

EPISODE = "episode"
SUPPLEMENT = "supplement"
LINK = "link"
"""The hash of the link that this session came in by; not there where it came in otherwise."""


def own_episode(transaction: Session) -> str | None:
    """The episode of this session; None at the door, and once its link opens no more (AZ-6)."""
    episode, link = session.get(EPISODE), session.get(LINK)
    if link and find_page_link(transaction, link, parts().clock()) != episode:
        return None
    return episode


def own_submission(transaction: Session | None = None) -> OpenedSubmission | None:
    """The latest edition of the episode that this session may see; None at the door."""
    if EPISODE not in session:
        return None
    if transaction is None:
        with parts().database.read() as own:
            return own_submission(own)
    episode = own_episode(transaction)
    return read_own(transaction, episode, parts().clock()) if episode else None


def comes_in(episode: str, link: str = "") -> None:
    """Nothing of whoever was here before stays, but what was begun in this very episode."""
    with parts().database.read() as transaction:
        begun = session.get(SUPPLEMENT) if own_episode(transaction) == episode else None
    session.clear()
    session[EPISODE] = episode
    session.update({SUPPLEMENT: begun} if begun else {})
    session.update({LINK: link} if link else {})
    rotate_session()


def running_supplement(transaction: Session) -> Running | None:
    draft_id = session.get(SUPPLEMENT)
    if draft_id is None or own_episode(transaction) is None:
        return None
    library, now = parts().protocols, parts().clock()
    return supplements.find(transaction, draft_id, library, read_clinic(transaction), now)


def own_for_post(transaction: Session) -> OpenedSubmission:
    """What was typed is shown again to somebody whose own page has closed meanwhile."""
    opened = own_submission(transaction)
    if opened is None:
        raise SessionEnded
    return opened


def own_supplement(transaction: Session, opened: OpenedSubmission) -> Running:
    """The one that is running, or one that asks nothing yet and is not kept."""
    running = running_supplement(transaction)
    if running is not None:
        return running
    protocol = parts().protocols.get(opened.record.protocol)
    return supplements.fresh(opened.record, protocol, read_clinic(transaction), parts().clock())


def kept_supplement(transaction: Session, running: Running) -> Running:
    if not running.record.id:
        running = supplements.start(transaction, running, patient(), parts().tokens)
        session[SUPPLEMENT] = running.record.id
    return running
