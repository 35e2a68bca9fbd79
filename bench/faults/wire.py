"""A browser of few words: real sockets, cookies, and the patience to try again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from threading import Event
from time import monotonic, sleep
from urllib.parse import urlencode

from bench.faults.apology import shortcomings

PATIENCE = 60  # seconds


class GaveUp(Exception):
    """The server did not come back in time, or nobody waits for it any more."""


@dataclass(frozen=True)
class Asked:
    path: str


@dataclass(frozen=True)
class Answer:
    """As much of werkzeug's test response as a page is read from."""

    request: Asked
    status_code: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def mimetype(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0]

    def get_data(self, *, as_text: bool = False) -> str | bytes:
        return self.text if as_text else self.body


class WireClient:
    """Sends again what got no answer: `again` counts how often that was needed.

    `lacking`: what a refusal owed to whoever asked (see apology).
    """

    def __init__(
        self,
        ports: list[int],
        over: Event | None = None,
        is_refused: Callable[[], None] = lambda: None,
    ) -> None:
        self.ports = ports
        self._is_refused = is_refused
        self.over = over or Event()
        self.cookies: dict[str, str] = {}
        self.again = 0
        self.lacking: list[str] = []
        self.statuses: dict[int, int] = {}
        self._turn = 0

    def get(self, path: str) -> Answer:
        return self._insists("GET", path, None)

    def post(self, path: str, data: Mapping[str, object]) -> Answer:
        return self._insists("POST", path, data)

    def _insists(self, method: str, path: str, typed: Mapping[str, object] | None) -> Answer:
        body = None if typed is None else urlencode(dict(typed), doseq=True)
        until = monotonic() + PATIENCE
        while monotonic() < until and not self.over.is_set():
            try:
                answer = self._asks(method, path, body)
            except (OSError, HTTPException):
                self.again += 1
                sleep(0.1)
                continue
            self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
            self.lacking += shortcomings(answer, path, typed)
            if answer.status_code != 503:
                return answer
            self._is_refused()
            self.again += 1
            sleep(0.1)
        raise GaveUp

    def _asks(self, method: str, path: str, body: str | None) -> Answer:
        self._turn += 1
        port = self.ports[self._turn % len(self.ports)]
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request(method, path, body, self.headers(port, body))
            response = connection.getresponse()
            answer = Answer(
                Asked(path.partition("?")[0]), response.status,
                dict(response.headers.items()), response.read(),
            )  # fmt: skip
            self._keep(response.headers.get_all("Set-Cookie") or [])
        finally:
            connection.close()
        return answer

    def headers(self, port: int, body: str | None) -> dict[str, str]:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            sent["Origin"] = f"http://127.0.0.1:{port}"
        return sent

    def _keep(self, lines: list[str]) -> None:
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if not morsel.value:
                    del self.cookies[name]
