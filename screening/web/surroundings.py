"""What every page has around it: the clinic, its colours, a CSRF field, addresses of files."""

from flask import Flask, Response, g
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from screening.domain.clinic import Clinic
from screening.storage.clinic import read_clinic
from screening.web.colours import theme_css
from screening.web.guard import access
from screening.web.logo import install_logo, logo_address
from screening.web.parts import parts
from screening.web.sessions import seconds_left
from screening.web.static_files import static_url


def current_clinic() -> Clinic:
    """The clinic's settings, read once a request; raises ClinicNotSet before there are any."""
    if "clinic" not in g:
        with parts().database.read() as session:
            g.clinic, g.logo = read_clinic(session), logo_address(session)
    clinic: Clinic = g.clinic
    return clinic


def logo_url() -> str | None:
    """Where the clinic's logo is; None where it has none."""
    current_clinic()
    address: str | None = g.logo
    return address


def csrf_field() -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


@access("public", cacheable=True)
def theme() -> Response:
    """The clinic's accent as a stylesheet, since no page holds a style of its own."""
    response = Response(theme_css(current_clinic().accent), mimetype="text/css")
    response.headers["Cache-Control"] = "max-age=300"
    return response


def install_surroundings(app: Flask) -> None:
    app.add_url_rule("/theme.css", "theme", theme)
    install_logo(app)

    @app.context_processor
    def surroundings() -> dict[str, object]:
        return {
            "clinic": current_clinic(),
            "csrf_field": csrf_field,
            "logo_url": logo_url(),
            "static_url": static_url,
            "seconds_left": seconds_left,
        }
