"""What a clinic does while system calls fail: through its own pages and commands."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from bench.faults.crash_place import NEWER_KEY, REFERENCES, TO_DECIDE, TO_ERASE, Place
from bench.faults.races import MARCH
from config import EXAMPLE_KEY
from tests.actors import fill
from tests.clinic_actor import Clinician, Page
from tests.colleagues import Colleague
from tests.questionnaires import ASHA, at_the_check, past_the_gate
from tests.stored import id_of

Said = tuple[int, bool]
"""An HTTP status or exit status, and whether it was said clearly: without a trace of a mistake."""


@dataclass(frozen=True)
class Act:
    """`good`: what it says when it is done; `again`: where it had been done already.

    `url`: the database in question. `by_parts`: done in several wholes. `beside`: what a second
    time may add, or tidies up. `dear`: it takes more than a second, so it fails less often.
    """

    name: str
    does: Callable[[], Said]
    good: int
    again: int
    url: str
    by_parts: bool = False
    beside: frozenset[str] = frozenset()
    dear: bool = False

    @property
    def of_a_server(self) -> bool:
        return self.good >= 200

    @property
    def sorry(self) -> int:
        return 503 if self.of_a_server else 1


def acts(here: Place) -> Iterator[Act]:
    yield from of_patients(here)
    yield from _of_staff(here)
    yield from _of_operators(here)


def of_patients(here: Place) -> Iterator[Act]:
    half_way = past_the_gate(here.app.test_client())
    form = half_way.page.main_form
    typed = form.state() | {"then": ["continue"]}
    for name, answer in ASHA.items():
        typed |= fill(form, name, answer)
    answers = partial(_posts, half_way.client, half_way.page.path, typed)
    yield Act("answer", answers, 303, 303, here.url)
    ready = at_the_check(here.app.test_client())
    sends = partial(_posts, ready.client, "/q/submit", ready.page.form_to("/q/submit").state())
    yield Act("submit", sends, 303, 303, here.url)


def _of_staff(here: Place) -> Iterator[Act]:
    client, database, now = here.app.test_client(), here.shop.database, here.shop.clock()
    clinician = Clinician(client, database).joins(now).signs_in()
    seen = Page(clinician.chooses(clinician.reads(id_of(TO_DECIDE)), "defer", **MARCH))
    confirms = lambda: _told(clinician.confirms(seen).status_code)  # noqa: E731
    beside = frozenset({"rows of kept_forms"})
    yield Act("decide", confirms, 303, 303, here.url, beside=beside)
    lead = Colleague(here.app.test_client(), database, "lead").joins(now).signs_in()
    desk = f"/clinic/desk/{id_of(TO_ERASE)}"
    asked = Page(lead.client.get(f"{desk}/request"))
    given = {"csrf_token": asked.value("csrf_token"), "reference": REFERENCES[TO_ERASE]}
    erases = partial(_posts, lead.client, f"{desk}/erase", given)
    yield Act("erase at the desk", erases, 200, 404, here.url, beside=frozenset({"desk.opened"}))


def _of_operators(here: Place) -> Iterator[Act]:
    erase = _command(here.app, "erase", REFERENCES[TO_ERASE], "--yes")
    yield Act("erase", erase, 0, 1, here.url)
    yield Act("new-key", _command(here.app, "new-key", str(here.keys)), 0, 0, here.url)
    newer = here.another(master_key=NEWER_KEY, older_keys=(EXAMPLE_KEY,))
    beside = frozenset({"keys.rekeyed", "keys.retired"})
    yield Act("rekey", _command(newer, "rekey"), 0, 0, here.url, by_parts=True, beside=beside)
    backup = _command(here.app, "backup", str(here.backups))
    yield Act("backup", backup, 0, 0, here.url, beside=frozenset({"backup.made"}), dear=True)
    there = here.another(database_url=here.restored)
    (kept,) = here.backups.glob("*.backup")
    yield Act("restore", _command(there, "restore", str(kept)), 0, 1, here.restored, dear=True)
    retention = _command(here.app, "retention", "--clock-is-right")
    beside = frozenset({"retention.applied"})
    yield Act("retention", retention, 0, 0, here.url, by_parts=True, beside=beside)


def _posts(client: FlaskClient, path: str, data: Mapping[str, object]) -> Said:
    return _told(client.post(path, data=data).status_code)


def _told(status: int) -> Said:
    return status, status < 500 or status == 503


def _command(app: Flask, *words: str) -> Callable[[], Said]:
    def does() -> Said:
        done = FlaskCliRunner(app).invoke(args=list(words))
        mistake = done.exception is not None and not isinstance(done.exception, SystemExit)
        said = done.output.strip().rpartition("\n")[2]
        return done.exit_code, not mistake and (not done.exit_code or said.startswith("Error: "))

    return does
