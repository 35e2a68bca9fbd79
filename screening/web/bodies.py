"""What a posted form may look like before any form class sees it.

Flask has no body limit of its own, reads malformed escapes leniently and lets NUL bytes through
to the database; here all of that stops with a 4xx.
"""

import re
from urllib.parse import parse_qsl, unquote

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.wrappers import Request

MAX_BODY = 128 * 1024
MAX_FIELDS = 300
MAX_NAME = 100
FORM = "application/x-www-form-urlencoded"

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# C0 and C1 controls but tab and line ends, what is left of half a surrogate pair, and the mark
# that Werkzeug leaves where an address was not UTF-8.
_FORBIDDEN = re.compile("[\0-\b\v\f\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_REPLACED = "\ufffd"


def check_body(request: Request) -> None:
    """Raises 413, 415 or 400."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != FORM or charset not in ("utf-8", "utf8"):
        raise UnsupportedMediaType
    body = request.get_data(cache=True)
    if not body.isascii():
        raise BadRequest
    check_fields(body.decode("ascii"))


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
