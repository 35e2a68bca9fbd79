"""Somebody at a browser who does what the page says when the answer is "not now"."""

from collections.abc import Mapping

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bench.faults.apology import shortcomings
from tests.pages import Page

PRESSES = 4
TRY_AGAIN = {503, 400, 403}


class InsistingClient:
    """Of a refused page, presses the button that sends what was typed once more."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.statuses: dict[int, int] = {}
        self.lacking: list[str] = []

    def get(self, path: str) -> TestResponse:
        answer = self._noted(self.client.get(path), path, None)
        return self.get(path) if answer.status_code == 503 else answer

    def post(self, path: str, data: Mapping[str, object]) -> TestResponse:
        answer = self._noted(self.client.post(path, data=dict(data)), path, data)
        refused = answer.status_code == 503
        for _ in range(PRESSES):
            if not (refused and answer.status_code in TRY_AGAIN):
                break
            again = Page(answer).form_to(path).state()
            answer = self._noted(self.client.post(path, data=again), path, again)
        return answer

    def _noted(
        self, answer: TestResponse, path: str, typed: Mapping[str, object] | None
    ) -> TestResponse:
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        self.lacking += shortcomings(answer, path, typed)
        return answer
