"""The clinic's logo: its address, and the picture there."""

from datetime import datetime
from hashlib import sha256
from typing import cast

from flask import Flask, Response, abort, current_app, request

from screening.storage.clinic import logo_changed_at, read_logo
from screening.storage.database import Session
from screening.web.guard import access
from screening.web.parts import parts
from screening.web.static_files import FOR_GOOD

ADDRESS = "/logo.png"
_KNOWN = "prelude.logo"
"""The digest of the logo last seen, by when it was put there: pages need only look that up."""


def install_logo(app: Flask) -> None:
    app.extensions[_KNOWN] = {}
    app.add_url_rule(ADDRESS, "logo", logo)


def logo_address(session: Session) -> str | None:
    """Holds a digest of the picture, so that a browser may keep it; None without a logo."""
    known: dict[datetime, str] = current_app.extensions[_KNOWN]
    changed = logo_changed_at(session)
    if changed is None:
        return None
    if changed not in known:
        known.clear()
        known[changed] = _digest(read_logo(session) or b"")
    return f"{ADDRESS}?v={known[changed]}"


@access("public", cacheable=True)
def logo() -> Response:
    with parts().database.read() as session:
        png = read_logo(session)
    if png is None:
        abort(404)
    digest = _digest(png)
    response = Response(png, content_type="image/png")
    response.headers["Cache-Control"] = FOR_GOOD if request.args.get("v") == digest else "no-cache"
    response.set_etag(digest)
    return cast("Response", response.make_conditional(request))


def _digest(png: bytes) -> str:
    return sha256(png).hexdigest()[:16]
