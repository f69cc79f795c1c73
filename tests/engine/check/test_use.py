"""Questions and claims that nothing makes use of."""

import pytest

from advisor.engine.check import check
from advisor.engine.document import from_plain
from advisor.engine.errors import Problem
from tests.engine.changes import Change, add, changed, drop, put, question, warning

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
    "a claim that pulls and has no effect": (
        [put("claims/D1.04/pull", ["kpo"])],
        [
            warning(
                "claims/D1.04",
                "Claim “D1.04” has no effect: no rule, disagreement, guidance or usual process rests on it.",
                "Use it, or make it context.",
            )
        ],
    ),
}


@pytest.mark.parametrize(("changes", "problems"), DEFECTS.values(), ids=DEFECTS.keys())
def test_a_single_defect_gives_exactly_its_problem(changes: list[Change], problems: list[Problem]) -> None:
    assert check(from_plain(changed(*changes))) == tuple(problems)
