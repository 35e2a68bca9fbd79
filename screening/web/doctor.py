"""``flask doctor``: every condition under which Prelude should run, looked at one by one (OP-2).

A wrong setting never gets as far as this: then the command says why nothing starts.
"""

import os
import sys
from collections.abc import Callable

import click
from flask.cli import with_appcontext

from screening.exchange.smtp import NotDelivered, try_out
from screening.services.protocol_life import check_unaltered
from screening.storage.clinic import read_clinic
from screening.storage.condition import described, files_others_can_read
from screening.storage.erasing import list_tombstones
from screening.storage.ledger import missing_in
from screening.storage.sealings import STOP_AT, WARN_AT, sealings_so_far
from screening.web.message_words import FAILURES
from screening.web.parts import Parts, parts


class Wrong(Exception):
    """What is not as it should be, and what to do."""


class Remark(Exception):
    """Not wrong, but worth knowing."""


def _surroundings(whole: Parts) -> str:
    if whole.config.environment != "production":
        raise Remark(f"{whole.config.environment}: not for answers of real people")
    return "production, debug off"


def _user(_: Parts) -> str:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        raise Remark("root: give the service a user of its own")
    return "not root"


def _address(whole: Parts) -> str:
    config = whole.config
    if not config.secure_cookies:
        raise Remark(f"{config.base_url}: plain http, for this machine only")
    return f"{config.base_url}; answers to {', '.join(config.trusted_hosts)}"


def _proxies(whole: Parts) -> str:
    if whole.config.secure_cookies and not whole.config.proxies:
        raise Remark("none: behind a proxy, everybody seems to come from its address")
    return str(whole.config.proxies)


def _database(whole: Parts) -> str:
    return described(whole.database.engine)


def _files(whole: Parts) -> str:
    exposed = files_others_can_read(whole.config.database_url)
    if exposed:
        raise Wrong(f"others can read them: chmod 600 {' '.join(map(str, exposed))}")
    return "nobody else can read them"


def _schema(whole: Parts) -> str:
    whole.database.check_ready()
    return "as this program needs it"


def _key(whole: Parts) -> str:
    whole.database.check_key()
    return "opens this database"


def _audit_log(whole: Parts) -> str:
    whole.database.check_witness()
    return "has its key; `flask audit verify` looks through it"


def _sealings(whole: Parts) -> str:
    with whole.database.read() as session:
        count = sealings_so_far(session) or 0
    words = f"{count:,} of {STOP_AT:,} under the current key"
    if count >= WARN_AT:
        raise Remark(f"{words}: make a new one in time (flask new-key, then flask rekey)")
    return words


def _clinic(whole: Parts) -> str:
    with whole.database.read() as session:
        is_demo = read_clinic(session).is_demo
    if is_demo and whole.config.environment == "production":
        raise Wrong("these are demo data: give production a database of its own")
    return "set up; demo data" if is_demo else "set up"


def _protocols(whole: Parts) -> str:
    with whole.database.read() as session:
        check_unaltered(session, whole.protocols)
    return "as they were approved"


def _mail(whole: Parts) -> str:
    server, sender = whole.config.mail_server, whole.config.mail_from
    if server is None or sender is None:
        demo = whole.config.mail == "demo"
        raise Remark("demo: goes to nobody" if demo else "off: links are shown, to be copied")
    try:
        try_out(server, sender)
    except NotDelivered as error:
        words = FAILURES[error.failure]
        raise Wrong(f"{server.host} port {server.port}: {words}") from error
    return f"{server.host} takes our mail, from {sender.address}"


def _tombstones(whole: Parts) -> str:
    file = whole.config.tombstones
    if file is None:
        raise Remark("PRELUDE_TOMBSTONES is not set: a restored backup brings back who was erased")
    with whole.database.read() as session:
        behind = missing_in(file, list_tombstones(session))
    if behind:
        raise Wrong(f"{behind} erased visits are not written down: `flask retention` tries again")
    return f"all written down in {file}"


CHECKS: tuple[tuple[str, Callable[[Parts], str]], ...] = (
    ("environment", _surroundings),
    ("user", _user),
    ("address", _address),
    ("proxies", _proxies),
    ("database", _database),
    ("database files", _files),
    ("schema", _schema),
    ("key", _key),
    ("audit log", _audit_log),
    ("sealings", _sealings),
    ("clinic", _clinic),
    ("protocols", _protocols),
    ("mail", _mail),
    ("tombstones", _tombstones),
)


def examined(whole: Parts) -> list[tuple[str, str, str]]:
    """Each check with "ok", "look" or "wrong", and what was found."""
    return [(name, *_outcome(check, whole)) for name, check in CHECKS]


def _outcome(check: Callable[[Parts], str], whole: Parts) -> tuple[str, str]:
    try:
        return "ok", check(whole)
    except Remark as remark:
        return "look", str(remark)
    except Exception as error:
        # Of others' errors only the kind: their messages may hold values.
        ours = type(error).__module__.startswith("screening.")
        return "wrong", str(error) if ours and str(error) else type(error).__name__


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Look at settings, database, key and protocols; exit status 1 where one is wrong."""
    found = examined(parts())
    for name, verdict, words in found:
        click.echo(f"{verdict:<6}{name:<16}{words}")
    if any(verdict == "wrong" for _, verdict, _ in found):
        sys.exit(1)
