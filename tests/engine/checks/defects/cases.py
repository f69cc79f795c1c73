"""Test cases that nobody could answer so."""

from advisor.engine.model.errors import Problem
from tests.engine.document_edits import Change, add, copy, put, warning

DEFECTS: dict[str, tuple[list[Change], list[Problem]]] = {
    "a test case with an unknown question": (
        [put("cases/hours/answers/stepz", "same")],
        [
            Problem(
                "cases/hours/answers/stepz",
                "Test case “hours” answers “stepz”, which is not a question.",
                "Did you mean “steps”?",
            )
        ],
    ),
    "a test case with an unknown option": (
        [put("cases/hours/answers/edge", "nn")],
        [Problem("cases/hours/answers/edge", "Test case “hours”: “nn” is not an option of question “edge”.")],
    ),
    "a test case with an unfit number": (
        [put("cases/hours/answers/volume", 2000)],
        [
            Problem(
                "cases/hours/answers/volume",
                "Test case “hours”, question “volume”: the answer must be a whole number from 0 to 1000.",
            )
        ],
    ),
    "a test case with an answer to what is not asked": (
        [put("cases/hours/answers/steps", "each")],
        [
            Problem(
                "cases/hours/answers/written",
                "Test case “hours”, question “written”: this question is not asked after the other answers.",
                "Leave it out.",
            )
        ],
    ),
    "a test case that answers for all parts what is asked of each": (
        [put("cases/pay-office/answers/steps", "same")],
        [
            Problem(
                "cases/pay-office/answers/steps",
                "Test case “pay-office”, question “steps”: this is asked of each part.",
                "Answer it in the parts instead.",
            )
        ],
    ),
    "a test case whose parts disagree on the process": (
        [put("cases/pay-office/parts/1/answers/edge", "yes")],
        [
            Problem(
                "cases/pay-office/parts/1/answers/edge",
                "Test case “pay-office”, question “edge”: this is asked once for the process, and the parts answer it "
                "differently.",
                "Give the same answer everywhere.",
            )
        ],
    ),
    "a test case of too many parts": (
        [add("cases/pay-office/parts", *({"part": f"Part {n}", "answers": {}} for n in range(4)))],
        [Problem("cases/pay-office/parts", "Test case “pay-office”: a process has at most 5 parts, not 6.")],
    ),
    "a test case in two lines": (
        [put("cases/hours/process", "Keying\nhours")],
        [Problem("cases/hours/process", "Test case “hours”: the name contains characters that cannot be stored.")],
    ),
    "the same test case twice": (
        [copy("cases/hours", key="again")],
        [warning("cases/again", "Test case “again” is the same as test case “hours”.", "Take one of them out.")],
    ),
}
