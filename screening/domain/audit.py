"""AuditEvent: an append-only fact, and the list of everything that can be witnessed.

Each event declares its exact facts. They say what happened to which record, never what a
patient answered, who a patient is, or anything that opens a door.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

ActorKind = Literal["patient", "staff", "system"]
Fact = str | int | bool

# Event name → the facts that must be given with it.
EVENTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        name: frozenset(facts.split())
        for name, facts in {
            "draft.started": "protocol",
            "draft.resume-offered": "",
            "draft.link-sent": "",
            "draft.resumed": "",
            "draft.resume-refused": "failures",
            "draft.locked": "failures",
            "draft.taken-over": "",
            "invitation.made": "treatment",
            "invitation.link-renewed": "",
            "invitation.revoked": "",
            "invitation.viewed": "",
            "invitation.opened": "",
            "invitation.refused": "",
            "invitation.answered": "submission",
            "invitation.reminded": "days",
            "invitation.erased": "reason",
            "submission.received": "protocol",
            "submission.copy-viewed": "",
            "submission.outcome-viewed": "",
            "submission.link-made": "",
            "submission.link-sent": "",
            "submission.reminded": "days",
            "submission.page-opened": "",
            "submission.page-refused": "failures",
            "submission.page-closed": "failures",
            "submission.viewed": "version",
            "submission.compared": "beside",
            "submission.backtested": "protocol",
            "submission.unreadable": "place",
            "submission.printed": "",
            "submission.exported": "document",
            "queue.viewed": "count",
            "queue.searched": "count",
            "submission.reopened": "edition",
            "submission.age-stop": "",
            "review.decided": "review version",
            "review.proposed": "review version",
            "review.agreed": "review",
            "review.declined": "review",
            "review.conflicted": "expected found",
            "submission.claimed": "",
            "claim.released": "",
            "claim.taken-over": "holder",
            "identity.checked": "",
            "staff.created": "roles",
            "staff.set-up-offered": "",
            "staff.set-up": "",
            "staff.password-accepted": "",
            "staff.signed-in": "factor",
            "staff.sign-in-refused": "reason",
            "staff.signed-out": "",
            "staff.code-refused": "",
            "staff.confirmed": "factor",
            "staff.factor-added": "factor",
            "staff.factor-removed": "factor",
            "staff.recovery-codes-made": "count",
            "staff.password-changed": "",
            "staff.reset-offered": "",
            "staff.roles-changed": "before after",
            "staff.switched-off": "",
            "staff.switched-on": "",
            "staff.factors-reset": "",
            "staff.sessions-ended": "",
            "staff.form-kept": "",
            "staff.refused": "door",
            "clinic.changed": "fields",
            "clinic.logo-changed": "bytes",
            "draft.moved": "before after",
            "protocol.checked": "digest holds states",
            "protocol.approved": "digest",
            "protocol.made-current": "digest step",
            "protocol.retired": "digest step",
            "protocol.adjusted": "digest before",
            "protocol.backtested": "digest old old_digest read moved changed asked unread probes",
            "protocol.replayed": "read same differing unread",
            "desk.viewed": "count",
            "desk.searched": "count",
            "desk.opened": "",
            "figures.viewed": "first last",
            "figures.exported": "first last",
            "figures.rules-viewed": "first last",
            "figures.rules-exported": "first last",
            "assessment.failed": "error",
            "episode.erased": "reason editions",
            "episode.exported": "editions",
            "second-person.listed": "count",
            "second-person.asked": "act request",
            "second-person.withdrawn": "act request",
            "second-person.refused": "act request reason",
            "second-person.confirmed": "act request asked_by",
            "second-person.fetched": "act request",
            "second-person.voided": "act request",
            "second-person.not-another": "act request",
            "message.tried-again": "",
            "retention.applied": "drafts episodes invitations",
            "looks.reported": "first last",
            "audit.checked": "holds events",
            "audit.exported": "events",
            "audit.trimmed": "link events",
            "audit.begun": "events",
            "keys.rekeyed": "values",
            "keys.retired": "",
            "database.moved": "rows",
            "backup.made": "rows sha256",
            "backup.restored": "rows made",
        }.items()
    }
)

# No "@", no quotes, no sentences: a name, an address or an answer does not fit by accident.
_PLAIN = re.compile(r"[A-Za-z0-9_./,+-]{0,400}")


class UndeclaredFacts(ValueError):
    """An event of an unknown name, or with other facts than it declares."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, and in which request."""

    kind: ActorKind
    id: str | None = None
    request_id: str | None = None


SYSTEM = Actor("system")


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """What happened, when (aware UTC), by whom, to what; `seq` is given when it is kept.

    One that is kept is read as it is: an older version may have declared fewer facts, and a newer
    one, which runs beside this while it is upgraded, knows other events.
    """

    event: str
    at: datetime
    actor: Actor
    subject_kind: str | None = None
    subject_id: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    seq: int | None = None

    def __post_init__(self) -> None:
        if self.seq is None:
            self._refuse_undeclared()
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def _refuse_undeclared(self) -> None:
        if self.event not in EVENTS:
            raise UndeclaredFacts(f"no audit event is called {self.event!r}")
        if self.facts.keys() != EVENTS[self.event]:
            declared = ", ".join(sorted(EVENTS[self.event])) or "none"
            raise UndeclaredFacts(f"{self.event} declares these facts: {declared}")
        for name, value in self.facts.items():
            if isinstance(value, str) and not _PLAIN.fullmatch(value):
                raise UndeclaredFacts(f"{self.event}: {name} is not a plain word")
