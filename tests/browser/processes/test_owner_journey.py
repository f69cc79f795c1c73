"""One process from a stranger's first question to an owner's history, with an admin who changes a rule in between.

Everything is done as people do it: in two browsers, on the real server, by the words on the pages.
"""

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.person import CASES, Person
from tests.browser.serving import DATABASE, real_server
from tests.browser.windows import Windows, watch_windows
from tests.serving import advisor, environment

PASSWORD = "three quiet lighthouses at dawn"
NARROW = {**CASES["payroll"].answers, "output": "mixed", "skills": "specialist"}
"""Just about BPO: with one point less for set steps it is both."""
RULE = "steps-set"
NOTE = "Set steps say less than we thought."

BPO = "BPO suits this process"
BOTH = "Both: BPO for one part of this process, KPO for another"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the installation keeps its data."""
    return tmp_path


@pytest.fixture
def two_people(browser: Browser, folder: Path) -> Iterator[Windows]:
    """Windows on an installation of its own: its rules are changed."""
    with real_server(folder) as url, watch_windows(browser, url) as windows:
        yield windows


def as_admin(person: Person, folder: Path) -> Person:
    """Become the first admin: by the operator's command, the link that it prints, and a second factor."""
    command = advisor("admin", "create", "ada@example.org")
    more = {"PORT": person.url.rsplit(":", 1)[1]}
    said = subprocess.run(
        command,
        env=environment(f"sqlite:///{folder / DATABASE}", folder, **more),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    link = re.search(r"http\S+", said)
    assert link is not None, said
    person.open(link[0]).enter("New password", PASSWORD).press("Set the password")
    if person.heading == "Sign in":
        person.enter("E-mail address", "ada@example.org").enter("Password", PASSWORD).press("Sign in")
    person.press("Begin")
    secret = person.page.locator("main code").inner_text().replace(" ", "")
    person.enter("Code from your app", pyotp.TOTP(secret).at(int(time.time()))).press("Set it up")
    return person


def change_the_rule(admin: Person) -> None:
    """Take one point away from the rule, and publish that."""
    admin.open("/admin/rules")
    admin.page.locator("main form button").first.click()
    admin.open(f"/admin/rules/draft/rules/{RULE}").choose("2")
    admin.page.get_by_role("button", name="Save", exact=True).last.click()
    admin.open("/admin/rules/draft/publish").enter("What changed, and why?", NOTE).press("Publish version 2")
    admin.reads("Version 2 is in force now")


def test_from_a_strangers_first_question_to_an_owners_history_of_two_versions(
    two_people: Windows, folder: Path
) -> None:
    owner = two_people.open()
    owner.begin("Pay analysis").answer_all(NARROW)
    assert owner.heading == BPO

    owner.follow("Keep this advice").reads("Pay analysis")
    owner.enter("E-mail address", "olga@example.org").enter("Password", PASSWORD).press("Make the account")
    assert owner.heading == BPO
    owner.reads("Added to your account: “Pay analysis”", "Saved in your account")
    result = owner.path

    owner.follow("Note what you decided").choose("Hand it to a BPO")
    owner.enter("When did you decide?", "3/11/2026").enter("Notes for yourself", "The second of two offers.").press(
        "Save"
    )
    owner.reads(
        "Hand it to a BPO",
        "You decided this on 3 November 2026, before this advice was given",
        "The second of two offers.",
    )
    owner.does_not_read("Our rules changed")

    change_the_rule(as_admin(two_people.open(), folder))

    owner.follow("Your processes")
    owner.reads("would differ")
    owner.page.locator(".tag").click()
    assert owner.heading.startswith("Our rules changed on")
    owner.reads("Your saved advice stays as it was.", f"With version 2 it would be: {BOTH}", NOTE)
    did_it = owner.page.locator(".rules > li")
    expect(did_it).to_have_count(1)
    expect(did_it).to_contain_text(f"Rule: {RULE}")
    expect(did_it).to_contain_text("Was 3 points towards BPO, is 2 points towards BPO.")
    expect(did_it).to_contain_text("This change alone makes the difference.")

    owner.press("Keep my advice as it is")
    assert (owner.heading, owner.path) == (BPO, result)
    owner.does_not_read("Our rules changed")
    owner.follow("Your processes").does_not_read("would differ")

    owner.open(result.replace("result", "newer-rules"))
    owner.reads("You chose to keep your advice. You can still update it.")
    owner.press("Update to version 2")
    assert owner.heading == BOTH
    owner.reads("Hand it to a BPO", "The second of two offers.")

    owner.follow("History")
    given = owner.page.locator(".revisions > li")
    expect(given).to_have_count(2)
    expect(given.nth(0)).to_contain_text("rules version 2")
    expect(given.nth(0)).to_contain_text(BOTH)
    expect(given.nth(1)).to_contain_text("rules version 1")
    expect(given.nth(1)).to_contain_text(BPO)
    owner.press("Compare")
    assert owner.heading == "Advice 1 and advice 2"
    owner.reads("Was 3 points towards BPO, is 2 points towards BPO.")
    owner.follow("Read advice 1 in full")
    assert owner.heading == BPO
    owner.reads("It stands here as it was.")
