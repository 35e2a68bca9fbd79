"""The connection breaks at a commit: nobody knows what came of it, and sending again settles it."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import cast

from flask.testing import FlaskClient

from bench.faults.crowd import REFERENCE
from bench.faults.cutter import Cutter, cutter_before
from bench.faults.insisting import InsistingClient
from bench.faults.oracle import look_through
from bench.faults.postgres import Postgres
from bench.faults.results import Found
from bench.faults.workshop import Workshop, workshop
from tests.actors import Patient
from tests.questionnaires import ASHA

ROUNDS = {True: 4, False: 200}
ON_THE_WAY = 60  # about as many commits as one whole form takes
AT_THE_END = 6  # as many as the last button takes


def commit_cut(seed: int, quick: bool) -> Found:
    """Each patient meets one cut, somewhere on the way or at the last button."""
    found, random = Found("commit cut", seed), Random(seed)  # noqa: S311 to be run again
    with TemporaryDirectory() as folder, Postgres(Path(folder)) as postgres:
        postgres.does("CREATE DATABASE prelude")
        with cutter_before(postgres.port) as cutter, workshop(postgres.url(port=cutter.port)) as w:
            kept = [_one(w, cutter, found, random, bool(n % 2)) for n in range(ROUNDS[quick])]
            cutter.arm(0, arrives=False)
            found.faults, found.acknowledged = cutter.cuts, len([one for one in kept if one])
            _compare(found, w, kept)
            found.control = _not_sent_again(w, cutter)
    return found


def _one(shop: Workshop, cutter: Cutter, found: Found, random: Random, arrives: bool) -> str | None:
    """The reference they were given in the end."""
    found.tried += 1
    client = InsistingClient(shop.app.test_client())
    patient = Patient(cast("FlaskClient", client))
    at_the_end = random.random() < 0.5
    if not at_the_end:
        cutter.arm(random.randint(1, ON_THE_WAY), arrives=arrives)
    try:
        _walks(patient, found)
        if at_the_end:
            cutter.arm(random.randint(1, AT_THE_END), arrives=arrives)
        patient.submits()
    except AssertionError as error:
        found.errors += 1
        found.remarks.append(str(error)[:120])
    cutter.arm(0, arrives=False)
    for status, count in client.statuses.items():
        found.answers[str(status)] = found.answers.get(str(status), 0) + count
    found.errors += len(client.lacking)
    found.remarks += client.lacking
    given = REFERENCE.search(patient.page.response.text)
    return given.group(1).replace(" ", "") if given else None


def _walks(patient: Patient, found: Found) -> None:
    """Where the gate's answer was lost its new session is too: nothing but the gate was typed
    by then, and the page says to start again.
    """
    try:
        patient.begins().answers(ASHA)
    except AssertionError:
        if (patient.page.path, patient.page.status) != ("/q/gate", 403):
            raise
        found.remarks.append("started again at the gate")
        patient.begins().answers(ASHA)


def _compare(found: Found, shop: Workshop, kept: list[str | None]) -> None:
    seen = look_through(shop.database)
    found.lost = sum(one not in seen.references for one in kept)
    found.duplicated = sum(seen.references.values()) - len(set(kept))
    found.corrupt = len(seen.wrong)
    found.remarks += seen.wrong[:10]


def _not_sent_again(shop: Workshop, cutter: Cutter) -> int:
    """Were nothing sent again: of one and the same commit, cut before it arrives nothing is left,
    and cut after that a row that nobody was told of. So the cuts are where they should be.
    """
    for number in range(1, AT_THE_END + 1):
        left = [_left_by(shop, cutter, number, arrives=arrives) for arrives in (False, True)]
        if left == [(503, 0), (503, 1)]:
            return 1
    return 0


def _left_by(shop: Workshop, cutter: Cutter, number: int, *, arrives: bool) -> tuple[int, int]:
    """What was answered, and how many rows more there are."""
    patient = Patient(shop.app.test_client()).begins().answers(ASHA)
    form = patient.page.form_to("/q/submit").state()
    before = sum(look_through(shop.database).references.values())
    cutter.arm(number, arrives=arrives)
    status = patient.client.post("/q/submit", data=form).status_code
    cutter.arm(0, arrives=False)
    return status, sum(look_through(shop.database).references.values()) - before
