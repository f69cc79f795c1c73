"""Rows of many recommendations at once are those that each recommendation alone gives."""

import pytest

from advisor import starter
from advisor.engine.model.answers import WorkItem
from advisor.exchange.advice_rows import AdviceRows, Reasons
from advisor.exchange.recommendation import recommend
from advisor.exchange.results import columns, result_rows
from advisor.exchange.sheets.csv_files import escape_formula
from advisor.wording.advice.verdict import verdict_lines
from tests.engine.choices import Dice
from tests.engine.random_rule_sets import made_item, made_rule_set

NAMES = ("Payroll", "=market research", "Pay advice", "Keying", "")


def made_items(dice: Dice, rules: object, number: int) -> list[WorkItem]:
    items = []
    for _ in range(number):
        answers, parts = made_item(dice, rules)  # type: ignore[arg-type]
        if len(parts) == 1 and dice.yes_or_no():
            parts = (("", parts[0][1]),)
        items.append(WorkItem(dice.pick(NAMES), answers, parts))
    return items


@pytest.mark.parametrize("seed", range(12))
def test_rows_are_those_of_each_recommendation(seed: int) -> None:
    dice = Dice(seed)
    rules = made_rule_set(dice) if seed else starter.rule_set()
    items = made_items(dice, rules, 60)
    advised = [(item, recommend(rules, 3, item)) for item in items]
    expected = [
        [escape_formula(cell) if isinstance(cell, str) else cell for cell in row]
        for row in result_rows(rules, advised, verdict_lines)
    ]
    full = AdviceRows(rules, 3, Reasons.FULL, verdict_lines)
    assert full.columns == columns(rules)
    assert list(full.rows(items)) == expected

    head = columns(rules)
    for wanted in (Reasons.NONE, Reasons.KEYS):
        brief = AdviceRows(rules, 3, wanted, verdict_lines)
        same = [name for name in brief.columns if name not in {"reasons", "disagreements"}]
        rows = [dict(zip(brief.columns, row, strict=True)) for row in brief.rows(items)]
        wholes = [dict(zip(head, row, strict=True)) for row in expected]
        assert [[row[name] for name in same] for row in rows] == [[row[name] for name in same] for row in wholes]
        assert ("reasons" in brief.columns) is (wanted is Reasons.KEYS)
    by_key = [dict(zip(brief.columns, row, strict=True))["reasons"] for row in brief.rows(items)]
    given = [[reason["rule"] for reason in it["reasons"]] for _, doc in advised for it in (doc, *doc["parts"])]
    several = [len(item.parts) > 1 for item, doc in advised for _ in (doc, *doc["parts"])]
    assert [len(keys) for keys in given] == [
        (cell.count(": ") if ": " in str(cell) else len(str(cell).split()))  # type: ignore[union-attr]
        for cell, _ in zip(by_key, several, strict=True)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_documents_say_what_the_recommendation_says(seed: int) -> None:
    dice = Dice(seed)
    rules = made_rule_set(dice) if seed else starter.rule_set()
    items = made_items(dice, rules, 40)
    for wanted in (Reasons.NONE, Reasons.KEYS):
        made = AdviceRows(rules, None, wanted, verdict_lines).documents(items)
        for item, got in zip(items, made, strict=True):
            full = recommend(rules, None, item)
            for one, other in zip((got, *got["parts"]), (full, *full["parts"]), strict=True):
                for name in ("outcome", "kind", "strength", "points", "unanswered"):
                    assert one[name] == other[name]
                assert one.get("done_by") == other.get("done_by")
                if wanted is Reasons.KEYS:
                    assert [it["rule"] for it in one["reasons"]] == [it["rule"] for it in other["reasons"]]
            assert (got["process"], got["rules_version"]) == (item.process, None)
            if wanted is Reasons.KEYS:
                assert got["disagreements"] == [it["key"] for it in full["disagreements"]]
                assert got["guidance"] == [it["key"] for it in full["guidance"]]
                assert got["risks"] == [it["key"] for it in full.get("risks", [])]
            else:
                assert "reasons" not in got
