"""Proposals in words, for clinicians: what would have to be different, as a plain conditional."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from screening.domain.answer_words import answer_lines, date_text, long_date
from screening.domain.clause_words import ClauseWords
from screening.domain.conditions import Setting
from screening.domain.dates import PartialDate, is_day
from screening.domain.levels import Level
from screening.domain.proposals import Change, OtherSetting, Proposal
from screening.domain.protocol import Item, ItemKind
from screening.domain.rule_phrases import ENGLISH, Phrases
from screening.domain.situation import VISIT, Situation


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """``situation`` is the one that the proposals start from."""

    situation: Situation
    phrases: Phrases = field(default_factory=lambda: ENGLISH)

    def without_flag(self, proposal: Proposal) -> str:
        """With what would come of the overall level, where that would be another."""
        same = proposal.level is self.situation.level
        return self._sentence("if_flag" if same else "if_both", proposal)

    def lower_level(self, proposal: Proposal) -> str:
        return self._sentence("if_level", proposal)

    def _sentence(self, phrase: str, proposal: Proposal) -> str:
        level, own = self._overall(proposal.level), self._overall(self.situation.level)
        return self._say(phrase, changes=self._changes(proposal), level=level, own=own)

    def _overall(self, level: Level) -> str:
        return self.phrases["info_only" if level is Level.INFO else level.value]

    def other_setting(self, other: OtherSetting) -> str:
        words = ClauseWords(self.situation.protocol, None, self.phrases)
        text = words.of(Setting(other.name, frozenset((other.value,)))).text
        setting = text[:1].lower() + text[1:]
        if other.level is None:
            return self._say("setting_silent", setting=setting)
        return self._say("setting_level", setting=setting, level=self.phrases[other.level.value])

    def _changes(self, proposal: Proposal) -> str:
        return self.phrases["and"].join(map(self.change, proposal.changes))

    def change(self, change: Change) -> str:
        """One change as a clause: ``the visit were on 31 January 2027 or later``."""
        if change.place == VISIT:
            return self._visit(change)
        item = self.situation.protocol.items[change.place.partition(".")[0]]
        if item.kind is ItemKind.MULTI:
            return self._ticks(item, change)
        if item.kind is ItemKind.SINGLE:
            return self._single(item, change)
        return self._day(change)

    def _visit(self, change: Change) -> str:
        day = change.instead if isinstance(change.instead, date) else date.min
        key = "visit.moved" if isinstance(change.given, date) else "visit.named"
        text = self._say(key, day=long_date(day))
        later = day > self.situation.context.treatment_day
        return self._onwards(change, text, "or_later" if later else "or_earlier")

    def _day(self, change: Change) -> str:
        words = ClauseWords(self.situation.protocol, None, self.phrases)
        since, day = words.since(change.place), date_text(str(change.instead))
        text = self._say("day.is", since=since, day=day)
        text = self._onwards(change, text, "or_earlier")
        if not _may_be(change):
            return text
        return self._say("not_excluded", clause=text, answer=date_text(str(change.given)))

    def _onwards(self, change: Change, text: str, phrase: str) -> str:
        return self._say(phrase, clause=text) if change.onwards else text

    def _single(self, item: Item, change: Change) -> str:
        answer, question = self._labels(item, change.instead), item.wording
        if change.given is None:
            return self._say("answer.given", question=question, answer=answer)
        given = self._labels(item, change.given)
        return self._say("answer.is", question=question, answer=answer, given=given)

    def _ticks(self, item: Item, change: Change) -> str:
        given, instead = _ticked(change.given), _ticked(change.instead)
        if not given:
            answer = self._labels(item, instead)
            return self._say("answer.given", question=item.wording, answer=answer)
        if instead < given:
            answer = self._labels(item, given - instead)
            return self._say("ticks.without", question=item.wording, answer=answer)
        if given < instead:
            answer = self._labels(item, instead - given)
            return self._say("ticks.with", question=item.wording, answer=answer)
        answer, before = self._labels(item, instead), self._labels(item, given)
        return self._say("ticks.are", question=item.wording, answer=answer, given=before)

    def _labels(self, item: Item, raw: object) -> str:
        value = sorted(raw) if isinstance(raw, frozenset) else raw
        lines = answer_lines(self.situation.protocol, item, value)
        return self._listed(self._say("option", label=line) for line in lines)

    def _listed(self, words: Iterable[str]) -> str:
        *first, last = words
        return f"{', '.join(first)}{self.phrases['and']}{last}" if first else last

    def _say(self, phrase: str, **words: str) -> str:
        return self.phrases[phrase].format(**words)


def _may_be(change: Change) -> bool:
    """Does the month or year that was given leave room for the proposed day or one before it."""
    if not is_day(change.given) or not is_day(change.instead):
        return False
    given = PartialDate.parse(str(change.given))
    return not given.exact and given.first_day() <= date.fromisoformat(str(change.instead))


def _ticked(raw: object) -> frozenset[str]:
    return frozenset(map(str, raw)) if isinstance(raw, list) else frozenset()
