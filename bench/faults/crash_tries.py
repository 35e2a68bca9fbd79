"""One act, struck at one call after another; what was there then, and after doing it once more."""

import hashlib
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.exc import DatabaseError

from bench.faults.crash_acts import Act
from bench.faults.crash_looks import KEYS, Look, look
from bench.faults.crash_place import Place
from bench.faults.traced import Blow, Call, Life, calls_in, struck
from screening.storage.backup_folder import BEGUN
from screening.storage.database import Database
from screening.web.erased import tell_erased

BETWEEN = timedelta(minutes=1)


@dataclass(frozen=True)
class Struck:
    """`said`: what was acknowledged, None if nobody was left to; `hit`: whether the call came.

    `found`: what was there then; `again`: what the act said when done once more; `settled`: what
    is there after that. `broke`: why nobody could look.
    """

    said: list[Any] | None
    hit: bool
    found: Look
    again: list[Any]
    settled: Look
    broke: str = ""


class Tries:
    """`before` and `after`: what there is where nothing happens; `calls`: those that it makes."""

    def __init__(self, here: Place, act: Act) -> None:
        self.here, self.act = here, act
        self._trace = here.kept.with_name("trace")
        self._known: dict[bytes, Any] = {}
        here.as_before()
        with Life([self._looks]) as life:
            self.before: Look = life.goes_on()
        with Life([act.does, self._looks]) as life:
            said = struck(life, self._trace)
            self.after: Look = life.goes_on()
        if said != [act.good, True]:
            raise AssertionError(f"{act.name} does not work: {said}")
        self.calls = calls_in(self._trace)

    def one(self, call: Call, blow: Blow) -> Struck:
        self.here.as_before()
        with Life([self.act.does, self._once_more]) as life:
            said = struck(life, self._trace, blow.at(call))
            hit = said is None or "(INJECTED)" in self._trace.read_text(errors="replace")
            if said is not None and self.act.of_a_server:  # it goes on serving
                seen = self._known_or((b"look", self._looks))
                return _whole(said, hit, seen, life.goes_on())
        seen, more = self._known_or((b"all", self._all)), None
        return _whole(said, hit, *(seen if isinstance(seen, list) else (seen, more)))

    def _known_or(self, step: tuple[bytes, Any]) -> Any:
        """In a process of its own, unless the very same bytes have been looked at before.

        A transaction that is taken back leaves every byte as it was, wherever it was struck.
        """
        what, does = step
        key = self._digest()
        if key is None or key + what not in self._known:
            with Life([does]) as life:
                given = life.goes_on()
            if key is None:
                return given
            self._known[key + what] = given
        return self._known[key + what]

    def _digest(self) -> bytes | None:
        """Of every file, once the database has taken back what was half done; None if it cannot."""
        with suppress(DatabaseError):
            with closing(Database(self.act.url, KEYS)) as database:
                inspect(database.engine).get_table_names()
            digest = hashlib.sha256()
            for path in sorted(self.here.folder.rglob("*")):
                if path.is_file() and self.here.temporary not in path.parents:
                    known = path.name == BEGUN  # written over by whoever comes next
                    said = b"" if known else path.read_bytes()
                    digest.update(f"{path} {len(said)} ".encode() + said)
            return digest.digest()
        return None

    def _looks(self) -> Look:
        return look(self.here, self.act.url)

    def _once_more(self) -> tuple[object, Look]:
        self.here.shop.clock.advance(BETWEEN)
        if self.act.of_a_server:
            with self.here.app.app_context():
                tell_erased()  # as at every start
        return self.act.does(), self._looks()

    def _all(self) -> list[object]:
        return [self._looks(), self._once_more()]


def _whole(said: list[Any] | None, hit: bool, found: Any, more: Any) -> Struck:
    for one in (found, more):
        if one is None or "broke" in one:
            return Struck(said, hit, {}, [], {}, one["broke"] if one else "nobody answered")
    again, settled = more
    return Struck(said, hit, found, again, settled)
