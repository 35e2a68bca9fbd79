"""The headers that every response carries, errors and files included."""

from typing import Final

from flask import Flask, current_app, request
from werkzeug.wrappers import Response

from config import Config
from screening.web.parts import parts

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "report-uri /reports",
        "report-to prelude",
    )
)
FEATURES = (
    "accelerometer camera display-capture fullscreen geolocation gyroscope magnetometer "
    "microphone midi payment screen-wake-lock usb"
)
ALWAYS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": 'same-origin; report-to="prelude"',
    "Reporting-Endpoints": 'prelude="/reports"',
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES.split()),
    # no-referrer would make browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
}
HSTS: Final = "max-age=31536000; includeSubDomains"


def install_headers(app: Flask) -> None:
    app.after_request(add_headers)


def of_every_answer(config: Config) -> dict[str, str]:
    """Also of those that the server gives before this application is asked (early_answers.py)."""
    return ALWAYS | ({"Strict-Transport-Security": HSTS} if config.secure_cookies else {})


def add_headers(response: Response) -> Response:
    for name, value in of_every_answer(parts().config).items():
        response.headers[name] = value
    if response.status_code >= 400 or not may_be_kept(request.endpoint):
        response.headers["Cache-Control"] = "no-store"
    return response


def may_be_kept(endpoint: str | None) -> bool:
    """Views that declared it; every other response is about one person."""
    return bool(getattr(current_app.view_functions.get(endpoint or ""), "prelude_cacheable", False))
