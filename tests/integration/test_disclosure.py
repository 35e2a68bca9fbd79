"""Whom to tell of a weakness (OP-8): said where the clinic said it, never made up."""

from dataclasses import replace

import pytest
from flask import Flask

from config import Config, ConfigurationError
from tests.clock import Clock

PATH = "/.well-known/security.txt"


def test_nobody_is_named_until_the_clinic_names_somebody(app: Flask, clock: Clock) -> None:
    assert app.test_client().get(PATH).status_code == 404
    whole = app.extensions["prelude"]
    named = replace(whole.config, security_contact="mailto:security@clinic.example")
    app.extensions["prelude"] = replace(whole, config=named)
    try:
        response = app.test_client().get(PATH)
    finally:
        app.extensions["prelude"] = whole
    assert response.content_type == "text/plain; charset=utf-8"
    said = dict(line.split(": ", 1) for line in response.text.splitlines())
    assert said["Contact"] == "mailto:security@clinic.example"
    assert said["Canonical"].endswith(PATH)
    assert said["Expires"] > clock().isoformat()


@pytest.mark.parametrize(
    "wrong", ["security@clinic.example", "http://clinic.example", "mailto:a b"]
)
def test_a_contact_that_is_no_address_stops_the_start(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="PRELUDE_SECURITY_CONTACT"):
        Config.from_environment(
            {
                "PRELUDE_KEY": "BlSquWbZyzJUU87EcEfNTfAna3B7I7CQs45HfL5UmGo=",
                "PRELUDE_SECURITY_CONTACT": wrong,
            }
        )
