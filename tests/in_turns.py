"""What stands in front of several servers: every request goes to another one than the last."""

from collections import Counter
from collections.abc import Iterable, Sequence
from http.client import HTTPConnection
from typing import Any

from werkzeug.test import Client, TestResponse

PATIENCE = 30  # seconds
HOP_BY_HOP = frozenset({"connection", "transfer-encoding", "keep-alive", "content-length"})


class InTurns:
    """A WSGI application that hands requests on; `gone` servers are left out."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = list(ports)
        self.served: Counter[int] = Counter()

    def browser(self) -> Client:
        """With cookies of its own."""
        return Client(self, TestResponse)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.ports.append(port := self.ports.pop(0))
        self.served[port] += 1
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {
            name[5:].replace("_", "-"): str(value)
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request(environ["REQUEST_METHOD"], environ["REQUEST_URI"], body, headers)
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        kept = [
            (name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP
        ]
        start_response(f"{answer.status} {answer.reason}", kept)
        return [said]
