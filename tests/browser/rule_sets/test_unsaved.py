"""Leaving a form that was edited, in a real browser."""

import pytest
from playwright.sync_api import Dialog, Page, expect

from advisor.models import Database
from tests.browser.looks import at_widths
from tests.browser.rule_sets.test_admin_pages import let_in, signed_in
from tests.browser.windows import PHONE, WIDE
from tests.rule_sets.admins import DRAFT, Admin

__all__ = ["signed_in"]

PAGE = f"{DRAFT}/rules/core-done-well"
KEPT = "What you typed is kept. It is not in the draft until you save it."


def warnings(page: Page, *, leave: bool) -> list[str]:
    """The dialogs that the page shows from now on; each is answered so."""
    shown: list[str] = []

    def answer(dialog: Dialog) -> None:
        shown.append(dialog.type)
        dialog.accept() if leave else dialog.dismiss()

    page.on("dialog", answer)
    return shown


def test_what_was_typed_is_kept_and_offered_on_return(signed_in: tuple[str, Admin, Database], page: Page) -> None:
    server, admin, _database = signed_in
    let_in(page, server, admin)
    dialogs = warnings(page, leave=True)
    page.goto(f"{server}{PAGE}")
    reason = page.locator("textarea[name=because]")
    before = reason.input_value()

    # Kept a moment after the last key: leaving asks nothing.
    reason.fill("Ada typed this one.")
    expect(page.get_by_text(KEPT)).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="Leave without saving").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Reason")
    assert dialogs == []

    # Nothing is filled in by itself.
    page.goto(f"{server}{PAGE}")
    expect(reason).to_have_value(before)
    expect(page.get_by_text("and did not save.")).to_be_visible()
    found = [violation for _width, violations in at_widths(page, PHONE, WIDE) for violation in violations]
    page.get_by_role("link", name="Show what I typed").click()
    expect(reason).to_have_value("Ada typed this one.")
    found += [violation for _width, violations in at_widths(page, PHONE, WIDE) for violation in violations]
    page.goto(f"{server}/admin/rules")
    found += [violation for _width, violations in at_widths(page, PHONE, WIDE) for violation in violations]
    assert found == []

    # Saved, and so kept no longer.
    page.get_by_role("region", name="What you typed and did not save").get_by_role("link").click()
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Saved in the draft.")).to_be_visible()
    page.goto(f"{server}{PAGE}")
    expect(reason).to_have_value("Ada typed this one.")
    expect(page.get_by_text("and did not save.")).to_have_count(0)
    assert dialogs == []


def test_leaving_at_once_warns_and_keeps_it_all_the_same(signed_in: tuple[str, Admin, Database], page: Page) -> None:
    server, admin, _database = signed_in
    let_in(page, server, admin)
    dialogs = warnings(page, leave=True)
    page.goto(f"{server}{PAGE}")
    page.locator("textarea[name=because]").fill("Ada typed this one.")
    page.goto(f"{server}/admin/rules")
    assert dialogs == ["beforeunload"]
    sent = page.get_by_role("region", name="What you typed and did not save")
    while not sent.count():  # it was sent when the page went, and may have come after this one was made
        page.reload()


def test_who_follows_a_link_at_once_finds_on_that_page_what_was_typed(
    signed_in: tuple[str, Admin, Database], page: Page
) -> None:
    server, admin, _database = signed_in
    let_in(page, server, admin)
    dialogs = warnings(page, leave=True)
    for number in range(5):
        page.goto(f"{server}{DRAFT}/limits/{number}")
        page.locator("textarea[name=text]").fill(f"Ada typed this as number {number}.")
        page.get_by_role("link", name="Edit the rules").first.click()
        found = page.get_by_role("region", name="What you typed and did not save").get_by_role("listitem")
        expect(found).to_have_count(number + 1)
    assert dialogs == [], "what is kept is not warned of"


def test_it_warns_while_what_was_typed_cannot_be_kept(signed_in: tuple[str, Admin, Database], page: Page) -> None:
    server, admin, _database = signed_in
    let_in(page, server, admin)
    dialogs = warnings(page, leave=False)
    # Once the page has asked who else is here: the answer to that would bring the cookie back.
    page.goto(f"{server}{PAGE}", wait_until="networkidle")
    reason = page.locator("textarea[name=because]")
    page.context.clear_cookies()
    reason.fill("Ada typed this one.")
    with page.expect_event("dialog"):  # it tries to keep what was typed before it goes
        page.get_by_role("link", name="Leave without saving").click()
    expect(reason).to_have_value("Ada typed this one.")
    assert dialogs == ["beforeunload"]
    let_in(page, server, admin)
    reason.fill("Ada typed that one.")
    expect(page.get_by_text(KEPT)).to_be_visible(timeout=20_000)


def test_a_row_that_was_added_is_typed_too(signed_in: tuple[str, Admin, Database], page: Page) -> None:
    server, admin, _database = signed_in
    let_in(page, server, admin)
    page.goto(f"{server}{PAGE}")
    page.locator('button[value="when:add"]').click()
    expect(page.get_by_text(KEPT)).to_be_visible(timeout=20_000)
    rows = page.locator('[id^="when-"].row').count()
    page.goto(f"{server}{PAGE}")
    page.get_by_role("link", name="Show what I typed").click()
    expect(page.locator('[id^="when-"].row')).to_have_count(rows)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (f"{DRAFT}/note", "note"),
        (f"{DRAFT}/publish", "note"),
        (f"{DRAFT}/add/questions", "text"),
        (PAGE, "comment"),
        (f"{PAGE}/comments", "comment"),
    ],
)
def test_a_form_that_is_no_item_is_kept_offered_and_found_on_the_first_page(
    signed_in: tuple[str, Admin, Database], page: Page, path: str, field: str
) -> None:
    server, admin, _database = signed_in
    let_in(page, server, admin)
    dialogs = warnings(page, leave=True)
    page.goto(f"{server}{path}")
    typed = page.locator(f"textarea[name={field}]")
    typed.fill("Ada typed this one.")
    expect(page.get_by_text("What you typed is kept.").locator("visible=true")).to_be_visible(timeout=20_000)
    page.goto(f"{server}{path}")
    expect(page.get_by_text("and did not save.")).to_be_visible()
    found = [violation for _width, violations in at_widths(page, PHONE, WIDE) for violation in violations]
    page.goto(f"{server}/admin/rules")
    page.get_by_role("region", name="What you typed and did not save").get_by_role("link").click()
    expect(typed).to_have_value("Ada typed this one.")
    expect(page.get_by_text("This is what you typed on ")).to_be_visible()
    found += [violation for _width, violations in at_widths(page, PHONE, WIDE) for violation in violations]
    assert found == []
    assert dialogs == []


def test_an_answer_with_its_rule_that_was_added_in_place_is_kept(
    signed_in: tuple[str, Admin, Database], page: Page
) -> None:
    server, admin, _database = signed_in
    let_in(page, server, admin)
    page.goto(f"{server}{DRAFT}/add/questions")
    page.get_by_role("button", name="Add another answer").click()
    expect(page.get_by_text("What you typed is kept.")).to_be_visible(timeout=20_000)
    rows = page.locator("fieldset.row").count()
    page.goto(f"{server}{DRAFT}/add/questions")
    page.get_by_role("link", name="Show what I typed").click()
    expect(page.locator("fieldset.row")).to_have_count(rows)


def test_sending_a_comment_loses_nothing_that_was_typed_into_the_item(
    signed_in: tuple[str, Admin, Database], page: Page
) -> None:
    server, admin, _database = signed_in
    let_in(page, server, admin)
    warnings(page, leave=True)
    page.goto(f"{server}{PAGE}")
    page.locator("textarea[name=because]").fill("Ada typed this one.")
    expect(page.get_by_text(KEPT)).to_be_visible(timeout=20_000)
    page.locator("textarea[name=comment]").fill("Ada asks.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(
        page.get_by_role("region", name="Comments").get_by_role("paragraph").get_by_text("Ada asks.")
    ).to_be_visible()
    page.get_by_role("link", name="Show what I typed").click()
    expect(page.locator("textarea[name=because]")).to_have_value("Ada typed this one.")


def test_crowded_with_open_items_unsaved_forms_and_another_admin(
    signed_in: tuple[str, Admin, Database], page: Page
) -> None:
    """The first page with all that it can list, a list, and an item that somebody else has open: axe finds nothing."""
    server, admin, database = signed_in
    let_in(page, server, admin)
    other = Admin.of(admin.client.application, database, "ben@example.com")
    other.open(PAGE)
    assert other.post(PAGE, do="open").status_code == 200
    for number in range(4):
        page.goto(f"{server}{DRAFT}/limits/{number}")
        page.locator("textarea[name=text]").fill("Ada typed a sentence that is much longer than a phone is wide. " * 3)
        page.get_by_role("link", name="Edit the rules").first.click()
        expect(page).to_have_url(f"{server}/admin/rules")
    expect(page.get_by_role("heading", name="What you opened last")).to_be_visible()
    expect(page.get_by_role("region", name="What you typed and did not save").get_by_role("listitem")).to_have_count(4)
    found = [violation for _width, violations in at_widths(page, PHONE, WIDE) for violation in violations]
    page.goto(f"{server}{DRAFT}/limits")
    expect(page.get_by_text("You typed here and did not save:")).to_be_visible()
    found += [violation for _width, violations in at_widths(page, PHONE, WIDE) for violation in violations]
    page.goto(f"{server}{PAGE}")
    expect(page.get_by_text("ben@example.com has this open since")).to_be_visible()
    found += [violation for _width, violations in at_widths(page, PHONE, WIDE) for violation in violations]
    assert found == []
