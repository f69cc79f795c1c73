"""The pages of organisations, empty, usual and crowded, as an owner and as a reader: for everybody, on every width."""

from datetime import timedelta
from uuid import UUID

from playwright.sync_api import Page, expect
from sqlalchemy import update

from advisor.models import Database, Invitation, Membership, OrganisationOwner
from advisor.models.base import hash_of, utc_now
from tests.browser.processes.test_owner_pages import signed_in, wrong
from tests.factories import make_account, make_organisation
from tests.processes.owner_walker import OwnerWalker
from tests.processes.sample_processes import keep

__all__ = ["signed_in"]

LONG = "Rechnungsprüfungsabteilungsleiterbesprechung und Söhne Aktiengesellschaft"


def crowd(database: Database, account_id: UUID) -> UUID:
    """An organisation with a long name, many members and open invitations, and processes that several worked on."""
    others = {
        make_account(database, f"{'wolfeschlegelsteinhausen' * (n % 3)}{n}@example.org"): "editor" for n in range(20)
    }
    organisation = make_organisation(database, {account_id: "owner", **others}, LONG)
    with database.write() as session:
        whose = {"organisation_id": organisation, "account_id": account_id, "expires_at": utc_now() + timedelta(days=9)}
        session.add_all(
            Invitation(**whose, token_hash=hash_of(str(n)), role="reader", whom=f"{LONG} {n}") for n in range(12)
        )
    return organisation


def test_an_owner_and_a_reader_of_a_crowded_organisation(signed_in: tuple[OwnerWalker, Database], page: Page) -> None:
    owner, database = signed_in
    assert wrong(page, "/organisations", f"/organisations/move?of={keep(database, owner.owner, 1)[0].id}") == []
    key = crowd(database, owner.account_id)
    at = f"/organisations/{key}"
    (mine, *_) = keep(database, owner.owner, 1)
    made = keep(database, OrganisationOwner(key), 12, unfinished=1)
    owner.open(f"/assessments/{made[0].id}/decision")
    owner.submit(made="bpo", notes="As agreed.")
    of = f"of={made[0].id}&of={made[1].id}"
    other = next(str(link["href"]) for link in owner.open(at).select("main a") if "/members/" in str(link["href"]))
    assert (
        wrong(
            page,
            *(
                f"{at}{more}"
                for more in ("", "/invite", "/leave", "/rename", "/delete", "/processes", f"/move-out?{of}")
            ),
            *(other, f"{other}/remove", f"{at}/moved?{of}", f"/organisations/move?of={mine.id}"),
            *(f"/assessments/{made[0].id}/{name}" for name in ("history", "result")),
            *("/organisations", "/processes", "/account", "/account/delete", "/invitations/1", "/invitations/nobodys"),
        )
        == []
    )
    with database.write() as session:
        session.execute(update(Membership).where(Membership.account_id == owner.account_id).values(role="reader"))
    assert (
        wrong(
            page,
            *(f"{at}{more}" for more in ("", "/processes", "/processes/links", "/processes/bin", "/invite")),
            *(
                f"/assessments/{made[0].id}/{name}"
                for name in ("history", "result", "result?show=all", "costs", "answers")
            ),
        )
        == []
    )


def test_somebody_is_invited_with_the_keyboard_and_accepts_in_another_browser(
    signed_in: tuple[OwnerWalker, Database], page: Page
) -> None:
    owner, database = signed_in
    key = make_organisation(database, {owner.account_id: "owner"}, "Acme")
    home = page.url.rstrip("/")
    page.goto(f"{home}/organisations/{key}")
    page.get_by_role("link", name="Invite somebody").press("Enter")
    page.get_by_label("Who is it for?").press_sequentially("Mara")
    page.keyboard.press("Enter")
    link = page.get_by_label("This is the link for Mara").input_value()
    page.context.clear_cookies()
    page.goto(home + link[link.index("/invitations/") :])
    expect(page.locator("h1")).to_have_text("You are invited to “Acme”")
    page.get_by_role("link", name="Make an account").press("Enter")
    page.get_by_label("E-mail address").fill("mara@example.com")
    page.get_by_label("Password", exact=True).fill("eight blue kites in a gale")
    page.get_by_label("Password", exact=True).press("Enter")
    page.get_by_role("button", name="Accept").press("Enter")
    expect(page.locator("h1")).to_have_text("Acme")
    page.get_by_role("link", name="0 processes").click()
    expect(page.locator("h1")).to_have_text("Processes of “Acme”")
    expect(page.get_by_role("navigation", name="Whose processes").get_by_text("Acme")).to_have_attribute(
        "aria-current", "true"
    )
