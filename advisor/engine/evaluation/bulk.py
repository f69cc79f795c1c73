"""The advice on many work items at once, with the rules, risks and disagreements behind it: as each gets it alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np

from advisor.engine.evaluation.advice import guidance_of_advice, usual_process
from advisor.engine.evaluation.batch import AnswerTable
from advisor.engine.evaluation.compiled_rules import compiled_rules
from advisor.engine.evaluation.evaluate import combine_kinds, combine_outcomes
from advisor.engine.evaluation.groups import Bools, ConditionGroups, counted_answers, with_answers
from advisor.engine.evaluation.risks import MOST
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.caching import Memo, cached_per_rule_set
from advisor.engine.model.evidence import Disagreement, Grade, Guidance, Risk
from advisor.engine.model.operators import Answer
from advisor.engine.model.policy import Points, PolicyDecision, Sums
from advisor.engine.model.questions import Section
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import DoneBy, Kind, Outcome, Side, Strength

_OUTCOMES, _STRENGTHS, _GRADES = list(Outcome), list(Strength), list(Grade)


@dataclass(slots=True)
class BulkAdvice:
    """The advice on a process, or on a part of one.

    ``parts`` are those of a process that has several; ``part`` is the name of one. ``rules`` matched, most points
    first, and is empty where there are several parts: they have their own. ``risks`` are those that are told; of a
    part, those among them that show in it.
    """

    part: str
    outcome: Outcome
    kind: Kind
    strength: Strength
    points: Points
    unanswered: tuple[str, ...]
    done_by: DoneBy | None
    rules: tuple[Rule, ...] = ()
    parts: "tuple[BulkAdvice, ...]" = ()
    risks: tuple[Risk, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    guidance: tuple[Guidance, ...] = ()

    @property
    def pieces(self) -> "tuple[BulkAdvice, ...]":
        """The parts, or the advice itself where the process is in one piece."""
        return self.parts or (self,)

    @property
    def named_parts(self) -> "tuple[BulkAdvice, ...]":
        """The parts that are told apart, or that have a name."""
        return self.parts or ((self,) if self.part else ())

    def reasons(self) -> list[tuple[str, Rule]]:
        """The matched rules of all pieces, each with its part; equals keep the order of the parts and of the rules."""
        found = [(piece.part, rule) for piece in self.pieces for rule in piece.rules]
        if self.parts:
            found.sort(key=lambda pair: -pair[1].push.points)
        return found


def advise_many(rule_set: RuleSet, items: Sequence[WorkItem], *, explained: bool) -> list[BulkAdvice]:
    """The advice on each; only where it is to be ``explained``, also rules, risks, disagreements and guidance."""
    if not items:
        return []
    ready = _ready(rule_set)
    named = [item.parts or (("", {}),) for item in items]
    answers = [
        {**item.answers, **own} if own else item.answers
        for item, parts in zip(items, named, strict=True)
        for _, own in parts
    ]
    table, asked = counted_answers(rule_set.questions, answers)
    held = ready.rules.groups_held(table)
    decided = [ready.decisions[its] for its in ready.sums(held)]
    unanswered, done_by = ready.unanswered_keys(table, asked), ready.done_by(table)
    matched = list(_by_row(held, ready.ranked)) if explained else [()] * len(answers)
    pieces = [
        BulkAdvice(part, decision.outcome, decision.kind, decision.strength, points, unknown, who, rules)
        for (part, _), (points, decision), unknown, who, rules in zip(
            (pair for parts in named for pair in parts), decided, unanswered, done_by, matched, strict=True
        )
    ]
    ends = list(accumulate(map(len, named)))
    advices = [_combine(pieces[end - len(parts) : end]) for parts, end in zip(named, ends, strict=True)]
    if explained:
        ready.tell(items, advices, table)
    return advices


def judge_many(
    rule_set: RuleSet, table: AnswerTable, asked: dict[str, Bools]
) -> Iterator[tuple[Sums, tuple[Points, PolicyDecision], tuple[str, ...], DoneBy | None]]:
    """For each item in one piece the sums, what the policy says of them, the core questions that are unknown, and who
    does the work; from the answers that count and the questions that are asked.
    """
    ready = _ready(rule_set)
    sums = ready.sums(ready.rules.groups_held(table))
    decided = map(ready.decisions.__getitem__, sums)
    return zip(sums, decided, ready.unanswered_keys(table, asked), ready.done_by(table), strict=True)


def _combine(pieces: Sequence[BulkAdvice]) -> BulkAdvice:
    """The advice on a process from that on its pieces, as ``combine`` says."""
    if len(pieces) == 1:
        return pieces[0]
    points = [piece.points for piece in pieces]
    return BulkAdvice(
        "",
        combine_outcomes({piece.outcome for piece in pieces}),
        combine_kinds({piece.kind for piece in pieces}),
        min((piece.strength for piece in pieces), key=_STRENGTHS.index),
        Points(
            sum(p.bpo for p in points),
            sum(p.kpo for p in points),
            sum(p.keep for p in points),
            sum(p.both for p in points),
        ),
        tuple(dict.fromkeys(key for piece in pieces for key in piece.unanswered)),
        pieces[0].done_by if len({piece.done_by for piece in pieces}) == 1 else None,
        parts=tuple(pieces),
    )


def _by_row(held: Bools, things: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """For each row the things whose columns hold."""
    found = [things[column] for column in np.nonzero(held)[1].tolist()]
    start = 0
    for end in np.cumsum(held.sum(axis=1)).tolist():
        yield tuple(found[start:end])
        start = end


class _BulkRules:
    """A rule set that ``check`` does not block, made ready for many items."""

    def __init__(self, rule_set: RuleSet) -> None:
        self._rule_set = rule_set
        self.decisions = compiled_rules(rule_set).policy.decisions
        self.ranked = sorted(rule_set.rules, key=lambda rule: -rule.push.points)
        self.rules = ConditionGroups(rule.when for rule in self.ranked)
        sides = list(Side)
        self.pushes = np.zeros((len(self.ranked), len(sides)), np.float32)  # sums stay far below what it keeps exactly
        for row, rule in zip(self.pushes, self.ranked, strict=True):
            row[sides.index(rule.push.side)] = rule.push.points
        self._core = [question.key for question in rule_set.questions if question.section is Section.CORE]
        self._unknown: Memo[bytes, tuple[str, ...]] = Memo(self._keys, limit=1 << 16)
        self._names = [question.key for question in rule_set.section(Section.NAME)]
        self._who = [q.key for q in rule_set.questions if any(option.done_by for option in q.options)]
        self._told: list[Disagreement | Guidance] = [*rule_set.disagreements, *guidance_of_advice(rule_set)]
        self._fits: Memo[tuple[int, Outcome, Outcome, Kind], bool] = Memo(self._fit, limit=1 << 16)
        self._told_when = ConditionGroups(it.when for it in self._told)
        self._risks = _BulkRisks(rule_set)

    def sums(self, held: Bools) -> list[Sums]:
        """The points for each side, of the rules that hold for each item."""
        found = (held.astype(np.float32) @ self.pushes).astype(np.int64)
        return list(zip(*found.T.tolist(), strict=True))

    def _fit(self, key: tuple[int, Outcome, Outcome, Kind]) -> bool:
        place, of_item, of_piece, kind = key
        it = self._told[place]
        if not it.outcomes or of_item in it.outcomes or of_piece in it.outcomes:
            return True
        return isinstance(it, Disagreement) and Outcome(kind.value) in it.outcomes

    def unanswered_keys(self, table: AnswerTable, asked: dict[str, Bools]) -> list[tuple[str, ...]]:
        """For each item the core questions that were asked and are unknown."""
        unknown = np.zeros((table.size, len(self._core)), bool)
        for place, key in enumerate(self._core):
            column = table.columns.get(key)
            unknown[:, place] = asked[key] if column is None else asked[key] & (column.numbers == 0)
        if not self._core:
            return [()] * table.size
        packed = np.packbits(unknown, axis=1, bitorder="little")
        width = packed.shape[1]
        data = packed.tobytes()
        return [self._unknown[data[start : start + width]] for start in range(0, len(data), width)]

    def done_by(self, table: AnswerTable) -> list[DoneBy | None]:
        """For each item who does the work."""
        found: list[DoneBy | None] = [None] * table.size
        for key in self._who:
            if (column := table.columns.get(key)) is not None:
                of_answers = [self._rule_set.done_by({key: answer}) for answer in column.answers]
                found = [one or of_answers[number] for one, number in zip(found, column.numbers.tolist(), strict=True)]
        return found

    def _keys(self, bits: bytes) -> tuple[str, ...]:
        number = int.from_bytes(bits, "little")
        return tuple(key for place, key in enumerate(self._core) if number >> place & 1)

    def tell(self, items: Sequence[WorkItem], advices: Sequence[BulkAdvice], table: AnswerTable) -> None:
        """Add what is told beside the verdict."""
        suggested: dict[str, dict[int, str]] = {}
        picks = {key: self._answers(table, key) for key in self._names if key in table.columns}
        place = 0
        for item, advice in zip(items, advices, strict=True):
            picked = {key: answers[place] for key, answers in picks.items() if answers[place] is not None}
            usual = usual_process(self._rule_set, item.process, picked)
            if usual is not None:
                key, option, _ = usual
                suggested.setdefault(key, {}).update(
                    dict.fromkeys(range(place, place + len(advice.pieces)), option.key)
                )
            place += len(advice.pieces)
        with_usual = table
        for key, answers in suggested.items():
            with_usual = with_answers(with_usual, key, answers)
        told = _by_row(self._told_when.groups_held(with_usual), range(len(self._told)))
        first_guidance = len(self._rule_set.disagreements)
        for advice in advices:
            found = [
                it
                for piece, those in zip(advice.pieces, told, strict=False)
                for it in those
                if self._fits[it, advice.outcome, piece.outcome, piece.kind]
            ]
            if advice.parts:
                found = sorted(set(found))
            advice.disagreements = tuple(self._rule_set.disagreements[it] for it in found if it < first_guidance)
            advice.guidance = tuple(self._told[it] for it in found if it >= first_guidance)
        self._risks.tell(advices, table)

    @staticmethod
    def _answers(table: AnswerTable, key: str) -> list[Answer]:
        column = table.columns[key]
        return [column.answers[number] for number in column.numbers.tolist()]


_ready: Callable[[RuleSet], _BulkRules] = cached_per_rule_set(_BulkRules)


class _BulkRisks:
    """The risks of a rule set, as ``risks_shown`` tells them."""

    def __init__(self, rule_set: RuleSet) -> None:
        self._risks = rule_set.risks
        groups: list[Sequence[Any]] = []

        def places(own: Sequence[Sequence[Any]]) -> list[int]:
            start = len(groups)
            groups.extend(group for group in own if group)  # one without conditions says nothing
            return list(range(start, len(groups)))

        self._places = [(places(risk.shows), places(risk.more), places(risk.unless)) for risk in rule_set.risks]
        self._groups = ConditionGroups(groups)
        self._with = np.array([[it in risk.outcomes for risk in rule_set.risks] for it in _OUTCOMES], bool)
        self._last = np.array([_GRADES.index(risk.grade) * len(rule_set.risks) for risk in rule_set.risks], np.int64)

    def tell(self, advices: Sequence[BulkAdvice], table: AnswerTable) -> None:
        """Add the risks that are told of each process, and to each part those that show in it."""
        if not self._risks:
            return
        held = self._groups.groups_held(table)
        shows, more, unless = (
            np.stack([held[:, own[which]].sum(axis=1) for own in self._places], axis=1) for which in range(3)
        )
        pieces = [piece for advice in advices for piece in advice.pieces]
        of_piece = [_OUTCOMES.index(piece.outcome) for piece in pieces]
        of_item = [_OUTCOMES.index(advice.outcome) for advice in advices for _ in advice.pieces]
        with_outcome = self._with[of_piece] | self._with[of_item]
        leaving = [
            piece.outcome is not Outcome.KEEP or all(it.outcome is Outcome.KEEP for it in advice.pieces)
            for advice in advices
            for piece in advice.pieces
        ]
        at_risk = ((shows > 0) | with_outcome) & (unless == 0) & np.array(leaving)[:, None]
        starts = [0, *accumulate(len(advice.pieces) for advice in advices)][:-1]
        shown = np.logical_or.reduceat(at_risk, starts)
        weight = np.maximum.reduceat(np.where(at_risk, more, 0), starts)
        # The weightiest first; of equal weight the one on firmer ground, then in their order.
        most = len(self._risks)
        order = -weight.astype(np.int64) * most * (len(_GRADES) + 1) + self._last + np.arange(most)
        first = np.argsort(np.where(shown, order, np.iinfo(np.int64).max), axis=1)[:, :MOST].tolist()
        numbers = np.minimum(shown.sum(axis=1), MOST).tolist()
        for advice, start, ranked, number in zip(advices, starts, first, numbers, strict=True):
            advice.risks = tuple(self._risks[place] for place in ranked[:number])
            for at, piece in enumerate(advice.pieces, start=start):
                piece.risks = tuple(self._risks[place] for place in ranked[:number] if at_risk[at, place])
