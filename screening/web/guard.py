"""The gate in front of every view: nothing is served that has not declared who may see it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from flask import Flask, Request, current_app, redirect, request, session, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import Forbidden, MethodNotAllowed, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from screening.domain.staff import Right, Staff
from screening.services.refusals import note_refusal
from screening.web.bodies import (
    MAX_BODY,
    InMemory,
    check_address,
    check_body,
    check_report,
    check_upload,
)
from screening.web.headers import install_headers
from screening.web.logs import install_request_log, request_id
from screening.web.origin import came_from_elsewhere
from screening.web.parts import parts
from screening.web.signed_in import FIRST, current_staff, enrolling_staff, first_page, fresh_enough

Audience = Literal["public", "patient", "staff"]
View = TypeVar("View", bound=Callable[..., object])

METHODS = ("GET", "HEAD", "POST")
# What a patient's session may hold once they have agreed to the privacy notice.
PATIENT_KEYS = frozenset({"agreed", "gate", "draft", "submission", "episode"})


class AccessNotDeclared(Exception):
    """An endpoint says not who may see it: the app must not start."""


class SessionEnded(Exception):
    """A form was posted after its session had ended; what was typed must not be lost."""


class ProofNeeded(Exception):
    """Who is signed in must prove again that it is them before they do this (AZ-7)."""


ANYONE = "anyone"
"""Staff pages about oneself: whoever is signed in may see them, whatever their roles."""
_MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may see a view: an audience and, for staff, the right that it takes.

    `fresh`: only within five minutes of a proof of who they are. `enrolling`: also before they
    have the second factor that is asked of everybody. `upload`: a form with a file may be sent.
    `report`: a browser sends it by itself, so it has no token; it may change nothing.
    """

    audience: Audience
    right: Right | str = _MISSING
    fresh: bool = False
    enrolling: bool = False
    upload: bool = False
    report: bool = False

    @property
    def declared(self) -> bool:
        return self.audience != "staff" or self.right != _MISSING

    def admits(self, staff: Staff | None) -> bool:
        """Whether this member of staff has the right; asked for staff pages only."""
        if staff is None:
            return False
        return self.right == ANYONE or (isinstance(self.right, Right) and staff.may(self.right))


def access(
    audience: Audience,
    right: Right | str = _MISSING,
    *,
    cacheable: bool = False,
    fresh: bool = False,
    enrolling: bool = False,
    upload: bool = False,
    report: bool = False,
) -> Callable[[View], View]:
    """Declare who may see a view; browsers may keep its response only if `cacheable`.

    A staff view names the right it takes, or ANYONE: `@access("staff", Right.READ)`. What must
    not be done from somebody else's open session is `fresh`: `@access("staff", ..., fresh=True)`.
    """

    def declare(view: View) -> View:
        declared = Access(audience, right, fresh, enrolling, upload, report)
        setattr(view, "prelude_access", declared)  # noqa: B010
        setattr(view, "prelude_cacheable", cacheable)  # noqa: B010
        return view

    return declare


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What an endpoint declares; None if that is nothing, or not enough."""
    declared = getattr(app.view_functions.get(endpoint), "prelude_access", None)
    return declared if isinstance(declared, Access) and declared.declared else None


def check_access_declared(app: Flask) -> None:
    """Call this last in assembling the app."""
    missing = sorted(
        {r.endpoint for r in app.url_map.iter_rules() if access_of(app, r.endpoint) is None}
    )
    if missing:
        raise AccessNotDeclared(f"endpoints without @access: {', '.join(missing)}")


def install_guard(app: Flask) -> None:
    config = parts(app).config
    app.request_class = InMemory
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
        SECRET_KEY_FALLBACKS=list(parts(app).database.keyring.keys("csrf")[1:]),
        WTF_CSRF_SECRET_KEY=csrf_keys(app),
    )
    if config.proxies:
        # Believe the client's address and scheme from exactly so many proxies, no more.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.proxies, x_proto=config.proxies
        )
    install_request_log(app)
    install_headers(app)
    app.before_request(check_request)
    # A browser that reports has no token: see reports.py, which changes nothing.
    CSRFProtect(app).exempt("screening.web.reports.take_reports")
    app.before_request(check_audience)


def csrf_keys(app: Flask | None = None) -> list[bytes]:
    """As itsdangerous wants them: the last one signs, all of them are believed."""
    return list(reversed(parts(app).database.keyring.keys("csrf")))


def check_request() -> None:
    """Refuse what no browser of ours sends, before any view, form or session is touched."""
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception
    if request.method not in METHODS:
        raise MethodNotAllowed(METHODS)
    check_address(request.path, request.query_string)
    if request.routing_exception is not None or request.method in ("GET", "HEAD"):
        return
    declared = access_of(current_app, request.endpoint or "")
    _check_of(declared)(request)
    if came_from_elsewhere(request, parts().config):
        raise Forbidden


def _check_of(declared: Access | None) -> Callable[[Request], None]:
    if declared is not None and declared.report:
        return check_report
    return check_upload if declared is not None and declared.upload else check_body


def check_audience() -> Response | None:
    """Deny by default: only a declared audience that is present gets further."""
    if request.endpoint is None:
        return None
    declared = access_of(current_app, request.endpoint)
    if is_admitted():
        if declared is not None and declared.fresh and not fresh_enough():
            raise ProofNeeded
        return None
    if declared is not None and declared.audience == "staff" and enrolling_staff() is not None:
        return redirect(url_for("enrolment.authenticator"), 303)
    staff = current_staff()
    if staff is not None and request.path == FIRST != first_page(staff):
        return redirect(first_page(staff), 303)
    if declared is not None and declared.audience == "staff" and staff is not None:
        with parts().database.write() as transaction:
            now = parts().clock()
            note_refusal(transaction, staff, request.endpoint, request_id(), now)
        raise Forbidden
    if declared is None:
        raise Forbidden
    if request.method == "POST":
        raise SessionEnded
    if declared.audience == "patient":
        return redirect("/visit" if request.path.startswith("/visit/") else "/", 303)
    return redirect(url_for("auth.sign_in", next=request.path), 303)


def is_admitted() -> bool:
    """Whether whoever asks belongs to the audience of what is asked for."""
    declared = access_of(current_app, request.endpoint or "")
    if declared is None:
        return False
    match declared.audience:
        case "public":
            return True
        case "patient":
            return not PATIENT_KEYS.isdisjoint(session)
        case "staff":
            enrolling = enrolling_staff() if declared.enrolling else None
            return declared.admits(current_staff() or enrolling)
