"""A clinic's adjustment as it is typed: a wait that gets longer, or a level that gets higher."""

from collections.abc import Mapping

from screening.domain.adjustments import AdjustmentRefused, Adjustments
from screening.domain.dates import Wait
from screening.domain.protocol import Level, ScreeningProtocol
from screening.storage.database import Session
from screening.storage.protocol_life import list_adjusted_versions

ADJUST_NAMES = {"csrf_token", "kind", "wait", "amount", "unit", "rule", "level", "reason"}
UNITS = ("days", "months")
NO_NUMBER = "give a whole number of days or months"
NO_LEVEL = "choose a level"


def read_adjustment(
    session: Session, protocol: ScreeningProtocol, form: Mapping[str, str]
) -> Adjustments:
    """The version's adjustments with this one; raises AdjustmentRefused where it is none."""
    made = list_adjusted_versions(session, protocol.key)
    so_far = made[0].adjustments if made else Adjustments()
    if form.get("kind") == "wait":
        key = form.get("wait", "")
        return so_far.with_wait(key, _wait(key, form))
    rule, level = form.get("rule", ""), form.get("level", "")
    if level not in [one.value for one in Level]:
        raise AdjustmentRefused({rule: NO_LEVEL})
    return so_far.with_level(rule, Level(level))


def _wait(key: str, form: Mapping[str, str]) -> Wait:
    amount, unit = form.get("amount", "").strip(), form.get("unit", "")
    if unit not in UNITS or not (amount.isascii() and amount.isdecimal() and len(amount) < 6):
        raise AdjustmentRefused({key: NO_NUMBER})
    try:
        return Wait(**{unit: int(amount)})
    except ValueError as error:
        raise AdjustmentRefused({key: str(error)}) from error
