"""The result in layers: every page is short and light, says nothing twice, and keeps codes to the page of sources."""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from advisor import starter
from advisor.assessments.progress import Progress
from advisor.engine.model.answers import plain_answers
from advisor.engine.model.questions import Answers, Scope
from advisor.engine.model.rules import CasePart, TestCase
from advisor.exchange.recommendation import recommend
from advisor.models import AccountOwner, Assessment, Database, RecommendationRecord
from tests.factories import make_assessment, make_signed_in
from tests.reading import HtmlPage
from tests.visiting import text_of

BUDGET = 8192
"""Bytes of a page, compressed."""

RULES = starter.rule_set()
CASES = {case.key: case for case in RULES.cases}

_CODE = re.compile(r"\b[DG]\d?\.\d\d\b")


def describe_process(database: Database, account: AccountOwner, case: TestCase) -> str:
    """Keep the process of a test case with its advice; the address of its result."""
    parts = case.parts or (CasePart("", {}),)
    of_parts = {part.part: _of(case.answers | part.answers, Scope.PART) for part in parts}
    key = make_assessment(database, account, case.process, _of(case.answers, Scope.PROCESS), of_parts)
    with database.write() as session:
        progress = Progress.of(RULES, session.get_one(Assessment, key))
        given, item = progress.as_plain(), progress.work_item()
        result: dict[str, Any] = dict(recommend(RULES, 1, item))
        session.add(
            RecommendationRecord(
                assessment_id=key, sequence=1, version_number=1, process_name=case.process, given=given, result=result
            )
        )
    return f"/assessments/{key}/result"


def _of(answers: Answers, scope: Scope) -> dict[str, Any]:
    wanted = {question.key for question in RULES.questions if question.scope is scope}
    return plain_answers({key: answer for key, answer in answers.items() if key in wanted})


@pytest.fixture
def owner(app: Flask, database: Database) -> tuple[FlaskClient, AccountOwner]:
    client, account = make_signed_in(app, database, "olga@example.com")
    return client, AccountOwner(account)


def sentences(page: HtmlPage) -> Iterator[str]:
    """Every longer sentence of the report, but those that quote answers, as each risk does that rests on them."""
    for block in page.select(".verdict p, .report p, .report li:not(:has(p, ul))"):
        for sentence in re.split(r"(?<=[.?])\s+", text_of(block)):
            if len(sentence.split()) > 4 and sentence.endswith(".") and not re.match(r"Because|Could|.*“", sentence):
                yield sentence


def test_every_result_of_the_starters_cases_is_light_and_says_nothing_twice(
    database: Database, owner: tuple[FlaskClient, AccountOwner]
) -> None:
    client, account = owner
    heavy, twice, coded = {}, {}, {}
    keys = {rule.key for rule in RULES.rules if "-" in rule.key}
    for case in CASES.values():
        body = client.get(describe_process(database, account, case)).data
        page = HtmlPage(body)
        if (size := len(gzip.compress(body, 9, mtime=0))) > BUDGET:
            heavy[case.key] = size
        if repeated := [sentence for sentence, times in Counter(sentences(page)).items() if times > 1]:
            twice[case.key] = repeated
        words = text_of(page.main)
        if found := {*_CODE.findall(words), *(key for key in keys if re.search(rf"\b{key}\b", words))}:
            coded[case.key] = found
    assert (heavy, twice, coded) == ({}, {}, {})
