"""A draft that something blocks is tried without it, and each page that does says so in words, in a real browser."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from advisor import starter
from advisor.engine.checks.check import examine
from advisor.engine.checks.trial import RuleSetTrial, trial_of
from advisor.engine.document import edit
from advisor.engine.document.document import options_of
from advisor.models import AccountOwner, Database
from advisor.rule_sets import worker
from advisor.settings import Settings
from advisor.wording.items import item_name
from tests.applications import borrow_application, serve_application
from tests.browser.looks import at_widths, sideways, small_targets
from tests.browser.person import Person
from tests.browser.rule_sets.test_admin_pages import let_in
from tests.browser.windows import PHONE, WIDE, watch_windows
from tests.factories import make_account, make_assessment
from tests.rule_sets.admins import DRAFT, Admin

STARTER = starter.rule_set()
QUESTION, ANSWER = "complexity", "complex"
GIVEN = "edge.not-core~in_house.nobody~steps.set~complexity.simple~output.transactions~skills.basic~contact.much"
LEFT_OUT = "of the draft have to be mended first. They are left out here."

PAGES = {
    "cases": f"{DRAFT}/cases",
    "what they try": f"{DRAFT}/coverage",
    "affected": f"{DRAFT}/affected",
    "preview": f"{DRAFT}/preview/result?process=Payroll&given={GIVEN}&early=1",
    "differences": f"{DRAFT}/differences",
    "a rule": f"{DRAFT}/rules/core-done-well",
    "points": f"{DRAFT}/kind",
}
FOUND = {
    "cases": "cannot run before the problems are fixed",
    "what they try": "Test cases cover",
    "affected": "get different advice",
    "preview": "BPO",
    "differences": "of all sets of answers get another outcome.",
    "a rule": "of all complete sets of answers",
    "points": "of all complete sets of answers",
}
"""What each page tells all the same."""


@pytest.fixture
def ada(settings: Settings, database: Database, browser: Browser) -> Iterator[tuple[Person, Flask]]:
    """An admin in a browser, where owners have saved every process of the test cases."""
    owner = AccountOwner(make_account(database))
    for case in [case for case in STARTER.cases if not case.parts]:
        answers = {key: list(value) if isinstance(value, tuple) else value for key, value in case.answers.items()}
        make_assessment(database, owner, case.process, answers)
    with borrow_application(settings) as app, serve_application(app) as url, watch_windows(browser, url) as windows:
        person = windows.open()
        let_in(person.page, url, Admin.of(app, database, "ada@example.com"))
        yield person, app


def trial_without_the_answer() -> RuleSetTrial:
    rules = edit.remove(STARTER, options_of(QUESTION), ANSWER)
    trial = trial_of(rules, examine(rules))
    assert isinstance(trial, RuleSetTrial)
    return trial


def test_with_one_answer_removed_every_page_that_tries_the_draft_tells_what_it_leaves_out(
    ada: tuple[Person, Flask], database: Database, settings: Settings
) -> None:
    person, _app = ada
    rules = [place.split("/")[1] for place in trial_without_the_answer().left_out if place.startswith("rules/")]
    assert rules
    person.open("/admin/rules").press("Start a draft from version 1")
    person.open(f"{DRAFT}/questions/{QUESTION}/answers/{ANSWER}").follow("Remove it")
    person.press("Remove it from the draft")
    person.open(PAGES["affected"]).press("Find out who is affected")
    assert worker.work_due(database, settings)
    for name, path in PAGES.items():
        person.open(path).reads(LEFT_OUT)
        assert FOUND[name] in person.page.locator("main").inner_text(), name
        notice = person.page.locator(".notice", has_text="left out here")
        notice.get_by_text("What is left out").click()
        for key in rules[:20]:
            expect(notice.get_by_role("link", name=item_name(STARTER, "rules", key), exact=True)).to_be_visible()
        for width, violations in at_widths(person.page, PHONE, WIDE):
            assert [*violations, *small_targets(person.page), *sideways(person.page)] == [], f"{name} at {width}"
    person.open("/admin/rules").reads("Tried without what blocks.")
    notice = person.open(PAGES["affected"]).page.locator(".notice", has_text="left out here")
    notice.get_by_text("What is left out").click()
    notice.get_by_role("link", name=item_name(STARTER, "rules", rules[0]), exact=True).click()
    assert person.path.split("?")[0] == f"{DRAFT}/rules/{rules[0]}"


def test_a_table_without_its_last_row_is_tried_or_says_for_which_answers_it_cannot_be(
    ada: tuple[Person, Flask],
) -> None:
    person, _app = ada
    person.open("/admin/rules").press("Start a draft from version 1")
    last = len(STARTER.kind) - 1
    person.open(f"{DRAFT}/kind/{last}").follow("Remove it").press("Remove it from the draft")
    for path in PAGES.values():
        person.open(path).reads("Answers whose points no row of the second table fits get “We can't say yet” here.")
    person.open(f"{DRAFT}/leave/{len(STARTER.leave) - 1}").follow("Remove it").press("Remove it from the draft")
    for name, path in PAGES.items():
        if name == "preview":
            person.open(path)
            assert person.path.startswith(f"{DRAFT}/problems")
        else:
            person.open(path).reads("Nothing of the draft can be tried yet. No row of the first table fits")
