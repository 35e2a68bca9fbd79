"""Rules in plain words, generated from their conditions and from nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from screening.domain.clause_words import ClauseWords
from screening.domain.clauses import Clause
from screening.domain.conditions import AllOf, Always, Facts
from screening.domain.protocol import Process, Rule, ScreeningProtocol
from screening.domain.rule_phrases import ENGLISH, Phrases


@dataclass(frozen=True, slots=True)
class RuleWords:
    """With ``facts`` each clause also says whether it holds for these answers."""

    protocol: ScreeningProtocol
    facts: Facts | None = None
    phrases: Phrases = field(default_factory=lambda: ENGLISH)

    @property
    def clauses(self) -> ClauseWords:
        return ClauseWords(self.protocol, self.facts, self.phrases)

    def rule(self, rule: Rule) -> Clause:
        """The whole rule: what must be answered, and what must not be over."""
        if rule.process is not None:
            return self._process(rule)
        if not rule.since:
            return self.clauses.of(rule.when)
        dated = self._dated(rule)
        if isinstance(rule.when, Always):
            return dated
        when = self.clauses.of(rule.when)
        if isinstance(rule.when, AllOf):
            return Clause(self.phrases["all"], (*when.parts, dated))
        return Clause(self.phrases["both"], (when, dated))

    def _dated(self, rule: Rule) -> Clause:
        """The clause about the day, with the waits that it chooses between where there are."""
        words, only = self.clauses, len(rule.waits) == 1
        text = self.phrases["before" if only else "before_any"].format(
            days=words.either_day(rule.checked_on),
            wait=self.wait(rule, 0),
            since=words.since(rule.since),
        )
        text = text[:1].upper() + text[1:]
        if rule.fires_without_date:
            text = self.phrases["without_date"].format(clause=text)
        return Clause(text, () if only else tuple(self.waits(rule)))

    def waits(self, rule: Rule) -> Iterator[Clause]:
        """The waits that the rule chooses between, in the order in which they are tried."""
        for place, (condition, _) in enumerate(rule.waits):
            if isinstance(condition, Always):
                yield Clause(self.phrases["wait_else"].format(wait=self.wait(rule, place)))
            else:
                text = self.phrases["wait_where"].format(wait=self.wait(rule, place))
                yield Clause(text, (self.clauses.of(condition),))

    def wait(self, rule: Rule, place: int) -> str:
        _, key = rule.waits[place]
        return self.clauses.wait(self.protocol.waits[key].wait)

    def _process(self, rule: Rule) -> Clause:
        process = rule.process
        if process is Process.UNSURE:
            return Clause(self.phrases[f"unsure.{rule.unsure}"])
        if process is Process.OLD_ANSWERS:
            return Clause(self.phrases["old_answers"].format(wait=self.wait(rule, 0)))
        if process is Process.CONTRADICTION:
            return self._contradiction()
        return Clause(self.phrases[process.value if process else "always"])

    def _contradiction(self) -> Clause:
        """Every declared contradiction, or those that hold for these answers."""
        declared = [self.clauses.of(one.when) for one in self.protocol.contradictions]
        held = tuple(one for one in declared if self.facts is None or one.holds)
        alone = Clause(self.phrases["contradiction.alone"])
        return Clause(self.phrases["contradiction"], held or (alone,))
