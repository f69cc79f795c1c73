"""A claim and its source, both not there yet, are written in the form of what rests on them, on a phone and a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from advisor import starter
from advisor.models import Database
from advisor.models.rule_sets.draft import find_draft
from tests.browser.looks import at_widths, sideways
from tests.browser.rule_sets.test_admin_pages import let_in, signed_in
from tests.browser.windows import PHONE, WIDE
from tests.rule_sets.admins import DRAFT, Admin

__all__ = ["signed_in"]

STARTER = starter.rule_set()
RULE = STARTER.rules[0]
TEXT = "Peaks are spread over several clients."


def rest_a_rule(page: Page) -> tuple[str, Locator]:
    """Begin to change a rule. Gives the name of its claims, and the button that saves it."""
    page.goto(f"{page.url.split('/admin')[0]}{DRAFT}/rules/{RULE.key}")
    page.get_by_label("Reason shown to people").fill("Half a reason.")
    return "sources", page.get_by_role("button", name="Save", exact=True)


def rest_an_answer(page: Page) -> tuple[str, Locator]:
    """Begin a question with a rule for its first answer."""
    page.goto(f"{page.url.split('/admin')[0]}{DRAFT}/add/questions")
    for name, words in (("text", "Does it peak?"), ("short", "Peaks"), ("missing", "Select whether it peaks")):
        page.locator(f"[name={name}]").fill(words)
    page.locator("[name=options-0-label]").fill("Yes")
    page.locator("[name=options-1-label]").fill("No")
    page.locator("button[value='options:rule:0']").click()
    page.locator("[name=options-0-side][value='bpo']").check()
    page.locator("[name=options-0-points][value='2']").check()
    page.locator("[name=options-0-because]").fill("Half a reason.")
    return "options-0-sources", page.get_by_role("button", name="Add it all to the draft")


@pytest.mark.parametrize("begin", [rest_a_rule, rest_an_answer])
def test_a_claim_and_its_source_come_into_the_draft_with_what_rests_on_them(
    signed_in: tuple[str, Admin, Database],
    page: Page,
    begin: Callable[[Page], tuple[str, Locator]],
) -> None:
    server, admin, database = signed_in
    let_in(page, server, admin)
    page.goto(f"{server}/admin/rules")
    claims, save = begin(page)
    new = page.locator(f"details.new-claim:has([name={claims}-new-text])")
    new.locator("summary").click()
    page.locator(f"[name={claims}-new-text]").fill(TEXT)
    new.get_by_role("button", name="Add the source first").click()

    page.locator("[name=title]").fill("A third book")
    page.locator("[name=about]").fill("What it is about.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Go on with the").click()

    expect(page.locator(f"[name={claims}-new-text]")).to_have_value(TEXT)
    page.locator(f"[name={claims}-new-source]").select_option(label="A third book")
    page.locator(f"[name={claims}-new-place]").fill("Page 2")
    page.locator(f"[name={claims}-new-pull]").first.check()
    page.locator(f"[name={claims}-new-firmness]").select_option(index=1)
    for width, violations in at_widths(page, PHONE, WIDE):
        assert (width, sideways(page), violations) == (width, [], [])
    save.click()
    expect(page.locator(".problems")).to_have_count(0)

    with database.read() as session:
        draft = find_draft(session)
        assert draft is not None
        rules = draft.rule_set
    (claim,) = (claim for claim in rules.claims if claim not in STARTER.claims)
    (resting,) = (rule for rule in rules.rules if claim.id in rule.sources)
    assert (claim.text, claim.source) == (TEXT, rules.sources[-1].key)
    assert resting.because == "Half a reason."
    assert resting.key == RULE.key or resting not in STARTER.rules
