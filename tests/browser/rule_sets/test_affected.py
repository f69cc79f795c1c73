"""Who is affected, in a real browser, from asking to the counts: with a script that looks again, and without one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from advisor import starter
from advisor.engine.model.rules import Push, RuleSet
from advisor.engine.model.vocabulary import Side
from advisor.models import AccountOwner, Database, Job
from advisor.models.audit import Actor
from advisor.models.rule_sets import draft as drafts
from advisor.rule_sets import worker
from advisor.settings import Settings
from tests.applications import borrow_application
from tests.benchmarks.seeding import seed
from tests.browser.looks import axe_violations
from tests.browser.rule_sets.test_admin_pages import let_in
from tests.conftest import settings_for
from tests.factories import make_account, make_assessment
from tests.rule_sets.admins import DRAFT, Admin

PAGE = f"{DRAFT}/affected"
WIDTHS = (375, 1280)


class Office:
    """A server without a worker of its own, an admin with a draft, and a worker that works when it is told to."""

    def __init__(self, server: str, settings: Settings, app: Flask) -> None:
        self.server, self.settings, self.app = server, settings, app
        self.database: Database = app.extensions["database"]
        self.admin = Admin.of(app, self.database, "ada@example.com")

    def save_some(self) -> None:
        """The processes of the test cases, four times over, as an owner's."""
        owner = AccountOwner(make_account(self.database))
        for case in [case for case in starter.rule_set().cases if not case.parts] * 4:
            answers = {key: list(value) if isinstance(value, tuple) else value for key, value in case.answers.items()}
            make_assessment(self.database, owner, case.process, answers)

    def edit(self, act: object) -> None:
        """Change the draft."""
        with self.database.write() as session:
            drafts.edit(session, Actor("admin"), act, kind="draft changed", what="rules")  # type: ignore[arg-type]

    def work(self) -> None:
        """Do the run that waits."""
        assert worker.work_due(self.database, self.settings)


@pytest.fixture
def office(live_server: str, sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    settings = settings_for(sqlite_url, tmp_path)
    with borrow_application(settings) as app:
        yield Office(live_server, settings, app)


def weaker(rules: RuleSet) -> RuleSet:
    """A typical draft: some rules count less or for the other side, one is gone, and the policy is stricter."""
    first = [replace(rule, push=Push(Side.KPO if at % 3 else rule.push.side, 2)) for at, rule in enumerate(rules.rules)]
    row = replace(rules.kind[2], when=(replace(rules.kind[2].when[0], at_least=10),))
    kind = (*rules.kind[:2], row, *rules.kind[3:])
    return replace(rules, rules=(*first[:8], *first[9:14], *rules.rules[14:]), kind=kind, cases=())


def test_a_script_shows_how_far_it_is_and_then_the_counts_without_loading_the_page_again(
    office: Office, page: Page
) -> None:
    office.save_some()
    office.admin.start()
    office.edit(weaker)
    let_in(page, office.server, office.admin)
    page.goto(office.server + PAGE)
    page.get_by_role("button", name="Find out who is affected").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Waiting for its turn.")
    page.evaluate("document.body.dataset.here = 'still'")
    stop = page.get_by_role("button", name="Stop")
    stop.focus()
    with office.database.write() as session:
        job = session.query(Job).one()
        job.state, job.done, job.total = "running", 42, 100
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "42")
    expect(page.get_by_text("42%")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Running.")
    expect(stop).to_be_focused()
    assert axe_violations(page) == []
    with office.database.write() as session:
        session.query(Job).one().state = "queued"
    office.work()
    expect(page.get_by_role("heading", name="get different advice")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Done, and up to date.")
    expect(page.locator("#main")).to_be_focused()
    assert page.evaluate("document.body.dataset.here") == "still"
    assert axe_violations(page) == []


def test_without_a_script_the_page_loads_itself_until_the_counts_are_there(office: Office, browser: Browser) -> None:
    office.save_some()
    office.admin.start()
    office.edit(weaker)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    let_in(page, office.server, office.admin)
    page.goto(office.server + PAGE)
    page.get_by_role("button", name="Find out who is affected").click()
    expect(page.get_by_role("status")).to_have_text("Waiting for its turn.")
    office.work()
    expect(page.get_by_role("heading", name="get different advice")).to_be_visible(timeout=10_000)
    page.get_by_role("button", name="Run it again").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("status")).to_have_text("Stopped before its end.")
    context.close()


def empty(office: Office) -> None:
    office.admin.start()


def typical(office: Office) -> None:
    office.save_some()
    office.admin.start()
    office.edit(weaker)


def crowd(office: Office) -> None:
    """Over 400 rules, all of them changed or new, and 20,000 processes."""

    def act(rules: RuleSet) -> RuleSet:
        more = [
            replace(rule, key=f"{rule.key}-{at}", push=Push(Side.KPO if at % 2 else rule.push.side, 1))
            for at in range(10)
            for rule in rules.rules
        ]
        return replace(weaker(rules), rules=(*weaker(rules).rules, *more))

    seed(office.database, 20_000)
    office.admin.start()
    office.edit(act)


@pytest.mark.parametrize("state", [empty, typical, crowd])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    office: Office, page: Page, state: object, tmp_path: Path
) -> None:
    state(office)  # type: ignore[operator]
    office.admin.open(PAGE)
    office.admin.submit(do="start", form=0)
    office.work()
    let_in(page, office.server, office.admin)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(office.server + PAGE)
        page.screenshot(path=tmp_path / f"{width}.png", full_page=True)
        for more in page.locator("details summary").all():
            more.click()
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
