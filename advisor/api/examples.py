"""An example of every operation for its description, by the rules in force. Lists are cut to their first entry."""

from typing import Any

from advisor.api.registry import Example
from advisor.engine.document.document import dumps, sha256, to_plain
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.exchange.item_sheets import item_rows
from advisor.exchange.json_items import items_document, sample_item
from advisor.exchange.recommendation import recommend
from advisor.exchange.sheets.csv_files import write_rows
from advisor.exchange.work_items import header

_ID = "3b0c8a52-7f0e-4a53-9c7d-5f1d2b6a9e10"
_MOMENT = "2026-11-22T09:30:00+00:00"


def examples_of(rule_set: RuleSet, number: int) -> dict[str, Example]:
    """By the name of the operation, for version ``number`` of the rules."""
    (item,) = items_document([sample_item(rule_set)])
    advice = _short(recommend(rule_set, number, sample_item(rule_set)))
    rules = {
        "number": number,
        "sha256": sha256(dumps(rule_set)),
        "published_at": _MOMENT,
        "note": "The first version",
        "document": _short(to_plain(rule_set)),
    }
    mine = _assessment(item, number, advice)
    choice = Example({"the version in force": {"rules_version": number}}, mine)
    checked = {
        "state": "done", "done": 41472, "total": 41472, "blocks": False, "found": 0, "problems": [],
        "combinations": 41472, "exact": True,
        "shares": {str(outcome): {"share": 0.2, "low": 0.2, "high": 0.2} for outcome in Outcome},
    }  # fmt: skip
    revision = {
        "number": 1,
        "given_at": _MOMENT,
        "rules_version": number,
        "first_advice": None,
        "recommendation": advice,
    }
    return {
        "description": Example(given={"openapi": "3.1.0"}),
        "rules_in_force": Example(given=rules),
        "rules": Example(given=rules),
        "recommendations": Example({"one process": item, "a list": [item, item]}, advice),
        "recommendations_on_sheet": Example(
            {"a sheet": write_rows([header(rule_set), *item_rows(rule_set.questions, [sample_item(rule_set)])])},
            {"recommendations": [advice], "understood": []},
        ),
        "check_rules": Example({"the draft": {}, "a rule set": rules["document"]}, checked),
        "checked_rules": Example(given=checked),
        "assessments": Example(given={"assessments": [_line(item, number, advice)], "page": 1, "pages": 1, "found": 1}),
        "new_assessment": Example({"one process": item, "a list": [item, {"process": "Invoices"}]}, mine),
        "assessment": Example(given=mine),
        "change_assessment": Example(
            {
                "another name": {"process": "Wages", "row_version": 3},
                "what was decided": {"decision": "bpo", "decided_on": "2026-11-22", "notes": "Two offers"},
                "its groups, and when to look again": {"groups": ["Finance"], "look_again_on": None},
            },
            mine,
        ),
        "history": Example(given={"history": [revision | _content(item)], "page": 1, "pages": 1}),
        "newer_rules": Example(given=_NO_NEWER_RULES | {"rules_version": number}),
        "update_rules": choice,
        "keep_rules": choice,
    }


_NO_NEWER_RULES: dict[str, Any] = {
    "newer_rules": None, "kept_version": None, "notes": [], "open": [], "differs": None, "rules": [],
    "recommendation": None,
}  # fmt: skip


def _content(item: dict[str, Any]) -> dict[str, Any]:
    return {"process": item["process"], "answers": item["answers"], "parts": []}


def _assessment(item: dict[str, Any], number: int, advice: Any) -> dict[str, Any]:
    return {
        "id": _ID, **_content(item), "rules_version": number, "newer_rules": None, "kept_version": None,
        "row_version": 3, "created_at": _MOMENT, "touched_at": _MOMENT, "decision": None, "decided_on": None,
        "notes": "", "groups": ["Finance"], "look_again_on": None, "open": [], "stale": False, "first_advice": None,
        "recommended_at": _MOMENT, "recommendation": advice,
    }  # fmt: skip


def _line(item: dict[str, Any], number: int, advice: Any) -> dict[str, Any]:
    return {
        "id": _ID, "process": item["process"], "parts": [], "groups": ["Finance"], "rules_version": number,
        "outcome": advice["outcome"], "look_again_on": None,
        "kind": advice["kind"], "strength": advice["strength"], "first_advice": None, "decision": None,
        "decided_on": None,
        "created_at": _MOMENT, "touched_at": _MOMENT,
    }  # fmt: skip


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _short(one) for key, one in value.items()}
    return [_short(one) for one in value[:1]] if isinstance(value, list | tuple) else value
