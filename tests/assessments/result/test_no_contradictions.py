"""No result page contradicts itself: over many random answers, in one piece and in parts, no two statements do."""

import re
from collections import Counter
from random import Random
from typing import Any

import pytest
from flask import Flask

from advisor.assessments.operations import answer_all, create
from advisor.assessments.progress import Progress
from advisor.models import Database
from tests.assessments.result.random_pages import RULES, ToldPage, random_given, random_pages
from tests.assessments.result.statements import RARE, STATEMENTS, TOGETHER, WORDS, contradictions, statements_of
from tests.processes.owner_walker import OwnerWalker

PAGES = 520
"""Pages for each seed: over 2,000 in all."""


@pytest.mark.parametrize("seed", range(4))
def test_no_two_statements_of_a_page_contradict_each_other(app: Flask, seed: int) -> None:
    counted: Counter[str] = Counter()
    found: dict[str, ToldPage] = {}
    with app.test_request_context():
        for page in random_pages(seed, PAGES):
            statements = statements_of(page)
            counted.update(statements)
            for what in contradictions(statements):
                counted[what] += 1
                found.setdefault(what, page)
    assert not found, {what: (counted[what], page.given) for what, page in found.items()}
    assert {name for name in STATEMENTS if not counted[name]} <= RARE, (
        "no page says so: is it said in other words by now?"
    )


def test_no_page_as_it_is_shown_has_words_that_contradict_each_other(app: Flask, database: Database) -> None:
    owner, dice = OwnerWalker.signed_in(app, database, "olga@example.com"), Random(5)
    for number in range(36):
        given = all_core_answered(random_given(dice))
        with database.write() as session:
            assessment = create(session, owner.owner, f"Payroll {number}", {}, limit=100)
            answer_all(session, assessment, Progress.of_given(RULES, given).work_item())
            address = f"/assessments/{assessment.id}/result"
        owner.open(address)
        found = [pair for pair in WORDS if all(re.search(words, owner.words) for words in pair)]
        assert not found, (found, given)
        assert ("Settled:" in owner.words) != ("A few more questions, if you like." in owner.words)


def all_core_answered(given: dict[str, Any]) -> dict[str, Any]:
    """The same, with "I'm not sure" for each core question that is open."""
    progress = Progress.of_given(RULES, given)
    for place in progress.route():
        if place.question.key not in progress.answers_at(place):
            own = next((it for it in given["parts"] if place.part and it["part"] == place.part.name), given)
            own["answers"][place.question.key] = None
    return given


def test_every_pair_is_of_statements_that_there_are() -> None:
    assert {name for pair in TOGETHER for name in pair} <= set(STATEMENTS)
