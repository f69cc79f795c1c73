"""Who else has an item open."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update

from advisor import starter
from advisor.engine.document.document import fingerprint_of
from advisor.models import Database, OpenItem
from advisor.models.base import utc_now
from tests.rule_sets.admins import DRAFT, Admin
from tests.visiting import fields_of, text_of

PAGE = f"{DRAFT}/rules/{starter.rule_set().rules[0].key}"
WRITES = ("INSERT", "UPDATE", "DELETE")

ITEM_PAGE_READS = 11
"""Reads of the database that the page of an item may need."""

BELOW = f"after 1 {fingerprint_of(starter.rule_set().limits[1])}"
"""The place below the second row."""


def tell(admin: Admin, path: str = PAGE) -> str:
    """What the script sends, and what it is told."""
    reply = admin.post(path, do="open")
    assert reply.status_code == 200
    return reply.get_data(as_text=True)


def others_words(admin: Admin, path: str = PAGE) -> str:
    admin.open(path)
    return text_of(admin.page.select_one("#others"))


def let_pass(database: Database, seconds: int) -> None:
    with database.write() as session:
        session.execute(update(OpenItem).values(seen_at=OpenItem.seen_at, opened_at=OpenItem.opened_at))
        for row in session.scalars(select(OpenItem)):
            row.seen_at, row.opened_at = (at - timedelta(seconds=seconds) for at in (row.seen_at, row.opened_at))


def test_each_admin_is_told_of_the_other_and_of_nobody_who_left(
    admin: Admin, other_admin: Admin, database: Database
) -> None:
    admin.start().open(PAGE)
    assert "has this open" not in tell(admin)
    assert others_words(other_admin).startswith("ada@example.com has this open since ")
    assert "ada@example.com has this open since " in tell(other_admin)
    assert others_words(admin).startswith("ben@example.com has this open since ")
    assert others_words(admin, f"{DRAFT}/limits/0") == "", "only on that item"
    let_pass(database, 100)
    assert others_words(admin) == others_words(other_admin) == ""
    before = utc_now()
    tell(other_admin)
    with database.read() as session:
        row = session.scalars(select(OpenItem).filter_by(account_id=other_admin.account_id)).one()
    assert row.opened_at >= before, "who comes back has it open from then on"


def come_from(admin: Admin, here: str, there: str) -> None:
    """Follow a link of one page to another, as a browser tells of it."""
    admin.client.get(there, headers={"Referer": f"http://localhost{here}"})


@pytest.mark.parametrize("page", [PAGE, f"{DRAFT}/questions/edge/answers/vital", f"{DRAFT}/limits/0"])
def test_it_ends_when_the_page_is_left_or_saved(admin: Admin, other_admin: Admin, page: str) -> None:
    admin.start().open(page)
    tell(admin, page)
    assert others_words(other_admin, page).startswith("ada@example.com has this open")
    assert admin.post(page, do="leave").status_code == 204, "what the script sends when the page is left"
    assert others_words(other_admin, page) == ""
    tell(admin, page)
    come_from(admin, page, page)
    come_from(admin, f"{page}/history", page)
    come_from(other_admin, page, "/admin/rules")
    assert others_words(other_admin, page).startswith("ada@example.com has this open")
    come_from(admin, page, "/admin/rules")
    assert others_words(other_admin, page) == "", "the next page that is opened from it, without a script"
    tell(admin, page)
    admin.open(page)
    typed: dict[str, Any] = {"text": "Ada typed that."} if "limits" in page else {}
    admin.save(**typed)
    assert others_words(other_admin, page) == ""


def test_an_address_that_is_no_item_ends_nothing(admin: Admin, other_admin: Admin) -> None:
    admin.start().open(PAGE)
    tell(admin)
    for address in ("/nowhere", f"{DRAFT}/nothing/at-all", f"{PAGE}//", "", f"{DRAFT}/rules"):
        come_from(admin, address, "/admin/rules")
    for address in (f"https://elsewhere.example{PAGE}", "http://["):
        assert admin.client.get("/admin/rules", headers={"Referer": address}).status_code == 200
    assert others_words(other_admin).startswith("ada@example.com has this open")


def test_since_when_stays_while_it_is_open(admin: Admin, database: Database) -> None:
    admin.start().open(PAGE)
    tell(admin)
    let_pass(database, 30)
    tell(admin)
    with database.read() as session:
        row = session.scalars(select(OpenItem)).one()
    assert row.seen_at - row.opened_at >= timedelta(seconds=29)


def test_a_page_writes_nothing_and_a_second_window_nothing_again(admin: Admin) -> None:
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith(WRITES):
            written.append(statement)

    admin.start().open(PAGE)
    event.listen(Engine, "before_cursor_execute", note)
    try:
        admin.open(PAGE)
        assert written == []
        tell(admin)
        assert [statement.split()[0] for statement in written] == ["INSERT", "UPDATE", "UPDATE"]
        written.clear()
        tell(admin)
        assert written == []
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_row_is_known_by_what_it_says(admin: Admin, other_admin: Admin) -> None:
    admin.start().open(f"{DRAFT}/limits/0")
    tell(admin, f"{DRAFT}/limits/0")
    opened = str(admin.page.select_one("input[name=opened]")["value"])  # type: ignore[index]
    other_admin.open("/admin/rules")
    assert other_admin.post(f"{DRAFT}/limits", do=f"move 0 {opened}", to=BELOW, once="x").status_code == 303
    assert others_words(other_admin, f"{DRAFT}/limits/0") == ""
    assert others_words(other_admin, f"{DRAFT}/limits/1").startswith("ada@example.com has this open")


def test_nothing_is_told_of_what_is_not_there(admin: Admin) -> None:
    admin.start().open(PAGE)
    assert admin.post(f"{DRAFT}/rules/nothing", do="open").status_code == 404
    admin.open(f"{DRAFT}/add/rules")
    assert not admin.page.select("[data-open]")


def test_the_page_of_an_item_asks_for_who_else_has_it_and_for_what_is_unsaved_once_each(
    admin: Admin, other_admin: Admin
) -> None:
    """However many others there are and however much was typed there, the page reads as often."""

    def reads(path: str = PAGE) -> list[str]:
        asked: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            asked.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            admin.open(path)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        assert not [statement for statement in asked if statement.startswith(WRITES)]
        return [statement for statement in asked if statement.startswith("SELECT")]

    admin.start().open(PAGE)
    before = reads()
    assert len([one for one in before if "FROM open_item" in one or "JOIN open_item" in one]) == 1
    assert len([one for one in before if "FROM unsaved_form" in one]) == 1
    other_admin.open(PAGE)
    tell(other_admin)
    counted = []
    for number in range(3):
        admin.open(PAGE)
        form = fields_of(admin.page.select("main form")[admin.number_of("opened")])
        assert admin.client.post(PAGE, data=form | {"because": f"Ada {number}.", "do": "keep"}).status_code == 204
        counted.append(len(reads()))
    assert admin.page.select("#others .notice")
    assert len(admin.page.select('main form button[value="forget"]')) == 3
    assert set(counted) == {len(before) + 1}, "what was typed is read where there is any"
    assert counted[0] <= ITEM_PAGE_READS
