"""What was typed into the forms of the workshop that are no item: kept, offered on return, gone once saved."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from advisor import starter
from advisor.engine.document.document import fingerprint_of
from advisor.models import Database, UnsavedForm
from advisor.models.rule_sets.draft import find_draft
from advisor.models.rule_sets.item_comment import ItemComment
from tests.reading import Tag
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.visiting import fields_of, text_of

RULE = starter.rule_set().rules[0]
TYPED = "Ada typed that one."
HOME = "/admin/rules"
RULE_PAGE = f"{DRAFT}/rules/{RULE.key}"


@dataclass(frozen=True)
class Form:
    """A form of the workshop: the page that has it, the field that is typed into, and the button that saves it."""

    page: str
    field: str
    button: str | None
    noun: str


FORMS = [
    Form(f"{DRAFT}/note", "note", None, "Text about the next version"),
    Form(f"{DRAFT}/publish", "note", "note", "Text about the next version"),
    Form(f"{DRAFT}/add/questions", "text", None, "Question"),
    Form(RULE_PAGE, "comment", None, "Comment"),
    Form(f"{RULE_PAGE}/comments", "comment", None, "Comment"),
    Form(f"{DRAFT}/questions/edge/answers/vital/comments", "comment", None, "Comment"),
    Form(f"{DRAFT}/limits/1/comments", "comment", None, "Comment"),
    Form("thread", "comment", None, "Answer to a comment"),
]


@pytest.fixture
def begin_form(admin: Admin, other_admin: Admin) -> Callable[[Form], str]:
    """A draft with a change and a comment in it; gives the page of a form."""
    admin.start().edit(f"rules/{RULE.key}", weighed="Ada weighed it.")
    other_admin.open(f"{RULE_PAGE}/comments")
    other_admin.submit(form=-1, comment="Ben asks.")
    other_admin.open("/admin/rules/comments")
    link = other_admin.page.select_one('main a[href^="/admin/rules/comments/"]')
    assert link is not None
    thread = str(link["href"])
    return lambda form: thread if form.page == "thread" else form.page


def number_of(admin: Admin, field: str) -> int:
    forms = admin.page.select("main form[data-keep]")
    form = next(one for one in forms if one.select_one(f'[name="{field}"]'))
    return admin.page.select("main form").index(form)


def keep(admin: Admin, field: str, text: str = TYPED) -> int:
    """Send what the script sends a moment after the last key."""
    form = admin.page.select("main form")[number_of(admin, field)]
    action = str(form.get("action") or admin.response.request.full_path.rstrip("?"))
    return admin.client.post(action, data=fields_of(form) | {field: text, "do": "keep"}).status_code


def offers(admin: Admin) -> list[str]:
    return [text_of(form) for form in admin.page.select('main form:has(button[value="forget"])')]


def count(database: Database) -> int:
    with database.read() as session:
        return len(session.scalars(select(UnsavedForm)).all())


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.page.removeprefix(DRAFT))
def test_it_is_offered_on_return_shown_when_asked_for_and_gone_once_saved(
    admin: Admin, other_admin: Admin, database: Database, begin_form: Callable[[Form], str], form: Form
) -> None:
    page = begin_form(form)
    admin.open(page)
    assert keep(admin, form.field) == 204
    late = admin.second_window()
    other_admin.open(page)
    assert offers(other_admin) == [], "nobody else is told of it"
    admin.open(page)
    (offer,) = offers(admin)
    assert "and did not save." in offer
    assert TYPED not in str(admin.page), "nothing is filled in by itself"
    admin.open(HOME)
    assert form.noun in text_of(admin.page.select_one('section[aria-labelledby="unsaved"]'))
    link = admin.page.select_one("main a[href*='typed=']")
    assert link is not None
    admin.open(str(link["href"]))
    assert TYPED in text_of(admin.page.select_one(f'textarea[name="{form.field}"]'))
    assert "This is what you typed on " in offers(admin)[0]
    more = {"short": "Ada", "missing": "Say it.", "type": "number", "shown": "number", "minimum": "1", "maximum": "9"}
    typed = more if form.field == "text" else {}
    if typed:
        admin.submit(form=number_of(admin, form.field), do="update", **typed)
    admin.submit(form=number_of(admin, form.field), do=form.button or "save", **typed)
    assert (count(database), offers(admin)) == (0, [])
    late.page = admin.page if form.field == "text" else late.page
    if form.field != "text":
        assert keep(late, form.field) == 409, "what was typed before comes late"
    assert count(database) == 0


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.page.removeprefix(DRAFT))
def test_it_is_thrown_away_on_its_page_and_on_the_first(
    admin: Admin, database: Database, begin_form: Callable[[Form], str], form: Form
) -> None:
    page = begin_form(form)
    for place in (page, HOME):
        admin.open(page)
        assert keep(admin, form.field) == 204
        admin.open(place)
        admin.submit(form=admin.page.select("main form").index(_forget_form(admin)), do="forget")
        assert count(database) == 0
        assert offers(admin) == []


def _forget_form(admin: Admin) -> Tag:
    return admin.page.select('main form:has(button[value="forget"])')[0]


def test_publishing_takes_the_text_that_was_typed_and_forgets_the_form(
    admin: Admin, database: Database, begin_form: Callable[[Form], str]
) -> None:
    admin.open(begin_form(FORMS[1]))
    assert keep(admin, "note") == 204
    admin.open(HOME)
    admin.open(str(admin.page.select_one("main a[href*='typed=']")["href"]))  # type: ignore[index]
    admin.submit(form=number_of(admin, "note"), do="publish")
    assert "Version 2 is in force now." in admin.text
    assert TYPED in admin.text
    assert count(database) == 0


def test_a_text_that_was_saved_again_after_another_is_saved(
    admin: Admin, database: Database, begin_form: Callable[[Form], str]
) -> None:
    """Back, and the same form once more: what was sent last stands."""
    admin.open(begin_form(FORMS[0]))
    windows = [admin.second_window() for _each in range(3)]
    for window, text in zip(windows, ("One.", "Two.", "One."), strict=True):
        window.submit(form=number_of(window, "note"), note=text)
    with database.read() as session:
        draft = find_draft(session)
        assert draft is not None
        assert draft.note == "One."


def test_a_comment_on_a_row_that_moved_is_shown_with_that_row(
    admin: Admin, other_admin: Admin, database: Database, draft: Read
) -> None:
    admin.start().open(f"{DRAFT}/limits/0/comments")
    row = draft().limits[0]
    assert keep(admin, "comment") == 204
    other_admin.open(f"{DRAFT}/limits")
    below = f"after 1 {fingerprint_of(draft().limits[1])}"
    moved = other_admin.post(f"{DRAFT}/limits", do=f"move 0 {fingerprint_of(row)}", to=below, once="x")
    assert moved.status_code == 303
    admin.open(HOME)
    admin.open(str(admin.page.select_one("main a[href*='typed=']")["href"]))  # type: ignore[index]
    assert admin.path == f"{DRAFT}/limits/1/comments"
    admin.submit(form=number_of(admin, "comment"))
    with database.read() as session:
        assert [comment.text for comment in session.scalars(select(ItemComment))] == [TYPED]


def test_a_comment_on_an_item_that_is_gone_is_not_lost(admin: Admin, other_admin: Admin) -> None:
    admin.start().open(RULE_PAGE)
    assert keep(admin, "comment") == 204
    other_admin.open(f"{RULE_PAGE}/remove")
    other_admin.submit()
    admin.open(f"{RULE_PAGE}/comments", status=404)
    admin.open(HOME)
    admin.open(str(admin.page.select_one("main a[href*='typed=']")["href"]))  # type: ignore[index]
    assert TYPED in admin.text
    admin.submit(form=admin.page.select("main form").index(_forget_form(admin)), do="forget")
    assert admin.path == HOME


def test_an_answer_is_shown_where_the_thread_was_settled_meanwhile(
    admin: Admin, other_admin: Admin, begin_form: Callable[[Form], str]
) -> None:
    page = begin_form(FORMS[-1])
    admin.open(page)
    assert keep(admin, "comment") == 204
    assert other_admin.post(page, do="settle").status_code == 303
    admin.open(HOME)
    admin.open(str(admin.page.select_one("main a[href*='typed=']")["href"]))  # type: ignore[index]
    assert TYPED in text_of(admin.page.select_one("textarea[name=comment]"))


def test_what_is_kept_of_one_form_is_not_shown_in_another(admin: Admin, database: Database) -> None:
    admin.start().open(f"{DRAFT}/note")
    assert keep(admin, "note") == 204
    with database.read() as session:
        key = session.scalars(select(UnsavedForm.key_hash)).one()
    for page in (RULE_PAGE, f"{DRAFT}/publish", f"{RULE_PAGE}/comments", f"{DRAFT}/add/questions"):
        admin.open(f"{page}?typed={key}")
        assert TYPED not in str(admin.page)


def test_a_list_says_what_of_it_was_typed_and_not_saved(admin: Admin, other_admin: Admin) -> None:
    admin.start()
    for page, field in (
        (RULE_PAGE, "because"),
        (f"{DRAFT}/add/rules", "because"),
        (f"{DRAFT}/questions/edge/answers/vital", "label"),
        (f"{DRAFT}/add/questions", "text"),
        (f"{DRAFT}/questions/edge", "comment"),
    ):
        admin.open(page)
        assert keep(admin, field) == 204

    def listed_forms(name: str, who: Admin = admin) -> list[str]:
        who.open(f"{DRAFT}/{name}")
        return [text_of(link) for link in who.page.select("main .notice a[href*='typed=']")]

    assert sorted(listed_forms("rules")) == sorted([RULE.because.rstrip("."), TYPED.rstrip(".")]), (
        "a new item is called by what was typed"
    )
    assert len(listed_forms("questions")) == 2, "the answers belong to their questions"
    assert listed_forms("claims") == listed_forms("rules", other_admin) == []
    listed_forms("rules")
    admin.open(str(admin.page.select_one("main .notice a")["href"]))  # type: ignore[index]
    assert TYPED in str(admin.page)
