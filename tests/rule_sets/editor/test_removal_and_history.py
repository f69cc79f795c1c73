"""A removal is taken back by one button, and every thing tells what was done to it."""

import re

import pytest
from sqlalchemy import select

from advisor import starter
from advisor.engine.document.edit import find
from advisor.engine.model.rules import Rule, TestCase
from advisor.models import AccountOwner, AuditEvent, Database
from tests.factories import make_account, make_assessment
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.visiting import text_of

STARTER = starter.rule_set()


@pytest.mark.parametrize(
    "place",
    [
        "rules/core-done-well",
        "questions/contact",
        "questions/edge/answers/some-edge",
        "kind/2",
        "leave/0",
        "claims/D1.01",
        "sources/D2",
        "disagreements/marketing",
        "guidance/watch",
        "tensions/core-yet-cost",
        "limits/1",
        "cases/data-entry",
    ],
)
def test_a_removal_that_is_taken_back_leaves_it_where_it_was(admin: Admin, draft: Read, place: str) -> None:
    admin.start()
    admin.open(f"{DRAFT}/{place}/remove")
    admin.submit()
    assert draft() != STARTER
    assert "You removed the " in admin.text
    admin.take_back()
    assert draft() == STARTER
    assert "You put back the " in admin.text
    admin.take_back()
    assert draft() != STARTER, "and that again"


def test_a_retired_question_comes_back_with_the_answers_of_test_cases_and_all_that_looked_at_it(
    admin: Admin, draft: Read
) -> None:
    admin.start()
    admin.open(f"{DRAFT}/questions/contact/remove")
    admin.submit(with_users="y")
    gone = [rule.key for rule in STARTER.rules if draft().rule(rule.key) is None]
    assert gone
    assert re.search(r"\b[1-9]\d* things must be mended now before the draft can be published\.", admin.text)
    admin.take_back()
    assert "must be mended now" not in admin.text
    back = draft()
    assert back.questions == STARTER.questions
    assert back.cases == STARTER.cases
    assert {rule.key: rule for rule in back.rules} == {rule.key: rule for rule in STARTER.rules}
    assert {item.key: item for item in back.guidance} == {item.key: item for item in STARTER.guidance}


def test_what_stands_there_again_is_not_put_over(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start()
    admin.open(f"{DRAFT}/rules/core-done-well/remove")
    admin.submit()
    twin = admin.second_window()
    other_admin.open(f"{DRAFT}/add/rules?copy=edge-vital")
    other_admin.save(key="core-done-well", because="Ben made this one.")
    admin.take_back(status=409)
    assert find(draft(), "rules", "core-done-well").because == "Ben made this one."
    assert sum(rule.key == "core-done-well" for rule in draft().rules) == 1
    admin.open(twin.response.request.full_path)
    assert "Take this back" not in admin.text


@pytest.mark.parametrize("done", ["1", "999", "99999999999", "x", "²", ""])
def test_an_address_that_names_no_act_offers_nothing(admin: Admin, done: str) -> None:
    admin.start()
    for page in ("rules", "problems", "coverage", "differences", "questions/contact"):
        admin.open(f"{DRAFT}/{page}?done={done}")
        assert "Take this back" not in admin.text


def test_s20_taking_out_and_taking_that_back_are_two_acts(admin: Admin, database: Database) -> None:
    admin.start()
    admin.open(f"{DRAFT}/rules/core-done-well/remove")
    admin.submit()
    admin.take_back()
    with database.read() as session:
        acts = list(session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)))
    assert [act.kind for act in acts] == ["draft started", "draft removed from", "draft taken back"]
    place = "rules/core-done-well"
    assert acts[1].before == acts[2].after
    assert acts[1].before is not None
    assert list(acts[1].before) == [place]
    assert not acts[1].after
    assert not acts[2].before


def history_words(admin: Admin) -> list[str]:
    return [text_of(entry) for entry in admin.page.select("li[id^=entry-]")]


def test_the_history_of_a_thing_tells_its_acts_word_by_word_and_no_others(admin: Admin, other_admin: Admin) -> None:
    admin.start().edit("rules/core-done-well", because="First words.")
    other_admin.edit("rules/core-done-well", because="Second words.", push__points="5")
    admin.edit("rules/edge-vital", because="Of another rule.")
    admin.open(f"{DRAFT}/rules/core-done-well")
    link = next(a for a in admin.page.select("aside a") if text_of(a) == "History")
    admin.open(str(link["href"]))
    last, first = history_words(admin)
    assert "ben@example.com" in last
    assert "removed: First → added: Second words." in last
    assert "added: 5" in last
    assert "ada@example.com" in first
    assert "First words." in first
    assert "Of another rule." not in admin.text


def test_the_history_of_a_question_holds_that_of_its_answers_and_a_table_that_of_its_rows(admin: Admin) -> None:
    admin.start().edit("questions/edge/answers/vital", hint="A new hint.")
    admin.edit("kind/2", says="Another sentence.")
    admin.open(f"{DRAFT}/questions/edge/history")
    assert "answer “" in admin.text
    assert "A new hint." in admin.text
    admin.open(f"{DRAFT}/questions/edge/answers/vital/history")
    assert "A new hint." in admin.text
    admin.open(f"{DRAFT}/questions/edge/answers/core/history")
    assert not history_words(admin)
    admin.open(f"{DRAFT}/kind/0/history")
    assert "row of the second table “Row 3: " in admin.text
    assert "Another sentence." in admin.text


def test_what_was_removed_keeps_its_history_and_what_never_was_has_none(admin: Admin) -> None:
    admin.start()
    first, second = (risk.key for risk in STARTER.risks[:2])
    admin.open(f"{DRAFT}/risks?move={first}")
    admin.submit(form=admin.number_of("to"), do=f"move {first}", to=f"after {second}")
    key = first
    admin.open(f"{DRAFT}/risks/{key}/remove")
    admin.submit()
    admin.open(f"{DRAFT}/risks/{key}/history")
    removed, moved = history_words(admin)
    assert "Removed" in removed
    assert "from place 1 to place 2" in moved
    admin.open(f"{DRAFT}/rules/never-there/history", status=404)
    admin.open(f"{DRAFT}/questions/none/answers/x/history", status=404)


def test_removing_an_answer_lists_all_that_breaks(admin: Admin, database: Database) -> None:
    admin.start()
    edge = STARTER.questions[1]
    option = edge.options[0]
    admin.open(f"{DRAFT}/limits/0")
    admin.press("save", text=f"Who says “{option.label}” may be wrong.")
    page = f"{DRAFT}/questions/edge/answers/{option.key}/remove"
    admin.open(page)
    links = {str(link["href"]) for link in admin.page.select("main li a")}
    users = {f"{DRAFT}/rules/{rule.key}" for rule in STARTER.rules if looks_at(rule, option.key)}
    cases = {f"{DRAFT}/cases/{case.key}" for case in STARTER.cases if gives(case, option.key)}
    assert users
    assert cases
    assert len(cases) <= 20, "of more it says how many"
    assert users | cases | {f"{DRAFT}/limits/0"} <= links
    assert not {f"{DRAFT}/cases/{case.key}" for case in STARTER.cases if not gives(case, option.key)} & links
    assert "Saved answers" in admin.text
    owner = AccountOwner(make_account(database, "many@example.org"))
    for given in (option.key,) * 12 + (edge.options[1].key,) * 12:
        make_assessment(database, owner, answers={"edge": given})
    admin.open(page)
    assert "about 10 of 24 saved" in admin.text, "rounded, as all that anybody may try as often as they like"


def looks_at(rule: Rule, option: str) -> bool:
    return any(condition.question == "edge" and option in condition.values for condition in rule.when)


def gives(case: TestCase, option: str) -> bool:
    return option in {answers.get("edge") for answers in (case.answers, *(part.answers for part in case.parts))}
