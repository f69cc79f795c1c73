"""The menu marks the page one is on, and on pages further in the entry through which one came there."""

import pytest
from flask import Flask

from advisor.models import Database
from tests.rule_sets.admins import DRAFT, Admin
from tests.visiting import Visitor, text_of


def marked_links(visitor: Visitor, path: str) -> list[tuple[str, str]]:
    page = visitor.open(path)
    return [
        (text_of(entry), str(entry["aria-current"]))
        for entry in page.select(".you [aria-current], .bottom [aria-current]")
    ]


@pytest.mark.parametrize(
    ("path", "entry", "how"),
    [
        ("/processes", "Your processes", "page"),
        ("/processes/bin", "Your processes", "true"),
        ("/admin/rules", "Edit the rules", "page"),
        (f"{DRAFT}/rules", "Edit the rules", "true"),
        ("/admin/audit", "Edit the rules", "true"),
        ("/admin/feedback", "Notes", "page"),
        ("/people", "Users", "page"),
        ("/account", "Your account", "page"),
        ("/account/tokens", "Your account", "true"),
        ("/organisations", "Your account", "true"),
        ("/help", "Help", "page"),
        ("/your-data", "Your data", "page"),
        ("/claims", "What our sources say", "page"),
        ("/claims/D2.04", "What our sources say", "true"),
    ],
)
def test_one_entry_is_marked(app: Flask, database: Database, path: str, entry: str, how: str) -> None:
    admin = Admin.of(app, database, "ada@example.com").start()
    assert marked_links(admin, path) == [(entry, how)]


def test_on_the_start_page_none_is_marked(app: Flask) -> None:
    assert marked_links(Visitor(app.test_client()), "/") == []


def test_a_visitor_sees_the_processes_of_this_browser_marked_and_the_sign_in(app: Flask) -> None:
    visitor = Visitor(app.test_client())
    assert marked_links(visitor, "/sign-in") == [("Sign in", "page")]
    visitor.open("/assessments/new")
    visitor.submit(process_name="Payroll")
    assert marked_links(visitor, "/your-processes") == [("Your processes here", "page")]
