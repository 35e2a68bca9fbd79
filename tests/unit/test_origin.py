"""Whether one of our own pages sent a form, judged by what the browser says (SE-8)."""

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from config import Config
from screening.web.origin import came_from_elsewhere

OURS = "https://screening.example.org"
CONFIG = Config(database_url="sqlite:////tmp/x", master_key=bytes(range(1, 33)), base_url=OURS)


@pytest.mark.parametrize(
    ("headers", "elsewhere"),
    [
        ({}, False),
        ({"Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OURS}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Referer": "https://evil.example/"}, False),
        ({"Origin": OURS}, False),
        ({"Origin": "null"}, True),
        ({"Origin": "http://screening.example.org"}, True),
        ({"Origin": "https://other.example.org"}, True),
        ({"Origin": "https://[broken"}, True),
        ({"Origin": OURS, "Referer": "https://evil.example/"}, False),
        ({"Referer": f"{OURS}/q/about_you"}, False),
        ({"Referer": "https://evil.example/"}, True),
    ],
)
def test_a_form_from_elsewhere_is_known(headers: dict[str, str], elsewhere: bool) -> None:
    request = Request(EnvironBuilder(base_url=OURS, headers=headers).get_environ())
    assert came_from_elsewhere(request, CONFIG) is elsewhere
