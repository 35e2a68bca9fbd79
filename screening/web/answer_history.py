"""How the answers changed, in words: while filling in, after a result, and when withdrawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from screening.domain.answer_events import WAYS_BACK
from screening.domain.answer_history import History, How, Stand, Step, since_result, withdrawn_at
from screening.domain.clinic import Clinic
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import OpenedSubmission, history_of
from screening.web.changes import NOT_ASKED, Change, taken_back, words_of
from screening.web.texts import long_time

NOT_RECORDED = "Not recorded"
_NO_ANSWER = {
    How.ANSWERED: NOT_ASKED,
    How.CLEARED: ["Answer taken out"],
    How.HIDDEN: ["No longer asked"],
}
URGENT = "Advice on an urgent sign was shown"


@dataclass(frozen=True, slots=True)
class AnswerHistory:
    """`after_result` are those that the flag is about; `later` all changes after a result,
    `typing` what was corrected before there was one."""

    after_result: list[Change]
    later: list[Change]
    typing: list[Change]
    withdrawn: list[Change]


def answer_history(
    opened: OpenedSubmission, library: ProtocolLibrary, clinic: Clinic
) -> AnswerHistory:
    words = _Words(library, clinic)
    until_here = [one for one in opened.editions if one.edition <= opened.record.edition]
    histories = [history_of(opened, one) for one in reversed(until_here)]
    own = sorted(histories[0], key=words.place)
    return AnswerHistory(
        after_result=list(_after_result(opened, histories, words)),
        later=[words.change(step) for step in own if step.after_result],
        typing=[words.change(step) for step in own if not step.after_result],
        withdrawn=taken_back(
            library, opened.record, lambda item, raw: words.time(_withdrawn(histories, item, raw))
        ),
    )


def _after_result(
    opened: OpenedSubmission, histories: list[History], words: "_Words"
) -> Iterator[Change]:
    """Old answer, new answer and time, of this edition and of those before, the latest first."""
    for name in opened.record.answers["context"].get("changed_after_result", ()):
        found = [steps[name] for one in histories if name in (steps := since_result(one))]
        yield from map(words.change, found)
        if not found:
            yield words.unrecorded(opened, name)


def _withdrawn(histories: list[History], item: str, raw: object) -> datetime | None:
    return next(filter(None, (withdrawn_at(steps, item, raw) for steps in histories)), None)


@dataclass(frozen=True, slots=True)
class _Words:
    library: ProtocolLibrary
    clinic: Clinic

    def change(self, step: Step) -> Change:
        then, now = self._stand(step, step.before), self._stand(step, step.now)
        question = self.library.get(step.protocol).items[step.item].wording
        return Change(question, then, now, self.time(step.at))

    def place(self, step: Step) -> tuple[datetime, int]:
        """By time, and what was changed on one page in the order of the questions."""
        return step.at, list(self.library.get(step.protocol).items).index(step.item)

    def unrecorded(self, opened: OpenedSubmission, item: str) -> Change:
        """From before changes were kept: what the submissions themselves tell."""
        said = opened.record.answers
        before = [one for one in opened.editions if one.edition == opened.record.edition - 1]
        old = said["withdrawn"].get(item, before and before[0].answers["answers"].get(item))
        version = opened.record.protocol
        asked = self.library.get(version).items[item]
        then, now = (
            words_of(self.library, version, asked, raw) for raw in (old, said["answers"].get(item))
        )
        return Change(asked.wording, then, now, NOT_RECORDED)

    def time(self, at: datetime | None) -> str:
        return long_time(at, self.clinic.time_zone) if at else NOT_RECORDED

    def _stand(self, step: Step, stand: Stand | None) -> list[str]:
        if stand is None:
            return NOT_ASKED
        asked = self.library.get(step.protocol).items[step.item]
        lines = words_of(self.library, step.protocol, asked, stand.said)
        if stand.how is How.URGENT:
            way = WAYS_BACK.get(stand.way_back)
            return [*lines, URGENT, *([f"Then the patient said: “{way}”"] if way else [])]
        return _NO_ANSWER[stand.how] if lines == NOT_ASKED else lines
