"""A clinic in one folder: database, keys, backups, the file of the erased; all to be copied."""

import shutil
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskCliRunner

from bench.faults.workshop import Workshop, workshop
from config import EXAMPLE_KEY
from screening.app import create_app
from screening.domain.audit import SYSTEM, AuditEvent
from screening.storage.audit import append_event
from screening.storage.drafts import add_draft
from screening.storage.submissions import add_submission
from tests.clinic_cases import REVIEWED, STOPPED, Received
from tests.databases import folder_in_memory
from tests.stored import a_draft, id_of

NEWER_KEY = bytes(range(60, 92))
TO_DECIDE, TO_ERASE, ERASED, OF_LONG_AGO = range(1, 5)
REFERENCES = {TO_ERASE: "7Q0M4X1X", ERASED: "7Q0M4X1Y"}
LONG_AGO = timedelta(days=12 * 366)


@dataclass
class Place:
    """`folder` is what acts write into; `kept` is a copy of it as it was before any of them."""

    folder: Path
    kept: Path
    app: Flask
    shop: Workshop
    others: list[Flask] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ledger = self.folder / "elsewhere.txt"
        self.keys = self.folder / "prelude.key"
        self.backups = self.folder / "kept"
        self.temporary = self.folder / "temporary"
        self.url = self.shop.config.database_url
        self.restored = f"sqlite:///{self.folder / 'restored.sqlite3'}"

    def another(self, **changes: object) -> Flask:
        """An app with another configuration."""
        config = self.app.extensions["prelude"].config
        app = create_app(replace(config, **changes), clock=self.shop.clock)
        self.others.append(app)
        return app

    def command(self, *words: str) -> None:
        done = FlaskCliRunner(self.app).invoke(args=list(words))
        if done.exit_code:
            raise AssertionError(done.output)

    def is_kept(self) -> None:
        """As it is now; nobody holds anything open, so that a fork may."""
        for app in (self.app, self.shop.app, *self.others):
            app.extensions["prelude"].database.close()
        shutil.copytree(self.folder, self.kept)

    def as_before(self) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self.kept, self.folder)


@contextmanager
def place(*, with_a_past: bool) -> Iterator[Place]:
    """A new clinic, or one with visits of every kind, a backup, and one erased since."""
    with folder_in_memory() as whole:
        folder = whole / "place"
        folder.mkdir(mode=0o700)
        with workshop(f"sqlite:///{folder / 'prelude.sqlite3'}") as shop:
            config = replace(shop.config, tombstones=folder / "elsewhere.txt")
            here = Place(folder, whole / "as it was", create_app(config, clock=shop.clock), shop)
            _set_up(here)
            if with_a_past:
                _fill(here)
            yield here


def _set_up(here: Place) -> None:
    # What is made and forgotten between, a copy of the database among it, lies in reach too.
    here.temporary.mkdir(mode=0o700)
    tempfile.tempdir = str(here.temporary)
    here.keys.touch(0o600)
    here.keys.write_bytes(b64encode(EXAMPLE_KEY) + b"\n")
    here.shop.database.check_key()


def _fill(here: Place) -> None:
    now = here.shop.clock()
    for number, answers in ((TO_DECIDE, REVIEWED), (TO_ERASE, STOPPED), (ERASED, STOPPED)):
        _received(here, number, answers, now)
    _received(here, OF_LONG_AGO, REVIEWED, now - LONG_AGO)
    with here.shop.database.write() as session:
        for days in range(5):
            seen = AuditEvent("queue.viewed", now - LONG_AGO + timedelta(days), SYSTEM,
                              facts={"count": 1})  # fmt: skip
            append_event(session, seen)
        add_draft(session, a_draft(expires_at=now + timedelta(minutes=5)))
    here.command("backup", str(here.backups))
    here.command("erase", REFERENCES[ERASED], "--yes")
    here.shop.clock.advance(timedelta(minutes=10))


def _received(here: Place, number: int, answers: Mapping[str, object], at: datetime) -> None:
    record = Received(answers=answers, at=at).record(number)
    reference = REFERENCES.get(number, record.reference)
    with here.shop.database.write() as session:
        add_submission(session, replace(record, id=id_of(number), reference=reference))
