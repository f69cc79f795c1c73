"""Claims: every reason rests on some that exist and still count."""

from advisor.engine.model.errors import Problem
from tests.engine.document_edits import Change, condition, drop, put, warning

DEFECTS: dict[str, tuple[list[Change], list[Problem]]] = {
    "a rule without a claim": (
        [put("rules/routine/sources", [])],
        [Problem("rules/routine/sources", "Rule “routine” rests on no claim.", "Name at least one.")],
    ),
    "a rule on an unknown claim": (
        [put("rules/routine/sources", ["D1.1"])],
        [
            Problem(
                "rules/routine/sources/0",
                "Rule “routine” rests on “D1.1”, which is not a claim.",
                "Did you mean claim “D1.01”?",
            )
        ],
    ),
    "a rule on a withdrawn claim": (
        [put("claims/G1/withdrawn", "It was wrong."), drop("guidance/write")],
        [
            Problem(
                "rules/core/sources/1",
                "Rule “core” rests on claim “G1”, which has been withdrawn.",
                "Rest it on another claim, or take it out.",
            )
        ],
    ),
    "an address that no reader can open": (
        [
            put("claims/G1/links", ["https://example.org/a", "javascript:alert(1)"]),
            put("sources/D1/links", ["https://example.org/a", "www.example.org"]),
        ],
        [
            warning(
                f"{place}/links/1",
                f"“{address}” of {name} is not the address of a web page, so no reader can open it.",
                "Begin it with https://, or take it out.",
            )
            for place, name, address in (
                ("sources/D1", "source “D1”", "www.example.org"),
                ("claims/G1", "claim “G1”", "javascript:alert(1)"),
            )
        ],
    ),
    "guidance on a withdrawn claim": (
        [put("claims/G1/withdrawn", "It was wrong."), put("rules/core/sources", ["D1.03"])],
        [
            warning(
                "guidance/write/sources/0",
                "Guidance “write” rests on claim “G1”, which has been withdrawn.",
                "Rest it on another claim, or take it out.",
            )
        ],
    ),
    "a rule that names a claim twice": (
        [put("rules/routine/sources", ["D1.01", "D1.01"])],
        [warning("rules/routine/sources", "Rule “routine” names claim “D1.01” 2 times.", "Name it once.")],
    ),
    "a view without a claim": (
        [put("disagreements/pay/views/1/sources", [])],
        [
            Problem(
                "disagreements/pay/views/1/sources",
                "View 2 of disagreement “pay” rests on no claim.",
                "Name at least one.",
            )
        ],
    ),
    "a view on an unknown claim": (
        [put("disagreements/pay/views/1/sources", ["X9"])],
        [
            Problem(
                "disagreements/pay/views/1/sources/0",
                "View 2 of disagreement “pay” rests on “X9”, which is not a claim.",
                "Name a claim of this rule set.",
            )
        ],
    ),
    "guidance without a claim": (
        [put("guidance/write/sources", [])],
        [Problem("guidance/write/sources", "Guidance “write” rests on no claim.", "Name at least one.")],
    ),
    "guidance on an unknown claim": (
        [put("guidance/write/sources", ["D1.99"])],
        [
            Problem(
                "guidance/write/sources/0",
                "Guidance “write” rests on “D1.99”, which is not a claim.",
                "Did you mean claim “D1.05”?",
            )
        ],
    ),
    "a usual process on an unknown claim": (
        [put("questions/closest/options/payroll/sources", ["D1.001"])],
        [
            Problem(
                "questions/closest/options/payroll/sources/0",
                "Option “payroll” of question “closest” rests on “D1.001”, which is not a claim.",
                "Did you mean claim “D1.01”?",
            )
        ],
    ),
    "a test case on an unknown claim": (
        [put("cases/hours/sources", ["D1.001"])],
        [
            Problem(
                "cases/hours/sources/0",
                "Test case “hours” rests on “D1.001”, which is not a claim.",
                "Did you mean claim “D1.01”?",
            )
        ],
    ),
    "a claim from an unknown source": (
        [put("claims/D1.04/source", "D2")],
        [
            Problem(
                "claims/D1.04/source",
                "Claim “D1.04” comes from “D2”, which is not a source.",
                "Name a source of this rule set.",
            )
        ],
    ),
    "a claim that does not say which way it argues": (
        [put("claims/D1.04/pull", [])],
        [
            Problem(
                "claims/D1.04/pull",
                "Claim “D1.04” does not say which way it argues.",
                "Choose it, or “None: it explains, and drives no rule”.",
            )
        ],
    ),
    "a disagreement with one view": (
        [drop("disagreements/pay/views/1")],
        [
            Problem(
                "disagreements/pay/views",
                "Disagreement “pay” needs two views at least.",
                "Add what the other side says.",
            )
        ],
    ),
    "a tension on one answer": (
        [drop("tensions/routine-law/when/1")],
        [
            Problem(
                "tensions/routine-law/when",
                "Tension “routine-law” must look at the answers to exactly two questions.",
                "Give it two conditions, on different questions.",
            )
        ],
    ),
    "a tension on one question twice": (
        [put("tensions/routine-law/when/1", condition("steps", "none_of", "each"))],
        [
            Problem(
                "tensions/routine-law/when",
                "Tension “routine-law” must look at the answers to exactly two questions.",
                "Give it two conditions, on different questions.",
            )
        ],
    ),
}
