"""Signing in and out, and setting up an account by its one-time link."""

import re

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from screening.domain.passwords import PasswordRefused, check_password
from screening.services.accounts import (
    LinkGone,
    account_to_set_up,
    admit_sign_in,
    note_refusal,
    note_sign_in,
    note_sign_out,
    set_up,
)
from screening.services.passwords import hash_password, is_outdated, password_matches
from screening.storage.accounts import Account, find_account
from screening.storage.clinic import read_clinic
from screening.web.bodies import check_names
from screening.web.guard import access
from screening.web.logs import request_id
from screening.web.parts import parts
from screening.web.sessions import forget_session
from screening.web.signed_in import begin_session, current_staff

blueprint = Blueprint("auth", __name__, url_prefix="/clinic")

__all__ = ["blueprint", "current_staff"]

# Only our own staff pages, by path alone: nothing in here can name another host.
OUR_PAGES = re.compile(r"/clinic/(?:[A-Za-z0-9_-]+/?)*")
REFUSED = "We do not know this e-mail address with this password. Check both and try again."


@blueprint.get("/sign-in")
@access("public")
def sign_in() -> Response:
    if current_staff() is not None:
        return redirect(next_page(request.args.get("next")), 303)
    return _sign_in_page(next_page(request.args.get("next")))


@blueprint.post("/sign-in")
@access("public")
def sign_in_now() -> Response:
    check_names(request.form, {"csrf_token", "email", "password", "next"})
    email, wanted = request.form.get("email", ""), next_page(request.form.get("next"))
    account = authenticate(email, request.form.get("password", ""))
    if account is None:
        return _sign_in_page(wanted, email, REFUSED)
    begin_session(account)
    return redirect(wanted, 303)


@blueprint.post("/sign-out")
@access("public")
def sign_out() -> Response:
    check_names(request.form, {"csrf_token"})
    staff = current_staff()
    if staff is not None:
        with parts().database.write() as transaction:
            note_sign_out(transaction, staff, parts().clock(), request_id())
    forget_session()
    g.staff = None
    response = redirect(url_for("auth.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.get("/set-up/<token>")
@access("public")
def open_set_up(token: str) -> Response:
    account = _account_of_link(token)
    return _link_gone() if account is None else _set_up_page(account)


@blueprint.post("/set-up/<token>")
@access("public")
def use_set_up(token: str) -> Response:
    check_names(request.form, {"csrf_token", "email", "password"})
    account = _account_of_link(token)
    if account is None:
        return _link_gone()
    password = request.form.get("password", "")
    try:
        check_password(password, _own_words(account))
    except PasswordRefused as refusal:
        return _set_up_page(account, str(refusal))
    hashed = hash_password(password)
    try:
        with parts().database.write() as transaction:
            set_up(transaction, token, hashed, parts().clock(), parts().tokens, request_id())
    except LinkGone:
        return _link_gone()
    return redirect(url_for("auth.sign_in", ready="yes"), 303)


def authenticate(email: str, password: str) -> Account | None:
    """Whose password this is; None takes as long and says nothing about why.

    The attempt is counted and committed before the hash is computed; no transaction is held
    while it is.
    """
    database, address, now = parts().database, request.remote_addr, parts().clock()
    with database.write() as transaction:
        admit_sign_in(transaction, email, address, now)
    with database.read() as transaction:
        account = find_account(transaction, email)
    held = account.password_hash if account else None
    right = password_matches(held, password)
    if account is None or not right or not account.active:
        with database.write() as transaction:
            note_refusal(transaction, account, now, request_id())
        return None
    stronger = hash_password(password) if held and is_outdated(held) else None
    with database.write() as transaction:
        note_sign_in(transaction, account, address, now, request_id(), stronger)
    return account


def next_page(asked_for: str | None) -> str:
    """The staff page to go to after signing in; the queue unless it is one of ours."""
    queue = "/clinic/"
    if asked_for is None or not OUR_PAGES.fullmatch(asked_for):
        return queue
    return queue if asked_for.startswith(("/clinic/sign-", "/clinic/set-up")) else asked_for


def _sign_in_page(wanted: str, email: str = "", problem: str | None = None) -> Response:
    errors = [{"href": "#email", "text": problem}] if problem else []
    ready = request.args.get("ready") == "yes" and not errors
    page = render_template(
        "auth/sign_in.html", next=wanted, email=email, errors=errors, ready=ready
    )
    return make_response(page, 400 if errors else 200)


def _set_up_page(account: Account, problem: str | None = None) -> Response:
    errors = [{"href": "#password", "text": problem}] if problem else []
    page = render_template("auth/set_up.html", email=account.staff.email, errors=errors)
    return make_response(page, 400 if errors else 200)


def _link_gone() -> Response:
    return make_response(render_template("auth/link_gone.html"), 404)


def _account_of_link(token: str) -> Account | None:
    with parts().database.read() as transaction:
        try:
            return account_to_set_up(transaction, token, parts().clock())
        except LinkGone:
            return None


def _own_words(account: Account) -> tuple[str, ...]:
    with parts().database.read() as transaction:
        clinic = read_clinic(transaction).name
    return clinic, account.staff.name, account.staff.email
