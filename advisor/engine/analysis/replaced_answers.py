"""Answers of several people to the same questions: where they differ, and what each difference does to the advice.

One set of answers is the base. Others are put in place of its answers, one, several or all of them, and the advice is
given anew: what is said here is exact, for it is nothing but that advice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import comb
from typing import TypeAlias, TypeVar

from advisor.engine.evaluation.compiled_rules import compiled_rules
from advisor.engine.evaluation.evaluate import Recommendation, evaluate, evaluate_parts
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Question, Scope, Section, asked_questions
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Outcome, Side

Place: TypeAlias = tuple[str, int | None]
"""A question by its key, and the position of the part of which it is asked; None where that is the whole process."""

TRIES, RULE_TRIES = 2_000, 2_000
"""Combinations of answers, and of rules, that are tried in the search for the fewest that turn the advice."""


class Reach(StrEnum):
    """How far another answer reaches; the first that applies."""

    OUTCOME = "outcome"
    """The process, or a part of it, gets another advice."""
    STRENGTH = "strength"
    """The advice stays; how clear it is, or which kind of work it speaks for, does not."""
    POINTS = "points"
    """Only the points differ."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class RuleTurn:
    """A rule that matches after the answers were replaced (``comes``) and did not before, or the other way round."""

    rule: Rule
    part: int
    comes: bool


@dataclass(frozen=True, slots=True)
class Replacement:
    """The advice before and after answers were replaced.

    ``rules`` are the fewest whose turn alone makes the difference, where the outcome is another one: of equally few the
    first in the order of the rule set, and all that turn where they are too many to search.
    """

    before: Recommendation
    after: Recommendation
    reach: Reach
    rules: tuple[RuleTurn, ...] = ()


@dataclass(frozen=True, slots=True)
class Fewest:
    """How many places it takes to do something (0: it is done without), and all sets of that size that do it.

    Without any sets fewer than ``size`` do not, and no more is known.
    """

    size: int
    sets: tuple[tuple[Place, ...], ...]


def places_asked(rule_set: RuleSet, items: Iterable[WorkItem]) -> tuple[Place, ...]:
    """Every question that any of the items leads to, but for those of the name, in the order in which they are asked.

    The items have equally many parts.
    """
    found: set[Place] = set()
    parts = 0
    for item in items:
        parts = max(parts, len(item.parts))
        for position, answers in enumerate(_of_each_part(item)):
            for question in asked_questions(rule_set.questions, answers).questions:
                if question.section is not Section.NAME:
                    found.add((question.key, position if item.parts and question.scope is Scope.PART else None))
    order: list[Place] = [(question.key, None) for question in rule_set.questions]
    order += [(question.key, part) for part in range(parts) for question in rule_set.questions]
    return tuple(place for place in order if place in found)


def answer_at(item: WorkItem, place: Place) -> tuple[bool, Answer]:
    """Whether a question was answered, and with what; "I'm not sure" is an answer, and None."""
    key, part = place
    if part is None:
        return key in item.answers, item.answers.get(key)
    own = item.parts[part][1]
    return key in own, own.get(key)


def with_answers(item: WorkItem, other: WorkItem, places: Iterable[Place]) -> WorkItem:
    """The item with the answers that ``other`` has at these places; what it does not answer stays as it is."""
    whole, parts = dict(item.answers), [dict(own) for _name, own in item.parts]
    for place in places:
        is_answered, answer = answer_at(other, place)
        if is_answered:
            key, part = place
            (whole if part is None else parts[part])[key] = answer
    named = tuple((name, own) for (name, _own), own in zip(item.parts, parts, strict=True))
    return WorkItem(item.process, whole, named)


def differing_places(base: WorkItem, other: WorkItem, places: Iterable[Place]) -> tuple[Place, ...]:
    """The places at which ``other`` has an answer that the base does not have."""
    return tuple(
        place for place in places if answer_at(other, place)[0] and answer_at(other, place) != answer_at(base, place)
    )


def replace_answers(rule_set: RuleSet, base: WorkItem, other: WorkItem, places: Iterable[Place]) -> Replacement:
    """Put the answers of ``other`` at these places into the base, and hold both advices against each other."""
    before = _advice(rule_set, base)
    after = _advice(rule_set, with_answers(base, other, places))
    reach = _reach(before, after)
    return Replacement(before, after, reach, _fewest_rules(rule_set, before, after) if reach is Reach.OUTCOME else ())


def fewest_together(
    rule_set: RuleSet, base: WorkItem, other: WorkItem, places: Sequence[Place], tries: int = TRIES
) -> Fewest:
    """The smallest sets among ``places`` that, replaced together, already give the outcomes that all of them give."""
    goal = _part_outcomes(rule_set, with_answers(base, other, places))
    if goal == _part_outcomes(rule_set, base):
        return Fewest(0, ())

    def works(chosen: Sequence[Place]) -> bool:
        return _part_outcomes(rule_set, with_answers(base, other, chosen)) == goal

    return Fewest(*_smallest(places, works, tries))


def without_uncounted(rule_set: RuleSet, item: WorkItem) -> WorkItem:
    """The item with the answers that count, and without those to questions that the others do not lead to."""
    reached = [asked_questions(rule_set.questions, answers).answers for answers in _of_each_part(item)]
    whole = {key: answer for key, answer in item.answers.items() if any(key in answers for answers in reached)}
    parts = tuple(
        (name, {key: answer for key, answer in own.items() if key in answers})
        for (name, own), answers in zip(item.parts, reached, strict=False)
    )
    return WorkItem(item.process, whole, parts)


def question_at(rule_set: RuleSet, place: Place) -> Question:
    """The question of a place that is asked."""
    found = rule_set.question(place[0])
    assert found is not None  # noqa: S101 - it is asked
    return found


def _of_each_part(item: WorkItem) -> list[dict[str, Answer]]:
    return [{**item.answers, **own} for _name, own in item.parts] or [dict(item.answers)]


def _advice(rule_set: RuleSet, item: WorkItem) -> Recommendation:
    return evaluate_parts(rule_set, item.answers, item.parts)


def _part_outcomes(rule_set: RuleSet, item: WorkItem) -> tuple[Outcome, ...]:
    """The outcomes alone, since many are asked for."""
    return tuple(evaluate(rule_set, answers).outcome for answers in _of_each_part(item))


def _outcomes(advice: Recommendation) -> tuple[Outcome, ...]:
    return tuple(part.outcome for part in advice.all_parts)


def _reach(before: Recommendation, after: Recommendation) -> Reach:
    if _outcomes(before) != _outcomes(after):
        return Reach.OUTCOME
    pairs = list(zip(before.all_parts, after.all_parts, strict=True))
    if any((one.kind, one.strength) != (other.kind, other.strength) for one, other in pairs):
        return Reach.STRENGTH
    return Reach.POINTS if any(one.points != other.points for one, other in pairs) else Reach.NOTHING


def _fewest_rules(rule_set: RuleSet, before: Recommendation, after: Recommendation) -> tuple[RuleTurn, ...]:
    """The fewest rules whose turn gives every part the outcome that it gets."""
    was, becomes = (
        [{rule.key for rule in part.matched_rules} for part in advice.all_parts] for advice in (before, after)
    )
    turns = [
        RuleTurn(rule, part, comes=rule.key in becomes[part])
        for part in range(len(was))
        for rule in rule_set.rules
        if rule.key in was[part] ^ becomes[part]
    ]
    goal, decisions = _outcomes(after), compiled_rules(rule_set).policy.decisions
    points = [{side: getattr(part.points, side) for side in Side} for part in before.all_parts]

    def works(chosen: Sequence[RuleTurn]) -> bool:
        sums = [dict(it) for it in points]
        for turn in chosen:
            push = turn.rule.push
            sums[turn.part][push.side] += push.points if turn.comes else -push.points
        found = (decisions[it[Side.BPO], it[Side.KPO], it[Side.KEEP], it[Side.BOTH]][1].outcome for it in sums)
        return tuple(found) == goal

    _size, found = _smallest(turns, works, RULE_TRIES)
    return found[0] if found else tuple(turns)


Chosen = TypeVar("Chosen")


def _smallest(
    units: Sequence[Chosen], works: Callable[[Sequence[Chosen]], bool], tries: int
) -> tuple[int, tuple[tuple[Chosen, ...], ...]]:
    """The size of the smallest choices of ``units`` that work, and all of them; all units together do.

    Before a size would take more tries than are left, that size and no choices.
    """
    left = tries
    for size in range(1, len(units) + 1):
        left -= comb(len(units), size)
        if left < 0:
            return size, ()
        if found := tuple(chosen for chosen in combinations(units, size) if works(chosen)):
            return size, found
    return len(units), ()
