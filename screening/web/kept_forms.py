"""What staff typed when their session had ended waits for them on the page they typed it on.

Each form of a signed-in page carries, in its CSRF token, whose it is, signed by us. So when it
is sent after the session has ended, for whatever reason, what it holds is kept sealed for that
person, sent nowhere, and put back into the same form once they have signed in (SE-4).
"""

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from screening.services.kept_forms import LIFE, Typed, forget_action, keep
from screening.storage.kept_forms import KeptForm, delete_kept_form, list_kept_forms
from screening.web.guard import ProofNeeded, SessionEnded, access_of, csrf_keys
from screening.web.parts import parts
from screening.web.refill import refilled
from screening.web.signed_in import CSRF_KEY, current_staff
from screening.web.surroundings import current_clinic

ACTION = "kept-action"
SECRET = frozenset({"csrf_token", "code", "credential", "token", ACTION})
NOT_TYPED = frozenset({"previewed", "over"})
"""What the steps of a decision hand on between them."""

LONGEST_ADDRESS = 300
"""None of ours is longer; each step up is looked for, so a long one would take for ever (IN-12)."""


def install_kept_forms(app: Flask) -> None:
    app.after_request(put_back)


def sent_to_prove(error: Exception) -> Response | None:
    """Where somebody goes on to who must sign in, or prove anew that it is them, first.

    What they typed is kept; None if it cannot be known who typed it.
    """
    if not isinstance(error, SessionEnded | CSRFError | ProofNeeded) or not _for_staff():
        return None
    if request.method != "POST":
        return redirect(url_for("step_up.confirm", next=request.path), 303)
    author, present = author_of(request.form.get(CSRF_KEY, "")), current_staff()
    if isinstance(error, ProofNeeded):
        page = keep_typed(present.id) if present else request.path
        return redirect(url_for("step_up.confirm", next=page), 303)
    if author is None or (present is not None and present.id == author):
        return None
    page = keep_typed(author)
    kept = "yes" if g.get("form_kept") else None
    return redirect(url_for("auth.sign_in", next=page, kept=kept), 303)


def author_of(token: str) -> str | None:
    """The id of the member of staff for whom we signed this token, within the last day."""
    signer = URLSafeTimedSerializer(csrf_keys(), salt="wtf-csrf-token")
    try:
        held = signer.loads(token, max_age=int(LIFE.total_seconds()))
    except BadData:
        return None
    return str(held).partition(".")[2] or None


def keep_typed(author: str) -> str:
    """Keep the posted form for this person; the page on which it stands."""
    action = request.form.get(ACTION, request.path)[: LONGEST_ADDRESS + 1]
    page = page_of_form(action)
    pairs = request.form.items(multi=True)
    left_out = SECRET | NOT_TYPED
    fields = tuple((n, v) for n, v in pairs if n not in left_out and "password" not in n)
    if any(value for _, value in fields):
        with parts().database.write() as transaction:
            typed = Typed(page, action, fields, visit_of_page(page))
            g.form_kept = keep(transaction, author, typed, parts().clock(), parts().tokens)
    return page


def forget_kept(staff_id: str, form_id: str) -> str:
    """Throw away what was kept; the page on which it would have stood."""
    now = parts().clock()
    with parts().database.write() as transaction:
        kept = {one.id: one for one in list_kept_forms(transaction, staff_id, now)}
        delete_kept_form(transaction, staff_id, form_id)
    return kept[form_id].page if form_id in kept else "/clinic/"


def page_of_form(action: str) -> str:
    """The nearest page on the way up from where a form is sent: that is where it stands."""
    if len(action) > LONGEST_ADDRESS:
        return "/clinic/"
    routes = current_app.url_map.bind("")
    while action.count("/") > 1:
        try:
            routes.match(action, "GET")
        except (NotFound, MethodNotAllowed, RequestRedirect):
            action = action.rstrip("/").rpartition("/")[0]
        else:
            return action
    return "/clinic/"


def visit_of_page(page: str) -> str | None:
    """The submission or visit that the page is of: the id that stands in its address."""
    _, values = current_app.url_map.bind("").match(page, "GET")
    found: str | None = values.get("submission_id") or values.get("episode_id")
    return found


def put_back(response: Response) -> Response:
    """After every staff page: fill in what was kept for it; after every sent form: forget it."""
    if not request.path.startswith("/clinic") or response.status_code >= 400 or not _for_staff():
        return response
    staff = current_staff()
    if staff is None or request.method == "HEAD":
        return response
    with parts().database.read() as transaction:
        kept = list_kept_forms(transaction, staff.id, parts().clock())
    if request.method == "POST":
        if any(one.action == request.path for one in kept) and not g.get("form_kept"):
            with parts().database.write() as transaction:
                forget_action(transaction, staff.id, request.path, parts().clock())
    elif response.status_code == 200 and response.mimetype == "text/html":
        for one in (one for one in kept if one.page == request.path):
            response.set_data(_with(response.get_data(as_text=True), one))
    return response


def _with(page: str, kept: KeptForm) -> str:
    def notice(homeless: list[tuple[str, str]]) -> str:
        return render_template(
            "account/kept.html", kept=kept, homeless=homeless, zone=current_clinic().time_zone
        )

    return refilled(page, kept.action, kept.page, kept.fields, notice)


def _for_staff() -> bool:
    declared = access_of(current_app, request.endpoint or "")
    return declared is not None and declared.audience == "staff"
