"""Questions and claims that nothing makes use of."""

from advisor.engine.model.errors import Problem
from tests.engine.document_edits import Change, add, condition, drop, put, question, warning

DEFECTS: dict[str, tuple[list[Change], list[Problem]]] = {
    "a question that nothing looks at": (
        [add("questions", question("idle"))],
        [
            warning(
                "questions/idle",
                "Question “idle” is asked for nothing: no rule or advice looks at it.",
                "Use it or take it out.",
            )
        ],
    ),
    "a question on the way to the advice that only guidance looks at": (
        [add("questions", question("idle")), put("guidance/write/when", [condition("idle", "any_of", "yes")])],
        [
            warning(
                "questions/idle",
                "No rule looks at the answer to question “idle”: it can change what is told with the advice, "
                "and never the advice itself.",
                "Let a rule look at it, or ask it after the result.",
            )
        ],
    ),
    "a name question that nothing makes use of": (
        [put("questions/closest/options/payroll", {"key": "payroll", "label": "Payroll"}), drop("disagreements/pay")],
        [
            warning(
                "questions/closest",
                "Question “closest” is asked for nothing: no rule or advice looks at it.",
                "Use it or take it out.",
            )
        ],
    ),
    "a claim that pulls and that only a test case names": (
        [put("claims/D1.04/pull", ["both"]), put("cases/hours/sources", ["D1.04"])],
        [
            warning(
                "claims/D1.04",
                "Claim “D1.04” has no effect: no rule, disagreement, guidance, risk or usual process rests on it.",
                "Use it, or say that it only explains.",
            )
        ],
    ),
    "a claim that pulls and has no effect": (
        [put("claims/D1.04/pull", ["kpo"])],
        [
            warning(
                "claims/D1.04",
                "Claim “D1.04” has no effect: no rule, disagreement, guidance, risk or usual process rests on it.",
                "Use it, or say that it only explains.",
            )
        ],
    ),
}


USED = {
    "a claim that pulls and has been withdrawn": [
        put("claims/D1.04/pull", ["kpo"]),
        put("claims/D1.04/withdrawn", "Wrong."),
    ],
    "a claim that a usual process rests on": [
        put("claims/D1.04/pull", ["kpo"]),
        put("questions/closest/options/payroll/sources", ["D1.04"]),
    ],
    "a claim that guidance rests on": [
        put("claims/D1.04/pull", ["location"]),
        put("guidance/write/sources", ["D1.04"]),
    ],
    "a question that only guidance looks at": [
        add("questions", question("idle", section="sharpen")),
        put("guidance/write/when", [condition("idle", "any_of", "yes")]),
    ],
    "a question that only a follow-up looks at": [
        add("questions", question("idle"), question("more", condition("idle", "any_of", "yes"), section="sharpen")),
        put("guidance/write/when", [condition("more", "any_of", "yes")]),
    ],
}
