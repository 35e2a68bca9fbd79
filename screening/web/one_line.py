"""A command that cannot do its work says so in one line and ends with status 1."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

import click

from screening.storage.audit_chain import NoChain
from screening.storage.engine import DatabaseMisconfigured
from screening.storage.failures import is_unavailable
from screening.storage.key_checks import WrongKey
from screening.storage.sealings import KeyUsedUp

OURS = (DatabaseMisconfigured, WrongKey, KeyUsedUp, NoChain)


def in_one_line(command: click.Command) -> click.Command:
    """The same command, or a group with all of its own; done twice it is done once."""
    if isinstance(command, click.Group):
        for one in command.commands.values():
            in_one_line(one)
    elif command.callback is not None and not hasattr(command.callback, "__in_one_line__"):
        command.callback = _said(command.callback)
    return command


@contextmanager
def one_line() -> Iterator[None]:
    """Never what a driver said of a row."""
    try:
        yield
    except OURS as error:
        raise click.ClickException(str(error)) from error
    except BrokenPipeError:
        raise  # nobody reads on: click knows what to do
    except OSError as error:
        raise click.ClickException(f"{error.strerror or error}: {error.filename or ''}") from error
    except Exception as error:
        if not is_unavailable(error):
            raise
        raise click.ClickException("the database cannot be reached, or is full") from error


def _said(callback: Callable[..., object]) -> Callable[..., object]:
    @wraps(callback)
    def said(*given: object, **named: object) -> object:
        with one_line():
            return callback(*given, **named)

    said.__in_one_line__ = True  # type: ignore[attr-defined]
    return said
