"""The lead's settings: what the clinic is called and how it is reached, its look, its rules."""

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from screening.domain.audit import Actor
from screening.domain.clinic import ClinicRefused
from screening.domain.staff import Right
from screening.exchange.logo import LogoRefused, redrawn
from screening.services.clinic import ClinicChanged, change_clinic, change_logo
from screening.web.bodies import check_names
from screening.web.colours import readable_theme
from screening.web.guard import access
from screening.web.logs import request_id
from screening.web.parts import parts
from screening.web.settings_form import BOXES, OTHERS, Difference, SettingsForm, error_links
from screening.web.settings_words import JURISDICTIONS, LABELS, MODALITIES, OWN, SWATCHES, options
from screening.web.signed_in import current_staff
from screening.web.surroundings import current_clinic

blueprint = Blueprint("settings", __name__, url_prefix="/clinic/settings")
NO_FILE = "Choose a file first."


@blueprint.get("")
@access("staff", Right.SETTINGS, fresh=True)
def show() -> Response:
    return _page(SettingsForm.of(current_clinic()))


@blueprint.post("")
@access("staff", Right.SETTINGS, fresh=True)
def change() -> Response:
    check_names(request.form, {*BOXES, *OTHERS})
    form, here = SettingsForm.posted(request.form), parts()
    if "preview" in request.form:
        return _page(form)
    try:
        changes = form.read(current_clinic())
        with here.database.write() as session:
            change_clinic(session, changes, here.clock(), _actor(), form.edition)
    except ClinicRefused as refused:
        return _page(form.refused(refused.errors), status=400)
    except ClinicChanged as changed:
        form, differences = form.beside(changed.now)
        return _page(form, differences=differences, status=409)
    return redirect("/clinic/settings?saved=yes", 303)


@blueprint.post("/logo")
@access("staff", Right.SETTINGS, fresh=True, upload=True)
def upload_logo() -> Response:
    check_names(request.form, {"csrf_token"})
    files = request.files.getlist("logo")
    if request.files.keys() - {"logo"} or len(files) > 1:
        raise BadRequest
    file = files[0].read() if files else b""
    try:
        png = redrawn(file) if file else None
    except LogoRefused as refused:
        return _page(SettingsForm.of(current_clinic()), logo_error=str(refused), status=400)
    if png is None:
        return _page(SettingsForm.of(current_clinic()), logo_error=NO_FILE, status=400)
    return _keep_logo(png)


@blueprint.post("/logo/remove")
@access("staff", Right.SETTINGS, fresh=True)
def remove_logo() -> Response:
    check_names(request.form, {"csrf_token"})
    return _keep_logo(None)


def _keep_logo(png: bytes | None) -> Response:
    with parts().database.write() as session:
        change_logo(session, png, _actor(), parts().clock())
    return redirect("/clinic/settings?saved=yes#logo", 303)


def _page(
    form: SettingsForm,
    *,
    differences: tuple[Difference, ...] = (),
    logo_error: str = "",
    status: int = 200,
) -> Response:
    errors = error_links(form) + (
        [{"href": "#logo-file", "text": logo_error}] if logo_error else []
    )
    page = render_template(
        "clinic/settings.html",
        form=form,
        labels=LABELS,
        errors=errors,
        logo_error=logo_error,
        differences=differences,
        saved=status == 200 and request.args.get("saved") == "yes",
        jurisdictions=options(JURISDICTIONS, form.typed["jurisdiction"]),
        modalities=options(MODALITIES, form.typed["modality"]),
        swatches=[(colour, name, readable_theme(colour)) for colour, name in SWATCHES.items()],
        own=OWN,
        preview=readable_theme(form.accent),
    )
    return make_response(page, status)


def _actor() -> Actor:
    staff = current_staff()
    return Actor("staff", staff.id if staff else None, request_id())
