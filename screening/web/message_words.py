"""What a message is called, and why one did not get through, for whoever looks after them."""

from collections.abc import Mapping

from screening.domain.mail import MailFailure, MailKind

KINDS: Mapping[MailKind, str] = {
    MailKind.OWN_PAGE: "Link to a patient’s own page",
    MailKind.SAVED_FORM: "Link to a saved form",
    MailKind.QUESTION_REMINDER: "Reminder of a question",
    MailKind.INVITATION: "Invitation",
    MailKind.PASSWORD_CHANGED: "To staff: password changed",
    MailKind.PASSWORD_RESET: "To staff: new password set",
    MailKind.FACTOR_ADDED: "To staff: second step added",
    MailKind.FACTOR_REMOVED: "To staff: second step removed",
    MailKind.FACTORS_RESET: "To staff: second steps reset",
    MailKind.SIGN_IN_STOPPED: "To staff: sign-in stopped",
    MailKind.SECOND_PERSON_ASKED: "To staff: a second person needed",
    MailKind.SECOND_PERSON_ANSWERED: "To staff: a second person answered",
}
FAILURES: Mapping[MailFailure, str] = {
    MailFailure.UNREACHABLE: "the mail server cannot be reached",
    MailFailure.TIMED_OUT: "the mail server did not answer in time",
    MailFailure.NOT_SECURE: "the connection to the mail server is not secure",
    MailFailure.SIGN_IN_REFUSED: "the mail server does not accept our name and password",
    MailFailure.SENDER_REFUSED: "the mail server does not accept our sender address",
    MailFailure.RECIPIENT_REFUSED: "the mail server says there is no such address",
    MailFailure.MESSAGE_REFUSED: "the mail server refuses the message",
    MailFailure.NOT_NOW: "the mail server cannot take it now",
    MailFailure.BROKEN_OFF: "the connection broke off",
    MailFailure.UNREADABLE: "what is stored of it cannot be read",
    MailFailure.UNEXPECTED: "something went wrong here; the log says what",
}
