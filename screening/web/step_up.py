"""Proving again that it is oneself, before something that an unattended screen must not allow."""

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from screening.services.sign_in import admit_sign_in
from screening.services.staff_events import by, witness
from screening.storage.accounts import Account
from screening.storage.second_factors import has_second_factor
from screening.web.auth import next_page
from screening.web.bodies import check_names
from screening.web.guard import ANYONE, access
from screening.web.logs import request_id
from screening.web.parts import parts
from screening.web.second_factor import (
    CODE_REFUSED,
    PASSKEY_REFUSED,
    asking,
    factor_of_code,
    is_passkey_of,
)
from screening.web.signed_in import acting_account, note_proof
from screening.web.telling import telling_if_stopped

blueprint = Blueprint("step_up", __name__, url_prefix="/clinic/account/confirm")

WRONG_PASSWORD = "This is not your password."  # noqa: S105 - words for the page


@blueprint.get("")
@access("staff", ANYONE, enrolling=True)
def confirm() -> Response:
    return _page(acting_account(), next_page(request.args.get("next")))


@blueprint.post("")
@access("staff", ANYONE, enrolling=True)
def confirm_now() -> Response:
    check_names(request.form, {"csrf_token", "next", "code", "password"})
    account, wanted = acting_account(), next_page(request.form.get("next"))
    if not _has_factor(account):
        if not is_own_password(account, request.form.get("password", "")):
            return _page(account, wanted, WRONG_PASSWORD, "password")
        return _confirmed(account, "password", wanted)
    factor = factor_of_code(account, request.form.get("code", ""))
    if factor is None:
        return _page(account, wanted, CODE_REFUSED)
    return _confirmed(account, factor, wanted)


@blueprint.post("/passkey")
@access("staff", ANYONE)
def confirm_passkey() -> Response:
    check_names(request.form, {"csrf_token", "next", "credential"})
    account, wanted = acting_account(), next_page(request.form.get("next"))
    if not is_passkey_of(account, request.form.get("credential", "")):
        return _page(account, wanted, PASSKEY_REFUSED)
    return _confirmed(account, "passkey", wanted)


def is_own_password(account: Account, password: str) -> bool:
    """Counted before it is judged, like signing in."""
    now = parts().clock()
    email = account.staff.email
    with telling_if_stopped(email), parts().database.write() as transaction:
        admit_sign_in(transaction, email, request.remote_addr, now)
    return parts().passwords.match(account.password_hash, password)


def _confirmed(account: Account, factor: str, wanted: str) -> Response:
    with parts().database.write() as transaction:
        actor = by(account.staff, request_id())
        now = parts().clock()
        witness(transaction, "staff.confirmed", now, actor, account.staff.id, factor=factor)
    note_proof()
    return redirect(wanted, 303)


def _has_factor(account: Account) -> bool:
    with parts().database.read() as transaction:
        return has_second_factor(transaction, account.staff.id)


def _page(account: Account, wanted: str, problem: str | None = None, box: str = "code") -> Response:
    errors = [{"href": f"#{box}", "text": problem}] if problem else []
    by_password = not _has_factor(account)
    page = render_template(
        "auth/confirm.html",
        next=wanted,
        errors=errors,
        by_password=by_password,
        **asking(account),
    )
    return make_response(page, 400 if errors else 200)
