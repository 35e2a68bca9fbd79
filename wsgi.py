"""The application as a server or the flask command finds it: ``wsgi:app``.

A server never gets an app that is not ready. The flask command does, so that it can bring the
database up to date, and so that ``assess`` works without a key or a database.
"""

import os
import sys
from collections.abc import Mapping

from click import ClickException
from flask import Flask

from config import Config, ConfigurationError
from screening.app import create_app
from screening.web.commands import commands_only
from screening.web.one_line import one_line
from screening.web.readiness import NotReady, take_up_service


def application(environ: Mapping[str, str]) -> Flask:
    """The app for this environment, or an exit that says in one line what to change."""
    on_the_command_line = environ.get("FLASK_RUN_FROM_CLI") == "true"
    try:
        with one_line():
            app = create_app(Config.from_environment(environ))
            if not on_the_command_line:
                take_up_service(app)
    except (ConfigurationError, NotReady, ClickException) as error:
        if on_the_command_line:
            return commands_only(str(error))
        sys.exit(f"Prelude does not start: {error}")
    return app


app = application(os.environ)
