"""systemd is told when the service is there, in the words of sd_notify(3)."""

import socket
from pathlib import Path

import pytest

from screening.web.service_manager import tell_ready


@pytest.mark.parametrize("kind", ["in a folder", "without a file"])
def test_who_asked_is_told_once(tmp_path: Path, kind: str) -> None:
    path = str(tmp_path / "notify")
    bound, said = (path, path) if kind == "in a folder" else (f"\0{path}", f"@{path}")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(bound)
        tell_ready({"NOTIFY_SOCKET": said})
        assert manager.recv(100) == b"READY=1"


def test_where_nobody_asked_nobody_is_told() -> None:
    tell_ready({})
    tell_ready({"NOTIFY_SOCKET": "vsock:2:1234"})  # a machine's own manager, not a service's
