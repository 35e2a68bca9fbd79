"""What is there after a crash, said in counts, so that two moments can be compared."""

import hashlib
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, inspect, select, text

from bench.faults.crash_place import NEWER_KEY, Place
from bench.faults.oracle import look_through
from config import EXAMPLE_KEY
from screening.services.rekeying import TABLES, standing
from screening.storage.archive import lines_in
from screening.storage.backup_folder import DigestDiffers, check_digest
from screening.storage.database import Database, Session
from screening.storage.drafts import read_draft
from screening.storage.key_checks import is_current_remembered
from screening.storage.key_source import KeysUnreadable, read_keys
from screening.storage.ledger import read_ledger
from screening.storage.metadata import METADATA
from screening.storage.rekeying import read_older
from screening.storage.sealed_stream import StreamRefused, opened_chunks
from screening.storage.sealing import KeyRing, canonical_json
from tests.clock import MONDAY_MORNING

Look = dict[str, int | str]
KEYS = KeyRing(NEWER_KEY, EXAMPLE_KEY)
# With a key of its own before those, every value counts as an older one, and is opened.
STRANGER = KeyRing(bytes(32), NEWER_KEY, EXAMPLE_KEY)
# Counted otherwise, or told by nobody: who is signed in, who tried how often, what keys are known.
APART = frozenset({"audit_events", "sessions", "throttle_hits", "key_checks"})
WRONG, LEFT, SEALS = "wrong", "files too many", "seals of an older key"
LEDGER, BACKUPS, RING = "in the file of the erased", "backups", "keys"


def look(here: Place, url: str) -> Look:
    """`wrong`: what must never be there, in words; empty where all is well."""
    wrong: list[str] = []
    found: Look = {
        LEDGER: len(set(read_ledger(here.ledger))),
        BACKUPS: _whole_backups(here.backups, wrong),
        RING: _keys(here.keys, wrong),
        LEFT: sum(_is_left(here, path) for path in here.folder.rglob("*")),
    }
    with closing(Database(url, KEYS)) as database:
        if inspect(database.engine).get_table_names():
            database.check_ready()
            wrong += look_through(database).wrong
            with database.read() as session:
                is_current_remembered(session)  # raises WrongKey where one is missing
                found |= _rows(session) | _events(session)
                found[SEALS] = standing(session).remaining
                found["drafts"] = _drafts(session)
                if session.execute(text("PRAGMA foreign_key_check")).first():
                    wrong.append("a foreign key points at nothing")
            wrong += _unopened(url)
    return found | {WRONG: "; ".join(sorted(set(wrong)))}


def _unopened(url: str) -> list[str]:
    """The tables in which something sealed opens with no key."""
    found = []
    with closing(Database(url, STRANGER)) as database, database.read() as session:
        for name in TABLES:
            last = None
            while rows := read_older(session, name, last):
                last = rows[-1].found
                found += [f"{name}: not to be opened" for row in rows if row.damaged]
    return found


def _rows(session: Session) -> Look:
    return {
        f"rows of {table.name}": session.scalar(select(func.count()).select_from(table)) or 0
        for table in METADATA.sorted_tables
        if table.name not in APART
    }


def _events(session: Session) -> Look:
    query = text("SELECT event, count(*) FROM audit_events GROUP BY event")
    return {str(name): int(count) for name, count in session.execute(query)}


def _drafts(session: Session) -> str:
    """What is in them, not how often they were opened."""
    digest = hashlib.sha256()
    for one in session.scalars(text("SELECT id FROM drafts ORDER BY id")).all():
        draft = read_draft(session, one, MONDAY_MORNING)
        digest.update(canonical_json([one, draft and dict(draft.body)]))
    return digest.hexdigest()


def _whole_backups(folder: Path, wrong: list[str]) -> int:
    """Whatever has the name of a backup must be one, up to its end."""
    count = 0
    for path in folder.glob("*.backup"):
        try:
            check_digest(path)
            with path.open("rb") as file:
                *_, last = lines_in(opened_chunks(file, KEYS))
            whole = last.startswith(b'{"end"')
        except (DigestDiffers, StreamRefused, ValueError):
            whole = False
        count += whole
        wrong += [] if whole else ["a backup is not whole"]
    return count


def _is_left(here: Place, path: Path) -> bool:
    """Neither there before, nor of a kind that stays; what lies in /tmp the system sees to."""
    known = path == here.ledger or path.suffix in (".backup", ".sha256", ".sqlite3", ".serving")
    before = here.kept / path.relative_to(here.folder)
    return not known and not before.exists() and here.temporary not in path.parents


def _keys(file: Path, wrong: list[str]) -> int:
    try:
        keys = read_keys(file.read_text(), "it")
    except (OSError, KeysUnreadable):
        keys = ()
    if EXAMPLE_KEY not in keys:
        wrong.append("the key that is needed is gone")
    return len(keys)
