"""The app for a control: SQLite leaves it to the system when what was written reaches the disk.

It stands here, so that no setting of the product can do this.
"""

from sqlalchemy import event
from sqlalchemy.pool import Pool

from wsgi import app as app


@event.listens_for(Pool, "checkout")
def _trust_the_system(connection: object, _record: object, _proxy: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]
