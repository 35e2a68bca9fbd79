"""Four workers send mail to a server that behaves badly, and are killed: nothing is lost (5.22).

What a worker had handed over when it was killed may arrive twice, under the same Message-ID; no
oftener than workers were killed and the server dropped the line after taking a message.
"""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from secrets import token_bytes
from time import monotonic, sleep, time

from bench.faults.mail_server import BadServer, serving
from bench.faults.mail_worker import FastClock, config_of, works
from bench.faults.results import Found
from bench.faults.workshop import a_clinic
from screening.app import parts_for
from screening.domain.audit import SYSTEM
from screening.domain.mail import Mail, MailKind
from screening.exchange.smtp import NotDelivered, deliver, written
from screening.services import outbox
from screening.storage.clinic import write_clinic
from screening.storage.outbox_lists import count_messages, list_kept
from screening.web.parts import Parts
from tests.databases import begun, folder_in_memory, postgres_server

KILLS = {True: 2, False: 50}
MESSAGES = {True: 20, False: 400}
WORKERS, SHARE, EACH = 4, 0.3, 4
PATIENCE = 120.0  # seconds; what has not arrived by then is lost


class TakenBack(Exception):
    """Ends a transaction, so that its message must never arrive."""


class Workers:
    """Four at any time, whoever is killed."""

    def __init__(self, url: str, port: int, began: float) -> None:
        self._told = (url, port, began)
        self._how = multiprocessing.get_context("forkserver")
        self._how.set_forkserver_preload(["bench.faults.mail_app"])
        self._running = [self._begun() for _ in range(WORKERS)]

    def _begun(self) -> multiprocessing.process.BaseProcess:
        process = self._how.Process(target=works, args=self._told, daemon=True)
        process.start()
        return process

    def kill_one(self, random: Random) -> None:
        place = random.randrange(WORKERS)
        self._end(self._running[place])
        self._running[place] = self._begun()

    def end(self) -> None:
        for process in self._running:
            self._end(process)

    def _end(self, process: multiprocessing.process.BaseProcess) -> None:
        process.kill()
        process.join()


def mail_on_sqlite(seed: int, quick: bool) -> Found:
    """kill -9 of one of four workers, a third of all attempts in vain, on SQLite."""
    with folder_in_memory() as folder:
        url = f"sqlite:///{folder / 'prelude.sqlite3'}"
        begun(url)
        return _run(Found("mail, SQLite", seed), url, quick)


def mail_on_postgresql(seed: int, quick: bool) -> Found:
    """The same on PostgreSQL."""
    with postgres_server() as server, server.fresh() as url:
        return _run(Found("mail, PostgreSQL", seed), url, quick)


def _run(found: Found, url: str, quick: bool) -> Found:
    random, began = Random(found.seed), time()  # noqa: S311 to be run again
    server = BadServer(random, SHARE)
    with _whole(url, began, server) as whole:
        posted = _posted(whole, MESSAGES[quick])
        kills = KILLS[quick]
        with _workers(url, server.port, began) as workers:
            _attack(server, workers, random, kills)
            server.share = 0.0
            with serving(server):
                _wait(whole)
        _judge(found, posted, server, kills)
        found.corrupt += _left_over(whole)
        found.control = _control(whole, random)
    return found


@contextmanager
def _whole(url: str, began: float, server: BadServer) -> Iterator[Parts]:
    with serving(server):  # it finds itself a port
        pass
    whole = parts_for(config_of(url, server.port), clock=FastClock(began))
    with whole.database.write() as session:
        write_clinic(session, a_clinic(), whole.clock())
    yield whole
    whole.database.close()


@contextmanager
def _workers(url: str, port: int, began: float) -> Iterator[Workers]:
    workers = Workers(url, port, began)
    try:
        yield workers
    finally:
        workers.end()


def _posted(whole: Parts, count: int) -> set[str]:
    """Each with an address of its own; of every ten one is taken back before it is committed."""
    posted = set()
    for number in range(count):
        recipient = f"m{number}@example.org"
        letter = Mail(MailKind.OWN_PAGE, recipient, {"path": f"/visit/{number}"})
        with suppress(TakenBack), whole.database.write() as session:
            outbox.post(session, letter, whole.clock(), token_bytes)
            if number % 10 == 9:
                raise TakenBack
            posted.add(recipient)
    return posted


def _attack(server: BadServer, workers: Workers, random: Random, kills: int) -> None:
    """At first nobody is at home; then the server is bad, and one worker after the other dies."""
    sleep(0.5)
    with serving(server):
        for _ in range(kills):
            before, until = server.busy, monotonic() + PATIENCE / 10
            while server.busy < before + EACH and monotonic() < until:
                sleep(0.005)
            sleep(random.uniform(0, 0.05))
            workers.kill_one(random)


def _wait(whole: Parts) -> None:
    """Until all is sent; what was given up because of the server's words is tried again."""
    until = monotonic() + PATIENCE
    while monotonic() < until:
        with whole.database.read() as session:
            counts = count_messages(session)
        if counts["given up"]:
            with whole.database.write() as session:
                outbox.try_all_again(session, SYSTEM, whole.clock())
        elif not counts["waiting"]:
            return
        sleep(0.1)


def _judge(found: Found, posted: set[str], server: BadServer, kills: int) -> None:
    found.tried, found.acknowledged = len(posted), len(server.arrived)
    found.faults += server.faults + kills
    found.lost = len(posted - server.arrived.keys())
    found.errors += len(server.arrived.keys() - posted)  # one that was taken back
    again = sum(len(ids) - 1 for ids in server.arrived.values())
    found.duplicated = max(0, again - kills - server.dropped)
    found.corrupt += sum(len(set(ids)) > 1 for ids in server.arrived.values())
    found.answers = {"again": again, "kills": kills, "dropped": server.dropped}


def _left_over(whole: Parts) -> int:
    """Rows that still wait, or that were sent and still hold an address."""
    with whole.database.read() as session:
        counts = count_messages(session)
        kept = len(list_kept(session, 10))
    return counts["waiting"] + counts["given up"] + kept


def _control(whole: Parts, random: Random) -> int:
    """A worker that says "sent" before it has sent loses mail: the oracle must say so."""
    server, probe = BadServer(random, 1.0), Found("control", 0)
    posted = _posted(whole, 9)
    with serving(server):
        while claimed := outbox.claim(whole.database, "control", "x.example", whole.clock()):
            opened = outbox.read(whole.database, claimed)
            outbox.note_sent(whole.database, claimed, whole.clock())
            sender, now = whole.config.mail_from, whole.clock()
            if sender is None or whole.config.mail_server is None:
                raise ValueError("the rig has no mail server")
            message = written(sender, opened.recipient, "x", "x", claimed.message_id, now)
            to = type(whole.config.mail_server)("127.0.0.1", server.port, "none")
            with suppress(NotDelivered):
                deliver(to, sender, message)
    _judge(probe, posted, server, 0)
    return probe.lost
