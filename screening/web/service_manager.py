"""Telling systemd that the service is there: its ``Type=notify`` (sd_notify(3)).

So that ``systemctl start`` waits for it, and says so where it refuses to start.
"""

import socket
from collections.abc import Mapping


def tell_ready(environ: Mapping[str, str]) -> None:
    """Nobody is told where nobody asked."""
    address = environ.get("NOTIFY_SOCKET", "")
    if address.startswith(("/", "@")):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
            there.connect(address.replace("@", "\0", 1) if address[0] == "@" else address)
            there.send(b"READY=1")
