"""A file sent to the one route that takes files, as a browser sends it."""

from werkzeug.test import TestResponse

from tests.clinic_actor import token_in
from tests.colleagues import Colleague

ADDRESS = "/clinic/settings/logo"


def uploads(lead: Colleague, content: bytes, **more: str | bytes) -> TestResponse:
    """As a browser sends it; bytes go as a file. (The client's own way leaves files open.)"""
    token = token_in(lead.client.get("/clinic/settings").text)
    fields: dict[str, str | bytes] = {"csrf_token": token, "logo": content, **more}
    body = b"".join(part(name, value) for name, value in fields.items()) + b"--x--\r\n"
    return lead.client.post(ADDRESS, data=body, content_type="multipart/form-data; boundary=x")


def part(name: str, value: str | bytes) -> bytes:
    file_name = '; filename="logo.png"' if isinstance(value, bytes) else ""
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"{file_name}\r\n\r\n'
    return head.encode() + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
