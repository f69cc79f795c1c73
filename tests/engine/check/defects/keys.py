"""Keys: there, plain, different from each other, and none that is reserved."""

from advisor.engine.errors import Problem
from tests.engine.changes import Change, add, condition, copy, drop, put, question, rule, warning

DEFECTS: dict[str, tuple[list[Change], list[Problem]]] = {
    "a question without a key": (
        [put("questions/volume/key", ""), drop("rules/many"), drop("cases/hours/answers/volume")],
        [
            Problem("questions/5", "Question number 6 has no key.", "Give it one."),
            warning(
                "questions/5",
                "Question number 6 is asked for nothing: no rule or advice looks at it.",
                "Use it or take it out.",
            ),
        ],
    ),
    "a key that is not plain": (
        [put("guidance/write/key", "Write it/down!")],
        [
            Problem(
                "guidance/Write it/down!",
                "The key of guidance “Write it/down!” is not plain.",
                "Write “Write-it-down”.",
            )
        ],
    ),
    "a key of nothing but signs": (
        [put("guidance/write/key", "!?")],
        [Problem("guidance/!?", "The key of guidance “!?” is not plain.", "Use letters, digits and hyphens.")],
    ),
    "a key that is too long": (
        [put("guidance/write/key", "x" * 61)],
        [
            Problem(
                "guidance/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
                "The key of guidance “xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…” is 61 "
                "characters long.",
                "Use 60 at most.",
            )
        ],
    ),
    "two questions with one key": (
        [copy("questions/volume")],
        [
            Problem(
                "questions/volume",
                "Question “volume” is there 2 times: each key can be used once.",
                "Give the others a key of their own.",
            )
        ],
    ),
    "two options with one key": (
        [add("questions/steps/options", {"key": "each", "label": "Another"})],
        [
            Problem(
                "questions/steps/options/each",
                "Option “each” of question “steps” is there 2 times: each key can be used once.",
                "Give the others a key of their own.",
            )
        ],
    ),
    "two rules with one key": (
        [copy("rules/routine", when=[condition("edge", "any_of", "no")])],
        [
            Problem(
                "rules/routine",
                "Rule “routine” is there 2 times: each key can be used once.",
                "Give the others a key of their own.",
            )
        ],
    ),
    "two sources with one key": (
        [copy("sources/G")],
        [
            Problem(
                "sources/G",
                "Source “G” is there 2 times: each key can be used once.",
                "Give the others a key of their own.",
            )
        ],
    ),
    "two claims with one id": (
        [copy("claims/D1.04")],
        [
            Problem(
                "claims/D1.04",
                "Claim “D1.04” is there 2 times: each key can be used once.",
                "Give the others a key of their own.",
            )
        ],
    ),
    "two disagreements with one key": (
        [copy("disagreements/pay")],
        [
            Problem(
                "disagreements/pay",
                "Disagreement “pay” is there 2 times: each key can be used once.",
                "Give the others a key of their own.",
            )
        ],
    ),
    "two tensions with one key": (
        [copy("tensions/routine-law")],
        [
            Problem(
                "tensions/routine-law",
                "Tension “routine-law” is there 2 times: each key can be used once.",
                "Give the others a key of their own.",
            )
        ],
    ),
    "two pieces of guidance with one key": (
        [copy("guidance/write")],
        [
            Problem(
                "guidance/write",
                "Guidance “write” is there 2 times: each key can be used once.",
                "Give the others a key of their own.",
            )
        ],
    ),
    "two test cases with one key": (
        [copy("cases/hours", process="Another")],
        [
            Problem(
                "cases/hours",
                "Test case “hours” is there 2 times: each key can be used once.",
                "Give the others a key of their own.",
            )
        ],
    ),
    "an option that is kept for “I'm not sure”": (
        [add("questions/steps/options", {"key": "not-sure", "label": "Who knows"})],
        [
            Problem(
                "questions/steps/options/not-sure",
                "No option of question “steps” can have the key “not-sure”: it stands for “I'm not sure”.",
                "Choose another key.",
            )
        ],
    ),
    "an option of several that is kept for “none of these”": (
        [add("questions/needs/options", {"key": "none", "label": "Nothing"})],
        [
            Problem(
                "questions/needs/options/none",
                "No option of question “needs” can have the key “none”: it stands for “none of these”.",
                "Choose another key.",
            )
        ],
    ),
    "a question that is called like a column of a sheet": (
        [add("questions", question("part")), add("rules", rule("p", condition("part", "any_of", "no")))],
        [
            Problem(
                "questions/part",
                "No question can have the key “part”: it is a column of every sheet.",
                "Choose another key.",
            )
        ],
    ),
}
