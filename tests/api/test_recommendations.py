"""POST /api/v1/recommendations: what is answered, and what is refused with its place."""

import json
import tracemalloc
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from advisor import starter
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Scope, Section
from advisor.engine.model.vocabulary import Outcome
from advisor.exchange.recommendation import recommend
from tests.effort import limit_processor_time
from tests.exchange.samples import as_request

URL = "/api/v1/recommendations"
RULE_SET = starter.rule_set()
EDGE = RULE_SET.section(Section.CORE)[0]


def post(client: FlaskClient, body: Any) -> TestResponse:
    return client.post(URL, data=json.dumps(body), content_type="application/json")


def errors_of(response: TestResponse) -> list[tuple[str, str]]:
    assert response.status_code == 422
    assert response.mimetype == "application/problem+json"
    return [(error["place"], error["text"]) for error in response.get_json()["errors"]]


def first_options(scope: Scope) -> dict[str, Any]:
    """An answer to every core question of a scope."""
    asked = [question for question in RULE_SET.section(Section.CORE) if question.scope is scope]
    first = {question.key: question.options[0].key for question in asked}
    several = {question.key for question in asked if question.type is AnswerType.CHOICES}
    return {key: [option] if key in several else option for key, option in first.items()}


def test_one_object_in_is_one_recommendation_out(client: FlaskClient) -> None:
    given = post(client, {"answers": {}}).get_json()
    assert given["outcome"] == Outcome.UNCLEAR
    assert given["rules_version"] == 1
    assert given["unanswered"] == [question.key for question in RULE_SET.section(Section.CORE)]


def test_a_list_in_is_a_list_out_in_the_same_order(client: FlaskClient) -> None:
    names = ["Payroll", "Пенсии", "🧾 receipts"]
    assert [given["process"] for given in post(client, [{"process": name} for name in names]).get_json()] == names
    assert post(client, []).get_json() == []


def test_every_reason_names_its_rule_its_points_and_its_sources(client: FlaskClient) -> None:
    answers = first_options(Scope.PROCESS) | first_options(Scope.PART)
    given = post(client, {"process": "Payroll", "answers": answers}).get_json()
    assert given["reasons"]
    for side in ("bpo", "kpo", "keep"):
        points = [reason["push"]["points"] for reason in given["reasons"] if reason["push"]["side"] == side]
        assert sum(points) == given["points"][side]
    for reason in given["reasons"]:
        rule = RULE_SET.rule(reason["rule"])
        assert rule is not None
        assert reason["text"] == rule.because
        assert [source["id"] for source in reason["sources"]] == list(rule.sources)
        assert reason["because_of"]


def test_it_is_what_the_engine_gives_word_for_word(client: FlaskClient) -> None:
    for case in RULE_SET.cases:
        item = WorkItem(case.process, case.answers, tuple((part.part, part.answers) for part in case.parts))
        response = post(client, as_request(item))
        assert response.status_code == 200, response.text
        assert response.get_json() == recommend(RULE_SET, 1, item)
        assert response.get_json()["outcome"] == case.outcome


def test_answers_about_the_process_may_stand_in_its_parts(client: FlaskClient) -> None:
    whole, own = first_options(Scope.PROCESS), first_options(Scope.PART)
    beside = {"answers": whole, "parts": [{"part": "a", "answers": own}, {"part": "b", "answers": own}]}
    inside = {"parts": [{"part": "a", "answers": {**whole, **own}}, {"part": "b", "answers": own}]}
    assert post(client, beside).get_json() == post(client, inside).get_json()


def test_left_out_and_null_and_not_sure_are_all_unknown(client: FlaskClient) -> None:
    given = [
        post(client, {"answers": answers}).get_json() for answers in ({}, {EDGE.key: None}, {EDGE.key: "not-sure"})
    ]
    assert given[0] == given[1] == given[2]


def test_i6_every_unknown_question_and_option_is_refused_with_its_place(client: FlaskClient) -> None:
    body = [
        {"answers": {EDGE.key: EDGE.options[0].key}},
        {"answers": {"edgy": "yes", EDGE.key: "sett"}},
        {"parts": [{"part": "a", "answers": {EDGE.key: 5}}]},
    ]
    assert {place for place, _ in errors_of(post(client, body))} == {
        "/1/answers/edgy",
        f"/1/answers/{EDGE.key}",
        f"/2/parts/0/answers/{EDGE.key}",
    }


def test_i6_an_answer_to_a_question_that_is_not_asked_is_refused(client: FlaskClient) -> None:
    follow_ups = [question for question in RULE_SET.questions if question.asked_when]
    for question in follow_ups:
        ((place, text),) = errors_of(post(client, {"answers": {question.key: None}}))
        assert place == f"/answers/{question.key}"
        assert "not asked" in text


UNFIT: list[tuple[Any, str | None]] = [
    ({"answers": {}, "outcome": "bpo"}, "/outcome"),
    ({"answers": {}, "explain": "yes"}, "/explain"),
    ({"answers": {}, "rules_version": 1}, "/rules_version"),
    ({"parts": [{"part": "a", "answers": {}, "points": {"bpo": 9}}]}, "/parts/0/points"),
    ({"process": 5}, "/process"),
    ({"process": None}, "/process"),
    ({"answers": []}, "/answers"),
    ({"answers": None}, "/answers"),
    ({"parts": {}}, "/parts"),
    ({"parts": ["a"]}, "/parts/0"),
    ({"parts": [{}] * 6}, "/parts"),
    ({"parts": [{"part": "a"}, {"part": "a"}]}, "/parts/1/part"),
    ({"process": "x" * 201}, "/process"),
    ({"process": "a\x00b"}, "/process"),
    ({"process": "a\nb"}, "/process"),
    ({"process": "\ud800"}, "/process"),
    ({"answers": {"\ud800": 1}}, None),
    ({"answers": {f"q{number}": 1 for number in range(501)}}, "/answers"),
    ([[{"answers": {}}]], "/0"),
    ("text", ""),
    (5, ""),
    (None, ""),
    ([{}] * 1001, ""),
    ([{"parts": [{}] * 5}] * 500, ""),
]
"""Bodies that can be read and do not fit, each with the one place to name (None: any)."""


def test_i3_i4_s6_what_does_not_fit_is_refused_with_a_pointer(client: FlaskClient) -> None:
    for body, place in UNFIT:
        ((found, text), *rest) = errors_of(post(client, body))
        assert rest == [], body
        assert place is None or found == place
        assert text


MALFORMED = [
    b"",
    b"{",
    b"{'answers': {}}",
    b'{"answers": {}, "answers": {}}',
    b'{"answers": {"edge": 1, "edge": 2}}',
    b'{"process": "\xff"}',
    b'{"answers": {"edge": NaN}}',
    b'{"answers": {"edge": -Infinity}}',
    b'{"answers": {"edge": 1e400}}',
    b'{"answers": {"edge": ' + b"9" * 5000 + b"}}",
    b"[" * 21 + b"]" * 21,
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"\xef\xbb\xbf{}",
]


def test_i4_json_that_cannot_be_read_is_a_400(client: FlaskClient) -> None:
    for body in MALFORMED:
        response = client.post(URL, data=body, content_type="application/json")
        assert response.status_code == 400, body
        assert response.mimetype == "application/problem+json"
        assert response.get_json()["detail"]


def test_s15_only_json_is_taken(client: FlaskClient) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json", None):
        response = client.post(URL, data=b"{}", content_type=content_type)
        assert response.status_code == 415, content_type
        assert response.mimetype == "application/problem+json"


def test_a_compressed_body_is_refused_and_not_unpacked(client: FlaskClient) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    assert client.post(URL, data=b"\x1f\x8b", headers=headers).status_code == 415


@pytest.mark.parametrize("length", [1_000_001, 50_000_000])
def test_i1_a_body_over_the_limit_is_a_413(client: FlaskClient, length: int) -> None:
    with limit_processor_time(1):
        response = client.post(URL, data=b" " * length, content_type="application/json")
    assert response.status_code == 413
    assert response.mimetype == "application/problem+json"


def test_all_problems_are_listed_until_there_are_too_many_to_read(client: FlaskClient) -> None:
    few = errors_of(post(client, [{"answers": {"a": 1, "b": 2}}] * 40))
    assert len(few) == 80
    many = errors_of(post(client, [{"answers": {"a": 1, "b": 2}}] * 1000))
    assert len(many) == 101
    assert many[-1][0] == "/50"


def test_p12_a_full_request_is_answered_in_time_and_room(client: FlaskClient) -> None:
    own = first_options(Scope.PART)
    item = {"process": "Payroll", "answers": first_options(Scope.PROCESS)}
    items = [{**item, "parts": [{"part": name, "answers": own} for name in "ab"]}] * 1000
    body, quarter = json.dumps(items), json.dumps(items[:250])
    with limit_processor_time(2):
        response = client.post(URL, data=body, content_type="application/json")
    assert response.status_code == 200
    assert len(response.get_json()) == 1000
    tracemalloc.start()  # which is slow, hence a quarter of it
    client.post(URL, data=quarter, content_type="application/json")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 25_000_000


@pytest.mark.parametrize(
    "body",
    [
        [{"answers": {f"stepx{number}": 1 for number in range(55)}}] * 1000,
        {f"answerx{number}": 1 for number in range(45_000)},
        {"answers": {"e" * 900_000: 1}},
        {"answers": {EDGE.key: "e" * 900_000}},
        {"answers": {EDGE.key: [["e"] * 90_000] * 2}},
        {"parts": [{}] * 200_000},
    ],
)
def test_p12_a_hostile_request_is_refused_in_time(client: FlaskClient, body: Any) -> None:
    with limit_processor_time(2):
        response = post(client, body)
    assert response.status_code in {400, 422}, "I4: either, and 400 where there are too many values to look at any"
    assert len(response.data) < 200_000


def test_s2_s6_nothing_is_stored_and_no_cookie_is_read_or_set(client: FlaskClient) -> None:
    client.set_cookie("session", "tampered")
    first = post(client, {"process": "Payroll", "answers": {}})
    client.delete_cookie("session")
    second = post(client, {"process": "Payroll", "answers": {}})
    assert first.get_json() == second.get_json()
    for response in (first, second):
        assert "Set-Cookie" not in response.headers
        assert "Cookie" not in response.headers.get("Vary", "")
