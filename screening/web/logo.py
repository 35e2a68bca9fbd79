"""The clinic's logo: its address, and the picture there."""

from datetime import datetime
from hashlib import sha256
from typing import cast

from flask import Flask, Response, abort, request

from screening.storage.clinic import logo_changed_at, read_logo
from screening.storage.database import Session
from screening.web.guard import access
from screening.web.parts import parts
from screening.web.static_files import FOR_GOOD

ADDRESS = "/logo.png"


def install_logo(app: Flask) -> None:
    app.add_url_rule(ADDRESS, "logo", logo)


def logo_address(session: Session) -> str | None:
    """Names the moment the picture was put there, so that a browser may keep it; None without."""
    changed = logo_changed_at(session)
    return None if changed is None else f"{ADDRESS}?v={_version(changed)}"


@access("public", cacheable=True)
def logo() -> Response:
    with parts().database.read() as session:
        png, changed = read_logo(session), logo_changed_at(session)
    if png is None or changed is None:
        abort(404)
    response = Response(png, content_type="image/png")
    is_this = request.args.get("v") == _version(changed)
    response.headers["Cache-Control"] = FOR_GOOD if is_this else "no-cache"
    response.set_etag(sha256(png).hexdigest()[:16])
    return cast("Response", response.make_conditional(request))


def _version(changed: datetime) -> str:
    return f"{changed:%Y%m%d%H%M%S%f}"
