"""The small rule set of the tests, with other points, or without some of its rules."""

import tomllib
from dataclasses import replace
from pathlib import Path

from advisor.engine.document.document import from_plain
from advisor.engine.model.rules import Push, RuleSet

SMALL: RuleSet = from_plain(tomllib.loads((Path(__file__).parents[1] / "small.toml").read_text(encoding="utf-8")))


def with_push(rule_set: RuleSet, pushes: dict[str, Push]) -> RuleSet:
    rules = (replace(rule, push=pushes.get(rule.key, rule.push)) for rule in rule_set.rules)
    return replace(rule_set, rules=tuple(rules))


def without_some(rule_set: RuleSet, *keys: str) -> RuleSet:
    return replace(rule_set, rules=tuple(rule for rule in rule_set.rules if rule.key not in keys))
