"""The command line for accounts: the first one, and the way back for a lead who is alone."""

import click
from flask.cli import with_appcontext

from screening.domain.audit import SYSTEM
from screening.domain.staff import ROLES
from screening.services.accounts import EmailTaken, create_staff, first_roles
from screening.services.people import make_link, reset_factors
from screening.services.switching_two import switch_off_alone
from screening.storage.accounts import find_account
from screening.web.parts import parts


@click.command("create-staff")
@click.argument("name")
@click.argument("email")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="May be repeated.")
@with_appcontext
def create_staff_account(name: str, email: str, roles: tuple[str, ...]) -> None:
    """Create an account and print its one-time set-up link, good for 60 minutes.

    Without --role: a clinician, and the lead as well where there is none yet.
    """
    whole = parts()
    try:
        with whole.database.write() as session:
            given = frozenset(roles) or first_roles(session)
            token = create_staff(session, name, email, whole.clock(), whole.tokens, roles=given)
    except (EmailTaken, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{whole.config.base_url}/clinic/set-up/{token}")


@click.command("reset-staff")
@click.argument("email")
@click.option("--second-factor", is_flag=True, help="Forget their second factor as well.")
@with_appcontext
def reset_staff(email: str, second_factor: bool) -> None:
    """Print a one-time link for a new password, for a lead whom nobody else can help."""
    whole = parts()
    with whole.database.write() as session:
        account, now = find_account(session, email), whole.clock()
        if account is None:
            raise click.ClickException("There is no account with this e-mail address.")
        if second_factor:
            reset_factors(session, account.staff.id, now, whole.tokens, SYSTEM)
        token, _ = make_link(session, account.staff.id, now, whole.tokens, SYSTEM)
    click.echo(f"{whole.config.base_url}/clinic/set-up/{token}")


@click.command("one-person-is-enough")
@click.confirmation_option(prompt="One lead alone can erase and copy from then on. Go on?")
@with_appcontext
def need_no_second_person() -> None:
    """Switch the second person off where nobody is left to confirm it; what waits becomes void."""
    whole = parts()
    with whole.database.write() as session:
        was_on = switch_off_alone(session, SYSTEM, whole.clock())
    click.echo("Switched off." if was_on else "It was off already.")
