"""Questions that cannot be answered as they stand."""

from advisor.engine.model.errors import Problem
from tests.engine.document_edits import Change, add, condition, drop, put, question, rule, warning

DEFECTS: dict[str, tuple[list[Change], list[Problem]]] = {
    "no core question": (
        [put(f"questions/{key}/section", "sharpen") for key in ("edge", "steps", "written", "needs")],
        [Problem("questions", "No question is asked on the way to the advice.", "Ask one there.")],
    ),
    "a choice question with one option": (
        [put("questions/edge/options", [{"key": "no", "label": "No"}]), put("rules/core/when/0/test", "any_of")],
        [
            Problem(
                "questions/edge/options",
                "Question “edge” has one option: there is nothing to choose between.",
                "Give it two at least.",
            )
        ],
    ),
    "a choice question without options": (
        [add("questions", question("open", options=[])), add("rules", rule("open", condition("edge", "any_of", "no")))],
        [
            Problem(
                "questions/open/options",
                "Question “open” has no options: there is nothing to choose between.",
                "Give it two at least.",
            ),
            warning(
                "questions/open",
                "Question “open” is asked for nothing: no rule or advice looks at it.",
                "Use it or take it out.",
            ),
        ],
    ),
    "a number question without a range": (
        [drop("questions/volume/minimum"), drop("questions/volume/maximum")],
        [
            Problem(
                "questions/volume",
                "Question “volume” asks for a number and has no least number and no greatest number.",
                "Add the least number and the greatest number.",
            )
        ],
    ),
    "a number question without a maximum": (
        [drop("questions/volume/maximum")],
        [
            Problem(
                "questions/volume",
                "Question “volume” asks for a number and has no greatest number.",
                "Add the greatest number.",
            )
        ],
    ),
    "as many choices as there are": (
        [put("questions/needs/most", 3)],
        [
            Problem(
                "questions/needs/most",
                "Question “needs” lets people choose 3 of its 3 options at most.",
                "Let them choose at least one and fewer than all, or leave it out: any number.",
            )
        ],
    ),
    "not one choice": (
        [put("questions/needs/most", 0), put("cases/pay-office/parts/1/answers/needs", [])],
        [
            Problem(
                "questions/needs/most",
                "Question “needs” lets people choose 0 of its 3 options at most.",
                "Let them choose at least one and fewer than all, or leave it out: any number.",
            )
        ],
    ),
    "a most where one is chosen": (
        [put("questions/edge/most", 1)],
        [
            Problem(
                "questions/edge/most",
                "Question “edge” is not answered by several choices, so it can have no greatest number of answers to"
                " choose.",
                "Take it out, or change the type.",
            )
        ],
    ),
    "a none where a number is asked": (
        [put("questions/volume/none", "Nothing")],
        [
            Problem(
                "questions/volume/none",
                "Question “volume” is not answered by several choices, so it can have no text for none of these.",
                "Take it out, or change the type.",
            )
        ],
    ),
    "a number question with an empty range": (
        [put("questions/volume/minimum", 5), put("questions/volume/maximum", 5), put("rules/many/when/0/values", [5])],
        [
            Problem(
                "questions/volume",
                "The range of question “volume” is empty: 5 to 5.",
                "Write the smaller number as the least.",
            )
        ],
    ),
    "a number question with options": (
        [put("questions/volume/options", [{"key": "a", "label": "A"}])],
        [
            Problem(
                "questions/volume/options",
                "Question “volume” asks for a number, so it can have no options.",
                "Take them out, or change the type.",
            )
        ],
    ),
    "a choice question with a range": (
        [put("questions/steps/minimum", 0), put("questions/steps/maximum", 9), put("questions/steps/unit", "steps")],
        [
            Problem(
                "questions/steps/minimum",
                "Question “steps” is answered by choosing, so it can have no least number.",
                "Take it out, or change the type.",
            ),
            Problem(
                "questions/steps/maximum",
                "Question “steps” is answered by choosing, so it can have no greatest number.",
                "Take it out, or change the type.",
            ),
            Problem(
                "questions/steps/unit",
                "Question “steps” is answered by choosing, so it can have no unit.",
                "Take it out, or change the type.",
            ),
        ],
    ),
    "options that read the same": (
        [put("questions/steps/options/some/label", "the same each time ")],
        [
            warning(
                "questions/steps/options",
                "Question “steps” has 2 options that read “the same each time”.",
                "Say how they differ.",
            )
        ],
    ),
    "a name question of several choices": (
        [put("questions/closest/type", "choices"), put("disagreements/pay/when/0/test", "includes_any")],
        [
            Problem(
                "questions/closest/type",
                "Question “closest” belongs to the name, so it can only be one choice.",
                "Let it be answered by one choice.",
            )
        ],
    ),
    "a name question that is asked of each part": (
        [put("questions/closest/scope", "part")],
        [
            Problem(
                "questions/closest/scope",
                "Question “closest” belongs to the name, which all parts share.",
                "Ask it once for the process.",
            )
        ],
    ),
    "an option of the content that is filed under a kind": (
        [
            put("questions/edge/options/no/filed_under", "bpo"),
            put("questions/edge/options/no/sources", ["D1.01"]),
            put("questions/edge/options/no/words", ["nobody"]),
        ],
        [
            Problem(
                "questions/edge/options/no/filed_under",
                "Option “no” of question “edge” has a kind that it is filed under: only one asked with the name can.",
                "Take it out.",
            ),
            Problem(
                "questions/edge/options/no/words",
                "Option “no” of question “edge” has a list of other names: only one asked with the name can.",
                "Take it out.",
            ),
            Problem(
                "questions/edge/options/no/sources",
                "Option “no” of question “edge” has a list of claims: only one asked with the name can.",
                "Take it out.",
            ),
        ],
    ),
    "a usual process filed under unclear": (
        [put("questions/closest/options/payroll/filed_under", "unclear")],
        [
            Problem(
                "questions/closest/options/payroll/filed_under",
                "Option “payroll” of question “closest” is filed under unclear, which is no kind to compare with.",
                "Leave it out.",
            )
        ],
    ),
    "two questions that say who does the work": (
        [
            put("questions/edge/options/no/done_by", "nobody"),
            put("questions/steps/options/each/done_by", "another-firm"),
        ],
        [
            Problem(
                "questions/steps/options/each/done_by",
                "Question “steps” says who does the work, as question “edge” does already.",
                "Let one question alone say it.",
            )
        ],
    ),
    "a usual process, and one of several choices, that say who does the work": (
        [
            put("questions/closest/options/payroll/done_by", "nobody"),
            put("questions/needs/options/law/done_by", "nobody"),
        ],
        [
            Problem(
                f"questions/{key}/done_by",
                f"{whose} says who does the work.",
                "Let only a question on the work say so, one that is answered by one choice.",
            )
            for key, whose in (
                ("closest/options/payroll", "Option “payroll” of question “closest”"),
                ("needs/options/law", "Option “law” of question “needs”"),
            )
        ],
    ),
    "a usual process filed without a claim": (
        [put("questions/closest/options/payroll/sources", [])],
        [
            Problem(
                "questions/closest/options/payroll/sources",
                "Option “payroll” of question “closest” is filed under bpo without a claim that says so.",
                "Name at least one claim.",
            )
        ],
    ),
}
