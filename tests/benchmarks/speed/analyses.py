"""The exact analyses: how long each takes, and a constraint solver beside the fewest changes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from statistics import mean

from advisor.engine.analysis.explain import Target, what_settles, what_would_change
from advisor.engine.analysis.explain.fewest_changes import targets_of
from advisor.engine.analysis.explain.situation import Parts, situation_of
from advisor.engine.analysis.limits import EXPLANATION_LIMITS
from advisor.engine.analysis.prove import prove
from advisor.engine.analysis.space import space_of
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Answers, Scope
from advisor.engine.model.rules import RuleSet
from tests.benchmarks.rule_generator import complete_answers, generate_rules
from tests.benchmarks.speed.peers.cpsat import SmallestChange
from tests.benchmarks.speed.plain import answer_of, plain_answers, plain_of
from tests.benchmarks.speed.results import Subject
from tests.benchmarks.speed.sizes import STARTER, items, rule_set
from tests.benchmarks.speed.timing import seconds, seconds_of

COLUMNS = (STARTER, "40", "400")
SETS = 8
"""Sets of answers that each analysis is done for."""

PARTS = 5
"""Parts of the processes in parts."""

EXPLANATIONS: Mapping[str, Callable[[RuleSet, Answers, Parts], object]] = {
    "what_would_change": what_would_change,
    "what_settles": what_settles,
}
PROOFS: Mapping[str, Callable[[RuleSet], object]] = {"prove": prove}

ALL_CHANGES, ONE_CHANGE = "ours, the fewest changes to each other outcome", "CP-SAT, one smallest change"


def explanation_speed() -> Subject:
    """The slowest of several sets of answers, half of them with unknown ones, in one piece and in parts."""
    subject = Subject(f"Explanations, ms, the slowest of {SETS} sets of answers", COLUMNS)
    for column in COLUMNS:
        whole = _answer_sets(column, SETS)
        of_parts = {question.key for question in rule_set(column).questions if question.scope is Scope.PART}
        own = [
            {key: answers[key] for key in answers if key in of_parts} for answers in _answer_sets(column, SETS * PARTS)
        ]
        pieces = [(f"part {number}", answers) for number, answers in enumerate(own)]
        in_parts = [pieces[first : first + PARTS] for first in range(0, len(pieces), PARTS)]
        for name, explain in EXPLANATIONS.items():
            explain(rule_set(column), whole[0], ())  # what is made once per rule set is loading
            for row, parts in ((name, [()] * SETS), (f"{name}, {PARTS} parts", in_parts)):
                asked = zip(whole, parts, strict=True)
                slowest = max(_quicker_of_two(partial(explain, rule_set(column), *each)) for each in asked)
                subject.put(row, column, 1000 * slowest, compared=False)
    return subject


def explaining_sets() -> Subject:
    """Where questions are answered with any of twelve options, and 200 rules tie them all: 4,096 answers to each."""
    columns = ("1", "3", "6")
    subject = Subject("Explanations where each of so many questions has twelve options, ms", columns)
    for column in columns:
        rules = generate_rules(200, questions=int(column), several=12)
        (answers,) = complete_answers(rules, 1)
        half = dict(list(answers.items())[: int(column) // 2])
        for name, explain in EXPLANATIONS.items():
            explain(rules, answers, ())
            slowest = max(_quicker_of_two(partial(explain, rules, asked, ())) for asked in (answers, half, {}))
            subject.put(name, column, 1000 * slowest, compared=False)
    return subject


def _answer_sets(column: str, number: int) -> list[dict[str, Answer]]:
    half = number // 2
    return [*items(column, half), *items(column, number - half, known=0.9)]


def proof_speed() -> Subject:
    """All checks of a rule set that is new: nothing is kept from before."""
    subject = Subject("Proofs over every combination of answers, s", COLUMNS)
    for column in COLUMNS:
        for name, check in PROOFS.items():
            subject.put(name, column, seconds_of(partial(check, replace(rule_set(column)))), compared=False)
    return subject


def change_speed() -> Subject:
    """The fewest changes to each other outcome by ours, against one smallest change by a solver, of the same size."""
    subject = Subject(
        f"Fewest changes to another outcome, ms, on average of {SETS} sets of answers",
        COLUMNS[1:],
        note="Of CP-SAT the solving alone counts, on one thread: most of its model could be kept.",
    )
    for column in COLUMNS[1:]:
        rules = rule_set(column)
        plain = plain_of(rules)
        values = {
            variable.question.key: [answer_of(code) for code in range(1, len(variable.values))]
            for variable in space_of(rules).variables
        }
        ours, theirs, building = [], [], []
        for answers in items(column, SETS):
            found = fewest_changes(rules, answers)
            make = partial(
                SmallestChange, plain, values, plain_answers(rules, answers), evaluate(rules, answers).outcome
            )
            model = make()
            assert model.size() == min(target.size for target in found if target.size is not None), "CP-SAT differs"
            ours.append(seconds(partial(fewest_changes, rules, answers), rounds=3))
            theirs.append(seconds_of(model.size))
            building.append(seconds_of(make))
        subject.put(ALL_CHANGES, column, 1000 * mean(ours))
        subject.put(ONE_CHANGE, column, 1000 * mean(theirs))
        subject.put("CP-SAT, building its model", column, 1000 * mean(building))
    return subject


def fewest_changes(rules: RuleSet, answers: Answers) -> tuple[Target, ...]:
    """The fewest changes for each other outcome, all of their sets; the solver knows no contradictions."""
    return targets_of(situation_of(rules, answers), evaluate(rules, answers).outcome, (), EXPLANATION_LIMITS)


def _quicker_of_two(act: Callable[[], object]) -> float:
    return min(seconds_of(act), seconds_of(act))
