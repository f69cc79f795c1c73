"""The rule workshop, as a new admin meets it: a rule is weakened and spoilt, mended, tried and published.

Ten thousand assessments are saved in the database, and the server is the one that an operator starts, with its worker.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from advisor.engine.analysis.proofs.one_rule import effect
from advisor.engine.model.rules import Push, RuleSet
from advisor.engine.model.vocabulary import Side
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import rule_set
from advisor.operating.migrate import migrate
from advisor.wording.values import percent
from advisor.wording.vocabulary import OUTCOMES
from tests.accounts.sign_ins import code
from tests.benchmarks.seeding import seed
from tests.browser.looks import axe_violations, sideways
from tests.browser.person import Person
from tests.browser.serving import DATABASE, real_server
from tests.browser.typist import Typist
from tests.browser.windows import PHONE, WIDE, watch_windows
from tests.conftest import settings_for
from tests.factories import PASSWORD, make_account

SAVED = 10_000
SENTENCE = (
    "When the answer to “How far does the work follow set steps?” is “The same written steps or rules every time”"
)
STEPS, CASES = (
    "The work follows the same written steps every time, and BPO is made for a process laid down beforehand",
    "Each case has to be thought through, and work that must be understood before it is done is KPO",
)
TOO_MUCH = "Each case has to be thought through"
CONTRADICTION = f"Rule “{CASES}” never fires without rule “{STEPS}”, and pushes to the opposite side."
NOTE = "Set steps alone say less about who can do the work than we thought."


@pytest.fixture(scope="module")
def seeded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with many saved assessments and an admin."""
    folder = tmp_path_factory.mktemp("seeded")
    settings = settings_for(f"sqlite:///{folder / DATABASE}", folder)
    migrate(settings)
    database = Database.from_settings(settings)
    seed(database, SAVED)
    make_account(database, "ada@example.org", role="admin")
    database.dispose()
    return folder / DATABASE


@pytest.fixture
def folder(seeded_folder: Path, tmp_path: Path) -> Path:
    """Where the server of one test keeps its data."""
    shutil.copy(seeded_folder, tmp_path / DATABASE)
    return tmp_path


@pytest.fixture(params=["by keyboard", "without a script, on a phone"])
def newcomer(request: pytest.FixtureRequest, browser: Browser, folder: Path) -> Iterator[Person]:
    """Somebody who was made an admin, and has not been here before."""
    with real_server(folder) as url, watch_windows(browser, url) as windows:
        if request.param == "by keyboard":
            person = windows.open(WIDE)
            yield Typist(person.page, person.url, person.sent)
        else:
            yield windows.open(PHONE, script=False)


def is_sound(person: Person) -> None:
    """Find no fault in how the page is made; axe needs a script itself."""
    assert sideways(person.page) == []
    if isinstance(person, Typist):
        assert axe_violations(person.page) == []


def test_a_new_admin_weakens_a_rule_is_shown_what_that_does_and_publishes_it(newcomer: Person, folder: Path) -> None:
    admin = newcomer
    admin.open("/sign-in").enter("E-mail address", "ada@example.org").enter("Password", PASSWORD).press("Sign in")
    admin.enter("Code", code()).press("Sign in")
    admin.follow("Edit the rules").press("Start a draft from version 2")

    # One point in place of three; and one answer too many.
    admin.follow("Edit rules and questions").follow("Rules").follow(f"{STEPS}.")
    admin.choose(TOO_MUCH, "1").press("Save").reads("Saved in the draft.")
    admin.follow("Rules", within=admin.page.locator("main")).follow("Edit the rules")
    admin.reads("1 new thing to look at")

    # The contradiction, and answers that show it.
    admin.follow("Fix problems")
    admin.reads("Nothing blocks publishing.", "New with the draft")
    found = admin.page.locator(".problem-list").first.locator("li")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(CONTRADICTION)
    unfold(admin, "Answers that show it")
    expect(found).to_contain_text(TOO_MUCH)
    is_sound(admin)
    admin.follow("See the advice on them")
    assert admin.heading == "We can't say yet"
    admin.reads("Preview of the draft: nothing is kept or counted.", "These answers belong to nobody")
    is_sound(admin)
    preview = admin.page.url
    admin.open_layers().follow("Rules and sources of these reasons").reads("steps-case-by-case", "steps-set")
    admin.open(preview)

    # Mended.
    admin.follow("Back to the problems").follow("the other rule")
    take_out(admin, TOO_MUCH)
    admin.press("Save").reads("Saved in the draft.", f"{SENTENCE}, it adds 1 point towards BPO.")
    admin.open("/admin/rules").does_not_read("new thing to look at")

    # The proposed test case, which can be added as it is.
    admin.follow("Run the test cases").follow("What the cases try, and why cases fail")
    admin.follow("Add this case 1").press("Save").reads("Saved in the draft.", "Now it gives", "Passes")

    # Everybody who saved something.
    admin.open("/admin/rules").follow("See who is affected").press("Find out who is affected")
    counts = admin.page.get_by_role("heading", name=re.compile(r"^At least [\d,]+ of 10,000 get different advice$"))
    expect(counts).to_be_visible(timeout=20_000)
    affected = counts.inner_text()
    expect(admin.page.get_by_role("region", name="How the advice changes, as a table")).to_contain_text("Both")
    is_sound(admin)

    # What and why, and out with it.
    admin.open("/admin/rules").reads(affected)
    admin.follow("Say what changed and why")
    admin.enter("What changed, and why?", NOTE).press("Save")
    admin.open("/admin/rules").reads("Ready")
    admin.follow("Publish")
    said = affected.removesuffix(" get different advice").lower()
    admin.reads(f"Version 3 would advise differently on {said} saved processes.")
    admin.press("Publish version 3").reads("Version 3 is in force now.", NOTE)

    # What it did, between the two versions.
    admin.follow("See what it did to the advice")
    assert admin.heading == "Compare two versions"
    did = effect(*published_rules(folder))
    assert did is not None
    admin.reads(f"{percent(did.share(did.changed_outcomes))} of all sets of answers get another outcome.", "Exact:")
    moves = admin.page.locator(".move-list > li")
    largest = sorted(did.witnesses, key=lambda move: -did.moves[move])
    expect(moves).to_have_count(len(largest))
    for line, (was, is_now) in zip(moves.all(), largest, strict=True):
        expect(line).to_contain_text(re.compile(f"{OUTCOMES[was].name}.*{OUTCOMES[is_now].name}", re.DOTALL))
        expect(line).to_contain_text(percent(did.share(did.moves[was, is_now])))
    is_sound(admin)
    was, is_now = largest[0]
    admin.follow(f"See such answers from {OUTCOMES[was].name} to {OUTCOMES[is_now].name}")
    sides = admin.page.locator(".pair .verdict")
    assert admin.heading == "Two results for the same answers"
    expect(sides.first).to_have_class(f"verdict {was}")
    expect(sides.last).to_have_class(f"verdict {is_now}")
    is_sound(admin)


def unfold(admin: Person, words: str) -> None:
    summary = admin.page.locator("summary", has_text=words).first
    if isinstance(admin, Typist):
        admin.unfold(summary)
    else:
        summary.click()


def take_out(admin: Person, label: str) -> None:
    if isinstance(admin, Typist):
        admin.take_out(label)
    else:
        admin.page.get_by_label(label, exact=True).uncheck()


def published_rules(folder: Path) -> tuple[RuleSet, RuleSet]:
    """The rules that were in force, and those that are: the one rule is another, and there is one test case more."""
    database = Database.from_settings(settings_for(f"sqlite:///{folder / DATABASE}", folder))
    with database.read() as session:
        before, after = rule_set(session, 2), rule_set(session, 3)
    database.dispose()
    changed = [new for old, new in zip(before.rules, after.rules, strict=True) if old != new]
    (old,) = (rule for rule in before.rules if rule.key == "steps-set")
    assert changed == [replace(old, push=Push(Side.BPO, 1))]
    assert len(after.cases) == len(before.cases) + 1
    return before, after
