"""The app behind https, as in production, where browsers keep pages that plain http forbids."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from socket import socket
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from werkzeug.serving import make_server


def certificate(folder: Path) -> str:
    """A throw-away key and certificate for 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    host = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(host, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, shape = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path = folder / "certificate.pem"
    secret = key.private_bytes(pem, shape, serialization.NoEncryption())
    path.write_bytes(secret + signed.public_bytes(pem))
    return str(path)


@contextmanager
def served_over_https(app: Flask, listening: socket, folder: Path) -> Iterator[None]:
    """waitress speaks no TLS; in production a proxy does, here Werkzeug's own server."""
    path, (host, port) = certificate(folder), listening.getsockname()
    server = make_server(
        host, port, app, threaded=True, ssl_context=(path, path), fd=listening.fileno()
    )
    server.log = lambda *_: None  # type: ignore[method-assign]
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()
