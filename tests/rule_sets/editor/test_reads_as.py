"""“Reads as”: every test of the table of operators, in the words of its question, on the server without a script."""

from dataclasses import replace
from typing import Any

import pytest

from advisor import starter
from advisor.engine.model.operators import OPERATORS, AnswerType
from advisor.engine.model.questions import Question, Section
from advisor.models import Database
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.drafts import store_draft
from tests.visiting import text_of

EDGE = "the answer to “Do customers choose you because of this work?”"
TOUCHES = "the answer to “Which of these does the work touch?”"
CASES = "the answer to “How many cases are there in a month?”"

SENTENCES: list[tuple[str, str, dict[str, Any], str]] = [
    ("edge", "any_of", {"values": ["core"]}, f"{EDGE} is {{core}}"),
    ("edge", "any_of", {"values": ["core", "vital"]}, f"{EDGE} is {{core}} or {{vital}}"),
    ("edge", "none_of", {"values": ["core"]}, f"{EDGE} is not {{core}}"),
    (
        "sensitive",
        "none_of",
        {"values": ["personal", "money"]},
        f"{TOUCHES} includes none of {{personal}} or {{money}}",
    ),
    ("sensitive", "includes_any", {"values": ["personal", "money"]}, f"{TOUCHES} includes {{personal}} or {{money}}"),
    (
        "sensitive",
        "includes_all",
        {"values": ["personal", "money"]},
        f"{TOUCHES} includes all of {{personal}} and {{money}}",
    ),
    ("cases", "at_least", {"low": "5"}, f"{CASES} is at least 5"),
    ("cases", "at_most", {"low": "5000"}, f"{CASES} is at most 5,000"),
    ("cases", "between", {"low": "5", "high": "5000"}, f"{CASES} is between 5 and 5,000"),
]

NUMBER = Question(
    key="cases",
    text="How many cases are there in a month?",
    type=AnswerType.NUMBER,
    section=Section.SHARPEN,
    short="Cases in a month",
    missing="Enter how many cases there are",
    minimum=0,
    maximum=10_000,
    unit="cases",
)
"""The starter asks for no number; a rule set may."""


def test_every_operator_is_here() -> None:
    assert {test for _question, test, _values, _sentence in SENTENCES} == set(OPERATORS)


@pytest.mark.parametrize(("question", "test", "values", "sentence"), SENTENCES)
def test_a_rule_reads_as_what_was_chosen(
    admin: Admin, database: Database, question: str, test: str, values: dict[str, Any], sentence: str
) -> None:
    rules = starter.rule_set()
    rules = replace(rules, questions=(*rules.questions, NUMBER))
    store_draft(database, rules)
    asked = rules.question(question)
    assert asked is not None
    labels = {option.key: f"“{option.label}”" for option in asked.options}
    admin.open(f"{DRAFT}/add/rules")
    admin.press("update", when__0__question=question)
    assert text_of(admin.page.select_one("#sentence")) == "Not complete yet."
    sent = {f"when__0__{name}": value for name, value in values.items()}
    admin.press(
        "update", when__0__test=test, push__side="bpo", push__points="2", because="So.", sources=["D2.04"], **sent
    )
    assert (
        text_of(admin.page.select_one("#sentence"))
        == f"When {sentence.format(**labels)}, it adds 2 points towards BPO."
    )
    admin.save()
    admin.open(f"{DRAFT}/rules?q=So.")
    assert sentence.format(**labels) in admin.text


def test_a_row_of_a_table_reads_as_what_it_asks_of_the_sums(admin: Admin) -> None:
    admin.start().open(f"{DRAFT}/add/kind")
    admin.press("when:add")
    bound: dict[str, Any] = {"when__0__measure": "lean", "when__0__at_least": "4"}
    admin.press("update", kind="bpo", strength="slight", says="Ahead.", **bound)
    assert text_of(admin.page.select_one("#sentence")) == "BPO is ahead by 4 points or more: BPO (Slight lean)"
    admin.press("update", kind="unclear", strength="balanced", says="Too little.", **bound)
    assert text_of(admin.page.select_one("#sentence")).endswith(": We can't say yet"), "no kind, no strength"
