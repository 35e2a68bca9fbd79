"""What tests of the web floor share: tokens out of pages, apps in other settings."""

import re
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient

from config import Config

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def https(app: Flask) -> Config:
    """The same installation, served at an https address."""
    config: Config = app.extensions["prelude"].config
    host = "screening.example.org"
    return replace(config, base_url=f"https://{host}", trusted_hosts=(host,))


def token_from(client: FlaskClient, address: str) -> str:
    """The CSRF token of a page's form."""
    found = TOKEN.search(client.get(address).text)
    assert found is not None, f"{address} has no form"
    return found.group(1)
