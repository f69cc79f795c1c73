"""Random rule sets that ``check`` does not block, and random answers to them.

    @given(rule_sets(), st.data())
    def test_…(rule_set, data):
        answers = data.draw(any_answers(rule_set))   # fit or not, asked or not
        answers = data.draw(fit_answers(rule_set))   # as a person could give them

A rule set is built around one sheet of answers that sees every follow-up, so no follow-up is out of reach; each rule
around a sheet of its own. Policy rows are kept where some points reach them first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from random import Random
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from advisor.engine.evaluate import evaluate_parts
from advisor.engine.evidence import Claim, Disagreement, Firmness, Guidance, Pull, Source, SourceKind, Tension, View
from advisor.engine.operators import Answer, AnswerType, Value
from advisor.engine.questions import Condition, Option, Question, Scope, Section, asked
from advisor.engine.rules import Bound, CasePart, KindRow, LeaveRow, Points, Push, Rule, RuleSet, TestCase
from advisor.engine.vocabulary import Kind, Leave, Measure, Outcome, Side, Strength

PROPERTY = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
"""For properties: no deadlines, since other work may share the machine that runs them."""

Sheet = dict[str, Answer]
Row = TypeVar("Row", LeaveRow, KindRow)
Item = TypeVar("Item")

_TEXTS = (
    "A plain sentence.",
    "“Quoted”, and then some; 100 % of it = 1+1",
    "naïve façade — ½",
    "שלום עולם",
    "👩‍👩‍👧 and e\u0301",
    "two\nlines\tand a tab",
    "<b>not a tag</b> & {{ nothing }}",
    "x" * 150,
)

JUNK: tuple[Any, ...] = (
    *(None, "", "no-such-option", "not-sure", "none"),
    *(0, -1, 10**30, True, 1.5, [], {}),
    *((), ("no-such-option",), ("a", "a"), ([],)),
)
"""Values that are answers to no question, or to few."""

_GRID = [Points(*sums) for sums in product((0, 1, 2, 3, 5, 8, 12, 20), (0, 1, 2, 4, 6, 9, 15, 22), (0, 1, 3, 7))]
"""Points on which a policy row must be the first to fit once, to be kept."""


@cache
def _below(number: int) -> st.SearchStrategy[int]:
    return st.integers(0, number - 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """Draws by small numbers alone, which hypothesis makes and shrinks quickly. Texts come from one seed."""

    draw: st.DrawFn
    random: Random

    def number(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return least + int(self.draw(_below(most - least + 1)))

    def maybe(self) -> bool:
        """Yes or no."""
        return self.number(0, 1) == 1

    def one(self, items: Sequence[Item]) -> Item:
        """One of ``items``."""
        return items[self.number(0, len(items) - 1)]

    def some(self, items: Sequence[Item], least: int = 0, most: int | None = None) -> list[Item]:
        """Different ones of ``items``, in any order."""
        left = list(items)
        number = self.number(least, min(len(left), len(left) if most is None else most))
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(number)]

    def text(self) -> str:
        """A text that can be stored and seen."""
        return self.random.choice(_TEXTS)

    def perhaps(self) -> str:
        """Such a text, or none."""
        return self.random.choice(("", self.text()))


class Dice(Choice):
    """Draws evenly, by a seed: for tests that want many different rule sets more than a small one that fails."""

    def __init__(self, seed: int) -> None:
        object.__setattr__(self, "random", Random(seed))

    def number(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return self.random.randint(least, most)


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    """A rule set without a problem that blocks; it may have some that warn."""
    return made_rule_set(Choice(draw, Random(draw(_below(1000)))))


def made_rule_set(choose: Choice) -> RuleSet:
    """Such a rule set, as ``choose`` chooses."""
    sources, claims = _evidence(choose)
    ids = [claim.id for claim in claims if not claim.withdrawn]
    questions, sheet = _questions(choose, ids)
    content = [question for question in questions if question.section is not Section.NAME]
    rule_set = RuleSet(
        questions=questions,
        rules=_rules(choose, content, sheet, ids),
        leave=_table(choose, list(Measure), lambda when: LeaveRow(when, choose.one(list(Leave)), choose.text())),
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
    return replace(rule_set, cases=_cases(choose, rule_set))


@st.composite
def any_answers(draw: st.DrawFn, rule_set: RuleSet) -> Sheet:
    """Answers of every sort: left out, not sure, fit, unfit, to questions that are not asked or are not there."""
    choose = Choice(draw, Random(0))
    sheet: Sheet = {}
    for question in rule_set.questions:
        match choose.number(0, 9):
            case 0 | 1:
                continue
            case 2:
                sheet[question.key] = choose.one(JUNK)
            case 3:
                sheet[question.key] = None
            case _:
                sheet[question.key] = _known_answer(choose, question)
    if choose.maybe():
        sheet["no-such-question"] = choose.one(JUNK)
    return sheet


@st.composite
def fit_answers(draw: st.DrawFn, rule_set: RuleSet) -> Sheet:
    """Answers to asked questions, as a person could give them for a process in one piece."""
    return _fit_answers(Choice(draw, Random(0)), rule_set, tuple(Scope), {})


@st.composite
def fit_items(draw: st.DrawFn, rule_set: RuleSet) -> tuple[Sheet, tuple[tuple[str, Sheet], ...]]:
    """Answers of a process in one piece, or of its whole and of each of its named parts."""
    return made_item(Choice(draw, Random(0)), rule_set)


def made_item(choose: Choice, rule_set: RuleSet) -> tuple[Sheet, tuple[tuple[str, Sheet], ...]]:
    """Such answers, as ``choose`` chooses."""
    names = ("keying", "advice", "audit")[: choose.one((0, 0, 1, 2, 3))]
    whole = _fit_answers(choose, rule_set, (Scope.PROCESS,) if names else tuple(Scope), {})
    return whole, tuple((name, _fit_answers(choose, rule_set, (Scope.PART,), whole)) for name in names)


def _fit_answers(choose: Choice, rule_set: RuleSet, scopes: Sequence[Scope], known: Sheet) -> Sheet:
    sheet: Sheet = {}
    for question in rule_set.questions:
        reached = asked(rule_set.questions, {**known, **sheet}).questions
        if question.scope in scopes and question in reached and choose.number(0, 4):
            sheet[question.key] = _known_answer(choose, question) if choose.number(0, 4) else None
    return sheet


def _known_answer(choose: Choice, question: Question) -> Answer:
    """An answer that ``question`` allows and that says something."""
    if question.minimum is not None and question.maximum is not None:
        return choose.number(question.minimum, question.maximum)
    keys = [option.key for option in question.options]
    if question.type is AnswerType.CHOICES:
        return tuple(key for key in keys if choose.maybe())
    return choose.one(keys)


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
        if section is not Section.NAME and earlier and choose.maybe():
            question = replace(question, asked_when=_conditions(choose, earlier, sheet, most=2))
        questions.append(question)
        sheet[question.key] = _known_answer(choose, question)
    return tuple(questions), sheet


def _question(choose: Choice, key: str, section: Section, claims: Sequence[str]) -> Question:
    on_the_name = section is Section.NAME
    kind = AnswerType.CHOICE if on_the_name else choose.one(list(AnswerType))
    number = kind is AnswerType.NUMBER
    least = choose.number(-3, 3) if number else None
    return Question(
        key=key,
        text=choose.text(),
        short=choose.text(),
        missing=choose.text(),
        hint=choose.perhaps(),
        why=choose.perhaps(),
        type=kind,
        scope=Scope.PROCESS if on_the_name else choose.one(list(Scope)),
        section=section,
        options=() if number else _options(choose, on_the_name=on_the_name, claims=claims),
        minimum=least,
        maximum=None if least is None else least + choose.number(1, 6),
        unit=choose.perhaps() if number else "",
    )


def _options(choose: Choice, *, on_the_name: bool, claims: Sequence[str]) -> tuple[Option, ...]:
    options = [Option(key, f"{key}: {choose.text()}", choose.perhaps()) for key in "abcd"[: choose.number(2, 4)]]
    if not on_the_name:
        return tuple(options)
    words = ("payroll", "research", "pay advice")
    kinds = (None, Kind.BPO, Kind.KPO, Kind.BOTH)
    return tuple(
        replace(option, words=tuple(choose.some(words)), filed_under=choose.one(kinds), sources=_cited(choose, claims))
        for option in options
    )


def _conditions(
    choose: Choice, questions: Sequence[Question], sheet: Mapping[str, Answer], most: int
) -> tuple[Condition, ...]:
    """Conditions on some of ``questions``, all of which hold for ``sheet``."""
    chosen = [choose.one(questions) for _ in range(choose.number(1, most))]
    return tuple(_condition(choose, question, sheet[question.key]) for question in chosen)


def _condition(choose: Choice, question: Question, answer: Answer) -> Condition:
    """A condition on ``question`` that accepts ``answer``."""
    test, values = choose.one(list(_accepting(choose, question, answer).items()))
    return Condition(question.key, test, values)


def _accepting(choose: Choice, question: Question, answer: Answer) -> dict[str, tuple[Value, ...]]:
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
        found["none_of"] = tuple(choose.some(others, 1))
    if isinstance(answer, str):
        found["any_of"] = (*choose.some(others), answer)
    elif given:
        found["includes_all"] = tuple(choose.some(given, 1))
        found["includes_any"] = (*choose.some(others), choose.one(given))
    return found


def _rules(choose: Choice, questions: Sequence[Question], sheet: Sheet, claims: Sequence[str]) -> tuple[Rule, ...]:
    looked_at = {condition.question for question in questions for condition in question.asked_when}
    rules = []
    for number in range(choose.number(1, 6)):
        # Answers that no follow-up looks at can be others: every question is still asked.
        own = {q.key: sheet[q.key] if q.key in looked_at else _known_answer(choose, q) for q in questions}
        push = Push(choose.one(list(Side)), choose.number(1, 5))
        when = _conditions(choose, questions, own, most=3)
        rules.append(Rule(f"r{number}", when, push, choose.text(), _cited(choose, claims), choose.perhaps()))
    return tuple(rules)


def _table(choose: Choice, measures: Sequence[Measure], row: Callable[[tuple[Bound, ...]], Row]) -> tuple[Row, ...]:
    """Rows each of which some points reach first, and a last one that always fits."""
    left = _GRID
    rows: list[Row] = []
    for _ in range(choose.number(0, 4)):
        when = tuple(_bound(choose, choose.one(measures)) for _ in range(choose.number(1, 2)))
        fits = {points for points in _GRID if all(bound.holds(points) for bound in when)}
        after = [points for points in left if points not in fits]
        if len(after) < len(left) and len(fits) < len(_GRID):
            rows.append(row(when))
            left = after
    rows.append(row(()))
    return tuple(rows)


def _bound(choose: Choice, measure: Measure) -> Bound:
    number = choose.number(-4, 14)
    ends = ((number, None), (None, number), (number, number + 2))
    return Bound(measure, *choose.one(ends))


def _kind(choose: Choice, when: tuple[Bound, ...]) -> KindRow:
    return KindRow(when, choose.one(list(Kind)), choose.one(list(Strength)), choose.text())


def _evidence(choose: Choice) -> tuple[tuple[Source, ...], tuple[Claim, ...]]:
    sources = tuple(
        Source(f"D{number}", choose.text(), choose.one(list(SourceKind)), choose.text())
        for number in range(choose.number(1, 2))
    )
    claims = tuple(
        Claim(
            id=f"D{number}.{number}",
            source=choose.one(sources).key,
            place=choose.text(),
            text=choose.text(),
            pull=tuple(choose.some(list(Pull), 1, 2)),
            firmness=choose.one(list(Firmness)),
            note=choose.perhaps(),
            withdrawn=choose.perhaps() if number else "",
        )
        for number in range(choose.number(1, 3))
    )
    return sources, claims


def _cited(choose: Choice, claims: Sequence[str]) -> tuple[str, ...]:
    return tuple(choose.some(claims, 1, 2))


def _told(
    choose: Choice, questions: Sequence[Question], sheet: Sheet
) -> tuple[tuple[Condition, ...], tuple[Outcome, ...]]:
    when = _conditions(choose, questions, sheet, most=2) if choose.maybe() else ()
    return when, tuple(choose.some(list(Outcome), 0, 2))


def _disagreements(
    choose: Choice, questions: Sequence[Question], sheet: Sheet, claims: Sequence[str]
) -> tuple[Disagreement, ...]:
    found = []
    for number in range(choose.number(0, 2)):
        views = tuple(View(choose.text(), _cited(choose, claims)) for _ in range(2))
        found.append(Disagreement(f"d{number}", choose.text(), views, choose.text(), *_told(choose, questions, sheet)))
    return tuple(found)


def _guidance(
    choose: Choice, questions: Sequence[Question], sheet: Sheet, claims: Sequence[str]
) -> tuple[Guidance, ...]:
    return tuple(
        Guidance(f"g{number}", choose.text(), choose.text(), _cited(choose, claims), *_told(choose, questions, sheet))
        for number in range(choose.number(0, 2))
    )


def _tensions(choose: Choice, questions: Sequence[Question], sheet: Sheet) -> tuple[Tension, ...]:
    if len(questions) < 2 or not choose.maybe():
        return ()
    pair = choose.some(questions, 2, 2)
    return (Tension("t0", tuple(_condition(choose, q, sheet[q.key]) for q in pair), choose.text()),)


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
                kind=choose.one((None, got.kind)),
                parts=tuple(CasePart(name, own) for name, own in parts),
            )
        )
    return tuple(cases)
