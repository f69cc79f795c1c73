"""Conditions that cannot be evaluated as they stand."""

from advisor.engine.model.errors import Problem
from tests.engine.document_edits import Change, add, condition, drop, put, rule, warning

WRITTEN = "questions/written/asked_when"

DEFECTS: dict[str, tuple[list[Change], list[Problem]]] = {
    "a condition that names every answer": (
        [put("rules/routine/when/0/values", ["same", "some", "each"])],
        [
            Problem(
                "rules/routine/when/0",
                "A condition of rule “routine” names every answer to “the steps”: it holds whatever is answered.",
                "Take it out, or the answers that should not count.",
                blocks=False,
            )
        ],
    ),
    "a condition on an unknown question": (
        [put("rules/routine/when/0/question", "stepz")],
        [
            Problem(
                "rules/routine/when/0/question",
                "Rule “routine” looks at “stepz”, which is not a question.",
                "Did you mean question “steps”?",
            )
        ],
    ),
    "a condition on a question that resembles none": (
        [put("rules/routine/when/0/question", "quality")],
        [
            Problem(
                "rules/routine/when/0/question",
                "Rule “routine” looks at “quality”, which is not a question.",
                "Name a question of this rule set.",
            )
        ],
    ),
    "a follow-up on an unknown question": (
        [put(f"{WRITTEN}/0/question", "stepz")],
        [
            Problem(
                "questions/written/asked_when/0/question",
                "Question “written” looks at “stepz”, which is not a question.",
                "Did you mean question “steps”?",
            )
        ],
    ),
    "a disagreement on an unknown question": (
        [put("disagreements/pay/when/0/question", "closes")],
        [
            Problem(
                "disagreements/pay/when/0/question",
                "Disagreement “pay” looks at “closes”, which is not a question.",
                "Did you mean question “closest”?",
            )
        ],
    ),
    "a tension on an unknown question": (
        [put("tensions/routine-law/when/0/question", "stepz")],
        [
            Problem(
                "tensions/routine-law/when/0/question",
                "Tension “routine-law” looks at “stepz”, which is not a question.",
                "Did you mean question “steps”?",
            )
        ],
    ),
    "guidance on an unknown question": (
        [put("guidance/write/when", [condition("stepz", "any_of", "same")])],
        [
            Problem(
                "guidance/write/when/0/question",
                "Guidance “write” looks at “stepz”, which is not a question.",
                "Did you mean question “steps”?",
            )
        ],
    ),
    "a test that does not suit one choice": (
        [put("rules/routine/when/0", condition("steps", "at_least", 3))],
        [
            Problem(
                "rules/routine/when/0/test",
                "“is at least” does not suit question “steps”, answered by one choice.",
                "Use “is” or “is not”.",
            )
        ],
    ),
    "a test that does not suit several choices": (
        [put("rules/expert/when/0/test", "any_of")],
        [
            Problem(
                "rules/expert/when/0/test",
                "“is” does not suit question “needs”, answered by several choices.",
                "Use “includes none of”, “includes” or “includes all of”.",
            )
        ],
    ),
    "a test that does not suit a number": (
        [put("rules/many/when/0", condition("volume", "any_of", "much"))],
        [
            Problem(
                "rules/many/when/0/test",
                "“is” does not suit question “volume”, answered by a number.",
                "Use “is at least”, “is at most” or “is between”.",
            )
        ],
    ),
    "an unknown option": (
        [put("rules/routine/when/0/values", ["sane"])],
        [
            Problem(
                "rules/routine/when/0/values",
                "“sane” is not an option of question “steps”.",
                "Did you mean option “same” of question “steps”?",
            )
        ],
    ),
    "an unknown option that resembles none": (
        [put("rules/routine/when/0/values", ["quality"])],
        [
            Problem(
                "rules/routine/when/0/values",
                "“quality” is not an option of question “steps”.",
                "Its options are “The same each time” (same), “Some judgement” (some), "
                "“Each case is thought through” (each).",
            )
        ],
    ),
    "a number outside the range": (
        [put("rules/many/when/0/values", [1001])],
        [
            Problem(
                "rules/many/when/0/values",
                "1001 lies outside the range of question “volume”.",
                "Its range is 0 to 1000.",
            )
        ],
    ),
    "a range from the greater to the smaller number": (
        [put("rules/many/when/0", condition("volume", "between", 9, 3))],
        [Problem("rules/many/when/0/values", "No number is between 9 and 3.", "Write the smaller number first.")],
    ),
    "a value that is named twice": (
        [put("rules/routine/when/0/values", ["same", "same"])],
        [warning("rules/routine/when/0/values", "“same” is named 2 times here.", "Name it once.")],
    ),
    "a rule that looks at the name": (
        [add("rules", rule("name", condition("closest", "any_of", "payroll")))],
        [
            Problem(
                "rules/name/when/0/question",
                "Rule “name” looks at “closest”: content decides, never the name.",
                "Look at a question on the content.",
            )
        ],
    ),
    "a tension that looks at the name": (
        [put("tensions/routine-law/when/1", condition("closest", "any_of", "payroll"))],
        [
            Problem(
                "tensions/routine-law/when/1/question",
                "Tension “routine-law” looks at “closest”: content decides, never the name.",
                "Look at a question on the content.",
            )
        ],
    ),
    "a follow-up that looks at the name": (
        [put(f"{WRITTEN}/0", condition("closest", "any_of", "payroll")), drop("cases/hours/answers/written")],
        [
            Problem(
                "questions/written/asked_when/0/question",
                "Question “written” looks at “closest”: content decides, never the name.",
                "Look at a question on the content.",
            )
        ],
    ),
}
