"""The gate in front of every view: nothing is served that has not declared who may see it."""

from collections.abc import Callable
from typing import Literal, TypeVar, cast

from flask import Flask, current_app, redirect, request, session, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import Forbidden, MethodNotAllowed, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from screening.web.bodies import MAX_BODY, check_address, check_body
from screening.web.headers import install_headers
from screening.web.logs import install_request_log
from screening.web.origin import came_from_elsewhere
from screening.web.parts import parts
from screening.web.signed_in import current_staff

Audience = Literal["public", "patient", "staff"]
View = TypeVar("View", bound=Callable[..., object])

METHODS = ("GET", "HEAD", "POST")
# What a patient's session may hold once they have agreed to the privacy notice.
PATIENT_KEYS = frozenset({"agreed", "gate", "draft", "submission"})


class AccessNotDeclared(Exception):
    """An endpoint says not who may see it: the app must not start."""


class SessionEnded(Exception):
    """A form was posted after its session had ended; what was typed must not be lost."""


def access(audience: Audience, *, cacheable: bool = False) -> Callable[[View], View]:
    """Declare who may see a view; browsers may keep its response only if `cacheable`."""

    def declare(view: View) -> View:
        setattr(view, "prelude_access", audience)  # noqa: B010
        setattr(view, "prelude_cacheable", cacheable)  # noqa: B010
        return view

    return declare


def access_of(app: Flask, endpoint: str) -> Audience | None:
    """The declared audience of an endpoint; Flask's own file view is public."""
    if endpoint == "static":
        return "public"
    declared = getattr(app.view_functions.get(endpoint), "prelude_access", None)
    return cast("Audience | None", declared)


def check_access_declared(app: Flask) -> None:
    """Call this last in assembling the app."""
    missing = sorted(
        {r.endpoint for r in app.url_map.iter_rules() if access_of(app, r.endpoint) is None}
    )
    if missing:
        raise AccessNotDeclared(f"endpoints without @access: {', '.join(missing)}")


def install_guard(app: Flask) -> None:
    config = parts(app).config
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        TRUSTED_HOSTS=list(config.trusted_hosts),
        PROVIDE_AUTOMATIC_OPTIONS=False,
        TEMPLATES_AUTO_RELOAD=False,
        # A token lives as long as its session: patients pause (no clock of its own).
        WTF_CSRF_TIME_LIMIT=None,
        # Our own check of the origin, below, is stricter and survives a stripped Referer.
        WTF_CSRF_SSL_STRICT=False,
        SECRET_KEY=parts(app).database.keyring.key("csrf"),
    )
    if config.proxies:
        # Believe the client's address and scheme from exactly so many proxies, no more.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.proxies, x_proto=config.proxies
        )
    install_request_log(app)
    install_headers(app)
    app.before_request(check_request)
    CSRFProtect(app)
    app.before_request(check_audience)


def check_request() -> None:
    """Refuse what no browser of ours sends, before any view, form or session is touched."""
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception
    if request.method not in METHODS:
        raise MethodNotAllowed(METHODS)
    check_address(request.path, request.query_string)
    if request.routing_exception is not None or request.method in ("GET", "HEAD"):
        return
    check_body(request)
    if came_from_elsewhere(request, parts().config):
        raise Forbidden


def check_audience() -> Response | None:
    """Deny by default: only a declared audience that is present gets further."""
    if request.endpoint is None or is_admitted():
        return None
    audience = access_of(current_app, request.endpoint)
    if audience is None:
        raise Forbidden
    if request.method == "POST":
        raise SessionEnded
    if audience == "patient":
        return redirect("/", 303)
    return redirect(url_for("auth.sign_in", next=request.path), 303)


def is_admitted() -> bool:
    """Whether whoever asks belongs to the audience of what is asked for."""
    match access_of(current_app, request.endpoint or ""):
        case "public":
            return True
        case "patient":
            return not PATIENT_KEYS.isdisjoint(session)
        case "staff":
            return current_staff() is not None
        case _:
            return False
