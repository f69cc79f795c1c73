"""What was typed and not saved: kept apart from the draft, offered to whoever typed it, and to nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from advisor import starter
from advisor.engine.document.document import fingerprint_of
from advisor.engine.document.edit import find
from advisor.models import Account, Database, UnsavedForm
from advisor.models.accounts.removal import purge
from advisor.models.base import utc_now
from advisor.models.rule_sets.unsaved_form import LONGEST
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.visiting import fields_of, text_of

RULES = starter.rule_set()
RULE = RULES.rules[0]
PAGE = f"{DRAFT}/rules/{RULE.key}"
TYPED = "Ada typed that one."
OFFER = "and did not save."

BELOW = f"after 1 {fingerprint_of(RULES.limits[1])}"
"""The place below the second row."""


def keep(admin: Admin, path: str = PAGE, status: int = 204, **answers: Any) -> None:
    """Send what the script sends a moment after the last key."""
    form = admin.page.select("main form")[admin.number_of("opened")]
    named = {name.replace("__", "-"): value for name, value in answers.items()}
    sent = fields_of(form) | {"because": TYPED, "do": "keep"} | named
    assert admin.client.post(path, data=sent).status_code == status


def kept_forms(database: Database) -> list[UnsavedForm]:
    with database.read() as session:
        return list(session.scalars(select(UnsavedForm).order_by(UnsavedForm.typed_at)))


def offers(admin: Admin, path: str = PAGE) -> list[str]:
    admin.open(path)
    return [text_of(form) for form in admin.page.select('form:has(button[value="forget"])')]


def show(admin: Admin) -> None:
    admin.open(next(str(link["href"]) for link in admin.page.select("main form a") if "typed=" in str(link["href"])))


def throw_away(admin: Admin) -> None:
    admin.submit(
        form=next(n for n, it in enumerate(admin.page.select("main form")) if "Throw it" in text_of(it)), do="forget"
    )


def test_what_was_typed_is_offered_on_return_shown_when_asked_for_and_saved(
    admin: Admin, draft: Read, database: Database
) -> None:
    admin.start().open(PAGE)
    keep(admin)
    assert find(draft(), "rules", RULE.key) == RULE, "it is not in the draft"
    (offer,) = offers(admin)
    assert OFFER in offer
    assert TYPED not in str(admin.page), "nothing is filled in by itself"
    show(admin)
    assert "It is not in the draft until you save it." in admin.text
    assert TYPED in str(admin.page.select_one("textarea[name=because]"))
    admin.save()
    assert find(draft(), "rules", RULE.key).because == TYPED
    assert kept_forms(database) == []
    assert offers(admin) == []


def test_it_is_thrown_away_when_asked_for(admin: Admin, database: Database) -> None:
    admin.start().open(PAGE)
    keep(admin)
    offers(admin)
    twin = admin.second_window()
    throw_away(admin)
    assert (admin.path, kept_forms(database)) == (PAGE, [])
    throw_away(twin)
    assert twin.path == PAGE, "twice is once"
    admin.open(f"{PAGE}?typed=0000")
    assert TYPED not in str(admin.page)


def test_the_latest_of_a_form_is_kept_and_each_window_has_its_own(admin: Admin, database: Database) -> None:
    admin.start().open(PAGE)
    second = admin.second_window()
    second.open(PAGE)
    keep(admin, because="One.")
    keep(admin, because="Two.")
    keep(second, because="Three.")
    assert [form.fields["because"] for form in kept_forms(database)] == [["Two."], ["Three."]]
    assert len(offers(admin)) == 2
    second.save(because="Four.")
    assert [form.fields["because"] for form in kept_forms(database)] == [["Two."]]


def test_a_form_that_was_saved_is_not_kept_when_what_was_typed_before_comes_late(
    admin: Admin, database: Database
) -> None:
    admin.start().open(PAGE)
    late = admin.second_window()
    admin.save(because=TYPED)
    keep(late, status=409)
    assert kept_forms(database) == []


def test_a_form_that_was_refused_stays_kept(admin: Admin, database: Database) -> None:
    admin.start().open(PAGE)
    keep(admin)
    admin.save(push__points="x", status=422)
    assert len(kept_forms(database)) == 1
    assert admin.page.select('form[data-keep="typed"]')


def test_what_somebody_else_changed_meanwhile_is_merged(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start().open(PAGE)
    keep(admin)
    other_admin.edit(f"rules/{RULE.key}", push__points="5", weighed="Ben weighed it.")
    offers(admin)
    show(admin)
    assert "What somebody else changed meanwhile is kept: Points, " in admin.text
    admin.save()
    rule = find(draft(), "rules", RULE.key)
    assert (rule.because, rule.push.points, rule.weighed) == (TYPED, 5, "Ben weighed it.")


def test_a_clash_shows_both_texts_as_a_stale_save_does(
    admin: Admin, other_admin: Admin, draft: Read, database: Database
) -> None:
    admin.start().open(PAGE)
    keep(admin)
    other_admin.edit(f"rules/{RULE.key}", because="Ben wrote this one.", weighed="Ben weighed it.")
    offers(admin)
    show(admin)
    assert "ben@example.com saved this at" in admin.text
    theirs, mine = (
        text_of(side).replace("removed: ", "").replace("added: ", "") for side in admin.page.select(".clash dd")
    )
    assert (theirs, mine) == ("Ben wrote this one.", TYPED)
    admin.save()
    rule = find(draft(), "rules", RULE.key)
    assert (rule.because, rule.weighed) == (TYPED, "Ben weighed it.")
    assert kept_forms(database) == []


def test_a_clash_that_was_left_unsettled_is_asked_about_again(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start().open(PAGE)
    other_admin.edit(f"rules/{RULE.key}", because="Ben wrote this one.")
    admin.save(because=TYPED, status=409)
    keep(admin)
    offers(admin)
    show(admin)
    assert "ben@example.com saved this at" in admin.text
    assert find(draft(), "rules", RULE.key).because == "Ben wrote this one."


def test_what_was_typed_on_an_item_that_is_gone_is_found_on_the_first_page(
    admin: Admin, other_admin: Admin, draft: Read
) -> None:
    admin.start().open(PAGE)
    keep(admin)
    other_admin.open(f"{PAGE}/remove")
    other_admin.submit()
    admin.open(PAGE, status=404)
    admin.open("/admin/rules")
    admin.open(str(admin.page.select_one("main a[href*='typed=']")["href"]))  # type: ignore[index]
    assert "removed this after you opened it. Save to add yours again." in admin.text
    admin.save()
    assert find(draft(), "rules", RULE.key).because == TYPED


def test_a_row_that_moved_is_shown_where_it_stands_now(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start().open(f"{DRAFT}/limits/0")
    keep(admin, f"{DRAFT}/limits/0", text=TYPED)
    other_admin.open(f"{DRAFT}/limits")
    assert (
        other_admin.post(f"{DRAFT}/limits", do=f"move 0 {_opened_fingerprint(admin)}", to=BELOW, once="x").status_code
        == 303
    )
    admin.open("/admin/rules")
    admin.open(str(admin.page.select_one("main a[href*='typed=']")["href"]))  # type: ignore[index]
    assert admin.path == f"{DRAFT}/limits/1"
    admin.save()
    assert draft().limits[:2] == (RULES.limits[1], TYPED)


def _opened_fingerprint(admin: Admin) -> str:
    return str(admin.page.select_one("input[name=opened]")["value"])  # type: ignore[index]


def test_a_new_item_is_kept_until_it_is_added(admin: Admin, draft: Read, database: Database) -> None:
    add = f"{DRAFT}/add/limits"
    admin.start().open(add)
    keep(admin, add, text=TYPED)
    assert OFFER in offers(admin, add)[0]
    show(admin)
    admin.save()
    assert draft().limits[-1] == TYPED
    assert kept_forms(database) == []


@pytest.mark.parametrize("end", ["publish", "discard"])
def test_it_waits_for_the_next_draft_where_this_one_ends(admin: Admin, other_admin: Admin, end: str) -> None:
    admin.start().open(PAGE)
    other_admin.edit(f"rules/{RULES.rules[1].key}", because=f"Words of {utc_now()}.")
    other_admin.open(f"{DRAFT}/{end}")
    other_admin.submit(**({"do": "publish", "note": "It weighs more."} if end == "publish" else {}))
    keep(admin)
    admin.open("/admin/rules")
    assert "You can look at it when there is a draft again." in admin.text
    assert not admin.page.select("main a[href*='typed=']")
    admin.start()
    assert OFFER in offers(admin)[0]


def test_nobody_else_sees_keeps_or_deletes_it(app: Flask, admin: Admin, other_admin: Admin, database: Database) -> None:
    admin.start().open(PAGE)
    keep(admin)
    (mine,) = kept_forms(database)
    for path in (PAGE, "/admin/rules", f"{PAGE}?typed={mine.key_hash}"):
        other_admin.open(path)
        assert OFFER not in other_admin.text
        assert "What you typed and" not in other_admin.text
        assert TYPED not in str(other_admin.page)
    assert other_admin.post(PAGE, do="forget", typed=mine.key_hash).status_code == 303
    assert len(kept_forms(database)) == 1
    form = fields_of(admin.page.select("main form")[-1]) | {"do": "keep", "once": "x"}
    app.config["WTF_CSRF_ENABLED"] = True
    assert other_admin.client.post(PAGE, data=form).status_code == 400, "the page of whoever was signed in here before"
    stranger = app.test_client()
    assert stranger.post(PAGE, data=form).status_code != 204
    assert len(kept_forms(database)) == 1


def test_it_is_limited_in_size_and_number_and_goes_with_its_time_and_its_account(
    app: Flask, admin: Admin, database: Database
) -> None:
    app.config["UNSAVED_FORMS"] = 1
    admin.start().open(PAGE)
    keep(admin, because="x" * (LONGEST + 1), status=409)
    keep(admin)
    admin.open(PAGE)
    keep(admin, status=409)
    (first,) = kept_forms(database)
    with database.write() as session:
        purge(session, assessments_after=timedelta(days=30), keys_after=timedelta(days=1))
    assert len(kept_forms(database)) == 1
    with database.write() as session:
        session.execute(update(UnsavedForm).values(typed_at=utc_now() - timedelta(days=31)))
        purge(session, assessments_after=timedelta(days=30), keys_after=timedelta(days=1))
    assert kept_forms(database) == []
    keep(admin)
    assert kept_forms(database)[0].key_hash != first.key_hash
    with database.write() as session:
        session.execute(delete(Account).where(Account.id == admin.account_id))
    assert kept_forms(database) == []


def test_a_form_without_its_key_is_not_kept(admin: Admin, database: Database) -> None:
    admin.start().open(PAGE)
    keep(admin, once="", status=409)
    assert kept_forms(database) == []
