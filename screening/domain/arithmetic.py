"""The arithmetic of days behind a flag, step by step, told from the values that the engine used."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from screening.domain.answer_words import MONTHS, date_text, long_date
from screening.domain.clause_words import ClauseWords
from screening.domain.conditions import Always, LongerAgo, YoungerThan, leaves
from screening.domain.dates import UNKNOWN, PartialDate, Wait
from screening.domain.firing import Firing
from screening.domain.process_rules import Case, last_day_of_answers, needing_a_date
from screening.domain.protocol import Process, Rule
from screening.domain.reckoning import Reckoning, chosen_wait
from screening.domain.rule_phrases import Phrases


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps to be read with arrows between; ``clear_date`` is where a wait ends, if it is one."""

    steps: tuple[str, ...]
    clear_date: date | None = None

    @property
    def line(self) -> str:
        return " → ".join(self.steps)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    case: Case
    phrases: Phrases

    def of(self, firing: Firing) -> tuple[Chain, ...]:
        """Every chain of days that the rule went through; empty where it reads no day."""
        rule = firing.rule
        if rule.process is Process.OLD_ANSWERS:
            return (self._old_answers(rule),)
        if rule.process is Process.UNKNOWN_DATE:
            return tuple(map(self._unknown, needing_a_date(self.case)))
        ages = tuple(self._ages(rule))
        if firing.reckoning is not None:
            return (*ages, self._reckoned(rule, firing.reckoning))
        if rule.since and firing.said is not None:
            return (*ages, Chain((self._said(rule.since, firing.said), self._say("no_day"))))
        return ages

    @property
    def _words(self) -> ClauseWords:
        return ClauseWords(self.case.protocol, self.case.facts, self.phrases)

    def _reckoned(self, rule: Rule, reckoning: Reckoning) -> Chain:
        steps = [self._said(rule.since, reckoning.said)]
        if reckoning.approximate:
            key = "capped" if reckoning.capped else "latest"
            steps.append(self._say(key, day=long_date(reckoning.latest)))
        steps.append(self._wait(rule, reckoning))
        steps.extend(self._no_such_day(reckoning.latest, reckoning.wait, reckoning.clear_date))
        steps.append(self._held_against(reckoning.clear_date, rule.checked_on))
        return Chain(tuple(steps), reckoning.clear_date)

    def _wait(self, rule: Rule, reckoning: Reckoning) -> str:
        wait, condition = self._words.wait(reckoning.wait), rule.waits[reckoning.place][0]
        if not isinstance(condition, Always):
            reason = self._words.of(condition).line
            return self._say("plus_because", wait=wait, reason=reason)
        return self._say("plus" if len(rule.waits) == 1 else "plus_otherwise", wait=wait)

    def _no_such_day(self, start: date, wait: Wait, end: date) -> Iterator[str]:
        """Says so where the day number does not exist in the month that was reached."""
        if wait.months and end.day != start.day:
            month = MONTHS[(start.month - 1 + wait.months) % 12]
            yield self._say("no_such_day", day=str(start.day), month=month)

    def _ages(self, rule: Rule) -> Iterator[Chain]:
        """The birthdays and limits that the conditions of the rule reckon with."""
        for leaf in leaves(rule.when):
            if isinstance(leaf, YoungerThan):
                yield from self._birthday(leaf)
            elif isinstance(leaf, LongerAgo):
                yield from self._long_ago(leaf)

    def _birthday(self, leaf: YoungerThan) -> Iterator[Chain]:
        born, birthday = self.case.facts.values.get(leaf.item), leaf.birthday(self.case.facts)
        if isinstance(born, date) and birthday is not None:
            wait = Wait(months=12 * leaf.years)
            steps = (self._said(leaf.item, born), self._say("plus", wait=self._words.wait(wait)))
            missing = self._no_such_day(born, wait, birthday)
            yield Chain((*steps, *missing, self._held_against(birthday, leaf.on)))

    def _long_ago(self, leaf: LongerAgo) -> Iterator[Chain]:
        event, today = self.case.facts.values.get(leaf.item), self.case.context.completed_on
        if isinstance(event, PartialDate) and leaf.long_ago(event, today):
            latest = min(event.last_day(), today)
            said = self._said(leaf.item, event)
            plus = self._say("plus", wait=self._words.wait(leaf.than))
            days = self._day("completion")
            end = self._say("earlier", day=long_date(leaf.than.after(latest)), days=days)
            between = () if event.exact else (self._say("latest", day=long_date(latest)),)
            yield Chain((said, *between, plus, end))

    def _old_answers(self, rule: Rule) -> Chain:
        last = last_day_of_answers(rule, self.case)
        _, key = rule.waits[chosen_wait(rule, self.case.facts)]
        wait = self._words.wait(self.case.protocol.waits[key].wait)
        oldest = self._say("oldest", day=long_date(self.case.context.oldest_answers))
        end = self._say("earlier", day=long_date(last), days=self._day("treatment"))
        return Chain((oldest, self._say("plus", wait=wait), end))

    def _unknown(self, rule: Rule) -> Chain:
        """A dated rule that would need the day which is not known."""
        _, key = rule.waits[chosen_wait(rule, self.case.facts)]
        wait = self._words.wait(self.case.protocol.waits[key].wait)
        return Chain(
            (self._said(rule.since, UNKNOWN), self._say("needed", wait=wait, rule=rule.id))
        )

    def _said(self, since: str, said: object) -> str:
        answer = date_text(str(said))
        return self._say("said", since=self._words.since(since), answer=answer)

    def _held_against(self, clear: date, names: tuple[str, ...]) -> str:
        """``31 January 2027 > visit 18 January 2027``; of several days, those that decide."""
        days = self.case.facts.days
        waiting = [name for name in names if days[name] < clear]
        shown = self.phrases["listing"].join(self._day(name) for name in waiting or names)
        return self._say("later" if waiting else "not_later", clear=long_date(clear), days=shown)

    def _day(self, name: str) -> str:
        day = long_date(self.case.facts.days[name])
        if name == "treatment" and self.case.context.treatment_date is None:
            return self._say("no_visit", day=day)
        return self._say(f"on.{name}", day=day)

    def _say(self, phrase: str, **words: str) -> str:
        return self.phrases[phrase].format(**words)
