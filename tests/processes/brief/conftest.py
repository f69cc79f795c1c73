"""Owners of processes that the starter rules have advised on."""

from collections.abc import Callable

import pytest
from flask import Flask

from advisor import starter
from advisor.assessments.operations import answer_all, create
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import Answer
from advisor.engine.model.rules import TestCase
from advisor.models import Database
from tests.processes.owner_walker import OwnerWalker

CASES = {case.key: case for case in starter.rule_set().cases}

Make = Callable[..., None]


def item_of(case: TestCase) -> WorkItem:
    """The work item of a test case."""
    return WorkItem(case.process, case.answers, tuple((part.part, part.answers) for part in case.parts))


@pytest.fixture
def owner(app: Flask, database: Database) -> OwnerWalker:
    """An owner who is signed in; the starter rules are in force."""
    return OwnerWalker.signed_in(app, database, "olga@example.com")


@pytest.fixture
def make(app: Flask, database: Database) -> Make:
    """Store a process of a person with the answers of a test case of the starter, advised on."""

    def act(owner: OwnerWalker, case: str = "payroll", **answers: Answer) -> None:
        item = item_of(CASES[case])
        with app.test_request_context(), database.write() as session:
            assessment = create(session, owner.owner, item.process, {}, 10)
            session.flush()
            answer_all(session, assessment, WorkItem(item.process, {**item.answers, **answers}, item.parts))
            owner.at = f"/assessments/{assessment.id}"

    return act
