"""The real server with a clinic in its database, at the price of one process instead of three."""

from datetime import UTC, datetime
from typing import Self

from bench.faults.workshop import a_clinic
from config import EXAMPLE_KEY
from screening.storage.clinic import write_clinic
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from tests.browser.real_server import RealServer
from tests.databases import begun


class PreparedServer(RealServer):
    def __enter__(self) -> Self:
        begun(self.database_url)
        database = Database(self.database_url, KeyRing(EXAMPLE_KEY))
        database.check_key()
        with database.write() as session:
            write_clinic(session, a_clinic(), datetime.now(UTC))
        database.close()
        return self
