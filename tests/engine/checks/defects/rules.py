"""Rules that always push, never fire, or say the same as another."""

from advisor.engine.model.errors import Problem
from tests.engine.document_edits import Change, add, condition, put, rule, warning

DEFECTS: dict[str, tuple[list[Change], list[Problem]]] = {
    "a rule without conditions": (
        [put("rules/routine/when", [])],
        [
            Problem(
                "rules/routine/when",
                "Rule “routine” has no conditions, so it would always push its points.",
                "Say when it holds.",
            )
        ],
    ),
    "no rules": (
        [put("rules", [])],
        [
            warning(
                "questions/edge",
                "Question “edge” is asked for nothing: no rule or advice looks at it.",
                "Use it or take it out.",
            ),
            warning(
                "questions/written",
                "Question “written” is asked for nothing: no rule or advice looks at it.",
                "Use it or take it out.",
            ),
            warning(
                "questions/needs",
                "No rule looks at the answer to question “needs”: it can change what is told with the advice, "
                "and never the advice itself.",
                "Let a rule look at it, or ask it after the result.",
            ),
            warning(
                "questions/volume",
                "Question “volume” is asked for nothing: no rule or advice looks at it.",
                "Use it or take it out.",
            ),
            Problem("rules", "There are no rules, so no answer counts.", "Add one."),
            warning(
                "claims/D1.03",
                "Claim “D1.03” has no effect: no rule, disagreement, guidance, risk or usual process rests on it.",
                "Use it, or say that it only explains.",
            ),
        ],
    ),
    "a rule whose conditions exclude each other": (
        [add("rules/routine/when", condition("steps", "any_of", "each"))],
        [
            Problem(
                "rules/routine/when",
                "Rule “routine” can never fire: no answer to “the steps” meets all of its conditions.",
                "Change or remove one of them.",
            )
        ],
    ),
    "a rule that forbids every option": (
        [put("rules/routine/when/0", condition("steps", "none_of", "same", "some", "each"))],
        [
            Problem(
                "rules/routine/when",
                "Rule “routine” can never fire: no answer to “the steps” meets all of its conditions.",
                "Change or remove one of them.",
            )
        ],
    ),
    "a rule whose numbers exclude each other": (
        [add("rules/many/when", condition("volume", "at_most", 99))],
        [
            Problem(
                "rules/many/when",
                "Rule “many” can never fire: no answer to “the volume” meets all of its conditions.",
                "Change or remove one of them.",
            )
        ],
    ),
    "a rule that includes what it forbids": (
        [add("rules/expert/when", condition("needs", "none_of", "law", "research"))],
        [
            Problem(
                "rules/expert/when",
                "Rule “expert” can never fire: no answer to “the needs” meets all of its conditions.",
                "Change or remove one of them.",
            )
        ],
    ),
    "a rule that includes more than may be chosen": (
        [
            put("questions/needs/most", 1),
            add("rules/expert/when", condition("needs", "includes_all", "law", "speech")),
        ],
        [
            Problem(
                "rules/expert/when",
                "Rule “expert” can never fire: no answer to “the needs” meets all of its conditions.",
                "Change or remove one of them.",
            )
        ],
    ),
    "a rule that includes one of each where only one may be chosen": (
        [
            put("questions/needs/most", 1),
            put("rules/expert/when", [condition("needs", "includes_any", one) for one in ("law", "speech")]),
        ],
        [
            Problem(
                "rules/expert/when",
                "Rule “expert” can never fire: no answer to “the needs” meets all of its conditions.",
                "Change or remove one of them.",
            )
        ],
    ),
    "a rule that no way of follow-ups leads to": (
        [add("rules/written-down/when", condition("steps", "any_of", "each"))],
        [
            Problem(
                "rules/written-down/when",
                "Rule “written-down” can never fire: no answer to “the steps” both suits it and leads to the "
                "questions it looks at.",
                "Change or remove one of its conditions.",
            )
        ],
    ),
    "a tension that cannot be": (
        [
            put(
                "tensions/routine-law/when",
                [condition("steps", "any_of", "each"), condition("written", "any_of", "no")],
            )
        ],
        [
            Problem(
                "tensions/routine-law/when",
                "Tension “routine-law” can never be told: no answer to “the steps” both suits it and leads to "
                "the questions it looks at.",
                "Change or remove one of its conditions.",
            )
        ],
    ),
    "guidance that is never told": (
        [put("guidance/write/when", [condition("edge", "any_of", "yes"), condition("edge", "any_of", "no")])],
        [
            Problem(
                "guidance/write/when",
                "Guidance “write” can never be told: no answer to “the edge” meets all of its conditions.",
                "Change or remove one of them.",
            )
        ],
    ),
    "a disagreement that is never told": (
        [add("disagreements/pay/when", condition("closest", "any_of", "other"))],
        [
            Problem(
                "disagreements/pay/when",
                "Disagreement “pay” can never be told: no answer to “the closest” meets all of its conditions.",
                "Change or remove one of them.",
            )
        ],
    ),
    "a rule that repeats another": (
        [add("rules", rule("again", condition("steps", "none_of", "some", "each")))],
        [
            warning(
                "rules/again/when",
                "Rule “again” fires exactly when rule “routine” does, and pushes to the same side.",
                "Make one rule of the two.",
            )
        ],
    ),
    "a rule that repeats another on numbers": (
        [add("rules", rule("again", condition("volume", "between", 100, 1000)))],
        [
            warning(
                "rules/again/when",
                "Rule “again” fires exactly when rule “many” does, and pushes to the same side.",
                "Make one rule of the two.",
            )
        ],
    ),
    "a rule that repeats another on several choices": (
        [
            add(
                "rules",
                rule("again", condition("needs", "includes_any", "research", "law"), push={"side": "kpo", "points": 1}),
            )
        ],
        [
            warning(
                "rules/again/when",
                "Rule “again” fires exactly when rule “expert” does, and pushes to the same side.",
                "Make one rule of the two.",
            )
        ],
    ),
}
