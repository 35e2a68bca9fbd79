"""An app in this process with a clinic, its people and a submission, for attacks from inside."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask

from config import EXAMPLE_KEY, Config
from screening.app import create_app
from screening.domain.clinic import Clinic
from screening.storage.clinic import write_clinic
from screening.storage.database import Database
from tests.actors import CLINIC
from tests.clock import Clock
from tests.databases import begun, folder_in_memory
from tests.web_fixtures import with_trials


@dataclass
class Workshop:
    app: Flask
    config: Config
    clock: Clock = field(default_factory=Clock)

    @property
    def database(self) -> Database:
        database: Database = self.app.extensions["prelude"].database
        return database

    def with_a_mistake(self) -> Flask:
        """An app on the same database with pages that fail."""
        return with_trials(create_app(self.config, clock=self.clock))


@contextmanager
def workshop(elsewhere: str | None = None) -> Iterator[Workshop]:
    """On a SQLite file of its own, or at this address."""
    with folder_in_memory() as folder:
        url = elsewhere or f"sqlite:///{folder / 'prelude.sqlite3'}"
        begun(url)
        config = Config(url, EXAMPLE_KEY, environment="test", second_factor=False)
        clock = Clock()
        shop = Workshop(create_app(config, clock=clock), config, clock)
        with shop.database.write() as session:
            write_clinic(session, a_clinic(), clock())
        yield shop
        shop.database.close()


def a_clinic() -> Clinic:
    return Clinic(
        name=CLINIC, phone="020 7946 0100", emergency_number="999", urgent_line="NHS 111",
        jurisdiction="england", time_zone="Europe/London", modality="mechanical",
        public_start=True, accent="#7a3e5d", is_demo=False,
    )  # fmt: skip
