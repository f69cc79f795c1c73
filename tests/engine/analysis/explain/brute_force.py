"""What the explanations must say, from their definitions: every set of answers is tried, one by one.

No code of the engine is used but ``evaluate_parts``, ``asked_questions`` for the answers that count, and the operators.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product

from advisor.engine.evaluation.evaluate import Recommendation, evaluate_parts
from advisor.engine.model.operators import OPERATORS, Answer, AnswerType
from advisor.engine.model.questions import Condition, Question, Scope, Section, asked_questions
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from tests.engine.random_rule_sets import Sheet

Place = tuple[str, int | None]
"""A question, and the number of the part it is asked of."""

Sheets = Mapping[Place, Answer]


@dataclass(frozen=True, eq=False)
class World:
    """A rule set and the answers that count now, by place; unknown ones are left out."""

    rule_set: RuleSet
    now: Sheets
    is_asked: Mapping[Place, bool]
    parts: int

    @property
    def places(self) -> list[Place]:
        """In the order of the rule set, then of the parts."""
        return list(self.is_asked)

    @cached_property
    def _memo(self) -> dict[tuple[Answer, ...], Recommendation]:
        return {}

    def advice(self, sheets: Sheets) -> Recommendation:
        """The advice for other answers."""
        key = tuple(sheets.get(place) for place in self.is_asked)
        if key not in self._memo:
            whole, *own = ({q: answer for (q, part), answer in sheets.items() if part == at} for at in self._parts())
            self._memo[key] = evaluate_parts(self.rule_set, whole, [("", answers) for answers in own])
        return self._memo[key]

    def _parts(self) -> list[int | None]:
        return [None, *range(self.parts)]

    def question(self, place: Place) -> Question:
        """The question asked there."""
        return next(question for question in self.rule_set.questions if question.key == place[0])

    def contradictions(self, sheets: Sheets) -> frozenset[tuple[str, int]]:
        """The contradictions of other answers, by key, each with the number of the part."""
        whole, *own = ({q: answer for (q, part), answer in sheets.items() if part == at} for at in self._parts())
        found = set()
        for number, answers in enumerate(own or [{}]):
            counted = asked_questions(self.rule_set.questions, {**whole, **answers}).answers
            for tension in self.rule_set.tensions:
                known = [(counted.get(condition.question), condition) for condition in tension.when]
                if all(a is not None and OPERATORS[c.test].accepts(a, c.values) for a, c in known):
                    found.add((tension.key, number))
        return frozenset(found)

    def brings(self, sheets: Sheets) -> frozenset[str]:
        """The contradictions of other answers that those of now do not have in the same part."""
        return frozenset(key for key, _ in self.contradictions(sheets) - self.contradictions(self.now))

    def gives_up_with_more(self, changed: Sheets) -> bool:
        """Whether changes leave nothing chosen of several things of the process, and there are others besides."""
        return len(changed) > 1 and any(
            answer == () and self.now.get(place) and self._is_told(place) for place, answer in changed.items()
        )

    def _is_told(self, place: Place) -> bool:
        """Whether "none of these" is told apart from every other set of options of a question of the process."""
        conditions = self.conditions(place, of_contradictions=True)
        patterns = [
            [OPERATORS[c.test].accepts(answer, c.values) for c in conditions]
            for answer in self.answers(place, of_contradictions=True)
        ]
        return self.question(place).scope is Scope.PROCESS and patterns.count(patterns[0]) == 1

    def conditions(self, place: Place, *, of_contradictions: bool = False) -> list[Condition]:
        """The conditions on the question asked there that can make a difference to the advice, or to contradictions."""
        holders = [question.asked_when for question in self.rule_set.questions if question.section != Section.NAME]
        holders += [tension.when for tension in self.rule_set.tensions if of_contradictions]
        every = chain.from_iterable([*holders, *(rule.when for rule in self.rule_set.rules)])
        return [condition for condition in every if condition.question == place[0]]

    def answers(self, place: Place, *, of_contradictions: bool = False) -> list[Answer]:
        """Every known answer that can be given there, options that no condition looks at being left as they are."""
        question = self.question(place)
        keys = [option.key for option in question.options]
        match question.type:
            case AnswerType.CHOICE:
                return list(keys)
            case AnswerType.NUMBER:
                assert question.minimum is not None
                assert question.maximum is not None
                return list(range(question.minimum, question.maximum + 1))
            case AnswerType.CHOICES:
                conditions = self.conditions(place, of_contradictions=of_contradictions)
                looked_at = {value for condition in conditions for value in condition.values}
                given = self.now.get(place) or ()
                assert isinstance(given, tuple)
                kept = {key for key in given if key not in looked_at}
                free = [key for key in keys if key in looked_at]
                most = len(keys) if question.most is None else question.most
                sets = chain.from_iterable(combinations(free, size) for size in range(min(len(free), most) + 1))
                # Of what no condition looks at, as much as may be chosen beside it.
                beside = [key for key in keys if key in kept]
                return [tuple(key for key in keys if key in {*found, *beside[: most - len(found)]}) for found in sets]

    def other_answers(self, place: Place) -> list[Answer]:
        """The known answers but the one given; also those that nothing but contradictions tells apart."""
        answers = self.answers(place, of_contradictions=True)
        return [answer for answer in answers if not same(answer, self.now.get(place))]

    def equally_likely(self, place: Place) -> list[Answer]:
        """Options, sets of options, or one number of each run of numbers that no condition tells apart."""
        question = self.question(place)
        if question.most is not None:  # then sets with fewer options looked at leave room for more of the others
            keys = [option.key for option in question.options]
            return [*chain.from_iterable(combinations(keys, size) for size in range(question.most + 1))]
        if question.type is not AnswerType.NUMBER:
            return self.answers(place)
        found: list[Answer] = []
        before: list[bool] | None = None
        for number in self.answers(place):
            told = [OPERATORS[c.test].accepts(number, c.values) for c in self.conditions(place)]
            if told != before:
                found.append(number)
            before = told
        return found

    def every_combination(self, choices: Mapping[Place, Sequence[Answer]]) -> Iterator[dict[Place, Answer]]:
        """The answers of now with every combination of others in their places; None is unknown."""
        for chosen in product(*choices.values()):
            yield {**self.now, **dict(zip(choices, chosen, strict=True))}

    def unanswered_places(self) -> list[Place]:
        """The places without a known answer, asked or not."""
        return [place for place in self.is_asked if place not in self.now]

    def outcome(self) -> Outcome:
        """The outcome of now."""
        return self.advice(self.now).outcome


def world_of(rule_set: RuleSet, answers: Sheet, parts: Sequence[tuple[str, Sheet]]) -> World:
    """The world in which these answers, as for ``evaluate_parts``, are given."""
    now: dict[Place, Answer] = {}
    is_asked: dict[Place, bool] = {}
    pieces = [asked_questions(rule_set.questions, {**answers, **own}) for _, own in parts or [("", {})]]
    for question in rule_set.questions:
        if question.section is Section.NAME:
            continue
        split = bool(parts) and question.scope is Scope.PART
        for number, piece in enumerate(pieces if split else pieces[:1]):
            place = (question.key, number if split else None)
            is_asked[place] = question in piece.questions
            if (answer := piece.answers.get(question.key)) is not None:
                now[place] = answer
    return World(rule_set, now, is_asked, len(parts))


def same(one: Answer, other: Answer) -> bool:
    """Whether two answers are the same: the order of several choices says nothing."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return set(one) == set(other)
    return one == other


def size_of(world: World) -> int:
    """How many sets of answers there are, unknown ones included."""
    size = 1
    for place in world.places:
        size *= len(world.answers(place)) + 1
    return size
