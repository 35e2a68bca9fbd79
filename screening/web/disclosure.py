"""Where to tell us of a weakness, for programs and people who look for it (RFC 9116)."""

from datetime import timedelta

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from screening.web.guard import access
from screening.web.parts import parts

PATH = "/.well-known/security.txt"
# RFC 9116, 2.5.5, recommends less than a year; whoever reads it again gets a later day.
GOOD_FOR = timedelta(days=180)
blueprint = Blueprint("disclosure", __name__)


@blueprint.get(PATH)
@access("public")
def security_txt() -> Response:
    """There is none where the clinic named nobody: an address is never made up."""
    config = parts().config
    if not config.security_contact:
        raise NotFound
    expires = (parts().clock() + GOOD_FOR).strftime("%Y-%m-%dT00:00:00Z")
    lines = (
        f"Contact: {config.security_contact}",
        f"Expires: {expires}",
        "Preferred-Languages: en",
        f"Canonical: {config.base_url}{PATH}",
    )
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
