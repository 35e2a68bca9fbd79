"""Behind as many proxies as were configured, the client's address is the client's (OP-5)."""

from dataclasses import replace
from urllib.request import Request, urlopen

import pytest
from flask import request

from config import Config
from screening.app import create_app
from screening.domain.clinic import Clinic
from screening.web.guard import access
from screening.web.serving import listening
from tests.clock import Clock
from tests.serving import served_by


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("proxies", "address"), [(0, "127.0.0.1"), (1, "203.0.113.7"), (2, "198.51.100.9")]
)
@pytest.mark.thorough
def test_the_address_is_what_the_nearest_believed_proxy_says(
    config: Config, clinic: Clinic, clock: Clock, proxies: int, address: str
) -> None:
    app = create_app(replace(config, proxies=proxies), clock=clock)
    app.add_url_rule("/who", "who", access("public")(lambda: str(request.remote_addr)))
    server = listening(app, 0)
    here = f"http://127.0.0.1:{server.effective_port}"
    with served_by(server):
        asked = Request(f"{here}/who", headers={"X-Forwarded-For": "198.51.100.9, 203.0.113.7"})
        with urlopen(asked) as answer:
            assert answer.read().decode() == address
    app.extensions["prelude"].database.close()
