"""With 400 rules, 600 claims and 5,000 test cases the pages stay small and quick, and a claim is still found."""

import gzip
import re
from dataclasses import replace

import pytest

from advisor.engine.checks.check import check
from advisor.engine.document.document import dumps
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.models import Database
from advisor.models.audit import Actor
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets.rule_set_version import publish
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.rule_sets.crowded_rules import CASES, CLAIMS, RULES, crowded_rules
from tests.visiting import text_of

LONG_LIST = 15_000
"""Bytes of a long list, compressed (UX, 6)."""

PAGE = 8_000
"""Bytes of any other page, compressed."""

LISTS = [
    *(f"{DRAFT}/{name}" for name in ("rules", "questions", "claims", "guidance", "cases", "kind", "leave")),
    f"{DRAFT}/coverage",
    f"{DRAFT}/coverage?page=3",
    f"{DRAFT}/rules?page=6",
    f"{DRAFT}/cases?page=4",
]

FOUND = [f"{DRAFT}/cases?{wish}" for wish in ("page=91", "expected=kpo&page=3", "q=office+12", "result=failed")]
"""What the browser need not look at again."""

PAGES = [
    "/admin/rules",
    f"{DRAFT}/problems",
    f"{DRAFT}/differences",
    f"{DRAFT}/publish",
    "/admin/rules/versions/2",
    "/admin/rules/compare?old=1&new=2",
    f"{DRAFT}/add/rules",
    f"{DRAFT}/add/questions",
    f"{DRAFT}/rules/core-done-well",
    f"{DRAFT}/rules/core-done-well/history",
    f"{DRAFT}/questions/edge",
    f"{DRAFT}/questions/edge/remove",
    f"{DRAFT}/questions/closest",
    f"{DRAFT}/questions/closest/answers/payroll",
    f"{DRAFT}/claims/D2.04",
    f"{DRAFT}/sources/D2",
    f"{DRAFT}/sources/D2/remove",
    f"{DRAFT}/disagreements/marketing",
    f"{DRAFT}/guidance/watch",
    f"{DRAFT}/cases/data-entry",
    f"{DRAFT}/coverage/add",
    f"{DRAFT}/affected",
    f"{DRAFT}/history",
    "/admin/rules/search?q=people",
]


@pytest.fixture
def crowd(admin: Admin, database: Database) -> Admin:
    """An admin with a draft of the crowded rule set, in which one rule has other words."""
    with database.write() as session:
        publish(session, dumps(crowded_rules()), "Grown over years.")
    admin.start().edit("rules/core-done-well", because="Other words.")
    return admin


def test_the_crowd_is_as_large_as_it_says_and_sound() -> None:
    rules = crowded_rules()
    assert (len(rules.rules), len(rules.claims), len(rules.cases)) == (RULES, CLAIMS, CASES)
    assert len(rules.questions) >= 16
    assert not [problem for problem in check(rules) if problem.blocks]


def test_every_page_of_a_crowded_rule_set_is_small(crowd: Admin) -> None:
    found = []
    for path in [*LISTS, *FOUND, *PAGES]:
        answer = crowd.client.get(path)
        size = len(gzip.compress(answer.data, 6))
        if answer.status_code != 200 or size > (PAGE if path in PAGES else LONG_LIST):
            found.append(f"{path}: {answer.status_code}, {size} bytes")
    assert not found, "\n".join(found)


def test_an_act_on_hundreds_of_rules_is_shown_on_small_pages_and_whole_in_the_sheet(
    crowd: Admin, database: Database
) -> None:
    def act(rules: RuleSet) -> RuleSet:
        return replace(rules, rules=tuple(replace(rule, weighed="Weighed anew.") for rule in rules.rules))

    with database.write() as session:
        drafts.edit(session, Actor("admin", crowd.account_id), act, kind="draft changed several", what="rules")
    for path in ("/admin/audit", f"{DRAFT}/history", f"{DRAFT}/differences", "/admin/rules/compare?old=2&new=draft"):
        answer = crowd.open(path)
        assert len(crowd.response.data) < 150_000, path
        assert len(gzip.compress(crowd.response.data, 6)) < LONG_LIST, path
        assert answer.main
    crowd.open("/admin/audit")
    assert "Only the beginning is shown. A sheet of the record has more of it." in crowd.text
    assert max(len(entry.text) for entry in crowd.page.select("pre")) <= 3_000


def test_many_cases_that_fail_each_say_their_name_once_and_few_of_the_rules_that_differ(crowd: Admin) -> None:
    crowd.edit("rules/core-done-well", push__side="bpo", push__points="5")
    crowd.open(f"{DRAFT}/problems")
    failing = [text_of(it) for it in crowd.page.select("main li a") if "should come out as" in it.text]
    assert failing
    for sentence in failing:
        assert re.match(r"Test case “([^”]+)” should come out as", sentence), sentence
    crowd.open(f"{DRAFT}/coverage")
    assert all(len(shown.select("li")) <= 5 for shown in crowd.page.select(".things > li > .reasons-differ"))


def test_a_claim_among_hundreds_is_found_by_its_words_and_what_is_ticked_stays(crowd: Admin, draft: Read) -> None:
    crowd.open(f"{DRAFT}/rules/core-done-well")
    assert [str(box["value"]) for box in crowd.page.select('[name="sources"]')] == ["D2.04"]
    crowd.press("enter", sources__words="edition 2 D2.1", because="Typed meanwhile.")
    boxes = [str(box["value"]) for box in crowd.page.select('[name="sources"]')]
    assert boxes[0] == "D2.04"
    assert 1 < len(boxes) <= 31
    assert "claims hold this" in crowd.text
    assert "Typed meanwhile." in crowd.text
    assert crowd.page.select_one('[name="sources-words"][autofocus]') is not None
    crowd.press("enter", sources=["D2.04", boxes[1]])
    assert "Saved in the draft." in crowd.text, "Enter saves where nothing new is looked for"
    rule = draft().rule("core-done-well")
    assert rule is not None
    assert set(rule.sources) == {"D2.04", boxes[1]}
    assert rule.because == "Typed meanwhile."


def test_claims_of_each_view_are_looked_for_by_themselves(crowd: Admin) -> None:
    crowd.open(f"{DRAFT}/disagreements/marketing")
    crowd.press("views-1-sources:find", views__1__sources__words="nothing-like-it")
    assert "0 of 600 claims hold this." in crowd.text
    assert len(crowd.page.select('[name="views-1-sources-found"]')) == 1
    assert not crowd.page.select('[name="views-0-sources-found"]')


def test_any_page_of_thousands_of_cases_is_few_steps_away_and_those_of_one_advice_are_found(crowd: Admin) -> None:
    crowd.open(f"{DRAFT}/cases")
    assert "5,000 in all" in crowd.text
    assert [text_of(way) for way in crowd.page.select(".pages li")] == ["Page 1", "Page 2", "…", "Page 91"]
    crowd.open(str(crowd.page.select(".pages li a")[-1]["href"]))
    assert [text_of(way) for way in crowd.page.select(".pages li")] == ["Page 1", "…", "Page 90", "Page 91"]
    crowd.open(f"{DRAFT}/cases?expected=unclear")
    unclear = sum(case.outcome is Outcome.UNCLEAR for case in crowded_rules().cases)
    assert f"{unclear} of 5,000" in crowd.text


def test_a_rule_that_makes_many_cases_fail_says_so_on_pages_that_stay_small(crowd: Admin) -> None:
    crowd.edit("rules/core-done-well", push__side="bpo", push__points="5")
    crowd.open("/admin/rules")
    failing = crowd.page.find("a", string="Run the test cases")
    assert failing is not None
    crowd.open(str(failing["href"]))
    number = int(crowd.text.split(" of 5,000")[0].rpartition(" ")[2])
    assert number > 50
    for path in (f"{DRAFT}/cases?result=failed", f"{DRAFT}/coverage", f"{DRAFT}/problems", f"{DRAFT}/publish"):
        assert len(gzip.compress(crowd.client.get(path).data, 6)) < LONG_LIST, path
    crowd.open(f"{DRAFT}/rules/core-done-well")
    crowd.press("update", push__side="keep", push__points="3")
    assert "Passes with this" in crowd.text
    assert f"{number - 12} more" in crowd.text
    assert len(gzip.compress(crowd.response.data, 6)) < LONG_LIST
