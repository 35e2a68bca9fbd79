"""The form components of GOV.UK Frontend, offered to our own templates.

The library's macros test parameters that nobody passed, so they need a lenient environment; our
templates run under `StrictUndefined`. Hence a second environment, for the library alone, whose
macros our environment sees as plain functions: `library.radios({...})`.
"""

from collections.abc import Callable
from functools import cache

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


class Library:
    """Each wanted macro by our name for it, compiled when a template first asks for it.

    Commands render no page and so do not wait for it.
    """

    def __getattr__(self, name: str) -> Component:
        if name not in COMPONENTS:
            raise AttributeError(name)
        return component(name)


@cache
def component(name: str) -> Component:
    """The same for every app."""
    path = f"{PACKAGE}/components/{name.replace('_', '-')}/macro.html"
    found: Component = getattr(_environment().get_template(path).module, COMPONENTS[name])
    return found


@cache
def _environment() -> Environment:
    return Environment(
        loader=PrefixLoader({PACKAGE: PackageLoader(PACKAGE)}),
        undefined=ChainableUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def install_components(environment: Environment) -> None:
    """Let every template, imported macros included, call `library.<component>({...})`."""
    environment.globals["library"] = Library()
