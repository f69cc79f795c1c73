"""A rule set with more combinations of answers than any formatter counts is shown like any other."""

from dataclasses import replace

import pytest

from advisor import starter
from advisor.engine.analysis.space import space_of
from advisor.engine.document.document import dumps
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Condition, Option, Question, Section
from advisor.engine.model.rules import Push, Rule, RuleSet
from advisor.engine.model.vocabulary import Side
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import publish
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.bulk_edits import preview_bulk_edit

MORE = 40
"""Questions, each of which has five answers, and a rule that looks at it."""


def wide() -> RuleSet:
    """The starter rules with many more questions to sharpen the advice."""
    rules = starter.rule_set()
    options = tuple(Option(f"o-{at}", f"Answer {at}") for at in range(5))
    questions = tuple(
        Question(
            f"more_{at}",
            f"What about matter {at}?",
            f"matter {at}",
            f"Select an answer about matter {at}",
            type=AnswerType.CHOICE,
            section=Section.SHARPEN,
            options=options,
        )
        for at in range(MORE)
    )
    more = tuple(
        Rule(
            f"more-{question.key[5:]}",
            (Condition(question.key, "any_of", ("o-0",)),),
            Push(list(Side)[at % 3], 1),
            f"It matters for matter {at}.",
            ("D2.04",),
        )
        for at, question in enumerate(questions)
    )
    return replace(rules, questions=(*rules.questions, *questions), rules=(*rules.rules, *more))


@pytest.fixture
def admin_of_many(admin: Admin, database: Database) -> Admin:
    """An admin with a draft of the wide rule set, in which a rule has another weight."""
    with database.write() as session:
        publish(session, dumps(wide()), "Many matters.")
    admin.start().edit("rules/core-done-well", push__points="1")
    return admin


def test_the_wide_rule_set_has_more_combinations_than_a_decimal_holds() -> None:
    size = 1
    for variable in space_of(wide()).variables:
        size *= len(variable.values)
    assert size > 10**28


@pytest.mark.parametrize("page", ["problems", "differences", "publish"])
def test_the_pages_of_the_draft_say_so_in_words(admin_of_many: Admin, page: str) -> None:
    admin_of_many.open(f"{DRAFT}/{page}")
    assert page == "publish" or "There are more than a billion." in admin_of_many.text


def test_what_several_changes_do_is_told_as_well(admin_of_many: Admin) -> None:
    preview_bulk_edit(admin_of_many, to_points="+1")
    assert "There are more than a billion." in admin_of_many.text


def test_two_versions_are_compared_as_well(admin_of_many: Admin) -> None:
    admin_of_many.open("/admin/rules/compare?old=1&new=2")
    assert "There are more than a billion." in admin_of_many.text
