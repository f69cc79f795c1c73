"""Items are moved by choosing a place, where the order of their list means something."""

from typing import Any

import pytest
from sqlalchemy import select

from advisor import starter
from advisor.engine.document.document import KINDS, NUMBERED, items_of, key_of, options_of
from advisor.engine.document.edit import remove
from advisor.models import Database
from advisor.models.audit import OPERATOR, AuditEvent
from advisor.models.rule_sets import draft as drafts
from advisor.rule_sets.editor.order import ORDERED
from tests.reading import Tag
from tests.rule_sets.admins import DRAFT, Admin, item_path
from tests.rule_sets.conftest import Read
from tests.visiting import text_of

STARTER = starter.rule_set()
COLLECTIONS = [*(name for name in ORDERED if name != "options"), options_of("edge")]


def name_at(collection: str, at: int) -> str:
    item = items_of(STARTER, collection)[at]
    return str(at) if collection in NUMBERED else key_of(item)


def choices(admin: Admin) -> list[tuple[str, str]]:
    return [(str(it["value"]), text_of(it)) for it in _form(admin).select('[name="to"] option')]


def move(admin: Admin, place: str, status: int = 200) -> None:
    button = _form(admin).select_one('button[value^="move "]')
    assert button is not None
    number = admin.page.select("main form").index(_form(admin))
    admin.submit(form=number, button=str(button["value"]), to=place, status=status)


def _form(admin: Admin) -> Tag:
    """The form of the page in which something is moved; of a question that of its answer, where one is open."""
    return [form for form in admin.page.select("main form") if form.select_one('[name="to"]')][-1]


def moves(database: Database) -> list[AuditEvent]:
    with database.read() as session:
        kind = AuditEvent.kind == "draft moved"
        return list(session.scalars(select(AuditEvent).where(kind).order_by(AuditEvent.sequence)))


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_an_item_is_moved_from_its_list_and_from_its_page(
    admin: Admin, draft: Read, database: Database, collection: str
) -> None:
    admin.start()
    before = items_of(STARTER, collection)
    name = name_at(collection, 0)
    page = f"{DRAFT}/questions/edge" if "/" in collection else f"{DRAFT}/{collection}"
    admin.open(page)
    link = admin.page.select_one(f'[id="thing-{name}"] .row-buttons a')
    assert text_of(link).startswith("Move ")
    admin.open(str(link["href"]))  # type: ignore[index]
    assert len(choices(admin)) == len(before)
    to = min(2, len(before) - 1)
    move(admin, choices(admin)[to][0])
    assert items_of(draft(), collection) == (*before[1 : to + 1], before[0], *before[to + 1 :])
    (act,) = moves(database)
    assert (list((act.before or {}).values()), list((act.after or {}).values())) == ([1], [to + 1])
    assert "Moved in the draft" in text_of(admin.page)

    at = str(to) if collection in NUMBERED else name
    admin.open(item_path(collection, at))
    assert f"Move it: {to + 1} of {len(before)}" in admin.text
    move(admin, "first")
    assert items_of(draft(), collection) == before
    assert admin.path == item_path(collection, name)
    assert "Moved in the draft" in text_of(admin.page)


def test_to_be_where_it_is_already_is_no_act(admin: Admin, draft: Read, database: Database) -> None:
    admin.start().open(f"{DRAFT}/questions/{STARTER.questions[3].key}")
    chosen = admin.page.select_one('[name="to"] option[selected]')
    assert chosen is not None
    assert chosen["value"] == f"after {STARTER.questions[2].key}"
    move(admin, str(chosen["value"]))
    assert draft() == STARTER
    assert moves(database) == []


@pytest.mark.parametrize("collection", sorted(KINDS.keys() - ORDERED.keys()))
def test_nothing_is_moved_where_the_order_means_nothing(admin: Admin, draft: Read, collection: str) -> None:
    admin.start()
    key = name_at(collection, 0)
    for path in (f"{DRAFT}/{collection}?move={key}", item_path(collection, key)):
        admin.open(path)
        assert not admin.page.select('[name="to"], button[value^="up "], button[value^="down "]')
    admin.open(f"{DRAFT}/{collection}")
    assert "Their order changes no advice." in admin.text or len(items_of(STARTER, collection)) == 1
    assert admin.post(f"{DRAFT}/{collection}", do=f"move {key}", to="first").status_code == 400
    assert draft() == STARTER


@pytest.mark.parametrize(("collection", "gone"), [("questions", 0), ("questions", 4), ("kind", 0), ("kind", 4)])
def test_a_page_that_is_out_of_date_moves_nothing_to_a_wrong_place(
    admin: Admin, draft: Read, database: Database, collection: str, gone: int
) -> None:
    admin.start().open(f"{DRAFT}/{collection}?move={name_at(collection, 4)}")
    place = choices(admin)[1][0]  # after the first
    with database.write() as session:
        drafts.edit(
            session,
            OPERATOR,
            lambda rules: remove(rules, collection, name_at(collection, gone)),
            kind="draft removed from",
            what=collection,
        )
    left = items_of(draft(), collection)
    move(admin, place)
    assert items_of(draft(), collection) == left
    assert "Nothing was moved: somebody changed this list meanwhile." in text_of(admin.page)


def test_rows_that_only_have_other_numbers_meanwhile_are_moved_all_the_same(
    admin: Admin, draft: Read, database: Database
) -> None:
    admin.start().open(f"{DRAFT}/kind?move=3")
    place = choices(admin)[2][0]  # after the second
    with database.write() as session:
        drafts.edit(
            session, OPERATOR, lambda rules: remove(rules, "kind", "0"), kind="draft removed from", what="kind/0"
        )
    move(admin, place)
    before = STARTER.kind
    assert draft().kind == (before[1], before[3], before[2], *before[4:])


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "move edge"},
        {"do": "move edge", "to": ""},
        {"do": "move edge", "to": "last"},
        {"do": "move"},
        {"do": "up edge"},
        {},
    ],
)
def test_odd_requests_to_move_are_refused(admin: Admin, draft: Read, sent: dict[str, Any]) -> None:
    admin.start().open(f"{DRAFT}/questions")
    assert admin.post(f"{DRAFT}/questions", **sent).status_code == 400
    assert draft() == STARTER
