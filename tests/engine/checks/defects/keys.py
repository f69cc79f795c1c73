"""Keys: there, plain, different from each other, and none that is reserved."""

from advisor.engine.model.errors import Problem
from tests.engine.document_edits import Change, add, condition, copy, drop, put, question, rule, warning

DEFECTS: dict[str, tuple[list[Change], list[Problem]]] = {
    "a question without a key": (
        [put("questions/volume/key", ""), drop("rules/many"), drop("cases/hours/answers/volume")],
        [
            Problem("questions/5/key", "Question number 6 has no key.", "Give it one."),
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
                "guidance/Write it/down!/key",
                "The key of guidance “Write it/down!” is not plain.",
                "Write “Write-it-down”.",
            )
        ],
    ),
    "a key of nothing but signs": (
        [put("guidance/write/key", "!?")],
        [Problem("guidance/!?/key", "The key of guidance “!?” is not plain.", "Use letters, digits and hyphens.")],
    ),
    "a key that is too long": (
        [put("guidance/write/key", "x" * 61)],
        [
            Problem(
                "guidance/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…/key",
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
                "questions/6/key",
                "Question “volume” is there already: each key can be used once.",
                "Give this question a key of its own.",
            )
        ],
    ),
    "two options with one key": (
        [add("questions/steps/options", {"key": "each", "label": "Another"})],
        [
            Problem(
                "questions/steps/options/3/key",
                "Option “each” of question “steps” is there already: each key can be used once.",
                "Give this option a key of its own.",
            )
        ],
    ),
    "two rules with one key": (
        [copy("rules/routine", when=[condition("edge", "any_of", "no")])],
        [
            Problem(
                "rules/1/key",
                "Rule “routine” is there already: each key can be used once.",
                "Give this rule a key of its own.",
            )
        ],
    ),
    "two sources with one key": (
        [copy("sources/G")],
        [
            Problem(
                "sources/2/key",
                "Source “G” is there already: each key can be used once.",
                "Give this source a key of its own.",
            )
        ],
    ),
    "two claims with one id": (
        [copy("claims/D1.04")],
        [
            Problem(
                "claims/4/id",
                "Claim “D1.04” is there already: each key can be used once.",
                "Give this claim a key of its own.",
            )
        ],
    ),
    "two disagreements with one key": (
        [copy("disagreements/pay")],
        [
            Problem(
                "disagreements/1/key",
                "Disagreement “pay” is there already: each key can be used once.",
                "Give this disagreement a key of its own.",
            )
        ],
    ),
    "two tensions with one key": (
        [copy("tensions/routine-law")],
        [
            Problem(
                "tensions/1/key",
                "Tension “routine-law” is there already: each key can be used once.",
                "Give this tension a key of its own.",
            )
        ],
    ),
    "two pieces of guidance with one key": (
        [copy("guidance/write")],
        [
            Problem(
                "guidance/1/key",
                "Guidance “write” is there already: each key can be used once.",
                "Give this guidance a key of its own.",
            )
        ],
    ),
    "two test cases with one key": (
        [copy("cases/hours", process="Another")],
        [
            Problem(
                "cases/1/key",
                "Test case “hours” is there already: each key can be used once.",
                "Give this test case a key of its own.",
            )
        ],
    ),
    "an option that is kept for “I'm not sure”": (
        [add("questions/steps/options", {"key": "not-sure", "label": "Who knows"})],
        [
            Problem(
                "questions/steps/options/not-sure/key",
                "No option of question “steps” can have the key “not-sure”: it stands for “I'm not sure”.",
                "Choose another key.",
            )
        ],
    ),
    "an option of several that is kept for “none of these”": (
        [add("questions/needs/options", {"key": "none", "label": "Nothing"})],
        [
            Problem(
                "questions/needs/options/none/key",
                "No option of question “needs” can have the key “none”: it stands for “none of these”.",
                "Choose another key.",
            )
        ],
    ),
    "a question that is called like a column of a sheet": (
        [add("questions", question("part")), add("rules", rule("p", condition("part", "any_of", "no")))],
        [
            Problem(
                "questions/part/key",
                "No question can have the key “part”: it is a column of every sheet.",
                "Choose another key.",
            )
        ],
    ),
}
