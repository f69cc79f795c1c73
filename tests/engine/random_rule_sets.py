"""Random rule sets that ``check`` does not block.

A rule set is built around one sheet of answers that sees every follow-up, so no follow-up is out of reach; each rule
around a sheet of its own. Policy rows are kept where some points reach them first.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import TypeVar

from advisor.engine.evaluation.evaluate import evaluate_parts
from advisor.engine.evaluation.risks import risks_shown
from advisor.engine.model.evidence import (
    Claim,
    Contradiction,
    Disagreement,
    Firmness,
    Grade,
    Guidance,
    Pull,
    Risk,
    Source,
    SourceKind,
    View,
)
from advisor.engine.model.operators import Answer, AnswerType, Value
from advisor.engine.model.policy import Bound, KindRow, LeaveRow, Points
from advisor.engine.model.questions import Condition, Option, Question, Scope, Section, asked_questions
from advisor.engine.model.rules import CasePart, Push, Rule, RuleSet, TestCase
from advisor.engine.model.vocabulary import DoneBy, Kind, Leave, Measure, Outcome, Side, Strength
from tests.engine.choices import Choice

Sheet = dict[str, Answer]
Row = TypeVar("Row", LeaveRow, KindRow)

_GRID = [
    Points(*sums) for sums in product((0, 1, 2, 3, 5, 8, 12, 20), (0, 1, 2, 4, 6, 9, 15, 22), (0, 1, 3, 7), (0, 1, 3))
]
"""Points on which a policy row must be the first to fit once, to be kept."""


def made_rule_set(choose: Choice) -> RuleSet:
    """Such a rule set, as ``choose`` chooses."""
    sources, claims = _evidence(choose)
    ids = [claim.id for claim in claims if not claim.withdrawn]
    questions, sheet = _questions(choose, ids)
    content = [question for question in questions if question.section is not Section.NAME]
    rule_set = RuleSet(
        questions=questions,
        rules=_rules(choose, content, sheet, ids),
        leave=_table(choose, list(Measure), lambda when: LeaveRow(when, choose.pick(list(Leave)), choose.text())),
        kind=_table(
            choose, [measure for measure in Measure if measure is not Measure.KEEP], lambda when: _kind(choose, when)
        ),
        sources=sources,
        claims=claims,
        disagreements=_disagreements(choose, questions, sheet, ids),
        tensions=_tensions(choose, content, sheet),
        guidance=_guidance(choose, questions, sheet, ids),
        limits=tuple(choose.text() for _ in range(choose.number(0, 2))),
    )
    rule_set = replace(rule_set, cases=_cases(choose, rule_set))
    linked = tuple(replace(claim, links=tuple(choose.text() for _ in range(choose.number(0, 2)))) for claim in claims)
    rule_set = _with_risks(choose, replace(rule_set, claims=linked, risks=_risks(choose, content, sheet, ids)))
    return _with_who_does_it(choose, rule_set)


def _questions(choose: Choice, claims: Sequence[str]) -> tuple[tuple[Question, ...], Sheet]:
    """Questions in the order of their sections, and answers that lead to every one of them."""
    sections = [Section.NAME] * choose.number(0, 1)
    sections += [Section.CORE] * choose.number(1, 5) + [Section.SHARPEN] * choose.number(0, 2)
    questions: list[Question] = []
    sheet: Sheet = {}
    for number, section in enumerate(sections):
        question = _question(choose, f"q{number}", section, claims)
        earlier = [q for q in questions if q.section is not Section.NAME]
        if question.scope is Scope.PROCESS:
            earlier = [q for q in earlier if q.scope is Scope.PROCESS]
        if section is not Section.NAME and earlier and choose.yes_or_no():
            question = replace(question, asked_when=_conditions(choose, earlier, sheet, most=2))
        questions.append(question)
        sheet[question.key] = known_answer(choose, question)
    return tuple(questions), sheet


def _with_who_does_it(choose: Choice, rule_set: RuleSet) -> RuleSet:
    """The same, where the options of one question may say who does the work. Chosen last, so that seeds stay good."""
    asking = [it for it in rule_set.questions if it.type is AnswerType.CHOICE and it.section is not Section.NAME]
    if not asking or not choose.yes_or_no():
        return rule_set
    said = tuple(replace(option, done_by=choose.pick((None, *DoneBy))) for option in asking[0].options)
    changed = (replace(it, options=said) if it is asking[0] else it for it in rule_set.questions)
    return replace(rule_set, questions=tuple(changed))


def _question(choose: Choice, key: str, section: Section, claims: Sequence[str]) -> Question:
    on_the_name = section is Section.NAME
    kind = AnswerType.CHOICE if on_the_name else choose.pick(list(AnswerType))
    number = kind is AnswerType.NUMBER
    several = kind is AnswerType.CHOICES
    options = () if number else _options(choose, on_the_name=on_the_name, claims=claims)
    least = choose.number(-3, 3) if number else None
    return Question(
        key=key,
        text=choose.text(),
        short=choose.text(),
        missing=choose.text(),
        hint=choose.perhaps(),
        why=choose.perhaps(),
        type=kind,
        scope=Scope.PROCESS if on_the_name else choose.pick(list(Scope)),
        section=section,
        options=options,
        minimum=least,
        maximum=None if least is None else least + choose.number(1, 6),
        unit=choose.perhaps() if number else "",
        most=choose.number(1, len(options) - 1) if several and choose.yes_or_no() else None,
        none=choose.perhaps() if several else "",
        none_hint=choose.perhaps() if several else "",
    )


def _options(choose: Choice, *, on_the_name: bool, claims: Sequence[str]) -> tuple[Option, ...]:
    options = [Option(key, f"{key}: {choose.text()}", choose.perhaps()) for key in "abcd"[: choose.number(2, 4)]]
    if not on_the_name:
        return tuple(options)
    words = ("payroll", "research", "pay advice")
    kinds = (None, Kind.BPO, Kind.KPO, Kind.BOTH)
    return tuple(
        replace(
            option,
            words=tuple(choose.pick_some(words)),
            filed_under=choose.pick(kinds),
            sources=_cited_claims(choose, claims),
        )
        for option in options
    )


def _conditions(
    choose: Choice, questions: Sequence[Question], sheet: Mapping[str, Answer], most: int
) -> tuple[Condition, ...]:
    """Conditions on some of ``questions``, all of which hold for ``sheet``."""
    chosen = [choose.pick(questions) for _ in range(choose.number(1, most))]
    return tuple(_condition(choose, question, sheet[question.key]) for question in chosen)


def _condition(choose: Choice, question: Question, answer: Answer) -> Condition:
    """A condition on ``question`` that accepts ``answer``."""
    test, values = choose.pick(list(_accepting_values(choose, question, answer).items()))
    return Condition(question.key, test, values)


def _accepting_values(choose: Choice, question: Question, answer: Answer) -> dict[str, tuple[Value, ...]]:
    """For each test that can accept ``answer``, values with which it does."""
    if isinstance(answer, int):
        assert question.minimum is not None
        assert question.maximum is not None
        below, above = choose.number(question.minimum, answer), choose.number(answer, question.maximum)
        return {"at_least": (below,), "at_most": (above,), "between": (below, above)}
    keys = [option.key for option in question.options]
    given = [answer] if isinstance(answer, str) else list(answer or ())
    others = [key for key in keys if key not in given]
    found: dict[str, tuple[Value, ...]] = {}
    if others:
        found["none_of"] = tuple(choose.pick_some(others, 1))
    if isinstance(answer, str):
        found["any_of"] = (*choose.pick_some(others), answer)
    elif given:
        found["includes_all"] = tuple(choose.pick_some(given, 1))
        found["includes_any"] = (*choose.pick_some(others), choose.pick(given))
    return found


def _rules(choose: Choice, questions: Sequence[Question], sheet: Sheet, claims: Sequence[str]) -> tuple[Rule, ...]:
    looked_at = {condition.question for question in questions for condition in question.asked_when}
    rules = []
    for number in range(choose.number(1, 6)):
        # Answers that no follow-up looks at can be others: every question is still asked.
        own = {q.key: sheet[q.key] if q.key in looked_at else known_answer(choose, q) for q in questions}
        push = Push(choose.pick(list(Side)), choose.number(1, 5))
        when = _conditions(choose, questions, own, most=3)
        rules.append(Rule(f"r{number}", when, push, choose.text(), _cited_claims(choose, claims), choose.perhaps()))
    return tuple(rules)


def _table(choose: Choice, measures: Sequence[Measure], row: Callable[[tuple[Bound, ...]], Row]) -> tuple[Row, ...]:
    """Rows each of which some points reach first, and a last one that always fits."""
    left = _GRID
    rows: list[Row] = []
    for _ in range(choose.number(0, 4)):
        when = tuple(_bound(choose, choose.pick(measures)) for _ in range(choose.number(1, 2)))
        fits = {points for points in _GRID if bounds_hold(points, when)}
        after = [points for points in left if points not in fits]
        if len(after) < len(left) and len(fits) < len(_GRID):
            rows.append(row(when))
            left = after
    rows.append(row(()))
    return tuple(rows)


def _bound(choose: Choice, measure: Measure) -> Bound:
    number = choose.number(-4, 14)
    ends = ((number, None), (None, number), (number, number + 2))
    return Bound(measure, *choose.pick(ends))


def _kind(choose: Choice, when: tuple[Bound, ...]) -> KindRow:
    return KindRow(when, choose.pick(list(Kind)), choose.pick(list(Strength)), choose.text())


def _evidence(choose: Choice) -> tuple[tuple[Source, ...], tuple[Claim, ...]]:
    sources = tuple(
        Source(f"D{number}", choose.text(), choose.pick(list(SourceKind)), choose.text())
        for number in range(choose.number(1, 2))
    )
    claims = tuple(
        Claim(
            id=f"D{number}.{number}",
            source=choose.pick(sources).key,
            place=choose.text(),
            text=choose.text(),
            pull=tuple(choose.pick_some(list(Pull), 1, 2)),
            firmness=choose.pick(list(Firmness)),
            note=choose.perhaps(),
            withdrawn=choose.perhaps() if number else "",
        )
        for number in range(choose.number(1, 3))
    )
    return sources, claims


def _cited_claims(choose: Choice, claims: Sequence[str]) -> tuple[str, ...]:
    return tuple(choose.pick_some(claims, 1, 2))


def _conditions_and_outcomes(
    choose: Choice, questions: Sequence[Question], sheet: Sheet
) -> tuple[tuple[Condition, ...], tuple[Outcome, ...]]:
    when = _conditions(choose, questions, sheet, most=2) if choose.yes_or_no() else ()
    return when, tuple(choose.pick_some(list(Outcome), 0, 2))


def _disagreements(
    choose: Choice, questions: Sequence[Question], sheet: Sheet, claims: Sequence[str]
) -> tuple[Disagreement, ...]:
    found = []
    for number in range(choose.number(0, 2)):
        views = tuple(View(choose.text(), _cited_claims(choose, claims)) for _ in range(2))
        found.append(
            Disagreement(
                f"d{number}", choose.text(), views, choose.text(), *_conditions_and_outcomes(choose, questions, sheet)
            )
        )
    return tuple(found)


def _guidance(
    choose: Choice, questions: Sequence[Question], sheet: Sheet, claims: Sequence[str]
) -> tuple[Guidance, ...]:
    return tuple(
        Guidance(
            f"g{number}",
            choose.text(),
            choose.text(),
            _cited_claims(choose, claims),
            *_conditions_and_outcomes(choose, questions, sheet),
        )
        for number in range(choose.number(0, 2))
    )


def _risks(choose: Choice, questions: Sequence[Question], sheet: Sheet, claims: Sequence[str]) -> tuple[Risk, ...]:
    """Risks that ``sheet`` shows; what rules them out is built around a question that what shows them leaves alone."""
    found = []
    for number in range(choose.number(0, 2)):
        shows = tuple(_conditions(choose, questions, sheet, most=2) for _ in range(choose.number(1, 2)))
        free = [q for q in questions if all(c.question != q.key for group in shows for c in group)]
        found.append(
            Risk(
                key=f"k{number}",
                title=choose.text(),
                happens=choose.text(),
                shows=shows,
                actions=tuple(choose.text() for _ in range(choose.number(1, 3))),
                grade=choose.pick(list(Grade)),
                sources=_cited_claims(choose, claims),
                more=(_conditions(choose, questions, sheet, most=2),) if choose.yes_or_no() else (),
                unless=(_conditions(choose, free, sheet, most=1),) if free and choose.yes_or_no() else (),
                outcomes=tuple(choose.pick_some(list(Outcome), 0, 1)),
            )
        )
    return tuple(found)


def _with_risks(choose: Choice, rule_set: RuleSet) -> RuleSet:
    """The rule set, its test cases expecting some of the risks that they show, and some that they do not."""
    cases = []
    for case in rule_set.cases:
        got = evaluate_parts(rule_set, case.answers, [(part.part, part.answers) for part in case.parts])
        shown = [it.risk.key for it in risks_shown(rule_set, got)]
        hidden = [risk.key for risk in rule_set.risks if risk.key not in shown]
        risks = tuple(choose.pick_some(shown)) if shown else ()
        cases.append(replace(case, risks=risks, no_risks=tuple(choose.pick_some(hidden)) if hidden else ()))
    return replace(rule_set, cases=tuple(cases))


def _tensions(choose: Choice, questions: Sequence[Question], sheet: Sheet) -> tuple[Contradiction, ...]:
    if len(questions) < 2 or not choose.yes_or_no():
        return ()
    pair = choose.pick_some(questions, 2, 2)
    return (Contradiction("t0", tuple(_condition(choose, q, sheet[q.key]) for q in pair), choose.text()),)


def _cases(choose: Choice, rule_set: RuleSet) -> tuple[TestCase, ...]:
    """Test cases that pass."""
    cases = []
    for number in range(choose.number(0, 2)):
        answers, parts = made_item(choose, rule_set)
        got = evaluate_parts(rule_set, answers, parts)
        cases.append(
            TestCase(
                key=f"c{number}",
                process=f"Process {number}",
                answers=answers,
                outcome=got.outcome,
                because=choose.text(),
                kind=choose.pick((None, got.kind)),
                parts=tuple(CasePart(name, own) for name, own in parts),
            )
        )
    return tuple(cases)


def known_answer(choose: Choice, question: Question) -> Answer:
    """An answer that ``question`` allows and that says something."""
    if question.minimum is not None and question.maximum is not None:
        return choose.number(question.minimum, question.maximum)
    keys = [option.key for option in question.options]
    if question.type is AnswerType.CHOICES:
        chosen = [key for key in keys if choose.yes_or_no()]
        return tuple(chosen if question.most is None else chosen[: question.most])
    return choose.pick(keys)


def made_item(choose: Choice, rule_set: RuleSet) -> tuple[Sheet, tuple[tuple[str, Sheet], ...]]:
    """Such answers, as ``choose`` chooses."""
    names = ("keying", "advice", "audit")[: choose.pick((0, 0, 1, 2, 3))]
    whole = chosen_answers(choose, rule_set, (Scope.PROCESS,) if names else tuple(Scope), {})
    return whole, tuple((name, chosen_answers(choose, rule_set, (Scope.PART,), whole)) for name in names)


def chosen_answers(choose: Choice, rule_set: RuleSet, scopes: Sequence[Scope], known: Sheet) -> Sheet:
    sheet: Sheet = {}
    for question in rule_set.questions:
        reached = asked_questions(rule_set.questions, {**known, **sheet}).questions
        if question.scope in scopes and question in reached and choose.number(0, 4):
            sheet[question.key] = known_answer(choose, question) if choose.number(0, 4) else None
    return sheet


def bounds_hold(points: Points, bounds: Iterable[Bound]) -> bool:
    """Whether points lie in the range of every bound."""
    return all(bound.includes(getattr(points, bound.measure)) for bound in bounds)
