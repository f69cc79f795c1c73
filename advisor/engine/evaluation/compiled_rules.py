"""A rule set made ready for quick evaluation: which rules match is one number, with a few bits for each rule.

Such a number, a *mask*, has five fields. In the field of each side a rule has as many bits as it pushes points, so that
the sum of a side is its number of set bits. In the last field every rule has one bit, the strongest rules first, so
that the matched rules can be read off in the order in which they are told.

The answers to a few questions together leave certain rules: that mask is looked up, and made where it is not yet known.
What all answers leave has matched.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from math import comb, prod
from operator import getitem, itemgetter
from typing import Any, TypeAlias

from advisor.engine.analysis.space import band_starts
from advisor.engine.model.caching import Memo, cached_per_rule_set
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.policy import Policy, Sums
from advisor.engine.model.questions import Answers, Condition, Question, asked_questions
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Side, State

TOGETHER = 1024
"""Combinations of answers that are looked up in one step: as many as are remembered, so that all of them can be."""

FEW = 8
"""Eights of rules: so few are sooner joined as tuples than by way of a list."""

Mask: TypeAlias = int
"""Which rules match, or may still match: see above."""


class MaskStep(Memo[tuple[Any, ...], Mask]):
    """The mask that answers to some questions leave; among these are all that decide which of them are asked.

    Only answers that the questions can have are remembered: nobody can fill the memory with others, nor pass a value
    off as an answer because it is equal to one.
    """

    __slots__ = ("masks", "pick", "questions")

    def __init__(self, questions: Sequence[Question], masks: Mapping[str, Memo[Answer, Mask]]) -> None:
        super().__init__(self._masks_of, TOGETHER)
        keys = [question.key for question in questions]
        self.questions = questions
        self.masks = [(key, masks[key]) for key in keys]
        # Of a single key it would not make a tuple, so that one is picked twice; hence the zips that are not strict.
        self.pick: Callable[[Answers], tuple[Any, ...]] = itemgetter(*keys, *keys[: len(keys) == 1])

    def __missing__(self, values: tuple[Any, ...]) -> Mask:
        if all(question.allows(value) for question, value in zip(self.questions, values, strict=False)):
            return super().__missing__(values)
        return self._masks_of(values)

    def _masks_of(self, values: tuple[Any, ...]) -> Mask:
        answers = {question.key: value for question, value in zip(self.questions, values, strict=False)}
        counted = asked_questions(self.questions, answers).answers
        left = -1
        for key, masks in self.masks:
            left &= masks[counted.get(key)]
        return left


class CompiledRules:
    """What decides in a rule set that ``check`` does not block: its rules as masks, and its policy."""

    def __init__(self, rule_set: RuleSet) -> None:
        self.questions = rule_set.questions
        self.policy = Policy(rule_set.leave, rule_set.kind)
        self.in_order = rule_set.rules
        ranked = sorted(rule_set.rules, key=lambda rule: -rule.push.points)
        firsts, self._side_fields, self._rules_field = _layout(ranked)
        self._ranked = ranked
        self._eights: list[list[tuple[Rule, ...]]] = []
        conditions: dict[str, dict[Condition, Mask]] = {question.key: {} for question in rule_set.questions}
        self._able = 0
        for rank, (rule, first) in enumerate(zip(ranked, firsts, strict=True)):
            if any(condition.question not in conditions for condition in rule.when):
                continue  # what it asks for will never be known
            own = _full_mask(rule.push.points) << first | 1 << (self._rules_field + rank)
            self._able |= own
            for condition in rule.when:
                found = conditions[condition.question]
                found[condition] = found.get(condition, 0) | own
        masks = {key: Memo(_leaver(found, self._able)) for key, found in conditions.items()}
        looked_at = {key for key, found in conditions.items() if found}
        bands = {
            question.key: band_starts(question, _conditions_on(question, rule_set))
            for question in rule_set.questions
            if question.type is AnswerType.NUMBER
        }
        steps = [MaskStep(questions, masks) for questions in _group_questions(rule_set.questions, looked_at, bands)]
        self._steps = [(step.pick, step) for step in steps]
        self._unknown: dict[str, Answer] = {question.key: None for step in steps for question in step.questions}
        self._numbers = [
            (question, bands[question.key])
            for question in rule_set.questions
            if question.key in bands and question.key in self._unknown
        ]

    def match(self, answers: Answers) -> Mask:
        """The rules that match: all of their conditions hold for the answers in ``answers`` that count."""
        if self._numbers:
            answers = {
                **answers,
                **{question.key: _band(question, starts, answers) for question, starts in self._numbers},
            }
        left = self._able
        try:
            for pick, step in self._steps:  # as ``_left`` does; a call of it would cost as much as a step
                left &= step[pick(answers)]
        except (KeyError, TypeError):  # a question is left out, or an answer cannot be looked up
            pass
        else:
            return left
        try:
            return self._rules_left({**self._unknown, **answers})
        except TypeError:  # such an answer is none
            return self._rules_left({**self._unknown, **asked_questions(self.questions, answers).answers})

    def _rules_left(self, answers: Answers) -> Mask:
        """The rules that answers leave. Raises KeyError where one is not there, TypeError where one has no hash."""
        left = self._able
        for pick, step in self._steps:
            left &= step[pick(answers)]
        return left

    def sums(self, matched: Mask) -> Sums:
        """What the matched rules push."""
        bpo, kpo, keep, both = self._side_fields
        return (
            (matched & bpo).bit_count(),
            (matched & kpo).bit_count(),
            (matched & keep).bit_count(),
            (matched & both).bit_count() if both else 0,  # most rule sets have none: not worth a call
        )

    def ranks(self, matched: Mask) -> Mask:
        """One bit for each rule, the strongest lowest; equals keep the order of the rule set."""
        return matched >> self._rules_field

    def read(self, matched: Mask) -> tuple[Rule, ...]:
        """The matched rules, most points first; equals keep the order of the rule set."""
        eights = self._eights or self._make_eights()
        chunks = map(getitem, eights, (matched >> self._rules_field).to_bytes(len(eights), "little"))
        if len(eights) <= FEW:
            return sum(chunks, ())
        read: list[Rule] = []
        for chunk in chunks:
            read += chunk
        return tuple(read)

    def _make_eights(self) -> list[list[tuple[Rule, ...]]]:
        """For every eight ranked rules, those that each byte stands for: made when first read, since they are large."""
        ranked = self._ranked
        self._eights = [_choices(ranked[first : first + 8]) for first in range(0, len(ranked), 8)]
        return self._eights


compiled_rules = cached_per_rule_set(CompiledRules)


def _layout(ranked: Sequence[Rule]) -> tuple[list[int], list[Mask], int]:
    """Where each rule's bits begin in the field of its side; each of those fields as a mask of ones; their end."""
    firsts = [0] * len(ranked)
    fields = []
    end = 0
    for side in Side:
        start = end
        for rank, rule in enumerate(ranked):
            if rule.push.side is side:
                firsts[rank] = end
                end += rule.push.points
        fields.append(_full_mask(end - start) << start)
    return firsts, fields, end


def _full_mask(number: int) -> Mask:
    return (1 << number) - 1


def _group_questions(
    questions: Sequence[Question], looked_at: Iterable[str], bands: Mapping[str, Sequence[int]]
) -> list[tuple[Question, ...]]:
    """The questions that rules look at, each with those that decide whether it is asked; several in a step where they
    have no more than ``TOGETHER`` combinations of answers.
    """
    wanted = set(looked_at)
    found: list[set[str]] = []
    for question in questions:
        if question.key not in wanted:
            continue
        keys = _with_leading(question, questions)
        if found and _combinations(questions, found[-1] | keys, bands) <= TOGETHER:
            found[-1] |= keys
        else:
            found.append(keys)
    return [tuple(question for question in questions if question.key in keys) for keys in found]


def _with_leading(question: Question, questions: Sequence[Question]) -> set[str]:
    """Its key, and those of the questions that decide whether it is asked."""
    by_key = {question.key: question for question in questions}
    keys: set[str] = set()
    waiting = [question.key]
    while waiting:
        key = waiting.pop()
        if key in by_key and key not in keys:
            keys.add(key)
            waiting += [condition.question for condition in by_key[key].asked_when]
    return keys


def _combinations(questions: Sequence[Question], keys: AbstractSet[str], bands: Mapping[str, Sequence[int]]) -> int:
    """How many answers these questions can have together; "I'm not sure" is one of each."""
    return prod(1 + _answers(question, bands) for question in questions if question.key in keys)


def _answers(question: Question, bands: Mapping[str, Sequence[int]]) -> int:
    number = len(question.options)
    match question.type:
        case AnswerType.NUMBER:
            return len(bands[question.key])
        case AnswerType.CHOICE:
            return number
        case AnswerType.CHOICES:
            most = number if question.most is None else question.most
            return sum(comb(number, chosen) for chosen in range(most + 1))


def _leaver(conditions: Mapping[Condition, Mask], able: Mask) -> Callable[[Answer], Mask]:
    """What makes the mask of an answer that counts: ``able`` without the rules a condition of which does not hold."""

    def leave(answer: Answer) -> Mask:
        out = 0
        for condition, rules in conditions.items():
            if condition.state({condition.question: answer}) is not State.MATCHED:
                out |= rules
        return able & ~out

    return leave


def _choices(rules: Iterable[Rule]) -> list[tuple[Rule, ...]]:
    """Every choice among the rules, at the number whose bits it is."""
    choices: list[tuple[Rule, ...]] = [()]
    for rule in rules:
        choices += [(*choice, rule) for choice in choices]
    return choices


def _conditions_on(question: Question, rule_set: RuleSet) -> list[Condition]:
    holders = [*(rule.when for rule in rule_set.rules), *(other.asked_when for other in rule_set.questions)]
    return [condition for condition in chain.from_iterable(holders) if condition.question == question.key]


def _band(question: Question, starts: Sequence[int], answers: Answers) -> Answer:
    """The number that stands for all of the same band, since each number that is given would be remembered."""
    number = answers.get(question.key)
    if isinstance(number, int) and question.allows(number):
        return starts[max(bisect_right(starts, number) - 1, 0)]
    return None
