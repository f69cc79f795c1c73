"""`advisor evaluate --explain`: the same explanation as the API gives."""

import json
from pathlib import Path

from advisor import starter
from advisor.engine.model.answers import WorkItem, plain_answer
from advisor.exchange.explanation import recommend_and_explain
from tests.commands.conftest import Advisor

CASE = next(case for case in starter.rule_set().cases if case.key == "payroll")


def test_the_explanation_stands_beside_the_advice(fresh: Advisor, tmp_path: Path) -> None:
    file = tmp_path / "work.json"
    file.write_text(
        json.dumps({"process": "Payroll", "answers": {key: plain_answer(a) for key, a in CASE.answers.items()}})
    )
    given = json.loads(fresh("evaluate", file, "--explain").stdout)
    expected = recommend_and_explain(starter.rule_set(), None, WorkItem("Payroll", CASE.answers))
    assert given["what_would_change"] == json.loads(json.dumps(expected["what_would_change"]))
    assert given["what_settles"] == json.loads(json.dumps(expected["what_settles"]))
    assert "what_settles" not in json.loads(fresh("evaluate", file).stdout)


def test_a_sheet_has_no_room_for_explanations(fresh: Advisor, tmp_path: Path) -> None:
    said = fresh("evaluate", "-", "--explain", "--format", "csv", sent=b"{}", status=2).stderr
    assert "Explanations are written as JSON only" in said
    assert not (tmp_path / "out.csv").exists()
