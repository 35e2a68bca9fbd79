"""Signing in by password, and out again."""

import re

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from screening.services.sign_in import (
    accept_password,
    admit_sign_in,
    note_refusal,
    note_sign_in,
    note_sign_out,
)
from screening.storage.accounts import Account, find_account
from screening.storage.second_factors import has_second_factor
from screening.web.bodies import check_names
from screening.web.guard import access
from screening.web.logs import request_id
from screening.web.parts import parts
from screening.web.sessions import forget_session
from screening.web.signed_in import (
    FIRST,
    begin_proof,
    begin_session,
    current_staff,
    enrolling_staff,
    first_page,
)
from screening.web.telling import telling_if_stopped

blueprint = Blueprint("auth", __name__, url_prefix="/clinic")

# Only our own staff pages, by path alone: nothing in here can name another host. Each slash has
# one place only, or a long name would be tried in every way there is to cut it (IN-12).
OUR_PAGES = re.compile(r"/clinic/(?:[A-Za-z0-9_-]+/)*[A-Za-z0-9_-]*(?:\.[a-z]+)?")
DOORS = ("/clinic/sign-", "/clinic/set-up", "/clinic/session")
REFUSED = "We do not know this e-mail address with this password. Check both and try again."


@blueprint.get("/sign-in")
@access("public")
def sign_in() -> Response:
    wanted = next_page(request.args.get("next"))
    if (current_staff() or enrolling_staff()) is not None:
        return redirect(wanted, 303)
    return _sign_in_page(wanted, kept=request.args.get("kept") == "yes")


@blueprint.post("/sign-in")
@access("public")
def sign_in_now() -> Response:
    check_names(request.form, {"csrf_token", "email", "password", "next"})
    email, wanted = request.form.get("email", ""), next_page(request.form.get("next"))
    account = authenticate(email, request.form.get("password", ""))
    if account is None:
        return _sign_in_page(wanted, email, REFUSED)
    with parts().database.read() as transaction:
        owed = has_second_factor(transaction, account.staff.id)
    if owed:
        begin_proof(account, wanted)
        return redirect(url_for("second_factor.ask"), 303)
    return admit(account, "none", wanted)


@blueprint.post("/sign-out")
@access("public")
def sign_out() -> Response:
    check_names(request.form, {"csrf_token"})
    staff = current_staff() or enrolling_staff()
    if staff is not None:
        with parts().database.write() as transaction:
            note_sign_out(transaction, staff, parts().clock(), request_id())
    forget_session()
    g.pop("signed_in", None)
    response = redirect(url_for("auth.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def authenticate(email: str, password: str) -> Account | None:
    """Whose password this is; None takes as long and says nothing about why.

    The attempt is counted and committed before the hash is computed; no transaction is held
    while it is.
    """
    database, address, now = parts().database, request.remote_addr, parts().clock()
    with telling_if_stopped(email), database.write() as transaction:
        admit_sign_in(transaction, email, address, now)
    with database.read() as transaction:
        account = find_account(transaction, email)
    held, passwords = account.password_hash if account else None, parts().passwords
    right = passwords.match(held, password)
    if account is None or not right or not account.active:
        with database.write() as transaction:
            note_refusal(transaction, account, now, request_id())
        return None
    stronger = passwords.hash(password) if held and passwords.is_outdated(held) else None
    with database.write() as transaction:
        accept_password(transaction, account, now, request_id(), stronger)
    return account


def admit(account: Account, factor: str, wanted: str) -> Response:
    """Every factor was given: the session is theirs, and they go on to the page they want."""
    staff, now = account.staff, parts().clock()
    with parts().database.write() as transaction:
        note_sign_in(transaction, staff, factor, request.remote_addr, now, request_id())
    begin_session(account)
    return redirect(first_page(staff) if wanted == FIRST else wanted, 303)


def next_page(asked_for: str | None) -> str:
    """The staff page to go to after signing in; the first one unless it is one of ours."""
    if asked_for is None or not OUR_PAGES.fullmatch(asked_for):
        return FIRST
    return FIRST if asked_for.startswith(DOORS) else asked_for


def _sign_in_page(
    wanted: str, email: str = "", problem: str | None = None, *, kept: bool = False
) -> Response:
    errors = [{"href": "#email", "text": problem}] if problem else []
    ready = request.args.get("ready") == "yes" and not errors
    page = render_template(
        "auth/sign_in.html", next=wanted, email=email, errors=errors, ready=ready, kept=kept
    )
    return make_response(page, 400 if errors else 200)
