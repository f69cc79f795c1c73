"""What one removal broke is one entry, which says what is gone, names all that still names it, and puts it back."""

from dataclasses import replace

import pytest

from advisor import starter
from advisor.engine.document.document import dumps
from advisor.engine.document.references import Place, references
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import publish
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.rule_sets.crowded_rules import crowded_rules
from tests.rule_sets.drafts import store_draft
from tests.visiting import text_of

STARTER = starter.rule_set()
PROBLEMS = f"{DRAFT}/problems"


def remove(admin: Admin, place: str) -> None:
    admin.open(f"{DRAFT}/{place}/remove")
    admin.submit()


def users_of(collection: str, key: str) -> list[Place]:
    """The items of the starter rule set that name this one."""
    return list(dict.fromkeys(it.holder for it in references(STARTER) if it.target == (collection, key)))


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
    users = users_of(collection, key)
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
    assert "You put back the " in text_of(admin.page.select_one("body"))
    assert draft() == STARTER
    assert "still name it" not in admin.text


def test_every_page_counts_what_one_removal_broke_once(admin: Admin) -> None:
    admin.start()
    remove(admin, "questions/steps/answers/set")
    remove(admin, "sources/D2")
    admin.open(PROBLEMS)
    assert len(admin.page.select(".problem-list > li")) == 2
    assert "2 problems block publishing" in admin.text
    admin.open("/admin/rules")
    assert "Fix problems 2 block publishing" in admin.text
    admin.open(f"{DRAFT}/publish")
    assert len(admin.page.select(".wrong .problem-list > li")) == 2


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


def test_the_removal_page_the_problems_and_the_trial_count_the_same(admin: Admin) -> None:
    users = users_of("questions/steps/options", "set")
    cases = sum(collection == "cases" for collection, _key in users)
    admin.start()
    admin.open(f"{DRAFT}/questions/steps/answers/set/remove")
    assert f"{len(users) - cases} things name it, and would have to be mended" in admin.text
    assert f"{cases} test cases give this answer, and would have to be mended" in admin.text
    named = {str(link["href"]) for link in admin.page.select("main li a")}
    assert {f"{DRAFT}/{collection}/{key}" for collection, key in users} <= named
    admin.submit()
    admin.open(PROBLEMS)
    told = text_of(admin.page.select_one(".problem-list > li p"))
    assert f"{len(users)} things still name it ({cases} of them test cases), in {len(users) + 1} places." in told
    admin.open(f"{DRAFT}/cases")
    assert f"{len(users)} items of the draft have to be mended first. They are left out here." in admin.text
    assert "9 more are left out with them, because they name one of them." in admin.text


def test_one_question_too_many_leads_to_the_question_that_was_added(admin: Admin, database: Database) -> None:
    rules = starter.rule_set()
    added = replace(rules.questions[1], key="one-more", text="Is it one more?", short="One more")
    store_draft(database, replace(rules, questions=(*rules.questions[:2], added, *rules.questions[2:])))
    admin.open(PROBLEMS)
    told = next(it for it in admin.page.select(".problem-list > li") if "10 questions before" in text_of(it))
    assert [(text_of(link), str(link["href"])) for link in told.select("a")] == [
        ("Is it one more?", f"{DRAFT}/questions/one-more")
    ]
    assert "Added in the draft: Is it one more?" in text_of(told)


def test_of_very_many_that_name_it_the_first_are_linked_and_all_of_them_by_one_more_link(
    admin: Admin, database: Database
) -> None:
    with database.write() as session:
        publish(session, dumps(crowded_rules()), "Grown over years.")
    admin.start()
    admin.open(f"{DRAFT}/sources/D2/remove")
    few = len(admin.page.select("main li a"))
    way = next(link for link in admin.page.select("main a") if text_of(link).startswith("See all "))
    number = int(text_of(way).removeprefix("See all "))
    assert number > few == 60
    admin.open(str(way["href"]))
    assert len(admin.page.select("main li a")) == number
    assert "See all" not in admin.text
