"""Risks: each can show, says what to do, and is one of its own; test cases expect those that there are."""

from advisor.engine.model.errors import Problem
from tests.engine.document_edits import Change, add, condition, copy, put, warning

DEFECTS: dict[str, tuple[list[Change], list[Problem]]] = {
    "a risk that nothing shows": (
        [put("risks/script/shows", []), put("risks/script/outcomes", []), put("cases/pay-office/risks", [])],
        [Problem("risks/script/shows", "Risk “script” can never show.", "Say when it shows.")],
    ),
    "a risk that is ruled out by what shows it": (
        [
            put(
                "risks/script/shows",
                [[condition("steps", "any_of", "each"), condition("needs", "includes_any", "law")]],
            ),
            put("risks/script/unless", [[condition("needs", "includes_all", "law")]]),
            put("risks/script/outcomes", []),
            put("cases/pay-office/risks", []),
        ],
        [
            Problem(
                "risks/script/unless",
                "Risk “script” can never show: whatever shows it also rules it out.",
                "Change what shows it or what rules it out.",
            )
        ],
    ),
    "a group whose conditions exclude each other": (
        [add("risks/script/more", [condition("steps", "any_of", "same"), condition("steps", "any_of", "each")])],
        [
            Problem(
                "risks/script/more/1",
                "Group 2 of what adds weight to risk “script” can never hold: "
                "no answer to “the steps” meets all of its conditions.",
                "Change or remove one of them.",
            )
        ],
    ),
    "a group on an unknown question": (
        [add("risks/script/shows", [condition("stepz", "any_of", "same")])],
        [
            Problem(
                "risks/script/shows/1/0/question",
                "Group 2 of what shows risk “script” looks at “stepz”, which is not a question.",
                "Did you mean question “steps”?",
            )
        ],
    ),
    "a group on the name": (
        [add("risks/script/unless", [condition("closest", "any_of", "payroll")])],
        [
            Problem(
                "risks/script/unless/1/0/question",
                "Group 2 of what rules out risk “script” looks at “closest”: content decides, never the name.",
                "Look at a question on the content.",
            )
        ],
    ),
    "a group without conditions": (
        [add("risks/script/more", [])],
        [
            Problem(
                "risks/script/more/1",
                "Group 2 of what adds weight to risk “script” has no conditions.",
                "Say when it holds, or take it out.",
            )
        ],
    ),
    "a risk with nothing to do": (
        [put("risks/script/actions", [])],
        [Problem("risks/script/actions", "Risk “script” says nothing to do.", "Add two or three actions.")],
    ),
    "an action that is blank": (
        [add("risks/script/actions", " ")],
        [
            Problem(
                "risks/script/actions/1", "The actions of risk “script”: number 2 is empty.", "Write it or take it out."
            )
        ],
    ),
    "a risk without a claim": (
        [put("risks/script/sources", [])],
        [Problem("risks/script/sources", "Risk “script” rests on no claim.", "Name at least one.")],
    ),
    "two risks that show alike": (
        [copy("risks/script", key="again")],
        [
            warning(
                "risks/again/shows",
                "Risk “again” shows exactly when risk “script” does, but for what rules them out.",
                "Make one risk of the two, or tell them apart.",
            )
        ],
    ),
    "a case that expects a risk that there is not": (
        [put("cases/hours/no_risks", ["scripts"])],
        [
            Problem(
                "cases/hours/no_risks/0",
                "Test case “hours” names “scripts”, which is not a risk.",
                "Did you mean risk “script”?",
            )
        ],
    ),
    "a case that expects a risk and its absence": (
        [put("cases/pay-office/no_risks", ["script"])],
        [
            Problem(
                "cases/pay-office/no_risks",
                "Test case “pay-office” expects risk “script” and its absence.",
                "Take one of the two out.",
            )
        ],
    ),
}
