"""A small rule set without a problem, as the plain document that tests change one thing in; the lists of a rule set."""

from typing import Any

from advisor.engine.document.document import KINDS, from_plain, options_of
from advisor.engine.model.rules import RuleSet

Plain = dict[str, Any]


def lists_of(rule_set: RuleSet) -> list[str]:
    """The names of all lists of a rule set, those of options included."""
    return [*KINDS, *(options_of(question.key) for question in rule_set.questions)]


def clean_document() -> Plain:
    """A document that uses every feature of the format, and in which ``check`` finds nothing. New at each call."""
    return {
        "format": 1,
        "questions": [
            {
                **_question("closest", "Which usual process is it closest to?"),
                "scope": "process",
                "section": "name",
                "options": [
                    {
                        "key": "payroll",
                        "label": "Payroll",
                        "words": ["wages"],
                        "filed_under": "bpo",
                        "sources": ["D1.01"],
                    },
                    {"key": "other", "label": "None of them"},
                ],
            },
            {
                **_question("edge", "Would customers notice if a rival did it as well as you?"),
                "scope": "process",
                "options": [{"key": "yes", "label": "Yes"}, {"key": "no", "label": "No"}],
            },
            {
                **_question("steps", "How predictable is the work?"),
                "options": [
                    {"key": "same", "label": "The same each time", "hint": "A newcomer could follow them"},
                    {"key": "some", "label": "Some judgement"},
                    {"key": "each", "label": "Each case is thought through"},
                ],
            },
            {
                **_question("written", "Are the steps written down?"),
                "options": [{"key": "yes", "label": "Yes"}, {"key": "no", "label": "No"}],
                "asked_when": [{"question": "steps", "test": "any_of", "values": ["same", "some"]}],
            },
            {
                **_question("needs", "What must the person bring?"),
                "type": "choices",
                "options": [
                    {"key": "speech", "label": "Friendly speech"},
                    {"key": "law", "label": "Law"},
                    {"key": "research", "label": "Research"},
                ],
            },
            {
                **_question("volume", "How many cases a month?"),
                "type": "number",
                "section": "sharpen",
                "minimum": 0,
                "maximum": 1000,
                "unit": "cases",
            },
        ],
        "rules": [
            _rule("routine", "bpo", 3, [("steps", "any_of", ["same"])], ["D1.01"]),
            _rule("written-down", "bpo", 1, [("written", "any_of", ["yes"])], ["D1.01"]),
            _rule("expert", "kpo", 3, [("needs", "includes_any", ["law", "research"])], ["D1.02"]),
            _rule("core", "keep", 4, [("edge", "none_of", ["no"])], ["D1.03", "G1"]),
            _rule("many", "bpo", 1, [("volume", "at_least", [100])], ["D1.01"]),
        ],
        "leave": [
            {"when": [{"measure": "keep", "at_least": 4}], "leave": "keep", "says": "Much speaks for keeping it."},
            {"when": [], "leave": "go", "says": "Little speaks for keeping it."},
        ],
        "kind": [
            {
                "when": [{"measure": "evidence", "at_most": 0}],
                "kind": "unclear",
                "strength": "balanced",
                "says": "Too little is known.",
            },
            {
                "when": [{"measure": "lean", "at_least": 1}],
                "kind": "bpo",
                "strength": "clear",
                "says": "More speaks for BPO.",
            },
            {
                "when": [{"measure": "lean", "at_most": -1}],
                "kind": "kpo",
                "strength": "clear",
                "says": "More speaks for KPO.",
            },
            {"when": [], "kind": "both", "strength": "balanced", "says": "Both are level."},
        ],
        "sources": [
            {"key": "D1", "title": "A document", "kind": "document", "about": "A page on both kinds."},
            {"key": "G", "title": "Guidance", "kind": "guidance", "about": "What is generally advised."},
        ],
        "claims": [
            _claim("D1.01", "D1", "bpo"),
            _claim("D1.02", "D1", "kpo"),
            _claim("D1.03", "D1", "keep"),
            _claim("D1.04", "D1", "context"),
            _claim("G1", "G", "keep"),
        ],
        "disagreements": [
            {
                "key": "pay",
                "topic": "What payroll is",
                "views": [
                    {"text": "It is routine.", "sources": ["D1.01"]},
                    {"text": "It is expert.", "sources": ["D1.02"]},
                ],
                "settled": "Your answers settle it.",
                "when": [{"question": "closest", "test": "any_of", "values": ["payroll"]}],
                "outcomes": ["bpo", "kpo"],
            }
        ],
        "tensions": [
            {
                "key": "routine-law",
                "when": [_condition("steps", "any_of", ["same"]), _condition("needs", "includes_any", ["law"])],
                "text": "The same steps each time, and law. Both can be true.",
            }
        ],
        "guidance": [
            {"key": "write", "title": "Write it down", "text": "Write the steps down first.", "sources": ["G1"]},
        ],
        "limits": ["It does not tell you prices."],
        "cases": [
            {
                "key": "hours",
                "process": "Keying hours",
                "answers": {"edge": "no", "steps": "same", "written": "yes", "needs": [], "volume": None},
                "outcome": "bpo",
                "because": "The first document places it there.",
                "sources": ["D1.01"],
                "kind": "bpo",
            },
            {
                "key": "pay-office",
                "process": "Pay office",
                "answers": {"edge": "no"},
                "outcome": "both",
                "because": "One part is routine, the other is law.",
                "parts": [
                    {"part": "Keying", "answers": {"steps": "same"}},
                    {"part": "Advice", "answers": {"needs": ["law"]}},
                ],
            },
        ],
    }


def clean_rule_set() -> RuleSet:
    """The same as a value."""
    return from_plain(clean_document())


def _question(key: str, text: str) -> Plain:
    return {"key": key, "text": text, "short": f"the {key}", "missing": f"Select the {key}"}


def _condition(question: str, test: str, values: list[Any]) -> Plain:
    return {"question": question, "test": test, "values": values}


def _rule(key: str, side: str, points: int, when: list[tuple[str, str, list[Any]]], sources: list[str]) -> Plain:
    return {
        "key": key,
        "when": [_condition(*condition) for condition in when],
        "push": {"side": side, "points": points},
        "because": f"It is {key}.",
        "sources": sources,
    }


def _claim(key: str, source: str, pull: str) -> Plain:
    return {
        "id": key,
        "source": source,
        "place": "opening",
        "text": f"What {key} says.",
        "pull": [pull],
        "firmness": "firm",
    }
