"""create_app(config): assembles the parts and does nothing else."""

import secrets
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined

from config import Config
from screening.protocols.library import load_library
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from screening.web import auth, clinic, patient
from screening.web.commands import install_commands
from screening.web.components import install_components
from screening.web.errors import install_errors
from screening.web.guard import check_access_declared, install_guard
from screening.web.parts import Clock, Parts, Tokens, utc_now
from screening.web.sessions import install_sessions
from screening.web.static_files import install_static_files
from screening.web.surroundings import install_surroundings
from screening.web.texts import install_filters

ROOT = Path(__file__).resolve().parents[1]


def create_app(
    config: Config, *, clock: Clock = utc_now, tokens: Tokens = secrets.token_bytes
) -> Flask:
    """The whole application; it touches no table before its first request."""
    app = Flask("screening", template_folder=str(ROOT / "templates"), static_folder=None)
    # Undefined names must be strict before anything touches app.jinja_env.
    app.jinja_options = {"undefined": StrictUndefined, "autoescape": True}
    database = Database(config.database_url, KeyRing(config.master_key))
    app.extensions["prelude"] = Parts(config, database, load_library(), clock, tokens)
    install_sessions(app)
    install_guard(app)
    install_errors(app)
    install_components(app.jinja_env)
    install_filters(app)
    install_static_files(app)
    install_surroundings(app)
    install_commands(app)
    for blueprint in (patient.blueprint, auth.blueprint, clinic.blueprint):
        app.register_blueprint(blueprint)
    check_access_declared(app)
    return app
