"""What tests of the web floor share: tokens out of pages, apps in other settings."""

import json
import re
from dataclasses import replace

from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from config import Config
from screening.storage.sealing import CannotUnseal
from screening.web.guard import access, access_of

FORM = "application/x-www-form-urlencoded"
SECRET = "canary-isotretinoin"
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


class OutOfOrder(Exception):
    """Stands for a mistake of ours."""


def with_trials(app: Flask) -> Flask:
    """The app, with an echo and views that fail in different ways."""

    @access("public")
    def echo() -> str:
        return json.dumps(request.form.to_dict(flat=False))

    @access("public")
    def fail(how: str) -> str:
        if how == "full":
            raise OperationalError(f"INSERT {SECRET}", {}, Exception(SECRET))
        if how == "damaged":
            raise CannotUnseal(SECRET)
        raise OutOfOrder(SECRET)

    app.add_url_rule("/try/echo", "try_echo", echo, methods=["POST"])
    app.add_url_rule("/try/fail/<how>", "try_fail", fail, methods=["GET", "POST"])
    return app


def post(client: FlaskClient, address: str = "/try/echo", **fields: str) -> TestResponse:
    return client.post(address, data={"csrf_token": token_from(client, "/"), **fields})


def addresses(app: Flask, audience: str, method: str) -> list[str]:
    return [
        re.sub(r"<[^>]+>", "0" * 32, rule.rule)
        for rule in app.url_map.iter_rules()
        if audience_of(app, rule.endpoint) == audience and method in (rule.methods or ())
    ]


def audience_of(app: Flask, endpoint: str) -> str | None:
    declared = access_of(app, endpoint)
    return declared and declared.audience


def posting(app: Flask) -> list[str]:
    """Where forms are sent; what a browser reports by itself is none."""
    found = [a for who in ("public", "patient", "staff") for a in addresses(app, who, "POST")]
    return [one for one in found if one != "/reports"]
