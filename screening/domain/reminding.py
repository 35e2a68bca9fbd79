"""When a patient is reminded of a question that is still open: so many days before the visit."""

from collections.abc import Sequence
from datetime import date, timedelta

LATE = timedelta(days=6)
"""What could not go out on its day goes out late, but not when it is beside the point."""


def reminder_due(days: Sequence[int], visit: date, asked_on: date, today: date) -> int | None:
    """Which of the clinic's reminders is due today, by its days before the visit; None if none is.

    Of several that were missed only the last one counts. Who was asked on that very day or after
    it needs no reminder yet.
    """
    begun = [number for number in days if visit - timedelta(days=number) <= today]
    if not begun or today >= visit:
        return None
    number = min(begun)
    its_day = visit - timedelta(days=number)
    return number if asked_on < its_day and today <= its_day + LATE else None
