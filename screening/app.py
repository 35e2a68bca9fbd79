"""create_app(config): assembles the parts and does nothing else."""

import secrets
from functools import partial
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined

from config import Config
from screening.protocols.library import ProtocolLibrary, load_library
from screening.services.passwords import passwords_for
from screening.services.protocol_life import adjustments_in
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from screening.web import (
    account,
    auth,
    backtest,
    case_acts,
    clinic,
    confirm,
    deciding,
    disclosure,
    documents,
    enrolment,
    figures,
    front_desk,
    health,
    invitations,
    inviting,
    link_mail,
    looking,
    messages,
    patient,
    people,
    personal_data,
    protocol_reading,
    protocols,
    queue_pages,
    reports,
    rule_figures,
    saved_link_mail,
    second_factor,
    second_person,
    set_up,
    settings,
    staying,
    step_up,
)
from screening.web.commands import install_commands
from screening.web.components import install_components
from screening.web.errors import install_errors
from screening.web.guard import check_access_declared, install_guard
from screening.web.kept_forms import install_kept_forms
from screening.web.navigation import install_navigation
from screening.web.parts import Clock, Parts, Tokens, utc_now
from screening.web.sessions import install_sessions
from screening.web.static_files import install_static_files
from screening.web.surroundings import install_surroundings
from screening.web.texts import install_filters

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    patient,
    saved_link_mail,
    auth,
    set_up,
    second_factor,
    enrolment,
    step_up,
    account,
    inviting,
    people,
    staying,
    queue_pages,
    confirm,
    front_desk,
    invitations,
    link_mail,
    personal_data,
    second_person,
    figures,
    looking,
    rule_figures,
    backtest,
    protocol_reading,
    protocols,
    settings,
    messages,
    clinic,
    deciding,
    case_acts,
    documents,
    disclosure,
    health,
    reports,
)


def create_app(
    config: Config,
    *,
    clock: Clock = utc_now,
    tokens: Tokens = secrets.token_bytes,
    library: ProtocolLibrary | None = None,
) -> Flask:
    """The whole application; it touches no table before its first request."""
    app = Flask("screening", template_folder=str(ROOT / "templates"), static_folder=None)
    # Undefined names must be strict before anything touches app.jinja_env.
    app.jinja_options = {"undefined": StrictUndefined, "autoescape": True}
    app.extensions["prelude"] = parts_for(config, clock=clock, tokens=tokens, library=library)
    install_sessions(app)
    install_guard(app)
    install_errors(app)
    install_components(app.jinja_env)
    install_filters(app)
    install_static_files(app)
    install_surroundings(app)
    install_navigation(app)
    install_commands(app)
    install_kept_forms(app)
    for part in PAGES:
        app.register_blueprint(part.blueprint)
    check_access_declared(app)
    return app


def parts_for(
    config: Config,
    *,
    clock: Clock = utc_now,
    tokens: Tokens = secrets.token_bytes,
    library: ProtocolLibrary | None = None,
) -> Parts:
    """What the pages work with; the app itself keeps no state of its own."""
    keyring = KeyRing(config.master_key, *config.older_keys)
    database = Database(config.database_url, keyring, mail=config.mail != "off")
    passwords = passwords_for(config.environment)
    versions = (library or load_library()).adjusting(partial(adjustments_in, database))
    return Parts(config, database, versions, passwords, clock, tokens)
