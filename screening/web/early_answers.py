"""What waitress says by itself, where our application was not asked or broke down altogether.

Its answers carry the headers of all others (OU-4). Its own log would name the address that was
asked for, which may hold a token, and print what an exception says: of each line, kind and place
are kept (OU-11, OU-12).
"""

import logging

from waitress.task import ErrorTask

from screening.web.headers import of_every_answer
from screening.web.logs import LogEvent, log
from screening.web.parts import parts

THEIRS = logging.getLogger("waitress")


class EarlyAnswer(ErrorTask):
    """To what is no request, or too large a one, and where nobody else has an answer."""

    def execute(self) -> None:
        headers = of_every_answer(parts(self.channel.server.application).config)
        self.response_headers.extend([*headers.items(), ("Cache-Control", "no-store")])
        super().execute()


class WithoutWords(logging.Handler):
    """Passes on that there was something to say, and where."""

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        place = f"waitress/{record.module}:{record.lineno}"
        log(
            LogEvent.PROBLEM,
            record.levelno,
            kind="server",
            sqlstate=None,
            location=f"{kind.__name__} {place}" if kind else place,
            request_id=None,
        )


def install_server_log() -> None:
    if not any(isinstance(one, WithoutWords) for one in THEIRS.handlers):
        THEIRS.addHandler(WithoutWords(logging.WARNING))
        THEIRS.propagate = False
