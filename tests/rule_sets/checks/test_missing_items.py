"""What one removal broke is one entry, which says what is gone, names all that still names it, and puts it back."""

from dataclasses import replace

import pytest

from advisor import starter
from advisor.engine.document.references import users_of
from advisor.models import Database
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.rule_sets.drafts import store_draft
from tests.visiting import text_of

STARTER = starter.rule_set()
PROBLEMS = f"{DRAFT}/problems"


def remove(admin: Admin, place: str) -> None:
    admin.open(f"{DRAFT}/{place}/remove")
    admin.submit()


@pytest.mark.parametrize(
    ("place", "collection", "key"),
    [
        ("questions/steps/answers/set", "questions/steps/options", "set"),
        ("questions/exposure", "questions", "exposure"),
        ("claims/D2.04", "claims", "D2.04"),
        ("sources/D2", "sources", "D2"),
    ],
)
def test_what_one_removal_broke_is_one_problem_with_one_button(
    admin: Admin, draft: Read, place: str, collection: str, key: str
) -> None:
    users = users_of(STARTER, collection, key)
    if collection == "questions":  # its removal took the answers out of the test cases
        users = [user for user in users if user[0] != "cases"]
    admin.start()
    remove(admin, place)
    admin.open(PROBLEMS)
    entry = admin.page.select(".problem-list > li")[0]
    assert f"was removed; {len(users)} things still name it" in text_of(entry)
    assert len(entry.select("ul a")) == len(users)
    assert "is not an option" not in admin.text
    assert f"“{key}”" not in admin.text
    admin.open(f"{DRAFT}/publish")
    assert f"was removed; {len(users)} things still name it" in admin.text
    admin.open(PROBLEMS)
    admin.submit(form=admin.number_of("on"), button=str(entry.select("button")[0]["value"]))
    assert admin.path == PROBLEMS
    assert "It is back in the draft." in text_of(admin.page.select_one("body"))
    assert draft() == STARTER
    assert "still name it" not in admin.text


def test_what_later_acts_rest_on_is_looked_at_among_the_differences(admin: Admin, draft: Read) -> None:
    admin.start()
    remove(admin, "questions/contact")
    remove(admin, "questions/steps/answers/set")
    admin.edit("cases/data-entry", process="Typing in data")  # whose answer to the question went with it
    admin.open(PROBLEMS)
    answer, question = admin.page.select(".problem-list > li")
    assert not question.select("button")
    assert [text_of(button) for button in answer.select("button")] == ["Put the answer back"]
    way = next(link for link in question.select("a") if text_of(link) == "See it among the differences")
    page, anchor = str(way["href"]).split("#")
    admin.open(page)
    stands = admin.page.select_one(f"#{anchor}")
    assert text_of(stands).startswith("Removed question contact")
    assert len(draft().questions) == len(STARTER.questions) - 1


def test_what_never_was_there_is_a_problem_of_its_own(admin: Admin, database: Database) -> None:
    rules = starter.rule_set()
    when = (replace(rules.rules[0].when[0], values=("never-there",)),)
    store_draft(database, replace(rules, rules=(replace(rules.rules[0], when=when), *rules.rules[1:])))
    admin.open(PROBLEMS)
    assert "“never-there” is no answer to" in admin.text
    assert "Name another one." in admin.text
    assert "was removed" not in admin.text
