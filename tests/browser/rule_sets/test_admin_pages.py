"""The pages of an admin in a real browser: nothing stored is run (S16), axe finds nothing, nothing scrolls sideways."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from advisor import starter
from advisor.engine.document.document import dumps
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind
from advisor.models import Database
from advisor.models.audit import Actor
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets.rule_set_version import publish, rule_set
from advisor.rule_sets.guide.contents import GUIDE
from tests.applications import borrow_application
from tests.browser.looks import at_widths, axe_violations, cut_tables_unfolded
from tests.browser.windows import PHONE, WIDE
from tests.conftest import settings_for
from tests.rule_sets.admins import DRAFT, Admin

PAYLOAD = (
    """<script>alert(1)</script><img src=x onerror=alert(2)>"'{{7*7}}%(x)s{x}${7*7}"""
    """<a href="javascript:alert(3)">x</a>"""
)

NAMES = frozenset({"key", "id", "source", "sources", "question", "test", "values"})

RISK = starter.rule_set().risks[0].key

PAGES = [
    "/admin/rules",
    "/admin/rules/comments",
    "/admin/rules/search",
    "/admin/rules/search?q=routine",
    "/admin/rules/search?q=nothing-like-it",
    f"{DRAFT}/rules/core-done-well/comments",
    "/admin/audit",
    f"{DRAFT}/history",
    "/admin/rules/versions/1",
    "/admin/rules/versions/2",
    "/admin/rules/versions/1/bring-back",
    "/admin/rules/compare?old=1&new=draft",
    "/admin/rules/compare/advices?old=1&new=draft&given=edge.vital~steps.set~complexity.simple",
    "/versions?date=2026-11-12&time=14:05",
    "/versions?date=nonsense",
    "/versions/1",
    f"{DRAFT}/note",
    f"{DRAFT}/preview/name",
    f"{DRAFT}/preview/questions/edge?process=Payroll",
    f"{DRAFT}/preview/answers?process=Payroll&given=edge.vital",
    f"{DRAFT}/preview/result?process=Payroll&given=edge.vital&early=1",
    f"{DRAFT}/preview/what-if?process=Payroll&given=edge.vital",
    "/admin/rules/download?which=draft",
    "/admin/rules/upload",
    f"{DRAFT}/problems",
    f"{DRAFT}/differences",
    f"{DRAFT}/publish",
    f"{DRAFT}/discard",
    f"{DRAFT}/affected",
    *(f"{DRAFT}/{things}" for things in ("rules", "questions", "leave", "kind", "claims", "sources")),
    *(f"{DRAFT}/{things}" for things in ("disagreements", "guidance", "risks", "tensions", "limits", "cases")),
    f"{DRAFT}/add/risks",
    f"{DRAFT}/risks/{RISK}",
    f"{DRAFT}/rules?side=keep&q=nothing-like-it",
    f"{DRAFT}/add/rules",
    f"{DRAFT}/add/questions",
    f"{DRAFT}/add/questions?copy=edge",
    f"{DRAFT}/add/questions/edge/answer",
    f"{DRAFT}/rules/core-done-well",
    f"{DRAFT}/rules/core-done-well/remove",
    f"{DRAFT}/questions/edge",
    f"{DRAFT}/questions/edge/remove",
    f"{DRAFT}/questions/edge/preview",
    f"{DRAFT}/questions/edge/answers/vital",
    f"{DRAFT}/questions/closest/answers/payroll",
    f"{DRAFT}/kind/1",
    f"{DRAFT}/claims/D2.04",
    f"{DRAFT}/sources/D1",
    f"{DRAFT}/disagreements/marketing",
    f"{DRAFT}/guidance/write-down",
    f"{DRAFT}/tensions/core-yet-cost",
    f"{DRAFT}/limits/0",
    f"{DRAFT}/cases/data-entry",
    f"{DRAFT}/coverage",
    f"{DRAFT}/coverage/add",
]

GUIDE_PAGES = ["/admin/rules/guide", *(f"/admin/rules/guide/{page.word}" for page in GUIDE)]
"""They hold pictures of ours, so they are not among the pages that are looked through for what others brought in."""


def hostile(value: Any, name: str = "") -> Any:
    """The same with the payload at the end of every text that people read."""
    if name in NAMES or value is None or isinstance(value, dict):
        return value
    if isinstance(value, tuple):
        return tuple(hostile(item, name) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        given = {field.name: getattr(value, field.name) for field in fields(value)}
        return replace(value, **{key: hostile(item, key) for key, item in given.items()})
    return value + PAYLOAD if type(value) is str else value


@pytest.fixture
def signed_in(live_server: str, sqlite_url: str, tmp_path: Path) -> Iterator[tuple[str, Admin, Database]]:
    """The server, an admin who has just started a draft, and the database."""
    settings = settings_for(sqlite_url, tmp_path)
    with borrow_application(settings) as app:
        database: Database = app.extensions["database"]
        admin = Admin.of(app, database, "ada@example.com")
        admin.start()
        admin.open(f"{DRAFT}/rules/core-done-well/comments")
        admin.submit(comment=f"Is it so? {PAYLOAD}")
        yield live_server, admin, database


def let_in(page: Page, server: str, admin: Admin) -> None:
    """Give the browser the cookie of the sign-in."""
    cookie = next(iter((admin.client._cookies or {}).values()))
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])


def test_s16_nothing_that_is_stored_is_run_on_any_page(signed_in: tuple[str, Admin, Database], page: Page) -> None:
    server, admin, database = signed_in
    with database.write() as session:
        rules: RuleSet = hostile(rule_set(session))
        publish(session, dumps(rules), PAYLOAD)
        drafts.edit(session, Actor("admin", admin.account_id), lambda _rules: rules, kind="draft changed", what=PAYLOAD)
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    let_in(page, server, admin)
    seen = 0
    for path in [*PAGES, "/how-the-sum-works", "/claims", "/claims/D2.04", "/rules/core-done-well", "/processes"]:
        answer = page.goto(server + path)
        assert answer is not None
        assert answer.status in {200, 404}, path
        seen += page.content().count("&lt;script&gt;alert(1)")
        assert page.locator("main script, main img, main a[href^='javascript']").count() == 0, path
    assert dialogs == []
    assert seen > 100


def test_s16_what_is_typed_into_every_text_field_is_shown_as_it_is(admin_pages: Page) -> None:
    page = admin_pages
    server = page.url.split("/admin")[0]
    for path in ("rules/core-done-well", "questions/edge", "claims/D1.01", "cases/data-entry", "guidance/write-down"):
        answer = page.goto(f"{server}{DRAFT}/{path}")
        assert answer is not None
        if answer.status == 404:
            continue
        for fold in page.locator("details.new-claim > summary").all():
            fold.click()
        for field in page.locator("main form[method=post] >> nth=0").locator("textarea").all():
            field.fill(PAYLOAD)
        page.get_by_role("button", name="Save", exact=True).last.click()
        assert page.locator("textarea").first.input_value() == PAYLOAD
        assert page.locator("main script").count() == 0


@pytest.fixture
def admin_pages(signed_in: tuple[str, Admin, Database], page: Page) -> Page:
    """A browser in which an admin is signed in, on the page of the rules."""
    server, admin, _database = signed_in
    let_in(page, server, admin)
    page.goto(f"{server}/admin/rules")
    return page


def test_axe_finds_nothing_and_no_page_scrolls_sideways(signed_in: tuple[str, Admin, Database], page: Page) -> None:
    server, admin, database = signed_in
    with database.write() as session:
        rules = rule_set(session)
        publish(session, dumps(replace(rules, limits=rules.limits[1:])), "One limit less.")

        def act(rules: RuleSet) -> RuleSet:
            first = replace(rules.rules[0], because="", sources=())
            row = replace(rules.kind[0], kind=Kind.BOTH, says="Other words than before.")
            return replace(rules, rules=(rules.rules[1], first, *rules.rules[2:]), kind=(row, *rules.kind[1:]))

        drafts.edit(session, Actor("admin", admin.account_id), act, kind="draft changed", what="rules/x")
    let_in(page, server, admin)
    found: list[str] = []
    for path in (*PAGES, *GUIDE_PAGES):
        page.goto(server + path)
        for width, violations in at_widths(page, PHONE, WIDE):
            found += [f"{path}: {violation}" for violation in violations]
            wide = int(page.evaluate("document.documentElement.scrollWidth"))
            found += [f"{path}: {wide} px wide"] if wide > width else []
            found += [f"{path} at {width}: {table}" for table in cut_tables_unfolded(page)]
    assert found == []


def test_the_sentence_and_the_answers_follow_what_is_chosen(admin_pages: Page) -> None:
    page = admin_pages
    server = page.url.split("/admin")[0]
    page.goto(f"{server}{DRAFT}/rules/core-done-well")
    page.get_by_role("radio", name="BPO", exact=True).check()
    expect(page.locator("#sentence")).to_contain_text("it adds 3 points towards BPO")
    question = page.get_by_label("Condition 2: the answer to")
    question.focus()
    question.select_option(label="How complex is a case?")
    expect(page.locator("#at-when")).to_contain_text("Very complex")
    expect(question).to_be_focused()


def test_what_a_rule_does_follows_what_is_chosen_and_the_focus_stays(admin_pages: Page) -> None:
    page = admin_pages
    server = page.url.split("/admin")[0]
    page.goto(f"{server}{DRAFT}/rules/core-done-well")
    expect(page.locator("#effect")).to_contain_text("5.0% of all complete sets of answers")
    fewer = page.get_by_label("1", exact=True)
    fewer.focus()
    page.keyboard.press("Space")
    expect(page.locator("#effect")).to_contain_text("Fails with this")
    expect(fewer).to_be_focused()


def test_rules_are_ticked_and_changed_together_by_keyboard_alone(admin_pages: Page) -> None:
    page = admin_pages
    server = page.url.split("/admin")[0]
    page.goto(f"{server}{DRAFT}/rules?q=aim")
    page.locator("#tick-1").focus()
    page.keyboard.press("Space")
    page.get_by_label("Search").fill("core")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".tally b")).to_have_attribute("data-more", "and 1 elsewhere")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Change the rules that are ticked").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_label("Points").focus()
    page.keyboard.type("One more")
    page.locator("button.button", has_text="See what it does").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Change 1 rule", exact=True)).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_role("button", name="Change the rule in the draft").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("You changed “Points” of the rule")).to_be_visible()
    page.get_by_role("button", name="Take this back").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("You put back “Points” of the rule")).to_be_visible()


def test_a_rule_is_edited_by_keyboard_alone(admin_pages: Page) -> None:
    page = admin_pages
    server = page.url.split("/admin")[0]
    page.goto(f"{server}{DRAFT}/rules/core-done-well")
    page.get_by_label("Reason shown to people").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Typed with keys alone.")
    page.get_by_role("button", name="Add a condition").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    focused = page.evaluate("document.activeElement.name")
    assert focused == "when-2-question", "the row that was added is where one goes on"
    assert "Typed with keys alone." in page.get_by_label("Reason shown to people").input_value()
    page.get_by_label("3", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.locator("button.button", has_text="Save").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("Saved in the draft.")).to_be_visible()
    expect(page.get_by_label("4", exact=True)).to_be_checked()


def test_an_item_is_moved_by_keyboard_alone(admin_pages: Page) -> None:
    page = admin_pages
    server = page.url.split("/admin")[0]
    for viewport in (PHONE, WIDE):
        page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
        page.goto(f"{server}{DRAFT}/questions/edge")
        page.locator(".move-item summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_label("Move to")).to_be_focused()
        assert axe_violations(page) == []
        page.keyboard.press("Home" if viewport is PHONE else "End")
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_text("Moved in the draft.")).to_be_visible()
