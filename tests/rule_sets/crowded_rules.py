"""A rule set as it may be after years: 400 rules, 600 claims, 18 questions and 5,000 test cases, all of it sound."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations, islice, product

from advisor import starter
from advisor.engine.evaluation.cases import CaseResult, run_cases
from advisor.engine.model.evidence import Claim
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Condition, Section
from advisor.engine.model.rules import Push, Rule, RuleSet, TestCase
from advisor.engine.model.vocabulary import Side

RULES, CLAIMS, CASES = 400, 600, 5_000


@cache
def crowded_rules(number: int = CASES) -> RuleSet:
    """The starter rules, grown, with so many test cases: every claim is cited, and every test case passes.

    A file, or what programs send, has no room for all of them.
    """
    rules = starter.rule_set()
    claims = (*rules.claims, *islice(_claims(rules), CLAIMS - len(rules.claims)))
    new = claims[len(rules.claims) :]
    grown = (
        replace(rule, sources=tuple(claim.id for claim in new[at % len(new) :: RULES])[:2] or rule.sources)
        for at, rule in enumerate(_rules(rules))
    )
    rules = replace(rules, claims=claims, rules=(*rules.rules, *islice(grown, RULES - len(rules.rules))))
    rules = replace(rules, cases=tuple(islice(_cases(rules), number)))
    return replace(rules, cases=tuple(map(_passing_case, run_cases(rules))))


def _passing_case(run: CaseResult) -> TestCase:
    """The same case, without what it expects and does not get."""
    return replace(
        run.case,
        outcome=run.outcome,
        kind=run.kind,
        risks=tuple(key for key in run.case.risks if key not in run.missing_risks),
        no_risks=tuple(key for key in run.case.no_risks if key not in run.unwanted_risks),
    )


def _claims(rules: RuleSet) -> Iterator[Claim]:
    for at in range(CLAIMS):
        like = rules.claims[at % len(rules.claims)]
        yield replace(like, id=f"D2.{at + 100}", source="D2", text=f"{like.text} (Edition {at + 2}.)", withdrawn="")


def _rules(rules: RuleSet) -> Iterator[Rule]:
    """Rules on every pair of answers to two questions, each with reasons as long as people write them."""
    asked = [q for q in rules.section(Section.CORE) if q.type is AnswerType.CHOICE and not q.asked_when]
    sides = list(Side)
    for one, two in combinations(asked, 2):
        for at, (first, second) in enumerate(product(one.options, two.options)):
            when = (Condition(one.key, "any_of", (first.key,)), Condition(two.key, "any_of", (second.key,)))
            because = f"You said “{first.label}” and “{second.label}”, and the two together weigh more than either."
            key = f"{one.key}-{first.key}-{two.key}-{second.key}".replace("_", "-")[:60].strip("-")
            yield Rule(key, when, Push(sides[at % 3], 1), because, ("D2.04",))


def _cases(rules: RuleSet) -> Iterator[TestCase]:
    """The cases of the starter rules, and copies of them, each with one or two answers that its original has not."""
    led_by = {condition.question for question in rules.questions for condition in question.asked_when}
    free = [q for q in rules.section(Section.CORE) if q.type is AnswerType.CHOICE and q.key not in led_by]
    for at in range(CASES):
        number, place = divmod(at, len(rules.cases))
        like = rules.cases[place]
        if number:
            one, other = free[number % len(free)], free[number // len(free) % len(free)]
            new = {q.key: q.options[number % len(q.options)].key for q in (one, other)}
            like = replace(
                like,
                key=f"{like.key}-{number}",
                process=f"{like.process}, office {number}",
                answers=_change_answers(like.answers, new),
                parts=tuple(replace(part, answers=_change_answers(part.answers, new)) for part in like.parts),
            )
        yield like


def _change_answers(answers: Mapping[str, Answer], new: Mapping[str, Answer]) -> dict[str, Answer]:
    """Answers, with others to the questions that they answer."""
    return {key: new.get(key, answer) for key, answer in answers.items()}
