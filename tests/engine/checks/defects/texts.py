"""Texts that people read: none is empty or blank, no reason is long."""

from advisor.engine.model.errors import Problem
from tests.engine.document_edits import Change, add, put, warning

LONG = "word " * 50

DEFECTS: dict[str, tuple[list[Change], list[Problem]]] = {
    "a question without a text": (
        [put("questions/steps/text", "")],
        [Problem("questions/steps/text", "The text of question “steps” is empty.", "Write one.")],
    ),
    "a question whose text is blank": (
        [put("questions/steps/text", " \n\t")],
        [Problem("questions/steps/text", "The text of question “steps” is empty.", "Write one.")],
    ),
    "a question whose text cannot be seen": (
        [put("questions/steps/text", "\u200b\u2060")],
        [Problem("questions/steps/text", "The text of question “steps” is empty.", "Write one.")],
    ),
    "a question without a name for lists": (
        [put("questions/steps/short", "")],
        [Problem("questions/steps/short", "The short name of question “steps” is empty.", "Write one.")],
    ),
    "a question without words for a missing answer": (
        [put("questions/steps/missing", "")],
        [
            Problem(
                "questions/steps/missing",
                "The sentence for people who do not choose of question “steps” is empty.",
                "Write one.",
            )
        ],
    ),
    "a hint that is blank": (
        [put("questions/steps/hint", " ")],
        [Problem("questions/steps/hint", "The hint of question “steps” is empty.", "Write one, or leave it out.")],
    ),
    "a unit that is blank": (
        [put("questions/volume/unit", " ")],
        [Problem("questions/volume/unit", "The unit of question “volume” is empty.", "Write one, or leave it out.")],
    ),
    "an option without a label": (
        [put("questions/steps/options/same/label", "")],
        [
            Problem(
                "questions/steps/options/same/label",
                "The text of option “same” of question “steps” is empty.",
                "Write one.",
            )
        ],
    ),
    "an option whose hint is blank": (
        [put("questions/steps/options/same/hint", " ")],
        [
            Problem(
                "questions/steps/options/same/hint",
                "The hint of option “same” of question “steps” is empty.",
                "Write one, or leave it out.",
            )
        ],
    ),
    "an empty word for a usual process": (
        [add("questions/closest/options/payroll/words", "")],
        [
            Problem(
                "questions/closest/options/payroll/words/1",
                "The words of option “payroll” of question “closest”: number 2 is empty.",
                "Write it or take it out.",
            )
        ],
    ),
    "a rule without a reason": (
        [put("rules/routine/because", "")],
        [Problem("rules/routine/because", "The reason of rule “routine” is empty.", "Write one.")],
    ),
    "a weighing that is blank": (
        [put("rules/routine/weighed", " ")],
        [
            Problem(
                "rules/routine/weighed",
                "The reason for the points of rule “routine” is empty.",
                "Write one, or leave it out.",
            )
        ],
    ),
    "a policy row without words": (
        [put("leave/0/says", "")],
        [Problem("leave/0/says", "The sentence of row 1 of the first table is empty.", "Write one.")],
    ),
    "a kind row without words": (
        [put("kind/3/says", " ")],
        [Problem("kind/3/says", "The sentence of row 4 of the second table is empty.", "Write one.")],
    ),
    "a source without a title": (
        [put("sources/G/title", "")],
        [Problem("sources/G/title", "The title of source “G” is empty.", "Write one.")],
    ),
    "a source that says nothing about itself": (
        [put("sources/G/about", "")],
        [Problem("sources/G/about", "The description of source “G” is empty.", "Write one.")],
    ),
    "a claim without a text": (
        [put("claims/D1.04/text", "")],
        [Problem("claims/D1.04/text", "The text of claim “D1.04” is empty.", "Write one.")],
    ),
    "a claim without a place": (
        [put("claims/D1.04/place", "")],
        [Problem("claims/D1.04/place", "The place in the source of claim “D1.04” is empty.", "Write one.")],
    ),
    "a note that is blank": (
        [put("claims/D1.04/note", " ")],
        [Problem("claims/D1.04/note", "The note of claim “D1.04” is empty.", "Write one, or leave it out.")],
    ),
    "a withdrawal without a reason": (
        [put("claims/D1.04/withdrawn", " ")],
        [
            Problem(
                "claims/D1.04/withdrawn",
                "The reason for withdrawing it of claim “D1.04” is empty.",
                "Write one, or leave it out.",
            )
        ],
    ),
    "a disagreement without a topic": (
        [put("disagreements/pay/topic", "")],
        [Problem("disagreements/pay/topic", "The topic of disagreement “pay” is empty.", "Write one.")],
    ),
    "a disagreement that is not settled": (
        [put("disagreements/pay/settled", "")],
        [
            Problem(
                "disagreements/pay/settled",
                "The sentence that settles it of disagreement “pay” is empty.",
                "Write one.",
            )
        ],
    ),
    "a view without a text": (
        [put("disagreements/pay/views/1/text", "")],
        [
            Problem(
                "disagreements/pay/views/1/text",
                "The text of view 2 of disagreement “pay” is empty.",
                "Write one.",
            )
        ],
    ),
    "a tension without a text": (
        [put("tensions/routine-law/text", "")],
        [Problem("tensions/routine-law/text", "The text of tension “routine-law” is empty.", "Write one.")],
    ),
    "guidance without a title": (
        [put("guidance/write/title", "")],
        [Problem("guidance/write/title", "The title of guidance “write” is empty.", "Write one.")],
    ),
    "guidance without a text": (
        [put("guidance/write/text", "")],
        [Problem("guidance/write/text", "The text of guidance “write” is empty.", "Write one.")],
    ),
    "an empty limit": (
        [add("limits", "")],
        [Problem("limits/1", "The limits: number 2 is empty.", "Write it or take it out.")],
    ),
    "a test case without a name": (
        [put("cases/hours/process", "")],
        [Problem("cases/hours/process", "The process of test case “hours” is empty.", "Write one.")],
    ),
    "a test case without a reason": (
        [put("cases/hours/because", "")],
        [Problem("cases/hours/because", "The reason of test case “hours” is empty.", "Write one.")],
    ),
    "a part of a test case without a name": (
        [put("cases/pay-office/parts/1/part", "")],
        [
            Problem(
                "cases/pay-office/parts/1/part",
                "The name of the part of part 2 of test case “pay-office” is empty.",
                "Write one.",
            )
        ],
    ),
    "a long reason": (
        [put("rules/routine/because", LONG)],
        [
            warning(
                "rules/routine/because",
                "The reason of rule “routine” is long: 250 characters.",
                "Say it in 200 at most.",
            )
        ],
    ),
}
