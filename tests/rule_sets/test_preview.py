"""The preview as a visitor: the way to the advice under the draft, of which nothing is kept (S4, S5)."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from advisor import starter
from advisor.engine.evaluate import evaluate
from advisor.engine.questions import Answers
from advisor.models import Database
from advisor.presenter.words import VERDICTS
from advisor.rule_sets.carried import carried, read_carried
from tests.operating.test_migrate import dump
from tests.rule_sets.admins import Admin
from tests.visiting import Visitor, text_of

PREVIEW = "/admin/rules/draft/preview"
MARK = "Preview of the draft: nothing is kept or counted."
RULES = starter.rule_set()
CASE = next(case for case in RULES.cases if case.key == "payroll")


def preview(admin: Admin, answers: Answers, name: str = "Payroll") -> list[str]:
    """Go from the name to the result, by the answers given, and give the headings on the way."""
    admin.open("/admin/rules")
    link = admin.page.find("a", string=re.compile("Preview it as a visitor"))
    assert link is not None
    admin.open(str(link["href"]))
    headings = [admin.heading]
    admin.submit(process_name=name)
    while not admin.path.endswith("/result"):
        headings.append(admin.heading)
        assert MARK in admin.said
        assert text_of(admin.page.title).startswith("Preview:")
        assert len(headings) < 25
        found = re.search(r"/questions/([^/?]+)$", admin.path)
        if found is None:
            admin.submit()
            continue
        answer = answers.get(found[1])
        admin.submit(answer="not-sure" if answer is None else list(answer) if isinstance(answer, tuple) else answer)
    return headings


def test_the_advice_is_the_one_that_the_draft_gives(admin: Admin) -> None:
    admin.start().edit("rules/edge-vital", because="Because the draft says so.", push__points="5")
    preview(admin, {**CASE.answers, "edge": "vital"})
    with_draft = admin.said
    assert MARK in with_draft
    assert "Because the draft says so." in with_draft
    assert "Worked out just now with the draft" in with_draft
    assert "Keep this advice" not in with_draft


def test_the_questions_are_those_of_the_draft_in_its_words(admin: Admin) -> None:
    admin.start().edit("questions/edge", text="How near to the heart of it is this?")
    assert "How near to the heart of it is this?" in preview(admin, CASE.answers)


def test_s4_nothing_is_kept_counted_or_recorded(admin: Admin, database: Database) -> None:
    admin.start()
    before = dump(database)
    preview(admin, CASE.answers)
    admin.open(admin.response.request.full_path.replace("/result", "/what-if"))
    admin.submit(button="update")
    admin.submit(button="keep")
    assert admin.path == f"{PREVIEW}/result"
    after = dump(database)
    assert {table: rows for table, rows in after.items() if table != "login_session"} == {
        table: rows for table, rows in before.items() if table != "login_session"
    }


def test_answers_that_pull_apart_are_told_of_once(admin: Admin) -> None:
    admin.start()
    headings = preview(admin, {**CASE.answers, "complexity": "very-complex"})
    assert headings.count("Two of your answers pull apart") == 1


def test_what_if_tries_other_answers_and_keeps_them_in_the_address_alone(admin: Admin) -> None:
    admin.start()
    preview(admin, CASE.answers)
    admin.open(admin.response.request.full_path.replace("/result", "/what-if"))
    assert MARK in admin.said
    assert "Save as a copy" not in admin.said
    question = RULES.question("edge")
    assert question is not None
    edge = next(field["name"] for field in admin.page.select("input[type=radio]") if "-edge" in str(field["name"]))
    admin.submit(button="keep", **{str(edge): question.options[-1].key})
    expected = {**CASE.answers, "edge": question.options[-1].key}
    assert str(VERDICTS[evaluate(RULES, expected).outcome]) in admin.heading


def test_all_answers_and_the_name_can_be_changed_on_the_way(admin: Admin) -> None:
    admin.start()
    preview(admin, CASE.answers)
    query = admin.response.request.query_string.decode()
    admin.open(f"{PREVIEW}/answers?{query}")
    assert MARK in admin.said
    admin.submit()
    assert admin.path == f"{PREVIEW}/result"
    admin.open(f"{PREVIEW}/name?{query}")
    admin.submit(process_name="Wages")
    assert "Wages" in admin.said


def test_it_waits_for_a_draft_that_can_advise(admin: Admin) -> None:
    admin.open(f"{PREVIEW}/name")
    assert admin.path == "/admin/rules"
    admin.start()
    admin.open("/admin/rules/draft/claims/D2.04/remove")
    admin.submit()
    admin.open(f"{PREVIEW}/name")
    assert admin.path == "/admin/rules/draft/problems"


@pytest.mark.parametrize("query", ["given=~~.", "given=nothing.like-it~edge.nonsense", "given=edge.vital~edge.vital"])
def test_an_address_that_was_tampered_with_is_no_mistake_of_ours(admin: Admin, query: str) -> None:
    admin.start()
    for page in (
        "name",
        "answers",
        "questions/edge",
        "questions/none",
        "pull-apart/none",
        "settled",
        "result",
        "what-if",
    ):
        admin.open(f"{PREVIEW}/{page}?{query}")
    admin.open(f"{PREVIEW}/name?process={'x' * 300}", status=400)


def test_answers_travel_without_loss() -> None:
    for case in RULES.cases:
        assert read_carried(carried(case.answers), RULES) == case.answers


@pytest.mark.parametrize("page", ["name", "questions/edge", "answers", "result", "what-if", "settled"])
def test_s5_it_is_for_admins_who_are_signed_in(app: Flask, database: Database, client: FlaskClient, page: str) -> None:
    assert client.get(f"{PREVIEW}/{page}").status_code == 302
    owner = Admin.of(app, database, "olga@example.com", role="owner")
    owner.open(f"{PREVIEW}/{page}", status=403)
    stranger = Visitor(client).open(f"{PREVIEW}/{page}")
    assert MARK not in text_of(stranger)
