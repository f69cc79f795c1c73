"""The preview as a visitor: the way to the advice under the draft, of which nothing is kept (S4, S5)."""

import re
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from random import Random
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from advisor import starter
from advisor.assessments.store import AssessmentStore
from advisor.engine.document import edit
from advisor.engine.evaluation.evaluate import evaluate, evaluate_parts
from advisor.engine.model.questions import Answers, Scope, Section
from advisor.engine.model.rules import RuleSet, TestCase
from advisor.engine.model.vocabulary import Outcome
from advisor.models import Database
from advisor.rule_sets.preview.preview_state import PreviewState, encode_answers, read_state
from advisor.rule_sets.preview.store import PreviewStore
from advisor.wording.vocabulary import OUTCOMES
from tests.operating.test_migrate import dump
from tests.rule_sets.admins import Admin, form_index
from tests.rule_sets.drafts import store_draft
from tests.visiting import Visitor, text_of

PREVIEW = "/admin/rules/draft/preview"
MARK = "Preview of the draft: nothing is kept or counted."
RULES = starter.rule_set()
TAMPERED = [
    "given=~~.",
    "given=nothing.like-it~edge.nonsense",
    "given=edge.vital~edge.vital",
    "part1=x&own1=~",
    "part2=x&part4=y&own4=q.q",
]
CASE = next(case for case in RULES.cases if case.key == "payroll")


def follow(admin: Admin, words: str) -> None:
    """Follow the link that says so."""
    link = admin.page.find("a", string=re.compile(words))
    assert link is not None, words
    admin.open(str(link["href"]))


def preview(admin: Admin, answers: Answers, name: str = "Payroll") -> list[str]:
    """Go from the name to the result, by the answers given, and give the headings on the way."""
    admin.open("/admin/rules")
    follow(admin, "Preview it as a visitor")
    headings = [admin.heading]
    admin.submit(process_name=name)
    while not admin.path.endswith("/result"):
        headings.append(admin.heading)
        assert MARK in admin.text
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
    with_draft = admin.text
    assert MARK in with_draft
    assert "Because the draft says so." in with_draft
    assert "Worked out just now with the draft" in with_draft
    assert "Keep this advice" not in with_draft


def test_s4_what_a_visitor_can_store_goes_through_a_store_of_its_own() -> None:
    assert {name for name in vars(AssessmentStore) if not name.startswith("_")} <= set(vars(PreviewStore))


def test_the_questions_are_those_of_the_draft_in_its_words(admin: Admin) -> None:
    admin.start().edit("questions/edge", text="How near to the heart of it is this?", meaning="wording")
    assert "How near to the heart of it is this?" in preview(admin, CASE.answers)


def test_s4_nothing_is_kept_counted_or_recorded(admin: Admin, database: Database) -> None:
    admin.start()
    before = dump(database)
    preview(admin, CASE.answers)
    admin.open(admin.response.request.full_path.replace("/result", "/what-if"))
    admin.submit(button="update")
    admin.submit(button="keep")
    assert admin.path == f"{PREVIEW}/result"
    assert kept_rows(dump(database)) == kept_rows(before)


def test_answers_that_pull_apart_are_told_of_once(admin: Admin) -> None:
    admin.start()
    headings = preview(admin, {**CASE.answers, "complexity": "very-complex"})
    assert headings.count("Two of your answers pull apart") == 1


def test_what_if_tries_other_answers_and_keeps_them_in_the_address_alone(admin: Admin) -> None:
    admin.start()
    preview(admin, CASE.answers)
    admin.open(admin.response.request.full_path.replace("/result", "/what-if"))
    assert MARK in admin.text
    assert "Save as a copy" not in admin.text
    question = RULES.question("edge")
    assert question is not None
    edge = next(field["name"] for field in admin.page.select("input[type=radio]") if "-edge" in str(field["name"]))
    admin.submit(button="keep", **{str(edge): question.options[-1].key})
    expected = {**CASE.answers, "edge": question.options[-1].key}
    assert str(OUTCOMES[evaluate(RULES, expected).outcome].verdict) in admin.heading


def test_all_answers_and_the_name_can_be_changed_on_the_way(admin: Admin) -> None:
    admin.start()
    preview(admin, CASE.answers)
    query = admin.response.request.query_string.decode()
    admin.open(f"{PREVIEW}/answers?{query}")
    assert MARK in admin.text
    admin.open(str(admin.page.select_one(".actions a.button")["href"]))  # type: ignore[index]
    assert admin.path == f"{PREVIEW}/result"
    admin.open(f"{PREVIEW}/name?{query}")
    admin.submit(process_name="Wages")
    assert "Wages" in admin.text


def test_it_waits_for_a_draft_that_can_advise(admin: Admin, database: Database) -> None:
    admin.open(f"{PREVIEW}/name")
    assert admin.path == "/admin/rules"
    admin.start()
    store_draft(database, replace(RULES, kind=()))
    admin.open(f"{PREVIEW}/name")
    assert admin.path == "/admin/rules/draft/problems"


def test_what_blocks_is_left_out_and_the_rest_advises(admin: Admin, database: Database) -> None:
    store_draft(database, edit.remove(RULES, "questions", "exposure"))
    preview(admin, {key: answer for key, answer in CASE.answers.items() if key != "exposure"})
    assert "They are left out here." in admin.text
    assert admin.path.endswith("/result")


def test_a_process_in_parts_is_tried_part_by_part(admin: Admin, database: Database) -> None:
    admin.start().edit("rules/skills-expert", because="Because the draft says so.")
    before = dump(database)
    case = next(case for case in RULES.cases if case.key == "payroll-parts")
    preview(admin, CASE.answers)
    follow(admin, "Break it into parts")
    assert MARK in admin.text
    names = [part.part for part in case.parts]
    admin.submit(part_1=names[0], part_2=names[1])
    asked = []
    for part in case.parts:
        while (found := re.search(r"/parts/[^/]+/questions/([^/?]+)$", admin.path)) and part.part in admin.text:
            assert MARK in admin.text
            asked.append((part.part, found[1]))
            copied = [str(box["value"]) for box in admin.page.select("input[checked]")]
            assert copied == [CASE.answers[found[1]]], "a part starts with the answers of the whole"
            answer = part.answers.get(found[1])
            admin.submit(answer="not-sure" if answer is None else list(answer) if isinstance(answer, tuple) else answer)
    assert admin.path == f"{PREVIEW}/result"
    assert len(asked) == 2 * len([q for q in RULES.section(Section.CORE) if q.scope is Scope.PART])
    whole = {key: answer for key, answer in CASE.answers.items() if RULES.question(key).scope is Scope.PROCESS}  # type: ignore[union-attr]
    expected = evaluate_parts(RULES, whole, [(part.part, part.answers) for part in case.parts])
    assert str(OUTCOMES[expected.outcome].verdict) in admin.heading
    assert [text_of(name) for name in admin.page.select(".part-name")] == names
    assert "Because the draft says so." in admin.text

    # Tried further, renamed, and put together again: the answers in one piece are as they were.
    result = admin.response.request.full_path
    admin.open(result.replace("/result", "/what-if"))
    admin.submit(button="keep")
    assert admin.path == f"{PREVIEW}/result"
    assert str(OUTCOMES[expected.outcome].verdict) in admin.heading
    follow(admin, "Change the parts")
    admin.submit(part_1="Keying", part_2="", status=422)
    assert "Name at least two parts" in admin.text
    admin.submit(part_1="Keying", part_2="Advice", part_3="")
    assert [text_of(name) for name in admin.page.select(".part-name")] == ["Keying", "Advice"]
    follow(admin, "Change the parts")
    admin.submit(form=1)
    assert str(OUTCOMES[evaluate(RULES, CASE.answers).outcome].verdict) in admin.heading
    assert not admin.page.select(".part-name")
    assert kept_rows(dump(database)) == kept_rows(before)


def test_answers_of_one_part_that_pull_apart_are_told_of_with_the_part(admin: Admin) -> None:
    admin.start()
    preview(admin, CASE.answers)
    follow(admin, "Break it into parts")
    admin.submit(part_1="Keying the hours", part_2="Advice on pay")
    told = 0
    while admin.path != f"{PREVIEW}/result":
        if "pull-apart" in admin.path:
            assert admin.heading == "Two of your answers pull apart"
            assert "Keying the hours" in admin.text
            told += 1
            admin.submit()
            continue
        key = admin.path.rpartition("/")[2]
        mine = {"complexity": "very-complex"} if "Keying the hours" in admin.text else {}
        admin.submit(answer=str({**CASE.answers, **mine}[key] or "not-sure"))
    assert told == 1


def test_what_is_previewed_becomes_a_test_case_parts_and_all(admin: Admin, draft: Callable[[], RuleSet]) -> None:
    admin.start()
    preview(admin, CASE.answers, "Payroll of the north")
    admin.submit(form=form_index(admin, "preview/case"))
    assert "It is a test case of the draft now." in admin.text
    case = draft().cases[-1]
    asked = {question.key for question in RULES.section(Section.CORE)}
    given = {key: answer for key, answer in CASE.answers.items() if key in asked}
    assert (case.process, case.answers, case.parts) == ("Payroll of the north", given, ())
    assert case.outcome is evaluate(RULES, given).outcome
    admin.open(f"{PREVIEW}/case", status=405)
    parts = {"part1": "One", "own1": "output.transactions", "part2": "Two", "own2": "output.findings"}
    admin.open(f"{PREVIEW}/result?{urlencode({'process': 'In two', 'given': 'start.day', 'early': 1, **parts})}")
    admin.submit(form=form_index(admin, "preview/case"))
    case = draft().cases[-1]
    assert [(part.part, part.answers) for part in case.parts] == [
        ("One", {"output": "transactions"}),
        ("Two", {"output": "findings"}),
    ]
    assert (case.answers, case.outcome) == ({"start": "day"}, case_outcome(draft(), case))


def kept_rows(tables: dict[str, object]) -> dict[str, object]:
    """Everything but who is signed in."""
    return {table: rows for table, rows in tables.items() if table != "login_session"}


def case_outcome(rules: RuleSet, case: TestCase) -> Outcome:
    return evaluate_parts(rules, case.answers, [(part.part, part.answers) for part in case.parts]).outcome


@pytest.mark.parametrize("query", TAMPERED)
def test_an_address_that_was_tampered_with_is_no_mistake_of_ours(admin: Admin, query: str) -> None:
    admin.start()
    for page in (
        "name",
        "parts",
        "answers",
        "questions/edge",
        "questions/none",
        "pull-apart/none",
        "settled",
        "result",
        "what-if",
        "other-ways",
    ):
        admin.open(f"{PREVIEW}/{page}?{query}")
        admin.open(f"{PREVIEW}/parts/{UUID(int=1)}/questions/steps?{query}")
        admin.open(f"{PREVIEW}/parts/{UUID(int=9)}/pull-apart/none?{query}")
    for name in ("process", "part3"):
        admin.open(f"{PREVIEW}/name?{name}={'x' * 300}", status=400)


def test_answers_travel_without_loss() -> None:
    for case in RULES.cases:
        assert read_state(encode_answers(case.answers), RULES) == case.answers


@pytest.mark.parametrize(
    "page", ["name", "parts", "questions/edge", "answers", "result", "what-if", "other-ways", "settled"]
)
def test_s5_it_is_for_admins_who_are_signed_in(app: Flask, database: Database, client: FlaskClient, page: str) -> None:
    assert client.get(f"{PREVIEW}/{page}").status_code == 302
    owner = Admin.of(app, database, "olga@example.com", role="owner")
    owner.open(f"{PREVIEW}/{page}", status=403)
    stranger = Visitor(client).open(f"{PREVIEW}/{page}")
    assert MARK not in text_of(stranger)


@pytest.mark.parametrize("start", [0x4E00, 0x1F300], ids=["Chinese", "emoji"])
def test_i2_names_as_long_as_they_may_be_in_any_script_reach_the_advice(admin: Admin, start: int) -> None:
    letters = Random(1)
    names = ["".join(chr(start + letters.randrange(700)) for _letter in range(200)) for _name in range(6)]
    admin.start()
    preview(admin, CASE.answers, names[0])
    follow(admin, "Break it into parts")
    admin.submit(**{f"part_{number}": name for number, name in enumerate(names[1:], start=1)})
    for _question in range(60):
        if admin.path.endswith("/result"):
            break
        admin.submit()
    assert admin.path == f"{PREVIEW}/result"
    assert [text_of(name) for name in admin.page.select(".part-name")] == names[1:]
    assert names[0] in admin.text
    assert len(admin.response.request.full_path) < 4_000


def test_names_that_no_address_can_hold_are_refused_on_the_form_with_everything_still_in_it(
    admin: Admin, app: Flask
) -> None:
    app.config["MAX_URL_LENGTH"] = 800
    letters = Random(1)
    name = "".join(chr(0x4E00 + letters.randrange(20_000)) for _letter in range(200))
    admin.start().open("/admin/rules")
    follow(admin, "Preview it as a visitor")
    admin.submit(process_name=name, status=422)
    assert "these names are too long for one. Shorten the names." in admin.errors
    field = admin.page.select_one("main [name=process_name]")
    assert field is not None
    assert field["value"] == name
    admin.submit(process_name=name[:50])
    assert admin.path != f"{PREVIEW}/name"


BOMB = urlsafe_b64encode(zlib.compress(b"process=" + b"x" * 2_000_000)).decode()


@pytest.mark.parametrize("packed", ["", "x", "eNo", "%%%", "AAAA", "\u6f22"])
def test_what_is_packed_and_cannot_be_read_holds_nothing(packed: str) -> None:
    assert PreviewState.read({"packed": packed}, RULES) == PreviewState()


def test_i7_what_is_packed_unpacks_to_no_more_than_an_address_may_say() -> None:
    assert len(BOMB) < 4_000
    assert PreviewState.read({"packed": BOMB}, RULES) is None, "a name of thousands of letters is none"
