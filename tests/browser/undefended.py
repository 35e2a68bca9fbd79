"""The app with a defence taken away, to see that a test of it bites."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

GUARD = "guard.js"
NO_STORE = "Cache-Control"
CLEARING = "Clear-Site-Data"


def take_away(app: Flask, *defences: str) -> None:
    """Serve every page without these from now on."""
    inner = app.wsgi_app

    def outer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if GUARD in defences and environ["PATH_INFO"].endswith(GUARD):
            start("200 OK", [("Content-Type", "text/javascript")])
            return [b""]

        def start_without(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start(status, [one for one in headers if one[0] not in defences], *more)

        return inner(environ, start_without)

    app.wsgi_app = outer  # type: ignore[method-assign]
