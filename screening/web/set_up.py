"""Setting up an account, or choosing a new password, by a one-time link."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from screening.domain.passwords import PasswordRefused
from screening.services.accounts import LinkGone, account_to_set_up, set_up
from screening.services.common_passwords import check_new_password
from screening.storage.accounts import Account
from screening.storage.clinic import read_clinic
from screening.web.bodies import check_names
from screening.web.guard import access
from screening.web.logs import request_id
from screening.web.parts import parts

blueprint = Blueprint("set_up", __name__, url_prefix="/clinic/set-up")


@blueprint.get("/<token>")
@access("public")
def open_set_up(token: str) -> Response:
    account = _account_of_link(token)
    return _link_gone() if account is None else _set_up_page(account)


@blueprint.post("/<token>")
@access("public")
def use_set_up(token: str) -> Response:
    check_names(request.form, {"csrf_token", "email", "password"})
    account = _account_of_link(token)
    if account is None:
        return _link_gone()
    password = request.form.get("password", "")
    try:
        check_new_password(password, own_words(account))
    except PasswordRefused as refusal:
        return _set_up_page(account, str(refusal))
    hashed = parts().passwords.hash(password)
    try:
        with parts().database.write() as transaction:
            set_up(transaction, token, hashed, parts().clock(), parts().tokens, request_id())
    except LinkGone:
        return _link_gone()
    return redirect(url_for("auth.sign_in", ready="yes"), 303)


def own_words(account: Account) -> tuple[str, ...]:
    """What a password of this person must not be made of."""
    with parts().database.read() as transaction:
        clinic = read_clinic(transaction).name
    return clinic, account.staff.name, account.staff.email


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
