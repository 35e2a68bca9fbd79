"""Our few static files, read and packed once at start: waitress does not compress.

A file's address holds a digest of its content, so a browser may keep it for good.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, cast

from flask import Flask, Response, abort, current_app, request

from screening.web.guard import access

FOLDER: Final = Path(__file__).resolve().parents[2] / "static"
KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOR_GOOD: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    """``packed`` is the content as gzip; ``digest`` is part of the address."""

    content: bytes
    packed: bytes
    digest: str
    kind: str


def read_static_files(folder: Path) -> dict[str, StaticFile]:
    """Every file of a kind we serve that lies directly in the folder, by its name."""
    return {
        path.name: read_static_file(path)
        for path in sorted(folder.iterdir())
        if path.suffix in KINDS and path.is_file()
    }


def read_static_file(path: Path) -> StaticFile:
    content = path.read_bytes()
    digest = sha256(content).hexdigest()[:16]
    return StaticFile(content, gzip.compress(content, 9, mtime=0), digest, KINDS[path.suffix])


def static_url(name: str) -> str:
    """The address of a static file; an unknown name is a fault of ours, hence a KeyError."""
    return f"/static/{_files()[name].digest}/{name}"


@access("public", cacheable=True)
def static_file(digest: str, name: str) -> Response:
    """One file, packed for whoever takes gzip; an address of an older version is not found."""
    file = _files().get(name)
    if file is None or file.digest != digest:
        abort(404)
    packed = request.accept_encodings.quality("gzip") > 0
    response = Response(file.packed if packed else file.content, content_type=file.kind)
    if packed:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = FOR_GOOD
    response.set_etag(f"{file.digest}-gzip" if packed else file.digest)
    return cast("Response", response.make_conditional(request))


def install_static_files(app: Flask) -> None:
    app.extensions["static_files"] = read_static_files(FOLDER)
    app.add_url_rule("/static/<digest>/<name>", "static_file", static_file)


def _files() -> Mapping[str, StaticFile]:
    return cast("Mapping[str, StaticFile]", current_app.extensions["static_files"])
