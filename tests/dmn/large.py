"""A rule set of any number of rules, with every type of question, every test, follow-ups and all outcomes."""

from random import Random
from typing import Any

from advisor.engine.checks.check import check
from advisor.engine.document.document import from_plain
from advisor.engine.model.rules import RuleSet
from tests.engine.documents import clean_document

TYPES = ("choice", "choice", "choice", "choices", "number")
FOLLOW_UPS = {5: 1, 10: 3, 15: 4}
"""Questions that are asked only after another."""


def large_rule_set(rules: int, seed: int = 1, questions: int = 20) -> RuleSet:
    """A rule set without a problem that blocks. The same numbers always give the same one."""
    chance = Random(seed)
    document: dict[str, Any] = {
        **{key: clean_document()[key] for key in ("format", "sources", "claims", "limits")},
        "questions": [_question(chance, number) for number in range(questions)],
        "leave": [_row(9, "keep", leave="keep"), _row(None, "keep", leave="go")],
        "kind": [
            {**_row(None, "lean", kind="unclear", strength="balanced"), "when": [_bound("evidence", at_most=4)]},
            _row(6, "lean", kind="bpo", strength="clear"),
            {**_row(None, "lean", kind="kpo", strength="clear"), "when": [_bound("lean", at_most=-6)]},
            _row(2, "lean", kind="bpo", strength="slight"),
            {**_row(None, "lean", kind="kpo", strength="slight"), "when": [_bound("lean", at_most=-2)]},
            {**_row(None, "lean", kind="both", strength="balanced"), "when": [_bound("both", at_least=1)]},
            _row(None, "lean", kind="unclear", strength="balanced"),
        ],
        "rules": [],
    }
    known = document["questions"]
    made: dict[str, dict[str, Any]] = {}
    while len(made) < rules:
        # Some contradict what leads to a follow-up: the check finds them.
        batch = {f"r{len(made) + n}": _rule(chance, f"r{len(made) + n}", known) for n in range(rules - len(made))}
        tried = from_plain({**document, "rules": [*made.values(), *batch.values()]})
        wrong = {
            problem.place.split("/")[1] for problem in check(tried) if problem.blocks and "rules/" in problem.place
        }
        kept = [rule for key, rule in batch.items() if key not in wrong]
        made.update({f"r{number}": {**rule, "key": f"r{number}"} for number, rule in enumerate(kept, start=len(made))})
    rule_set = from_plain({**document, "rules": list(made.values())})
    assert [problem for problem in check(rule_set) if problem.blocks] == []
    return rule_set


def _question(chance: Random, number: int) -> dict[str, Any]:
    question: dict[str, Any] = {
        "key": f"q-{number}",
        "text": f"Question {number}?",
        "short": f"Matter {number}",
        "missing": f"Select matter {number}",
        "type": TYPES[number % len(TYPES)],
        "section": "core" if number < 4 else "sharpen",
    }
    if question["type"] == "number":
        question |= {"minimum": 0, "maximum": 100, "unit": "cases"}
    else:
        question["options"] = [{"key": f"o-{n}", "label": f"Option {n}"} for n in range(chance.randint(3, 5))]
    if number in FOLLOW_UPS:
        before = FOLLOW_UPS[number]
        test = {"choice": ("any_of", ["o-0", "o-1"]), "choices": ("includes_any", ["o-0", "o-2"])}
        name, values = test.get(TYPES[before % len(TYPES)], ("at_least", [30]))
        question["asked_when"] = [{"question": f"q-{before}", "test": name, "values": values}]
    return question


def _rule(chance: Random, key: str, questions: list[dict[str, Any]]) -> dict[str, Any]:
    looked_at = chance.sample(questions, chance.randint(2, 4))
    side = chance.choices(["bpo", "kpo", "keep", "both"], [8, 8, 4, 1])[0]
    return {
        "key": key,
        "when": [_condition(chance, question) for question in looked_at],
        "push": {"side": side, "points": chance.randint(1, 5)},
        "because": f'Reason {key}: “quoted”, 100 % <of> & "it"\nin two lines.',
        "sources": [{"bpo": "D1.01", "kpo": "D1.02", "keep": "D1.03", "both": "D1.03"}[side]],
    }


def _condition(chance: Random, question: dict[str, Any]) -> dict[str, Any]:
    if question["type"] == "number":
        low, high = sorted(chance.sample(range(1, 100), 2))
        test, values = chance.choice([("at_least", [low]), ("at_most", [high]), ("between", [low, high])])
        return {"question": question["key"], "test": test, "values": values}
    tests = ["any_of", "none_of"] if question["type"] == "choice" else ["includes_any", "includes_all", "none_of"]
    keys = [option["key"] for option in question["options"]]
    chosen = chance.sample(keys, chance.randint(1, 2))
    return {"question": question["key"], "test": chance.choice(tests), "values": chosen}


def _row(at_least: int | None, measure: str, **gives: str) -> dict[str, Any]:
    when = [] if at_least is None else [_bound(measure, at_least=at_least)]
    return {"when": when, "says": f"It gives {' and '.join(gives.values())}.", **gives}


def _bound(measure: str, **ends: int) -> dict[str, Any]:
    return {"measure": measure, **ends}
