"""Rules that are ticked are changed together: shown first, done in one act, and taken back in one."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from advisor import starter
from advisor.engine.document import edit
from advisor.engine.document.document import dumps
from advisor.engine.model.rules import Rule
from advisor.models import AuditEvent, Database
from advisor.models.rule_sets.rule_set_version import publish
from advisor.wording.items import item_name
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.bulk_edits import TICKED, apply_bulk_edit, preview_bulk_edit
from tests.rule_sets.conftest import Read
from tests.rule_sets.crowded_rules import RULES, crowded_rules
from tests.rule_sets.drafts import store_draft
from tests.visiting import text_of

STARTER = starter.rule_set()
SEVERAL = f"{DRAFT}/several"


def rules_of(read: Read) -> dict[str, Rule]:
    return {rule.key: rule for rule in read().rules}


def test_points_side_and_claims_of_several_rules_are_changed_together(admin: Admin, draft: Read) -> None:
    admin.start()
    preview_bulk_edit(admin, to_points="+1", add_claim="D2.04")
    assert draft() == STARTER
    apply_bulk_edit(admin)
    for key in TICKED:
        was, is_now = STARTER.rule(key), rules_of(draft)[key]
        assert was is not None
        assert is_now.push.points == min(was.push.points + 1, 5)
        assert set(is_now.sources) == {*was.sources, "D2.04"}
    others = [rule for rule in draft().rules if rule.key not in TICKED]
    assert others == [rule for rule in STARTER.rules if rule.key not in TICKED]
    preview_bulk_edit(admin, to_points="2", to_side="kpo", drop_claim="D2.04")
    assert "which blocks publishing" in admin.text or "D2.04" in admin.text
    apply_bulk_edit(admin)
    assert {rules_of(draft)[key].push.points for key in TICKED} == {2}
    assert {rules_of(draft)[key].push.side.value for key in TICKED} == {"kpo"}
    assert not any("D2.04" in rules_of(draft)[key].sources for key in TICKED)


def test_what_it_does_is_shown_before_it_is_done(admin: Admin) -> None:
    admin.start()
    preview_bulk_edit(admin, to_points="1")
    assert admin.heading == "Change 2 rules"
    assert "of all sets of answers get another outcome. Exact: every complete set " in admin.text
    turned = text_of(admin.page.select_one("section[aria-labelledby=does]"))
    assert "Fails with this" in turned
    each = text_of(admin.page.select_one("section[aria-labelledby=each]"))
    assert "from: adds 3 points towards keeping it in-house → to: adds 1 point towards keeping it in-house" in each


def test_where_the_draft_blocks_the_advice_of_the_rest_is_shown_or_why_there_is_none(
    admin: Admin, database: Database
) -> None:
    admin.start()
    store_draft(database, edit.remove(STARTER, "questions", "exposure"))
    preview_bulk_edit(admin, to_points="1")
    assert "have to be mended first. They are left out here." in admin.text
    assert "of all sets of answers get another outcome." in admin.text
    assert "Fails with this" in admin.text
    store_draft(database, replace(STARTER, leave=STARTER.leave[:-1]))
    preview_bulk_edit(admin, to_points="1")
    assert "Nothing of the draft can be tried yet. No row of the first table fits" in admin.text
    assert "another outcome" not in admin.text
    each = text_of(admin.page.select_one("section[aria-labelledby=each]"))
    assert "to: adds 1 point towards keeping it in-house" in each


def test_s20_it_is_one_act_with_before_and_after_and_taken_back_by_one_button(
    admin: Admin, draft: Read, database: Database
) -> None:
    admin.start()
    preview_bulk_edit(admin, to_points="1")
    apply_bulk_edit(admin)
    assert "You changed 2 rules." in admin.text
    admin.take_back()
    assert draft() == STARTER
    with database.read() as session:
        acts = list(session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)))
    assert [act.kind for act in acts] == ["draft started", "draft changed several", "draft taken back"]
    assert acts[1].before is not None
    assert set(acts[1].before) == {f"rules/{key}" for key in TICKED}
    assert acts[1].before == acts[2].after


def test_another_admins_change_is_not_lost(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start()
    preview_bulk_edit(admin, to_points="1")
    other_admin.edit("rules/aim-cost", push__points="4", because="Ben was here.")
    apply_bulk_edit(admin, status=409)
    assert "The draft was changed after this was shown." in admin.text
    assert rules_of(draft)["aim-cost"].push.points == 4
    apply_bulk_edit(admin)
    assert rules_of(draft)["aim-cost"].push.points == 1
    assert rules_of(draft)["aim-cost"].because == "Ben was here."


def test_what_somebody_changed_again_is_named_and_the_rest_can_be_taken_back_alone(
    admin: Admin, other_admin: Admin, draft: Read
) -> None:
    admin.start()
    preview_bulk_edit(admin, to_points="1")
    apply_bulk_edit(admin)
    other_admin.edit("rules/aim-cost", push__points="5")
    admin.take_back(status=409)
    assert "Somebody changed the same since" in admin.errors
    entry = admin.page.select("li[id^=entry-]")[0]
    assert "Part of it was changed since:" in text_of(entry)
    assert "ben@example.com changed “Points” of the rule" in text_of(entry)
    assert rules_of(draft)["core-done-well"].push.points == 1, "not a part of it unasked"
    button = entry.select_one("button")
    assert text_of(button).startswith("Take back the other 1")
    stale = admin.second_window()
    admin.submit(form=admin.number_of("rest"), button=str(button["value"]))  # type: ignore[index]
    assert rules_of(draft)["aim-cost"].push.points == 5
    assert rules_of(draft)["core-done-well"] == STARTER.rule("core-done-well")
    stale.submit(form=stale.number_of("rest"), button=str(button["value"]), status=409)  # type: ignore[index]
    assert rules_of(draft)["aim-cost"].push.points == 5


def test_where_nothing_is_ticked_the_list_comes_again_with_what_was_chosen(admin: Admin) -> None:
    admin.start()
    preview_bulk_edit(admin, f"{DRAFT}/rules?side=keep", status=422, tick=[], to_points="+1")
    assert admin.errors == "There is a problem Tick the rules to change."
    assert admin.page.select("main [name=tick]"), "there is something to tick"
    assert admin.page.select_one("#side option[selected]")["value"] == "keep"  # type: ignore[index]
    button = admin.page.select_one('button[value="choose"]')
    assert button is not None
    assert str(button["formaction"]).endswith(f"{SEVERAL}?side=keep")
    moving = admin.page.select_one("form.plain")
    assert moving is not None
    assert str(moving["action"]).endswith(f"{DRAFT}/rules?side=keep"), "its other buttons go where they always do"


def test_one_sees_the_rules_one_picked_before_one_says_what_to_change(admin: Admin) -> None:
    admin.start()
    preview_bulk_edit(admin, do="choose")
    assert admin.heading == "Change 2 rules"
    each = text_of(admin.page.select_one("section[aria-labelledby=each]"))
    for key in TICKED:
        assert item_name(STARTER, "rules", key) in each
    assert "adds 3 points towards keeping it in-house" in each
    assert not admin.page.select('button[value="apply"]')


def test_what_is_ticked_stays_so_while_one_searches_and_turns_pages(admin: Admin, database: Database) -> None:
    with database.write() as session:
        publish(session, dumps(crowded_rules(100)), "Grown over years.")
    admin.start()
    preview_bulk_edit(admin, do="page")
    assert len(admin.page.select("[name=tick][checked], [name=tick][type=hidden]")) == len(TICKED)
    preview_bulk_edit(admin, do="list", q="aim-cost")
    shown = [str(it["value"]) for it in admin.page.select("[name=tick][checked]")]
    hidden = [str(it["value"]) for it in admin.page.select("[name=tick][type=hidden]")]
    assert (shown, hidden) == (["aim-cost"], ["core-done-well"])
    admin._read(admin.post(SEVERAL, do="choose", tick=shown + hidden), 200)
    assert admin.heading == "Change 2 rules"


def test_where_nothing_is_ticked_searching_and_turning_pages_leads_to_the_list(admin: Admin) -> None:
    admin.start().open(f"{DRAFT}/rules")
    looked_for = admin.post(f"{SEVERAL}?side=keep", do="list", q="aim", side="bpo")
    assert (looked_for.status_code, looked_for.headers["Location"]) == (303, f"{DRAFT}/rules?q=aim&side=bpo")
    turned = admin.post(f"{SEVERAL}?side=keep&page=2", do="page", q="aim")
    assert (turned.status_code, turned.headers["Location"]) == (303, f"{DRAFT}/rules?side=keep&page=2")
    assert admin.post(SEVERAL, do="every", q="aim").headers["Location"] == f"{DRAFT}/rules"


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"tick": [], "to_points": "1"}, "Tick the rules to change."),
        ({}, "Choose what to change in them."),
        ({"add_claim": "D9.99"}, "No claim has the id “D9.99”"),
        ({"drop_claim": "D9.99"}, "None of these rules rests on “D9.99”"),
        ({"to_points": "9"}, "Choose “Points” from what is listed"),
        ({"tick": ["no-such-rule"], "to_points": "1"}, "Tick the rules to change."),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(admin: Admin, sent: dict[str, Any], says: str) -> None:
    admin.start()
    preview_bulk_edit(admin, status=422, **sent)
    assert says in admin.text
    assert not admin.page.select('button[value="apply"]')


def test_it_cannot_be_done_unseen(admin: Admin, draft: Read) -> None:
    admin.start()
    preview_bulk_edit(admin, status=409, do="apply", to_points="1")
    assert draft() == STARTER


def test_all_that_a_filter_finds_can_be_changed(admin: Admin, draft: Read) -> None:
    admin.start()
    preview_bulk_edit(admin, f"{DRAFT}/rules?side=keep", tick=[], all="1", to_points="-1")
    apply_bulk_edit(admin)
    for rule in STARTER.rules:
        fewer = max(rule.push.points - 1, 1) if rule.push.side == "keep" else rule.push.points
        assert rules_of(draft)[rule.key].push.points == fewer


def test_400_rules_are_changed_at_once(admin: Admin, database: Database) -> None:
    with database.write() as session:
        publish(session, dumps(crowded_rules()), "Grown over years.")
    admin.start()
    preview_bulk_edit(admin, tick=[], all="1", to_points="2")
    assert admin.heading == f"Change {RULES} rules"
