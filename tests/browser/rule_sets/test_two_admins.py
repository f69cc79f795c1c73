"""Two admins at one draft, each in a browser of their own, from the first change to what the owners then see."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import select

from advisor import starter
from advisor.engine.analysis.proofs.one_rule import effect
from advisor.engine.model.rules import Push, RuleSet
from advisor.engine.model.vocabulary import Side
from advisor.models import Database, OpenItem
from advisor.models.rule_sets.draft import find_draft
from advisor.rule_sets import worker
from advisor.settings import Settings
from tests.applications import borrow_application, serve_application
from tests.browser.person import Person
from tests.browser.windows import Windows, watch_windows
from tests.factories import make_signed_in
from tests.rule_sets.admins import DRAFT, Admin

RULES = starter.rule_set()
WEAKER = "steps-set"
PAGE = f"{DRAFT}/rules/{WEAKER}"
SAVED = 12
FEW = 3


class Rooms:
    """The server, and browsers of people who are signed in."""

    def __init__(self, app: Flask, database: Database, windows: Windows) -> None:
        self.app, self.database, self.windows = app, database, windows

    def admin(self, email: str) -> Person:
        return self._let_in(Admin.of(self.app, self.database, email))

    def owner(self, email: str) -> Person:
        client, account_id = make_signed_in(self.app, self.database, email)
        owner = Admin(client)
        owner.account_id = account_id
        return self._let_in(owner)

    def _let_in(self, known: Admin) -> Person:
        person = self.windows.open()
        cookie = next(iter((known.client._cookies or {}).values()))
        person.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": person.url}])
        return person

    def count_open(self) -> int:
        """Items that are stored as open, each once for each admin."""
        with self.database.read() as session:
            return len(session.scalars(select(OpenItem)).all())

    def draft(self) -> RuleSet:
        with self.database.read() as session:
            found = find_draft(session)
            assert found is not None
            return found.rule_set


@pytest.fixture
def rooms(settings: Settings, database: Database, browser: Browser) -> Iterator[Rooms]:
    with borrow_application(settings) as app, serve_application(app) as url, watch_windows(browser, url) as windows:
        yield Rooms(app, database, windows)


def field(person: Person, name: str) -> Locator:
    return person.page.locator(f"[name={name}]")


def save(person: Person, button: str = "Save") -> None:
    person.page.get_by_role("button", name=button, exact=True).last.click()


@contextmanager
def both_open(ada: Person, ben: Person, path: str) -> Iterator[None]:
    """What both do after they opened the same page."""
    ada.open(path)
    ben.open(path)
    yield


def test_two_admins_change_one_rule_and_neither_loses_anything(rooms: Rooms) -> None:
    ada, ben = rooms.admin("ada@example.com"), rooms.admin("ben@example.com")
    ada.open("/admin/rules").press("Start a draft from version 1")

    # Other fields: both are kept, and nobody is asked.
    with both_open(ada, ben, PAGE):
        field(ben, "weighed").fill("Ben weighed it.")
        save(ben)
        ben.reads("Saved in the draft.")
        field(ada, "because").fill("Ada typed that one.")
        save(ada)
        ada.reads("What somebody else changed meanwhile is kept:")
    rule = rooms.draft().rule(WEAKER)
    assert rule is not None
    assert (rule.because, rule.weighed) == ("Ada typed that one.", "Ben weighed it.")

    # The same field: both texts are shown, and whoever saved last decides.
    with both_open(ada, ben, PAGE):
        field(ben, "because").fill("Ben wrote this one.")
        save(ben)
        ben.reads("Saved in the draft.")
        field(ada, "because").fill("Ada typed another.")
        save(ada)
        clash = ada.page.get_by_role("alert")
        expect(clash).to_contain_text("ben@example.com saved this at")
        expect(clash).to_contain_text("What you typed")
        save(ada, "Save what you typed over it")
        ada.reads("Saved in the draft.")
    rule = rooms.draft().rule(WEAKER)
    assert rule is not None
    assert (rule.because, rule.weighed) == ("Ada typed another.", "Ben weighed it.")

    # Who keeps what stands there gives up that field alone.
    with both_open(ada, ben, PAGE):
        field(ben, "because").fill("Ben wrote it again.")
        save(ben)
        ben.reads("Saved in the draft.")
        field(ada, "because").fill("Ada typed a third.")
        field(ada, "says").fill("each case ends")
        save(ada)
        expect(ada.page.get_by_role("alert")).to_contain_text("You both changed the same.")
        save(ada, "Keep what stands there now")
        ada.reads("What stands there now is kept: Reason.")
        expect(field(ada, "because")).to_have_value("Ben wrote it again.")
        expect(field(ada, "says")).to_have_value("each case ends")
        save(ada)
        ada.reads("Saved in the draft.")
    rule = rooms.draft().rule(WEAKER)
    assert rule is not None
    assert (rule.because, rule.says) == ("Ben wrote it again.", "each case ends")

    # Removed meanwhile: what was typed is there, and can be added again.
    with both_open(ada, ben, PAGE):
        ben.follow("Remove it").press("Remove it from the draft")
        ben.reads("You removed the rule")
        field(ada, "because").fill("Ada would keep it.")
        save(ada)
        expect(ada.page.get_by_role("alert")).to_contain_text("removed this after you opened it")
        expect(field(ada, "because")).to_have_value("Ada would keep it.")
        save(ada)
        ada.reads("Saved in the draft.")
    rule = rooms.draft().rule(WEAKER)
    assert rule is not None
    assert rule.because == "Ada would keep it."


def weaker_rules() -> RuleSet:
    rules = tuple(replace(it, push=Push(Side.BPO, 1)) if it.key == WEAKER else it for it in RULES.rules)
    return replace(RULES, rules=rules)


def test_two_admins_publish_what_changes_little_and_owners_are_told_the_truth(rooms: Rooms, settings: Settings) -> None:
    found = effect(RULES, weaker_rules())
    assert found is not None
    moved = next(iter(found.witnesses.values()))
    unmoved = next(case.answers for case in RULES.cases if not case.parts and case.outcome == "keep")
    owners = [rooms.owner(f"owner{at}@example.com") for at in range(2)]
    for at in range(SAVED):
        owners[at % 2].having_answered(f"Process {at}", moved if at < FEW else unmoved)
    ada, ben = rooms.admin("ada@example.com"), rooms.admin("ben@example.com")
    ada.open("/admin/rules").press("Start a draft from version 1")
    ada.open(PAGE).choose("1")
    save(ada)
    ada.reads("Saved in the draft.")

    # Ben looks at who is affected: too few of a kind to be counted, and it is not said that there are none.
    ben.open("/admin/rules").follow("See who is affected").press("Find out who is affected")
    assert worker.work_due(rooms.database, settings)
    ben.open(f"{DRAFT}/affected").reads("whether there are any, is not told")
    expect(
        ben.page.get_by_role("heading", name=f"Some of {SAVED} may get different advice, fewer than 5 in the same way")
    ).to_be_visible()

    # Ada reads the same on publishing.
    ada.open(f"{DRAFT}/publish").reads(f"Version 2 may advise differently on some of {SAVED} saved processes")
    ada.enter("What changed, and why?", "Set steps say less than we thought.")
    ada.press("Publish version 2").reads("Version 2 is in force now.")
    ben.open("/admin/rules").reads("Set steps say less than we thought.")

    # Just those owners are told whose advice differs; nothing changes by itself.
    told = 0
    for owner in owners:
        owner.open("/processes")
        told += owner.page.locator("main tr", has_text="would differ").count()
    assert told == FEW


def test_each_admin_sees_that_the_other_has_the_same_item_open(rooms: Rooms) -> None:
    ada, ben = rooms.admin("ada@example.com"), rooms.admin("ben@example.com")
    ada.open("/admin/rules").press("Start a draft from version 1")
    with ada.page.expect_response(lambda answer: answer.request.method == "POST" and PAGE in answer.url):
        ada.open(PAGE)
    with ben.page.expect_response(lambda answer: answer.request.method == "POST" and PAGE in answer.url):
        ben.open(PAGE).reads("ada@example.com has this open since")
    with ada.page.expect_response(lambda answer: answer.request.method == "POST" and PAGE in answer.url):
        ada.open(PAGE).reads("ben@example.com has this open since")
    # Whoever leaves is gone at once: the browser tells while the next page is made. What grows old stays stored.
    ben.open("/admin/rules")
    while rooms.count_open() > 1:
        ben.reads("The draft")
    with ada.page.expect_response(lambda answer: answer.request.method == "POST" and PAGE in answer.url):
        ada.open(PAGE)
    expect(ada.page.locator("#others")).to_have_text("")
