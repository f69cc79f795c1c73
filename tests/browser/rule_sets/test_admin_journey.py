"""What an admin comes for, from the door to a published version and back, as somebody would who is new to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from advisor import starter
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import in_force, rule_set
from tests.accounts.sign_ins import code
from tests.browser.person import Person
from tests.browser.windows import PHONE, WIDE, watch_windows
from tests.conftest import settings_for
from tests.factories import PASSWORD, make_account

QUESTION = "Does the work come in peaks?"
ANSWERS = ("Yes, every month", "Now and then", "No, it is even")
SAYS = "Work that comes in peaks is handed over more often."
CLAIM = f"{SAYS} D3.01"


@pytest.fixture
def database(sqlite_url: str, tmp_path: Path) -> Iterator[Database]:
    """The database behind the server."""
    database = Database.from_settings(settings_for(sqlite_url, tmp_path))
    yield database
    database.dispose()


@pytest.fixture(params=[True, False], ids=["with a script, at a desk", "without one, on a phone"])
def newcomer(
    request: pytest.FixtureRequest, browser: Browser, live_server: str, database: Database
) -> Iterator[Person]:
    """Somebody who was made an admin, and has not been here before."""
    make_account(database, "ada@example.org", role="admin")
    with watch_windows(browser, live_server) as windows:
        yield windows.open(WIDE if request.param else PHONE, script=request.param)


def sign_in(person: Person) -> None:
    person.open("/sign-in").enter("E-mail address", "ada@example.org").enter("Password", PASSWORD).press("Sign in")
    person.enter("Code", code()).press("Sign in")


def fill_in(person: Person, fields: dict[str, Any], *ticked: str) -> None:
    """Type into fields and choose from lists, by their labels; then tick, and save."""
    for label, value in fields.items():
        field = person.page.get_by_label(label, exact=True)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    person.choose(*ticked)
    save(person)


def save(person: Person) -> None:
    person.press("Save").reads("Saved in the draft.")


def go_to_list(person: Person, name: str) -> Person:
    """From one list of the draft to another: on a phone they are folded away."""
    folded = person.page.get_by_text("Other lists of the draft")
    if folded.is_visible():
        folded.click()
    return person.follow(name)


def cite(person: Person, words: str) -> None:
    """Look for a claim by words that it holds, and tick it."""
    person.enter("Look for a claim", words)
    person.page.get_by_role("button", name="Look for it").click()
    person.choose(CLAIM)


def add_rule(person: Person, answer: int, side: str, reason: str) -> None:
    """Give an answer of a new question a rule."""
    person.press(f"Add a rule for it answer {answer}")
    rule = person.page.get_by_role("group", name=f"Rule for whoever gives answer {answer}")
    rule.get_by_role("radio", name=side, exact=True).check()
    rule.get_by_label("1", exact=True).check()
    rule.get_by_label("Reason shown to people").fill(reason)


def test_a_new_admin_adds_a_question_and_rules_mends_a_problem_publishes_and_takes_it_back(
    newcomer: Person, database: Database
) -> None:
    admin = newcomer
    sign_in(admin)
    admin.follow("Edit the rules").press("Start a draft from version 1")

    # A new document, and what it says.
    admin.follow("Sources").follow("Add a source")
    fill_in(admin, {"Title": "Peaks and troughs", "About it": "A study of seasonal work.", "Key": "D3"})
    go_to_list(admin.follow("Sources"), "Claims").follow("Add a claim")
    place = {"Source": "Peaks and troughs", "Place in the source": "Page 4"}
    fill_in(admin, {**place, "What it says": SAYS}, "BPO")

    # A question with three answers and two rules on it, the second without a claim.
    go_to_list(admin.follow("Claims"), "Questions").follow("Add a question")
    admin.enter("Question", QUESTION).enter("Short name", "Whether it peaks")
    admin.enter("Error message when no answer is chosen", "Select whether it comes in peaks")
    admin.press("Add another answer")
    for number, answer in enumerate(ANSWERS, start=1):
        admin.enter(f"Answer {number}", answer)
    add_rule(admin, 1, "BPO", "Peaks are what a provider can spread.")
    cite(admin, "comes in peaks")
    add_rule(admin, 3, "Keep in-house", "Even work is easily staffed at home.")
    admin.page.get_by_label("Part of the questionnaire").select_option(label="After the result, to sharpen it")
    admin.press("Add it all to the draft").reads("You added the question", *ANSWERS)
    admin.follow("See it as a visitor does").reads(*ANSWERS)

    # That stops it, says why, and leads to the place.
    admin.open("/admin/rules").follow("Publish")
    admin.reads("This is missing before it can be published", "rests on no claim")
    assert admin.button("Publish version 2").count() == 0
    admin.page.get_by_role("link", name="rests on no claim").click()
    cite(admin, "comes in peaks")
    save(admin)

    # A test case, which passes.
    admin.open("/admin/rules").follow("Run the test cases").follow("Add a test case")
    expected = {"Name of the process": "Mailing the catalogue", "Expected advice": "BPO"}
    labels = {}
    for key, given in starter.rule_set().cases[0].answers.items():
        question = starter.rule_set().question(key)
        option = question.option(given) if question is not None and isinstance(given, str) else None
        if question is not None and option is not None:
            labels[question.text] = option.label
    fill_in(admin, {**expected, "Where the expectation comes from": "D3.", **labels, QUESTION: ANSWERS[0]})
    admin.reads("Now it gives", "Passes")

    # Published, with a note.
    admin.open("/admin/rules").follow("What it changes, and what that does").reads("6 changes", QUESTION)
    admin.open("/admin/rules").follow("Publish")
    admin.press("Publish version 2").reads("Say what changed and why")
    admin.enter("What changed, and why?", "We ask whether the work comes in peaks.").press("Publish version 2")
    admin.reads("Version 2 is in force now.", "We ask whether the work comes in peaks.")
    with database.read() as session:
        published = rule_set(session)
        assert published.question("whether-it-peaks") is not None
        assert [rule.sources for rule in published.rules[-2:]] == [("D3.01",), ("D3.01",)]
        assert published.cases[-1].process == "Mailing the catalogue"
    admin.open("/claims/D3.01").reads("Peaks and troughs")

    # And the old version brought back.
    admin.open("/admin/rules").follow("Version 1").follow("Bring it back")
    admin.enter("Why does it come back?", "The question puzzled people.").press("Publish it as version 3")
    admin.reads("Version 3 is in force now.")
    with database.read() as session:
        assert in_force(session).number == 3
        assert rule_set(session) == starter.rule_set()
