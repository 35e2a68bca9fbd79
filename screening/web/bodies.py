"""What a posted form may look like before any form class sees it.

Flask has no body limit of its own, reads malformed escapes leniently and lets NUL bytes through
to the database; here all of that stops with a 4xx.
"""

import re
from io import BytesIO
from typing import IO
from urllib.parse import parse_qsl, unquote

from flask import Request as FlaskRequest
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.wrappers import Request

MAX_BODY = 128 * 1024
MAX_UPLOAD = 1024 * 1024 + 16 * 1024
"""For the few routes that take a file: a file of 1 MB, and what a browser puts around it."""
MAX_FIELDS = 300
MAX_NAME = 100
FORM = "application/x-www-form-urlencoded"
UPLOAD = "multipart/form-data"
MAX_REPORT = 16 * 1024
REPORTS = ("application/csp-report", "application/reports+json")

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# C0 and C1 controls but tab and line ends, what is left of half a surrogate pair, and the mark
# that Werkzeug leaves where an address was not UTF-8.
_FORBIDDEN = re.compile("[\0-\b\v\f\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_REPLACED = "\ufffd"


class InMemory(FlaskRequest):
    """An uploaded file, never larger than MAX_UPLOAD, stays in memory: no copy on any disk."""

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return BytesIO()


def check_body(request: Request) -> None:
    """Raises 413, 415 or 400."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != FORM or charset not in ("utf-8", "utf8"):
        raise UnsupportedMediaType
    body = request.get_data(cache=True)
    if not body.isascii():
        raise BadRequest
    check_fields(body.decode("ascii"))


def check_upload(request: Request) -> None:
    """The same for a form with a file: raises 413, 415 or 400. The file is the view's to check."""
    if request.mimetype != UPLOAD:
        check_body(request)
        return
    request.max_content_length = MAX_UPLOAD
    request.max_form_parts = 10
    names = [*request.form, *request.files]
    values = [value for _, values in request.form.lists() for value in values]
    if any(len(name) > MAX_NAME for name in names) or any(map(_FORBIDDEN.search, names + values)):
        raise BadRequest


def check_report(request: Request) -> None:
    """What a browser reports by itself: no form, and little. Raises 413 or 415."""
    if request.mimetype not in REPORTS:
        raise UnsupportedMediaType
    request.max_content_length = MAX_REPORT
    request.get_data(cache=True)


def check_fields(encoded: str) -> None:
    if _BAD_ESCAPE.search(encoded):
        raise BadRequest
    try:
        fields = parse_qsl(
            encoded, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError:  # too many fields, or escapes that are not UTF-8
        raise BadRequest from None
    for name, value in fields:
        if len(name) > MAX_NAME or _FORBIDDEN.search(name) or _FORBIDDEN.search(value):
            raise BadRequest


def check_address(path: str, query: bytes) -> None:
    """The path comes decoded, the query as it was sent."""
    if _FORBIDDEN.search(path) or _REPLACED in path:
        raise BadRequest
    if not query.isascii() or _BAD_ESCAPE.search(query.decode("ascii")):
        raise BadRequest
    try:
        text = unquote(query.decode("ascii"), errors="strict")
    except UnicodeDecodeError:
        raise BadRequest from None
    if _FORBIDDEN.search(text):
        raise BadRequest


def check_names(form: MultiDict[str, str], known: set[str]) -> None:
    """For forms whose fields have one value each: nothing unknown, nothing twice (400)."""
    if not form.keys() <= known or any(len(values) > 1 for _, values in form.lists()):
        raise BadRequest
