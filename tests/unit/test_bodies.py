"""What a posted form and an address may look like, at every border (IN-1 to IN-3)."""

from io import BytesIO

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from screening.web.bodies import (
    MAX_BODY,
    MAX_REPORT,
    MAX_UPLOAD,
    InMemory,
    check_address,
    check_body,
    check_fields,
    check_names,
    check_report,
    check_upload,
)

FORM = "application/x-www-form-urlencoded"


def posted(body: bytes, kind: str = FORM) -> Request:
    builder = EnvironBuilder(method="POST", data=body, content_type=kind)
    return Request(builder.get_environ())


def uploaded(**fields: str) -> InMemory:
    return InMemory(
        EnvironBuilder(
            method="POST", data={**fields}, content_type="multipart/form-data; boundary=x"
        ).get_environ()
    )


def test_a_form_is_url_encoded_utf_8_and_nothing_else() -> None:
    for kind in (FORM, f"{FORM}; charset=UTF-8", f"{FORM}; charset=utf8"):
        check_body(posted(b"a=1", kind))
    for kind in ("text/plain", "application/json", f"{FORM}; charset=latin-1"):
        with pytest.raises(UnsupportedMediaType):
            check_body(posted(b"a=1", kind))
    for body in (b"a=\xe9", b"a=%zz"):
        with pytest.raises(BadRequest):
            check_body(posted(body))
    request = posted(b"a=1")
    check_body(request)
    assert request.form["a"] == "1"  # still there for whoever reads the form


def test_fields_are_counted_and_read_strictly() -> None:
    check_fields("&".join(["a=1"] * 300))
    check_fields("n" * 100 + "=1&b=%C3%A9%0D%0A%09")
    for wrong in (
        "&".join(["a=1"] * 301),
        "&".join(["a="] * 301),
        "n" * 101 + "=1",
        "a=%E9",
        "a=%0",
        "a=%00",
        "%07=1",
        "a=%C2%85",
    ):
        with pytest.raises(BadRequest):
            check_fields(wrong)


def test_an_address_is_read_as_strictly() -> None:
    check_address("/q/é", b"a=%C3%A9")
    for path, query in (
        ("/\0", b""),
        ("/\ufffd", b""),
        ("/", b"\xe9"),
        ("/", b"%zz"),
        ("/", b"%E9"),
        ("/", b"%00"),
    ):
        with pytest.raises(BadRequest):
            check_address(path, query)


def test_a_field_that_is_not_asked_for_or_comes_twice_is_refused() -> None:
    check_names(MultiDict([("a", "1")]), {"a", "b"})
    check_names(MultiDict([("a", "1"), ("b", "")]), {"a", "b"})
    for wrong in ([("c", "1")], [("a", "1"), ("a", "2")]):
        with pytest.raises(BadRequest):
            check_names(MultiDict(wrong), {"a", "b"})


def test_a_form_with_a_file_is_held_to_the_same() -> None:
    request = uploaded(a="1", **{"n" * 100: "1"})
    check_upload(request)
    assert request.max_content_length == MAX_UPLOAD == 1064960
    assert request.max_form_parts == 10
    for fields in ({"n" * 101: "1"}, {"a": "\0"}, {"\x07": "1"}):
        with pytest.raises(BadRequest):
            check_upload(uploaded(**fields))
    check_upload(posted(b"a=1"))
    with pytest.raises(BadRequest):
        check_upload(posted(b"a=%zz"))


def test_an_uploaded_file_stays_in_memory() -> None:
    file = (BytesIO(b"logo" * 50_000), "logo.png")
    builder = EnvironBuilder(method="POST", data={"a": "1", "file": file})
    request = InMemory(builder.get_environ())
    check_upload(request)
    kept = request.files["file"].stream
    assert isinstance(kept, BytesIO)
    assert kept.getvalue() == b"logo" * 50_000


@pytest.mark.parametrize("kind", ["application/csp-report", "application/reports+json"])
def test_a_browser_s_report_is_json_and_short(kind: str) -> None:
    request = posted(b"{}", kind)
    check_report(request)
    assert request.max_content_length == MAX_REPORT == 16_384
    assert MAX_BODY == 131_072
    with pytest.raises(RequestEntityTooLarge):
        check_report(posted(b"x" * 16_385, kind))
    for other in (FORM, "application/json"):
        with pytest.raises(UnsupportedMediaType):
            check_report(posted(b"{}", other))
