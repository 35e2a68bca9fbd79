"""What an episode can be found by: a name, a date of birth, both together, how to be reached."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from screening.domain.protocol import ItemKind, ScreeningProtocol
from screening.protocols.library import NoSuchProtocol, ProtocolLibrary
from screening.storage.database import Session
from screening.storage.normalising import normalised
from screening.storage.sealing import CannotUnseal
from screening.storage.search import Term, add_terms, drop_older_terms, episodes_without_terms
from screening.storage.submissions import SubmissionRecord, list_editions, read_submission

_BETWEEN_WORDS = re.compile(r"[\s\-–—_/.,;()]+")


def birth_date_of(protocol: ScreeningProtocol, submission: SubmissionRecord) -> str:
    """As answered, YYYY-MM-DD; empty where there is none."""
    return birth_date_in(protocol, submission.answers)


def birth_date_in(protocol: ScreeningProtocol, answers: Mapping[str, Any]) -> str:
    """The same, of answers as they are kept."""
    item = next(item for item in protocol.items.values() if item.kind is ItemKind.BIRTH_DATE)
    return str(answers["answers"].get(item.id, ""))


def words_of(name: str) -> frozenset[str]:
    """Each word, and each part of a hyphenated one; nothing that is all punctuation."""
    words = {*name.split(), *_BETWEEN_WORDS.split(name)}
    return frozenset(word for word in words if normalised("name", word))


def person_term(name: str, born: str) -> str:
    """One person as far as a name and a date of birth can tell; word order does not count."""
    return " ".join(sorted(normalised("name", word) for word in name.split())) + f" {born}"


def terms_of(identity: Mapping[str, object], born: str) -> frozenset[Term]:
    name = str(identity.get("name") or "")
    terms: set[Term] = {("word", word) for word in words_of(name)}
    terms.add(("email", str(identity.get("email") or "")))
    if identity.get("phone"):
        terms.add(("phone", str(identity["phone"])))
    if born:
        terms.add(("born", born))
    if born and words_of(name):
        terms.add(("person", person_term(name, born)))
    return frozenset(terms)


def index(session: Session, protocol: ScreeningProtocol, submission: SubmissionRecord) -> None:
    terms = terms_of(submission.identity, birth_date_of(protocol, submission))
    add_terms(session, submission.episode_id, terms)


def index_anew(session: Session, library: ProtocolLibrary, submission_id: str) -> None:
    """Under the current key alone; one that cannot be read keeps what it was found by."""
    with suppress(CannotUnseal, NoSuchProtocol):
        submission = read_submission(session, submission_id)
        if submission is not None:
            protocol = library.get(submission.protocol)
            index(session, protocol, submission)
            terms = terms_of(submission.identity, birth_date_of(protocol, submission))
            drop_older_terms(session, submission.episode_id, terms)


def index_what_is_not(session: Session, library: ProtocolLibrary) -> int:
    """Submissions kept before there was a search; how many episodes were seen to.

    One that is damaged stays unfound: it is no reason not to start.
    """
    seen_to = 0
    for episode_id in episodes_without_terms(session):
        with suppress(CannotUnseal, NoSuchProtocol):
            for submission in list_editions(session, episode_id):
                index(session, library.get(submission.protocol), submission)
            seen_to += 1
    return seen_to
