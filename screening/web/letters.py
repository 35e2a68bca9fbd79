"""The text of each message: fixed words from templates/mail, and a link if it has one.

They are written as plain text, so nothing is escaped; and there is nothing to escape, since the
only values in them are our own addresses and the sender's name from the settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask

from screening.domain.mail import MailKind
from screening.web.parts import parts

SUBJECTS: Mapping[MailKind, str] = {
    MailKind.OWN_PAGE: "Something for you to read",
    MailKind.SAVED_FORM: "Your link to go on",
    MailKind.QUESTION_REMINDER: "A reminder: a question for you",
    MailKind.INVITATION: "Some questions for you",
    MailKind.PASSWORD_CHANGED: "Your password was changed",
    MailKind.PASSWORD_RESET: "A new password was set",
    MailKind.FACTOR_ADDED: "How you sign in was changed",
    MailKind.FACTOR_REMOVED: "How you sign in was changed",
    MailKind.FACTORS_RESET: "How you sign in was changed",
    MailKind.SIGN_IN_STOPPED: "Attempts to sign in were stopped",
    MailKind.SECOND_PERSON_ASKED: "A colleague needs a second person",
    MailKind.SECOND_PERSON_ANSWERED: "Your request was answered",
}


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str


def letter(app: Flask, kind: MailKind, parameters: Mapping[str, str]) -> Letter:
    """Links lead to the configured address of this installation, whoever asked from where."""
    config = parts(app).config
    plain = app.jinja_env.overlay(autoescape=False, trim_blocks=True)
    body = plain.get_template(f"mail/{kind.value}.txt").render(
        link=f"{config.base_url}{parameters.get('path', '')}",
        account=f"{config.base_url}/clinic/account/password",
        two_people=f"{config.base_url}/clinic/second-person",
        sender=config.mail_from.name if config.mail_from else "",
    )
    return Letter(SUBJECTS[kind], body.strip() + "\n")
