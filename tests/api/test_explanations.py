"""The API explains on request: what would change the advice, and what settles it, as the engine and the pages say."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from advisor import starter
from advisor.engine.analysis.explain import what_settles, what_would_change
from advisor.engine.evaluation.advice import contradictions
from advisor.engine.model.answers import stored_answers
from tests.browser.person import CASES

PAYROLL = {key: list(a) if isinstance(a, tuple) else a for key, a in CASES["payroll"].answers.items()}


def ask(client: FlaskClient, body: object, status: int = 200) -> Any:
    answer = client.post("/api/v1/recommendations", json=body)
    assert answer.status_code == status, answer.get_json()
    return answer.get_json()


def test_nothing_is_explained_unless_it_is_asked_for(client: FlaskClient) -> None:
    for body in ({"answers": PAYROLL}, {"answers": PAYROLL, "explain": False}):
        assert not {"what_would_change", "what_settles"} & ask(client, body).keys()


def test_what_would_change_and_what_settles_come_with_the_advice(client: FlaskClient) -> None:
    explained = ask(client, {"answers": PAYROLL, "explain": True})
    would = what_would_change(starter.rule_set(), CASES["payroll"].answers)
    settles = what_settles(starter.rule_set(), CASES["payroll"].answers)
    assert explained["what_would_change"]["distance"] == would.distance
    assert [it["question"] for it in explained["what_would_change"]["answers"]] == [it.question for it in would.reaches]
    assert explained["what_settles"]["settled"] is settles.settled
    assert [it["outcome"] for it in explained["what_settles"]["possible"]] == [it.outcome for it in settles.possible]


def test_what_is_foretold_comes_true(client: FlaskClient) -> None:
    explained = ask(client, {"answers": PAYROLL, "explain": True})
    moves = [move for reach in explained["what_would_change"]["answers"] for move in reach["moves"]]
    assert moves
    changed = [{**PAYROLL, move["change"]["question"]: move["change"]["answers"][0]} for move in moves]
    advice = ask(client, [{"answers": answers} for answers in changed])
    assert [(it["outcome"], it["points"]["lean"]) for it in advice] == [(it["outcome"], it["lean"]) for it in moves]


def test_no_way_asks_for_answers_that_would_pull_apart_and_a_change_that_would_says_so(client: FlaskClient) -> None:
    rules = starter.rule_set()
    now = {found.key for found in contradictions(rules, CASES["payroll"].answers)}
    told = ask(client, {"answers": PAYROLL, "explain": True})["what_would_change"]
    ways = [way for target in told["targets"] for way in target["ways"]]
    assert ways
    for way in ways:
        then = {**PAYROLL, **{change["question"]: change["answers"][0] for change in way}}
        assert {found.key for found in contradictions(rules, stored_answers(then))} <= now
    moves = [move for reach in told["answers"] for move in reach["moves"]]
    assert any(move["contradictions"] for move in moves)
    for move in moves:
        then = {**PAYROLL, move["change"]["question"]: move["change"]["answers"][0]}
        brought = {found.key for found in contradictions(rules, stored_answers(then))} - now
        assert brought == set(move["contradictions"])


def test_parts_are_named(client: FlaskClient) -> None:
    process = {key: PAYROLL[key] for key in ("edge", "aim", "in_house")}
    own = {key: answer for key, answer in PAYROLL.items() if key not in {*process, "closest"}}
    parts = [{"part": name, "answers": own} for name in ("Keying", "Advice")]
    explained = ask(client, {"answers": process, "parts": parts, "explain": True})
    named = {it.get("part") for it in explained["what_would_change"]["answers"]}
    assert named == {None, "Keying", "Advice"}


def test_at_most_twenty_are_explained_at_once(client: FlaskClient) -> None:
    body = [{"answers": {}, "explain": True}] * 21
    assert "at most 20" in ask(client, body, 422)["errors"][0]["text"]
    assert len(ask(client, [*body[:1], *[{"answers": {}}] * 30])) == 31


@pytest.mark.parametrize("wish", ["yes", 1, None, []])
def test_explain_is_true_or_false(client: FlaskClient, wish: object) -> None:
    errors = ask(client, {"answers": {}, "explain": wish}, 422)["errors"]
    assert errors == [{"place": "/explain", "text": "This must be true or false."}]
