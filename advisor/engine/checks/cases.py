"""Test cases that nobody could answer so, or that are there twice."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from advisor.engine.checks.conditions import optionless, paths
from advisor.engine.checks.subjects import subjects
from advisor.engine.document.text import LINE_LIMIT, text_fault
from advisor.engine.evaluation.cases import read_case
from advisor.engine.model.answers import PARTS_LIMIT
from advisor.engine.model.errors import Problem, shown
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Question, Scope
from advisor.engine.model.rules import RuleSet, TestCase, cached_per


@cached_per("questions", "cases")
def problems(rule_set: RuleSet) -> tuple[Problem, ...]:
    """Find answers that would be refused from a person too, and cases that repeat another."""
    return tuple(_problems(rule_set))


def _problems(rule_set: RuleSet) -> Iterator[Problem]:
    # A follow-up whose conditions cannot be used is a problem of its own, and none of the cases.
    ways = paths(rule_set)
    questions = tuple(q if ways[q.key] is not None else replace(q, asked_when=()) for q in rule_set.questions)
    readable = replace(rule_set, questions=questions)
    glance = _Glance(questions)
    without_options = optionless(rule_set)
    found: dict[object, str] = {}
    for case in subjects(rule_set.cases, "cases"):
        if not glance.suffices(case.item):
            _, refused = read_case(readable, case.item, case.place)
            for problem in refused:
                if problem.place.rsplit("/", 1)[-1] not in without_options:
                    yield replace(problem, text=f"{case.start}: {problem.text[0].lower()}{problem.text[1:]}")
        parts = tuple((part.part, frozenset(part.answers.items())) for part in case.item.parts)
        first = found.setdefault((case.item.process, frozenset(case.item.answers.items()), parts), case.key)
        if first != case.key:
            text = f"{case.start} is the same as test case “{shown(first)}”."
            yield Problem(case.place, text, "Take one of them out.", blocks=False)


class _Glance:
    """Sees of most cases that nothing in them would be refused: reading thousands of them would take its time."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = {question.key: question for question in questions}
        always = {question.key for question in questions if not question.asked_when}
        self._of_part = {key for key in always if self._questions[key].scope is Scope.PART}
        self._of_whole, self._always = always - self._of_part, always
        self._fit: set[tuple[str, Answer]] = set()

    def suffices(self, case: TestCase) -> bool:
        """Whether the case is seen to be sound. Where it is not, reading it tells."""
        names = [case.process, *(part.part for part in case.parts)]
        return (
            case.answers.keys() <= (self._of_whole if case.parts else self._always)
            and all(part.answers.keys() <= self._of_part for part in case.parts)
            and len(case.parts) <= PARTS_LIMIT
            and all(text_fault(name, LINE_LIMIT, one_line=True) is None for name in names)
            and all(map(self._fits, [case.answers, *(part.answers for part in case.parts)]))
        )

    def _fits(self, answers: dict[str, Answer]) -> bool:
        return self._fit.issuperset(answers.items()) or all(self._allows(key, answers[key]) for key in answers)

    def _allows(self, key: str, answer: Answer) -> bool:
        allowed = self._questions[key].allows(answer)
        if allowed and not isinstance(answer, int):  # True is equal to 1, and no number
            self._fit.add((key, answer))
        return allowed
