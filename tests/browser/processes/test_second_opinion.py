"""A second opinion in a real browser: two people turn an advice over; and the pages with nobody, and with ten."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from advisor.models import Assessment, Database, Opinion
from advisor.models.audit import OPERATOR
from advisor.models.base import utc_now
from advisor.processes.opinions.operations import InvitationTerms, invite
from tests.browser.person import CASES, Person
from tests.browser.processes.test_owner_pages import signed_in, wrong
from tests.processes.owner_walker import OwnerWalker
from tests.processes.sample_processes import keep

__all__ = ["signed_in"]

LONG = "Rechnungsprüfungsabteilungsleiterbesprechung" * 4


def in_an_own_browser(browser: Browser, home: str, link: str, *, script: bool = True) -> Person:
    """Somebody who was sent the link, on a phone."""
    context = browser.new_context(viewport={"width": 375, "height": 812}, java_script_enabled=script)
    person = Person(context.new_page(), home)
    return person.open(home + link[link.index("/opinion/") :])


def ask(person: Person, name: str) -> str:
    """Ask one person; gives the link."""
    person.follow(
        "Ask somebody"
        if person.page.get_by_role("link", name="Ask somebody", exact=True).count()
        else "Ask somebody else"
    )
    person.enter("Who is it?", name).enter("Who asks, as they will read it?", "Olga").press("Make the link")
    return person.page.get_by_label("This is the link").input_value()


def test_two_people_turn_an_advice_over(signed_in: tuple[OwnerWalker, Database], page: Page, browser: Browser) -> None:
    owner, database = signed_in
    (mine, *_) = keep(database, owner.owner, 1)
    home = page.url.rstrip("/")
    person = Person(page, home).open(f"/assessments/{mine.id}/result")
    before = person.heading
    person.follow("Ask for a second opinion")
    links = [ask(person, name) for name in ("Priya", "Ben")]
    for number, link in enumerate(links):
        guest = in_an_own_browser(browser, home, link, script=number == 0)
        guest.reads("Olga asks how you see this work.")
        guest.follow("Begin").answer_all(CASES["market-research"].answers)
        guest.press("Hand them in").reads("Your answers are handed in. Thank you.")
        guest.does_not_read(before)
        guest.page.context.close()
    person.open(f"/assessments/{mine.id}/opinions")
    advised = page.get_by_role("definition").filter(has_text="All answers of Priya would turn it from “BPO” to “")
    expect(advised).to_contain_text(re.compile("No single one of them does that. These [2-9] together do: “"))
    expect(advised).to_contain_text("This rule would not count any more: ")
    person.follow("Settle on one set of answers")
    for group in page.get_by_role("group").all():
        group.get_by_label("(Priya and Ben)").check()
    person.enter("Who gave in where, and why?", "I gave in everywhere: they do the work.")
    person.press("Settle on these answers")
    assert person.heading != before
    expect(page.locator(".undo.notice")).to_contain_text("The advice is now")
    person.follow("History").reads("Settled with Priya and Ben.", "I gave in everywhere: they do the work.")
    person.follow("Back to the advice")


def crowd(database: Database, mine: Assessment, names: list[str]) -> list[str]:
    """People who have answered like the test cases of the rules, and one who has not begun; gives the links."""
    cases = [case for case in CASES.values() if not case.parts]
    with database.write() as session:
        process = session.get_one(Assessment, mine.id)
        tokens = [invite(session, process, InvitationTerms(30, name, "Olga"), 10, OPERATOR) for name in names]
        found = session.scalars(select(Opinion).where(Opinion.assessment_id == mine.id).order_by(Opinion.number)).all()
        for opinion, case in zip(found[:-1], cases, strict=False):
            given = {key: list(it) if isinstance(it, tuple) else it for key, it in case.answers.items()}
            shared = {key: it for key, it in given.items() if key in process.answers}
            own = {key: it for key, it in given.items() if key not in process.answers}
            opinion.answers = shared
            opinion.parts = [{**part, "answers": own, "answered_at": dict.fromkeys(own, "")} for part in opinion.parts]
            opinion.handed_in_at = utc_now()
    return [f"/opinion/{token}" for token in tokens]


@pytest.mark.parametrize("in_parts", [False, True])
def test_with_nobody_a_few_and_as_many_as_may_be_asked(
    signed_in: tuple[OwnerWalker, Database], page: Page, in_parts: bool
) -> None:
    owner, database = signed_in
    made = keep(database, owner.owner, len(CASES))
    mine = next(it for it in made if (len(it.parts) > 1) == in_parts)
    at = f"/assessments/{mine.id}/opinions"
    assert wrong(page, at, f"{at}/new") == []
    links = crowd(database, mine, ["Priya", "", "Ben", "Ben", LONG, *"UVWXY"])
    assert wrong(page, at, f"{at}?against=5", f"{at}/settle") == []
    assert wrong(page, links[0], f"{links[0]}?show=all", links[-1], f"{links[-1]}/answers") == []
