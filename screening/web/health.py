"""What watches the app asks: does the process live, is it ready, and how is it doing.

Details and figures are for this machine alone; anybody else learns "ready" or "not ready".
"""

import json
from collections.abc import Mapping

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from screening.domain.health import State, is_ready
from screening.services.health import Findings, look
from screening.services.safekeeping import last_made
from screening.services.workload import workload
from screening.storage.outbox_lists import count_messages, oldest_waiting
from screening.storage.probe import disk_of
from screening.web.guard import access
from screening.web.metrics import TYPE, Labels, family
from screening.web.parts import parts

ON_THIS_MACHINE = ("127.0.0.1", "::1")
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@access("public")
def alive() -> Response:
    """The process answers; it asks nothing of the database."""
    return Response("alive\n", mimetype="text/plain")


@blueprint.get("/readyz")
@access("public")
def ready() -> Response:
    found = _findings()
    passed = is_ready(found)
    status, word = (200, "ready") if passed else (503, "not ready")
    if not _from_this_machine():
        return Response(f"{word}\n", status, mimetype="text/plain")
    said = {"ready": passed, **{name: str(one) for name, one in found.items()}}
    return Response(json.dumps(said, indent=1) + "\n", status, mimetype="application/json")


@blueprint.get("/metrics")
@access("public")
def figures() -> Response:
    if not _from_this_machine():
        raise NotFound
    found = _findings()
    lines = [*parts().metrics.lines(), *_state(found)]
    if is_ready(found):
        lines += _stored()
    return Response("\n".join(lines) + "\n", content_type=TYPE)


def _findings() -> Findings:
    whole = parts()
    return whole.watch.findings(
        lambda: look(whole.database, whole.clock(), whole.config.tombstones)
    )


def _from_this_machine() -> bool:
    """A proxy that PRELUDE_PROXIES does not know of must not pass for this machine."""
    return request.remote_addr in ON_THIS_MACHINE and not (
        parts().config.proxies == 0 and any(name in request.headers for name in FORWARDED)
    )


def _state(found: Findings) -> list[str]:
    checks: dict[Labels, float] = {
        (("check", name),): int(one.state is State.OK) for name, one in found.items()
    }
    lines = [
        *family("prelude_ready", "gauge", "1: ready.", {(): int(is_ready(found))}),
        *family("prelude_check_ok", "gauge", "1: nothing to do; see /readyz.", checks),
    ]
    room = disk_of(parts().database)
    if room is not None:
        lines += family("prelude_disk_free_bytes", "gauge", "Beside the data.", {(): room.free})
    return lines


def _stored() -> list[str]:
    """What all processes together have in the database."""
    whole, now = parts(), parts().clock()
    with whole.database.read() as session:
        load, backup = workload(session, now), last_made(session)
        messages, waiting_since = count_messages(session), oldest_waiting(session)
    waited = (now - waiting_since).total_seconds() if waiting_since else 0
    lines = [
        *family("prelude_submissions", "gauge", "Episodes by level.", _by("level", load.levels)),
        *family("prelude_queue", "gauge", "Episodes by turn.", _by("turn", load.turns)),
        *family(
            "prelude_queue_oldest_seconds", "gauge", "Longest wait for the clinic.",
            {(): round(load.oldest_seconds)},
        ),
        *family("prelude_outbox", "gauge", "Messages by state.", _by("state", messages)),
        *family("prelude_outbox_oldest_seconds", "gauge", "Longest wait.", {(): round(waited)}),
    ]  # fmt: skip
    if backup is not None:
        made: dict[Labels, float] = {(): round(backup.timestamp())}
        lines += family("prelude_backup_timestamp_seconds", "gauge", "Last backup.", made)
    return lines


def _by(label: str, counts: Mapping[str, int]) -> dict[Labels, float]:
    return {((label, name),): count for name, count in counts.items()}
