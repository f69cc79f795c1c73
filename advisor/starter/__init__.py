"""The starter rule set: what a fresh installation begins with, as data that people can read."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from advisor.engine.document.document import FORMAT, dumps, from_plain
from advisor.engine.model.rules import RuleSet

NOTE = "The rules that the product comes with."
"""The note under which the starter rule set is published as version 1."""

_PARTS = (
    "questions.toml",
    "rules.toml",
    "guidance.toml",
    "brief.toml",
    "risks.toml",
    "claims.toml",
    "cases.toml",
    "risk_cases.toml",
)


@cache
def rule_set() -> RuleSet:
    """The starter rule set."""
    document: dict[str, Any] = {"format": FORMAT}
    for name in _PARTS:
        for field, items in tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8")).items():
            document.setdefault(field, []).extend(items)
    return from_plain(document)


def text() -> str:
    """The starter rule set as the canonical JSON text that is stored and published."""
    return dumps(rule_set())
