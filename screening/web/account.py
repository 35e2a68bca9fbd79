"""One's own account: password, second factors, recovery codes, sessions."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from screening.domain.passwords import PasswordRefused
from screening.services.common_passwords import check_new_password
from screening.services.own_account import (
    LastFactor,
    change_password,
    end_every_session,
    end_session,
    handle_of,
    own_factors,
    remove_passkey,
    renew_sign_in,
)
from screening.services.second_factor import make_recovery_codes
from screening.storage.kept_forms import list_kept_forms
from screening.storage.sessions import list_sessions_of
from screening.web.bodies import check_names
from screening.web.enrolment import actor_now, codes_page
from screening.web.guard import ANYONE, access
from screening.web.parts import parts
from screening.web.passkey_ceremony import may_offer
from screening.web.sessions import forget_session, own_session
from screening.web.set_up import own_words
from screening.web.signed_in import acting_account, go_on_under
from screening.web.step_up import WRONG_PASSWORD, is_own_password

blueprint = Blueprint("account", __name__, url_prefix="/clinic/account")


@blueprint.get("")
@access("staff", ANYONE)
def overview() -> Response:
    return _page()


@blueprint.get("/password")
@access("staff", ANYONE, fresh=True)
def password() -> Response:
    return _own_page("password")


@blueprint.post("/password")
@access("staff", ANYONE, fresh=True)
def set_password() -> Response:
    check_names(request.form, {"csrf_token", "email", "password", "new_password"})
    account, wanted = acting_account(), request.form.get("new_password", "")
    if not is_own_password(account, request.form.get("password", "")):
        return _own_page("password", WRONG_PASSWORD)
    try:
        check_new_password(wanted, own_words(account))
    except PasswordRefused as refusal:
        return _own_page("password", str(refusal), "new_password")
    hashed = parts().passwords.hash(wanted)
    with parts().database.write() as transaction:
        stamp = change_password(transaction, hashed, parts().clock(), parts().tokens, actor_now())
    go_on_under(stamp)
    return redirect(url_for(".overview", done="password"), 303)


@blueprint.get("/recovery-codes")
@access("staff", ANYONE, fresh=True)
def new_recovery_codes() -> Response:
    return _own_page("recovery_codes")


@blueprint.post("/recovery-codes")
@access("staff", ANYONE, fresh=True)
def recovery_codes() -> Response:
    check_names(request.form, {"csrf_token", "email", "password"})
    if not is_own_password(acting_account(), request.form.get("password", "")):
        return _own_page("recovery_codes", WRONG_PASSWORD)
    with parts().database.write() as transaction:
        actor = actor_now()
        codes = make_recovery_codes(transaction, parts().clock(), parts().tokens, actor)
        stamp = renew_sign_in(transaction, str(actor.id), parts().tokens)
    go_on_under(stamp)
    return codes_page(codes)


@blueprint.post("/passkeys/<passkey_id>/remove")
@access("staff", ANYONE, fresh=True)
def remove(passkey_id: str) -> Response:
    check_names(request.form, {"csrf_token"})
    needed, actor, tokens = parts().config.second_factor, actor_now(), parts().tokens
    try:
        with parts().database.write() as transaction:
            remove_passkey(transaction, passkey_id, parts().clock(), tokens, actor, needed=needed)
            stamp = renew_sign_in(transaction, str(actor.id), tokens)
    except LastFactor:
        return _page("Set up an authenticator app or another passkey before you remove this one.")
    go_on_under(stamp)
    return redirect(url_for(".overview", done="passkey"), 303)


@blueprint.post("/sessions/end")
@access("staff", ANYONE)
def end_one() -> Response:
    check_names(request.form, {"csrf_token", "session"})
    handle = request.form.get("session", "")
    with parts().database.write() as transaction:
        end_session(transaction, handle, parts().clock(), actor_now())
    return redirect(url_for(".overview", done="session"), 303)


@blueprint.post("/sessions/end-all")
@access("staff", ANYONE)
def end_all() -> Response:
    check_names(request.form, {"csrf_token"})
    with parts().database.write() as transaction:
        actor = actor_now()
        end_every_session(transaction, str(actor.id), parts().clock(), parts().tokens, actor)
    forget_session()
    response = redirect(url_for("auth.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _page(problem: str | None = None) -> Response:
    account, own = acting_account(), own_session()
    with parts().database.read() as transaction:
        factors = own_factors(transaction, account.staff.id)
        sessions = list_sessions_of(transaction, account.staff.id, parts().clock())
        kept = list_kept_forms(transaction, account.staff.id, parts().clock())
    page = render_template(
        "account/overview.html",
        factors=factors,
        kept=kept,
        may_offer=may_offer(),
        sessions=[
            {"handle": handle_of(one), "begun": one.created_at, "seen": one.last_seen_at,
             "own": own is not None and one.id_hash == own.id_hash}
            for one in sessions
        ],
        errors=[{"href": "#passkeys", "text": problem}] if problem else [],
        done=request.args.get("done"),
    )  # fmt: skip
    return make_response(page, 400 if problem else 200)


def _own_page(name: str, problem: str | None = None, box: str = "password") -> Response:
    """One that asks for the password that one has."""
    errors = [{"href": f"#{box}", "text": problem}] if problem else []
    page = render_template(
        f"account/{name}.html",
        email=acting_account().staff.email,
        errors=errors,
        wrong={box: problem},
    )
    return make_response(page, 400 if errors else 200)
