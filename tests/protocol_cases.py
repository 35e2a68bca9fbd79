"""Versions of protocols for tests of their life: the shipped ones, and one that asks otherwise."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from secrets import token_bytes
from types import MappingProxyType

from flask import Flask

from screening.domain.audit import Actor
from screening.domain.protocol import Item, Rule, ScreeningProtocol
from screening.protocols.library import ProtocolLibrary, load_library
from screening.protocols.verify.findings import Failure, Found, Report, Result
from screening.services import publishing
from screening.services.protocol_life import read_lives
from screening.storage.accounts import read_account
from screening.storage.database import Database
from screening.web.checking import checking

OLD, NEW = "microneedling/2026-1", "microneedling/2026-2"


def a_report(protocol: ScreeningProtocol, *, fails: bool = False) -> Report:
    """As verify would give it; verify itself has tests of its own."""
    failures = (Failure("rules.one", "it never fires"),) if fails else ()
    return Report(protocol.key, protocol.digest, (Result(1, "It holds.", Found(9, failures), 0.1),))


def checked(
    database: Database, protocol: ScreeningProtocol, now: datetime, *, fails: bool = False
) -> None:
    with database.write() as session:
        report = a_report(protocol, fails=fails)
        publishing.note_check(session, report, Actor("system"), now, token_bytes)


def check_ends(app: Flask) -> None:
    """A check that was begun in the app runs beside the requests."""
    thread = checking(app).thread
    assert thread is not None
    thread.join(60)


def approved(
    database: Database,
    library: ProtocolLibrary,
    protocol: ScreeningProtocol,
    staff_id: str,
    now: datetime,
) -> None:
    with database.write() as session:
        account = read_account(session, staff_id)
        assert account is not None
        publishing.approve(
            session, protocol, library, account.staff, (account.staff.name, now.date()),
            today=now.date(), actor=Actor("staff", staff_id), now=now, tokens=token_bytes,
        )  # fmt: skip


def moved(
    database: Database,
    library: ProtocolLibrary,
    protocol: ScreeningProtocol,
    staff_id: str,
    now: datetime,
    *,
    retire: bool = False,
) -> None:
    with database.write() as session:
        step = read_lives(session, library).steps[protocol.name]
        move = publishing.retire if retire else publishing.make_current
        move(session, protocol, library, step, Actor("staff", staff_id), now)


def published(
    database: Database, library: ProtocolLibrary, key: str, staff_id: str, now: datetime
) -> None:
    """Checked, approved and made current."""
    protocol = library.get(key)
    checked(database, protocol, now)
    approved(database, library, protocol, staff_id, now)
    moved(database, library, protocol, staff_id, now)


def with_items(
    changes: Mapping[str, Item | None], extra: Item | None = None, rules: Iterable[Rule] = ()
) -> ProtocolLibrary:
    """The library whose newest version asks these items otherwise, or (None) not any more, and
    reads them with these rules."""
    library = load_library()
    old = library.get(OLD)
    sections = []
    for place, section in enumerate(old.sections):
        items = tuple(changes.get(i.id, i) for i in section.items)
        kept = tuple(item for item in items if item is not None)
        last = (extra,) if extra and place == len(old.sections) - 1 else ()
        sections.append(replace(section, items=(*kept, *last)))
    digest = hashlib.sha256(repr(sorted(changes)).encode()).hexdigest()
    read = {**old.rules, **{rule.id: rule for rule in rules}}
    new = replace(old, version="2026-9", digest=digest, sections=tuple(sections), rules=read)
    versions = MappingProxyType({OLD: old, new.key: new})
    handlings = MappingProxyType({key: library.handling(OLD) for key in versions})
    return ProtocolLibrary(versions, handlings, OLD)


def worded(item: Item, wording: str) -> Item:
    return replace(item, wording=wording)


def a_new_item() -> Item:
    pattern = load_library().get(OLD).items["expectations"]
    return replace(pattern, id="new_item", section="hopes", wording="Do you hope for a lot?")
