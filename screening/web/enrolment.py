"""Setting up a second factor: an authenticator app or a passkey, and the recovery codes."""

import segno
from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from screening.domain.audit import Actor
from screening.services import passkeys
from screening.services.own_account import renew_sign_in
from screening.services.passkeys import PasskeyRefused
from screening.services.second_factor import enrol_totp, make_recovery_codes
from screening.services.staff_events import by
from screening.services.totp import address_of, new_seed, spelt
from screening.storage.database import Session
from screening.storage.second_factors import has_second_factor
from screening.web.bodies import check_names
from screening.web.guard import ANYONE, ProofNeeded, access
from screening.web.logs import request_id
from screening.web.parts import parts
from screening.web.passkey_ceremony import adding_options, may_offer, site, taken_challenge
from screening.web.signed_in import (
    acting_account,
    enrolling_staff,
    fresh_enough,
    go_on_under,
)
from screening.web.step_up import WRONG_PASSWORD, is_own_password
from screening.web.surroundings import current_clinic

blueprint = Blueprint("enrolment", __name__, url_prefix="/clinic/account")

SEED_KEY = "new_seed"
CODE_REFUSED = "This is not the code that the app should show now. Check the clock of your phone."
PASSKEY_REFUSED = "No passkey was added. Try again, or use an authenticator app."


@blueprint.get("/authenticator")
@access("staff", ANYONE, enrolling=True)
def authenticator() -> Response:
    _check_proof()
    return _app_page()


@blueprint.post("/authenticator")
@access("staff", ANYONE, enrolling=True)
def add_authenticator() -> Response:
    _check_proof()
    check_names(request.form, {"csrf_token", "code", "password"})
    seed = bytes.fromhex(session.get(SEED_KEY, ""))
    if not seed:
        return redirect(url_for(".authenticator"), 303)
    if not _password_is_right():
        return _app_page(WRONG_PASSWORD, "password")
    with parts().database.write() as transaction:
        actor, now = actor_now(), parts().clock()
        first = not has_second_factor(transaction, str(actor.id))
        code, tokens = request.form.get("code", ""), parts().tokens
        right = enrol_totp(transaction, seed, code, now, tokens, actor)
        done = finished(transaction, actor, first=first) if right else None
    if done is None:
        return _app_page(CODE_REFUSED, "code")
    session.pop(SEED_KEY)
    return _then(*done)


@blueprint.get("/passkey")
@access("staff", ANYONE, enrolling=True)
def passkey() -> Response:
    _check_proof()
    return _passkey_page()


@blueprint.post("/passkey")
@access("staff", ANYONE, enrolling=True)
def add_passkey() -> Response:
    _check_proof()
    check_names(request.form, {"csrf_token", "credential", "name", "password"})
    challenge, answer = taken_challenge(), request.form.get("credential", "")
    if not _password_is_right():
        return _passkey_page(WRONG_PASSWORD, "password")
    name, actor, now = request.form.get("name", ""), actor_now(), parts().clock()
    try:
        with parts().database.write() as transaction:
            first = not has_second_factor(transaction, str(actor.id))
            passkeys.add(transaction, site(), challenge, answer, name, now, parts().tokens, actor)
            done = finished(transaction, actor, first=first)
    except PasskeyRefused:
        return _passkey_page(PASSKEY_REFUSED, "name")
    return _then(*done)


def actor_now() -> Actor:
    return by(acting_account().staff, request_id())


def finished(transaction: Session, actor: Actor, *, first: bool) -> tuple[str, tuple[str, ...]]:
    """All their other sign-ins end; whoever had no second factor gets recovery codes."""
    codes = (
        make_recovery_codes(transaction, parts().clock(), parts().tokens, actor) if first else ()
    )
    return renew_sign_in(transaction, str(actor.id), parts().tokens), codes


def codes_page(codes: tuple[str, ...]) -> Response:
    """Shown once: nobody can read them again from what is stored."""
    return make_response(render_template("account/codes.html", codes=codes))


def _then(stamp: str, codes: tuple[str, ...]) -> Response:
    go_on_under(stamp)
    return codes_page(codes) if codes else redirect(url_for("account.overview"), 303)


def _check_proof() -> None:
    """The first factor needs no more than the password just given; every later one does (AN-9)."""
    if enrolling_staff() is None and not fresh_enough():
        raise ProofNeeded


def _password_is_right() -> bool:
    if enrolling_staff() is not None:
        return True
    return is_own_password(acting_account(), request.form.get("password", ""))


def _app_page(problem: str | None = None, box: str = "code") -> Response:
    """A seed for this page, kept in the session until the app has proved that it has it."""
    if SEED_KEY not in session:
        session[SEED_KEY] = new_seed(parts().tokens).hex()
    seed = bytes.fromhex(session[SEED_KEY])
    address = address_of(seed, acting_account().staff.email, current_clinic().name)
    page = render_template(
        "account/authenticator.html",
        qr=qr_code(address),
        secret=spelt(seed),
        **_shown(problem, box),
    )
    return make_response(page, 400 if problem else 200)


def _passkey_page(problem: str | None = None, box: str = "name") -> Response:
    options = adding_options(acting_account()) if may_offer() else None
    name = request.form.get("name", "")
    page = render_template(
        "account/passkey.html", options=options, name=name, **_shown(problem, box)
    )
    return make_response(page, 400 if problem else 200)


def _shown(problem: str | None, box: str) -> dict[str, object]:
    errors = [{"href": f"#{box}", "text": problem}] if problem else []
    first = enrolling_staff() is not None
    return {"errors": errors, "wrong": {box: problem}, "first": first, "passkeys": may_offer()}


def qr_code(address: str) -> Markup:
    """As SVG elements in the page: no style, no script, and no address that shows the seed."""
    code = segno.make_qr(address, error="m")
    # Dark on light in both colour schemes: not every app reads the reverse.
    svg = code.svg_inline(scale=4, svgclass=None, lineclass=None, dark="#000", light="#fff")
    return Markup(svg)  # noqa: S704 - made by segno of squares alone  # nosec B704
