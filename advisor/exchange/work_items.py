"""Work items as the rows of a sheet: the columns that it has, and how an answer stands in a cell."""

from collections.abc import Sequence
from typing import TypeVar

from advisor.engine.document.text import match_key, normalize_line
from advisor.engine.model.errors import Problem
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE
from advisor.engine.model.rules import RuleSet

Given = TypeVar("Given")


def named_parts(parts: Sequence[tuple[str, Given]], place: str = "") -> tuple[list[tuple[str, Given]], list[Problem]]:
    """Give each of several parts a name of its own: "Part 2" for one without. A name that stands twice is a problem.

    It stands twice in whatever way it is composed, and in capitals or not.
    """
    named: list[tuple[str, Given]] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, (name, given) in enumerate(parts):
        chosen = normalize_line(name) or ("" if len(parts) == 1 else f"Part {index + 1}")
        if match_key(chosen) in seen:
            problems.append(
                Problem(f"{place}parts/{index}/part", "Another part has this name.", "Give each part its own name.")
            )
        seen.add(match_key(chosen))
        named.append((chosen, given))
    return named, problems


PROCESS, PART = "process", "part"

SHEET = "Processes"
"""The sheet of a workbook in which work items stand."""

PROCESS_ABOVE = "The name of the process."
"""What stands above the names in a workbook to fill in."""

OWN_SHEETS = ("How to fill this in", "Questions", "About", "Recommendations", "Reasons", "Risks", "Sources", "Keys")
"""The sheets that stand beside it in workbooks that the product writes; where one is long, more follow by number."""

KEYS_SHEET, KEYS_HEAD = "Keys", ("question", "column", "answer", "words")
"""The hidden sheet of a workbook to fill in, and its head: which key each of its words stands for."""


def header(rule_set: RuleSet) -> list[str]:
    """The columns of a sheet that is ready to fill in."""
    return [PROCESS, PART, *(question.key for question in rule_set.questions)]


def answer_text(answer: Answer, joiner: str = ";") -> str:
    """An answer as sheets have it: an option's key, several with ``joiner`` between them, a number, or "not-sure"."""
    match answer:
        case None:
            return NOT_SURE
        case tuple() as chosen:
            return joiner.join(chosen) or NONE_OF_THESE
        case known:
            return str(known)
