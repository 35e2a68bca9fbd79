"""The second factor at sign-in: a code from an app, a recovery code, or a passkey."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from screening.services.passkeys import PasskeyRefused, accept
from screening.services.second_factor import accept_code, admit_factor, note_refused_code
from screening.storage.accounts import Account
from screening.storage.second_factors import read_seed
from screening.web.auth import admit
from screening.web.bodies import check_names
from screening.web.guard import access
from screening.web.logs import request_id
from screening.web.parts import parts
from screening.web.passkey_ceremony import asking_options, site, taken_challenge
from screening.web.signed_in import proving
from screening.web.telling import telling_if_stopped

blueprint = Blueprint("second_factor", __name__, url_prefix="/clinic")

CODE_REFUSED = (
    "This code does not work. Wait for the next one, check the clock of your phone,"
    " or use a recovery code."
)
PASSKEY_REFUSED = "This passkey did not work. Try again, or use a code."


@blueprint.get("/sign-in/code")
@access("public")
def ask() -> Response:
    owing = proving()
    return redirect(url_for("auth.sign_in"), 303) if owing is None else _ask_page(owing[0])


@blueprint.post("/sign-in/code")
@access("public")
def ask_now() -> Response:
    check_names(request.form, {"csrf_token", "code"})
    owing = proving()
    if owing is None:
        return redirect(url_for("auth.sign_in"), 303)
    account, wanted = owing
    factor = factor_of_code(account, request.form.get("code", ""))
    return _ask_page(account, CODE_REFUSED) if factor is None else admit(account, factor, wanted)


@blueprint.post("/sign-in/passkey")
@access("public")
def ask_passkey() -> Response:
    check_names(request.form, {"csrf_token", "credential"})
    owing = proving()
    if owing is None:
        return redirect(url_for("auth.sign_in"), 303)
    account, wanted = owing
    if not is_passkey_of(account, request.form.get("credential", "")):
        return _ask_page(account, PASSKEY_REFUSED)
    return admit(account, "passkey", wanted)


def factor_of_code(account: Account, code: str) -> str | None:
    """The factor this code is, or None. Counted before it is judged."""
    now, staff_id = parts().clock(), account.staff.id
    with telling_if_stopped(account.staff.email), parts().database.write() as transaction:
        admit_factor(transaction, staff_id, now)
    with parts().database.write() as transaction:
        factor = accept_code(transaction, staff_id, code, now)
        if factor is None:
            note_refused_code(transaction, staff_id, now, request_id())
    return factor


def is_passkey_of(account: Account, answer: str) -> bool:
    """Whether the authenticator signed what this page asked. Counted before it is judged."""
    now, staff_id, challenge = parts().clock(), account.staff.id, taken_challenge()
    with telling_if_stopped(account.staff.email), parts().database.write() as transaction:
        admit_factor(transaction, staff_id, now)
    try:
        with parts().database.write() as transaction:
            accept(transaction, site(), staff_id, challenge, answer, now)
    except PasskeyRefused:
        with parts().database.write() as transaction:
            note_refused_code(transaction, staff_id, now, request_id())
        return False
    return True


def asking(account: Account) -> dict[str, object]:
    """What a page needs to ask for a second factor."""
    with parts().database.read() as transaction:
        has_app = read_seed(transaction, account.staff.id) is not None
    return {"options": asking_options(account.staff.id), "has_app": has_app}


def _ask_page(account: Account, problem: str | None = None) -> Response:
    errors = [{"href": "#code", "text": problem}] if problem else []
    page = render_template("auth/code.html", errors=errors, **asking(account))
    return make_response(page, 400 if errors else 200)
