"""What was erased is told to a file apart from the database, so that no backup brings it back."""

import logging

from screening.services.retention import note_erased
from screening.web.logs import LogEvent, log, request_id
from screening.web.parts import parts


def tell_erased() -> bool:
    """Whatever the file has not got yet; False, and a line in the log, where it takes nothing.

    What is missing is added the next time: with the next erasure, retention or start.
    """
    whole = parts()
    file = whole.config.tombstones
    if file is None:
        return True
    try:
        note_erased(whole.database, file)
    except OSError as error:
        log(
            LogEvent.PROBLEM,
            logging.ERROR,
            kind="tombstones-not-written",
            sqlstate=None,
            location=type(error).__name__,
            request_id=request_id(),
        )
        return False
    return True
