"""The form components of GOV.UK Frontend, offered to our own templates.

The library's macros test parameters that nobody passed, so they need a lenient environment; our
templates run under `StrictUndefined`. Hence a second environment, for the library alone, whose
macros our environment sees as plain functions: `library.radios({...})`.
"""

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace

from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup

PACKAGE = "govuk_frontend_jinja"
COMPONENTS = {
    "radios": "govukRadios",
    "checkboxes": "govukCheckboxes",
    "date_input": "govukDateInput",
    "input": "govukInput",
    "textarea": "govukTextarea",
    "error_summary": "govukErrorSummary",
}

Component = Callable[[dict[str, object]], Markup]


@cache
def library_components() -> dict[str, Component]:
    """Each wanted macro of the library by our name for it; the same for every app."""
    environment = Environment(
        loader=PrefixLoader({PACKAGE: PackageLoader(PACKAGE)}),
        undefined=ChainableUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return {name: getattr(_module(environment, name), macro) for name, macro in COMPONENTS.items()}


def _module(environment: Environment, name: str) -> object:
    path = f"{PACKAGE}/components/{name.replace('_', '-')}/macro.html"
    return environment.get_template(path).module


def install_components(environment: Environment) -> None:
    """Let every template, imported macros included, call `library.<component>({...})`."""
    environment.globals["library"] = SimpleNamespace(**library_components())
