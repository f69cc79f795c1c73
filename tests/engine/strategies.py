"""Random rule sets that ``check`` does not block, and random answers to them.

    @given(rule_sets(), st.data())
    def test_…(rule_set, data):
        answers = data.draw(any_answers(rule_set))   # fit or not, asked or not
        answers = data.draw(fit_answers(rule_set))   # as a person could give them

How they are made stands in made.py.
"""

from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from advisor.engine.model.questions import Scope
from advisor.engine.model.rules import RuleSet
from tests.engine.choices import Choice, numbers_below
from tests.engine.random_rule_sets import Sheet, chosen_answers, known_answer, made_item, made_rule_set

PROPERTY = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
"""For properties: no deadlines, since other work may share the machine that runs them."""

JUNK: tuple[Any, ...] = (
    *(None, "", "no-such-option", "not-sure", "none"),
    *(0, -1, 10**30, True, 1.5, [], {}),
    *((), ("no-such-option",), ("a", "a"), ([],)),
)
"""Values that are answers to no question, or to few."""


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    """A rule set without a problem that blocks; it may have some that warn."""
    return made_rule_set(Choice(draw, Random(draw(numbers_below(1000)))))


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
                sheet[question.key] = choose.pick(JUNK)
            case 3:
                sheet[question.key] = None
            case _:
                sheet[question.key] = known_answer(choose, question)
    if choose.yes_or_no():
        sheet["no-such-question"] = choose.pick(JUNK)
    return sheet


@st.composite
def fit_answers(draw: st.DrawFn, rule_set: RuleSet) -> Sheet:
    """Answers to asked questions, as a person could give them for a process in one piece."""
    return chosen_answers(Choice(draw, Random(0)), rule_set, tuple(Scope), {})


@st.composite
def fit_items(draw: st.DrawFn, rule_set: RuleSet) -> tuple[Sheet, tuple[tuple[str, Sheet], ...]]:
    """Answers of a process in one piece, or of its whole and of each of its named parts."""
    return made_item(Choice(draw, Random(0)), rule_set)
