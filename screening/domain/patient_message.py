"""The words that a patient reads about a decision where the clinician writes none of their own.

They name no treatment, no reason and no diagnosis: whoever looks over a shoulder learns nothing.
"""

from datetime import date

from screening.domain.grounds import Disposition

_READ = "A clinician has read your answers."
_AGAIN = "On the day we will ask a few of the questions again before anything is done."
_TELL = "If anything changes before then, please tell us: {phone}."
_PLANNED = "Please come to your visit on {visit} as planned."
_UNPLANNED = "Please call us on {phone} to plan your visit."
_WORDS = {
    Disposition.PROCEED: f"{_READ} {{coming}}\n\n{_AGAIN} {_TELL}",
    Disposition.PROCEED_WITH_PRECAUTIONS: (
        f"{_READ} {{coming}} We will take a few extra steps and talk them through with you."
        f"\n\n{_AGAIN} {_TELL}"
    ),
    Disposition.DEFER: (
        f"{_READ} We would like to wait a while before your visit. "
        "The earliest date to talk about is {until}.\n\n"
        "Please call us on {phone} to plan a new day, or if you have any question."
    ),
    Disposition.DO_NOT_TREAT: (
        f"{_READ} As things stand, we would rather not go ahead.\n\n"
        "Please call us on {phone}. We will explain why, and talk about what else may help."
    ),
    Disposition.ASK_PATIENT: (
        f"{_READ} Before we can go on we have a question for you.\n\n"
        "Please answer it on this page, or call us on {phone}."
    ),
}


def default_message(
    disposition: Disposition, phone: str, visit: date | None, until: date | None
) -> str:
    """Plain and short, with the clinic's phone."""
    coming = _PLANNED if visit else _UNPLANNED
    return _WORDS[disposition].format(
        coming=coming.format(visit=_day(visit), phone=phone), phone=phone, until=_day(until)
    )


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "a day to be agreed"
