"""The number in the sentence of a policy row comes from a bound, wherever the sentence is told."""

from dataclasses import replace

import pytest

from advisor import starter
from advisor.engine.document.document import from_plain, to_plain
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.policy import Bound, LeaveRow
from advisor.engine.model.row_sentences import sentence_of, with_sentences
from advisor.engine.model.vocabulary import Leave, Measure
from advisor.exchange.recommendation import policy_document
from tests.engine.documents import clean_document, clean_rule_set

ROWS = [
    LeaveRow((Bound(Measure.LEAN, at_least=8),), Leave.GO, ""),
    LeaveRow((Bound(Measure.LEAN, at_most=-6), Bound(Measure.BPO, 2, 5)), Leave.GO, ""),
    LeaveRow((Bound(Measure.LEAN, at_least=4), Bound(Measure.KPO, -3, 3)), Leave.GO, ""),
    LeaveRow((), Leave.GO, ""),
]


@pytest.mark.parametrize(
    ("at", "says", "told"),
    [
        (0, "ahead by {lean}", "ahead by 8"),
        (1, "ahead by {lean}", "ahead by 6"),
        (2, "ahead by {lean} to {lean before - 1}", "ahead by 4 to 7"),
        (3, "within {lean - 1}, {lean+1}", "within 3, 5"),
        (1, "{bpo} points", "2 to 5 points"),
        (2, "within {kpo}", "within 3"),
        (1, "{bpo + 1}", "{bpo + 1}"),
        (0, "{lean before}", "{lean before}"),
        (3, "{keep} {evidence} {Lean} {} {lean after}", "{keep} {evidence} {Lean} {} {lean after}"),
    ],
)
def test_a_placeholder_is_the_number_of_a_bound_here_or_above_or_stays(at: int, says: str, told: str) -> None:
    rows = [replace(row, says=says) if index == at else row for index, row in enumerate(ROWS)]
    assert sentence_of(rows, at) == told


def test_an_advice_tells_the_number_of_the_bound_as_it_is_now() -> None:
    document = clean_document()
    document["leave"][0]["says"] = "{keep} points or more."
    for least in (4, 3):
        document["leave"][0]["when"][0]["at_least"] = least
        given = policy_document(evaluate(from_plain(document), {"edge": "yes"}))
        assert given["leave"] == f"{least} points or more."


def test_rows_without_a_placeholder_are_as_they_were_and_one_with_it_is_stored_as_it_was_typed() -> None:
    rules = clean_rule_set()
    assert all(told is row for told, row in zip(with_sentences(rules.kind), rules.kind, strict=True))
    starters = starter.rule_set()
    assert from_plain(to_plain(starters)) == starters
    assert "{keep}" in to_plain(starters)["leave"][0]["says"]
    said = [row.says for row in with_sentences(starters.leave)] + [row.says for row in with_sentences(starters.kind)]
    assert not any("{" in sentence for sentence in said)
