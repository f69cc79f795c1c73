"""An owner's pages with nothing, a few, and as many processes as are kept: for everybody, on every width."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from advisor.engine.document.document import dumps
from advisor.models import Assessment, Database, ShareLink
from advisor.models.audit import OPERATOR
from advisor.models.base import hash_of, utc_now
from advisor.models.rule_sets.rule_set_version import publish, rule_set
from advisor.processes.sharing.operations import LinkTerms, make_link, make_list_link
from tests.applications import borrow_application
from tests.browser.looks import (
    at_widths,
    axe_violations,
    sideways,
    sideways_at,
    sideways_with_large_text,
    small_targets,
)
from tests.browser.windows import PHONE, WIDE
from tests.conftest import settings_for
from tests.processes.owner_walker import OwnerWalker
from tests.processes.sample_processes import keep

MOST = 500


@pytest.fixture
def signed_in(live_server: str, sqlite_url: str, tmp_path: Path, page: Page) -> Iterator[tuple[OwnerWalker, Database]]:
    """An owner whose browser is ``page``, and the database."""
    settings = settings_for(sqlite_url, tmp_path)
    with borrow_application(settings) as app:
        database: Database = app.extensions["database"]
        owner = OwnerWalker.signed_in(app, database, "olga@example.com")
        (cookie,) = (owner.client._cookies or {}).values()
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server}])
        page.goto(live_server)
        yield owner, database


def wrong(page: Page, *paths: str) -> list[str]:
    """What is wrong with these pages, at the width of a phone and of a desk; and on 320 px, and with large text."""
    home = page.url.split("/", 3)
    found = []
    for path in paths:
        reply = page.goto(f"{home[0]}//{home[2]}{path}")
        if reply is None or reply.status >= 500:
            found.append(f"{path}: a mistake of ours")
        for width, violations in at_widths(page, PHONE, WIDE):
            faults = [*violations, *small_targets(page), *sideways(page), *sideways_with_large_text(page)]
            if width == PHONE["width"]:
                faults += sideways_at(page, 320)
            found += [f"{path} at {width}: {fault}" for fault in faults]
    return found


def compare_url(made: list[Assessment], *places: int) -> str:
    return "/processes/compare?" + "&".join(f"of={made[place].id}" for place in places)


@pytest.mark.usefixtures("signed_in")
def test_with_no_process_at_all(page: Page) -> None:
    assert wrong(page, "/processes", "/processes/bin", "/processes/copy") == []


def test_with_a_few_some_of_them_by_older_rules(signed_in: tuple[OwnerWalker, Database], page: Page) -> None:
    owner, database = signed_in
    made = keep(database, owner.owner, 24, unfinished=2)
    with database.write() as session:
        rules = rule_set(session)
        weaker = tuple(
            replace(rule, push=replace(rule.push, points=1)) if rule.push.points > 2 else rule for rule in rules.rules
        )
        publish(session, dumps(replace(rules, rules=weaker)), "Every rule says less.")
    at = f"/assessments/{made[0].id}"
    owner.open(f"{at}/costs")
    owner.submit(**{"currency": "EUR", "people-low": "60000", "people-high": "70000", "quote-low": "40000"})
    assert (
        wrong(
            page,
            "/processes",
            "/processes?advice=kpo&sort=-name",
            "/processes?q=nothing-like-it",
            compare_url(made, 0, 19),
            compare_url(made, 0, 19, 22, 25),
            compare_url(made, 0, 19) + "&only=differences",
            "/processes/copy",
            *(f"{at}/{name}" for name in ("newer-rules", "history", "decision", "looks-wrong", "costs")),
            *(f"{at}/{name}" for name in ("brief", "brief/edit", "one-page?costs=yes")),
            "/processes/sheet",
            "/processes/share?advice=kpo",
        )
        == []
    )


def test_with_as_many_as_are_kept(signed_in: tuple[OwnerWalker, Database], page: Page) -> None:
    owner, database = signed_in
    keep(database, owner.owner, MOST - 20, unfinished=20)
    assert wrong(page, "/processes", "/processes?sort=name&page=5", "/processes/sheet") == []


def test_a_link_to_a_list_as_it_is_made_and_as_strangers_see_it(
    signed_in: tuple[OwnerWalker, Database], page: Page
) -> None:
    owner, database = signed_in
    made = [one.id for one in keep(database, owner.owner, 30, unfinished=3)]
    assert wrong(page, "/processes/share", "/processes/share?name=left-out") == []
    with database.write() as session:
        terms = LinkTerms(30, with_name=True, note="Ben")
        paths = [make_list_link(session, owner.owner, ids, terms, 100, OPERATOR) for ids in (made[:1], made)]
    page.context.clear_cookies()
    assert wrong(page, *(f"/shared/list/{path}" for path in paths)) == []


def test_links_to_results_none_a_few_and_as_many_as_are_kept(
    signed_in: tuple[OwnerWalker, Database], page: Page
) -> None:
    owner, database = signed_in
    (mine, *_) = keep(database, owner.owner, 1)
    at = f"/assessments/{mine.id}/share"
    assert wrong(page, at, f"{at}/new", f"{at}/new?name=left-out&show=all", "/processes/links") == []
    with database.write() as session:
        shared = [
            make_link(session, owner.owner, mine, LinkTerms(30, number % 2 == 0, note), 100, OPERATOR)
            for number, note in enumerate(["", "Ben", "Rechnungsprüfungsabteilungsleiterbesprechung" * 4] * 33)
        ]
        session.execute(update(ShareLink).where(ShareLink.note == "Ben").values(expires_at=utc_now()))
    assert wrong(page, at, "/processes/links", "/account", "/account/delete", "/your-data") == []
    page.context.clear_cookies()
    assert wrong(page, *(f"/shared/{shared[n]}{show}" for n in (0, 3) for show in ("", "?show=all"))) == []
    assert wrong(page, f"/shared/{shared[0]}?show=sources", f"/shared/{shared[1]}") == []
    assert page.context.cookies() == []


def test_a_link_is_made_with_the_keyboard_copied_and_opened_by_a_stranger(
    signed_in: tuple[OwnerWalker, Database], page: Page
) -> None:
    owner, database = signed_in
    (mine, *_) = keep(database, owner.owner, 1)
    home = page.url.rstrip("/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{home}/assessments/{mine.id}/result")
    page.get_by_role("link", name="Share", exact=True).press("Enter")
    page.get_by_role("link", name="Share the advice").press("Enter")
    page.get_by_role("link", name="Go on to making the link").press("Enter")
    expect(page.get_by_role("heading", name="Make the link")).to_be_in_viewport()
    page.get_by_label("Whom is it for?").press_sequentially("Ben")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    link = page.get_by_label("This is the link").input_value()
    page.get_by_role("button", name="Copy", exact=True).press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_focused()
    with database.read() as session:
        (made,) = session.scalars(select(ShareLink))
    assert (made.expires_at - made.created_at).days in {6, 7}
    path = link[link.index("/shared/") :]
    assert made.token_hash == hash_of(path.rsplit("/", 1)[1])
    page.context.clear_cookies()
    page.goto(home + path)
    verdict = page.locator("h1").inner_text()
    page.emulate_media(media="print")
    expect(page.locator("main > .notice")).to_contain_text("Somebody shared this advice with you, to read.")
    for hidden in ("header.top", "footer.bottom", ".contents", ".act", "main > .notice a"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.locator("h1").inner_text() == verdict


def test_too_many_ticked_are_told_on_top_and_the_way_leads_to_the_ticks(
    signed_in: tuple[OwnerWalker, Database], page: Page
) -> None:
    owner, database = signed_in
    keep(database, owner.owner, 8)
    home = page.url
    page.goto(f"{home}processes")
    for box in page.locator(".pick input").all()[:5]:
        box.check()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Tick 2 to 4 processes to compare. 5 are ticked.")
    expect(page.get_by_role("alert")).to_be_focused()
    for _width, violations in at_widths(page, PHONE, WIDE):
        assert [*violations, *small_targets(page), *sideways(page)] == []
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("#of-0")).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("h1")).to_have_text("4 processes side by side")


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "desk"])
def test_the_acts_stay_in_reach_once_something_is_ticked_and_never_cover_what_has_the_focus(
    signed_in: tuple[OwnerWalker, Database], page: Page, size: dict[str, int]
) -> None:
    owner, database = signed_in
    made = keep(database, owner.owner, 40)
    with database.write() as session:
        for one in made[::3]:
            session.get_one(Assessment, one.id).groups = ["Finance", "A group with a name that is long, in Leeds"]
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(f"{page.url}processes")
    bar = page.locator(".with-ticked")
    expect(bar).not_to_be_in_viewport()
    page.locator(".pick input").first.check()
    expect(bar).to_be_in_viewport(ratio=1)
    page.locator(".pick input").first.focus()
    for _step in range(60):
        page.keyboard.press("Tab")
        hidden = page.evaluate(
            """() => {
                const on = document.activeElement, box = on.getBoundingClientRect();
                const bar = document.querySelector(".with-ticked");
                return bar.contains(on) ? 0 : box.bottom - bar.getBoundingClientRect().top;
            }"""
        )
        assert hidden <= 0, "the bar lies on what has the focus"
    for name in ("Group", "More"):
        bar.get_by_text(name, exact=True).first.click()
        covered = "target-size"  # what lies below the open panel is reached when it is closed
        assert [it for it in axe_violations(page) if not it.startswith(covered)] + sideways(page) == []
    bar.get_by_text("Group", exact=True).first.click()
    page.locator("#into").fill("Wave 1")
    page.locator("#into").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("One process is in “Wave 1” now.")


def test_what_is_asked_before_many_are_changed(signed_in: tuple[OwnerWalker, Database], page: Page) -> None:
    owner, database = signed_in
    made = keep(database, owner.owner, 24, unfinished=2)
    with database.write() as session:
        session.get_one(Assessment, made[3].id).groups = ["Finance"]
        session.get_one(Assessment, made[4].id).groups = ["Rechnungsprüfungsabteilungsleiterbesprechung"]
    home = page.url.rstrip("/")
    assert wrong(page, "/processes?tick=page", "/processes/groups") == []
    for act in ("Decide", "Move to newer rules"):
        page.goto(f"{home}/processes?tick=page")
        if act.startswith("Move"):
            page.locator(".with-ticked").get_by_text("More", exact=True).click()
        page.get_by_role("button", name=act).click()
        for _width, violations in at_widths(page, PHONE, WIDE):
            assert [*violations, *small_targets(page), *sideways(page)] == []


def test_on_a_phone_two_columns_are_seen_and_at_a_desk_all(signed_in: tuple[OwnerWalker, Database], page: Page) -> None:
    owner, database = signed_in
    made = keep(database, owner.owner, 4)
    home = page.url.rstrip("/")
    page.goto(home + compare_url(made, 0, 1, 2, 3))
    heads = page.locator("thead th")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    assert [head.is_visible() for head in heads.all()] == [True] * 4
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert [head.is_visible() for head in heads.all()] == [True, True, False, False]
    rows = page.locator("tbody tr:not(.group)")
    cells = [[text.strip() for text in row.locator("td").all_text_contents()] for row in rows.all()]
    of_others = [row for row, texts in zip(rows.all(), cells, strict=True) if texts[:2] == ["–", "–"]]
    assert of_others
    assert not any(row.is_visible() for row in of_others), "what neither of the two has"
    page.get_by_label("Against").select_option(label=made[3].process_name)
    page.get_by_role("button", name="Show").click()
    page.wait_for_load_state()
    assert [head.is_visible() for head in heads.all()] == [True, False, False, True]
    page.get_by_role("link", name="Only differences").click()
    page.wait_for_load_state()
    assert page.locator("tr.differs").count() == page.locator("tbody tr:not(.group)").count()


def test_on_paper_the_list_has_no_buttons_and_says_what_it_is(
    signed_in: tuple[OwnerWalker, Database], page: Page
) -> None:
    owner, database = signed_in
    keep(database, owner.owner, 8)
    page.goto(f"{page.url}processes")
    page.emulate_media(media="print")
    for hidden in (".filter", ".pick >> nth=1", ".with-ticked", ".take-away", "header.top", ".narrow-only >> nth=0"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("svg.process-map.wide-only")).to_be_visible()
    expect(page.locator(".sheet-foot")).to_contain_text("rules version 1 in force")
