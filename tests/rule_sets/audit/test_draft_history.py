"""What was done in a draft is told in sentences, and each act can be taken back on which nothing later rests."""

import pytest

from advisor import starter
from advisor.engine.document.edit import find
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.visiting import text_of

STARTER = starter.rule_set()
RULE = STARTER.rules[0]
HISTORY = f"{DRAFT}/history"


def sentences(admin: Admin) -> list[str]:
    """Each act that the page tells of, the latest first."""
    return [text_of(heading) for heading in admin.page.select("li[id^=entry-] h2")]


def take_back(admin: Admin, words: str, status: int = 200) -> None:
    """Press the button of the first act whose sentence holds these words."""
    admin.open(HISTORY)
    for number, form in enumerate(admin.page.select("main form")):
        button = form.select_one("button[name=act]")
        if button is not None and words in text_of(button):
            admin.submit(form=number, button=str(button["value"]), status=status)
            return
    pytest.fail(f"no button for {words!r}: {sentences(admin)}")


def test_acts_are_told_in_sentences_with_what_was_and_what_is(admin: Admin, other_admin: Admin) -> None:
    admin.start()
    admin.open(HISTORY)
    assert "Nothing was done in it yet" in admin.text
    admin.edit(f"rules/{RULE.key}", push__points="2" if RULE.push.points != 2 else "3")
    other_admin.edit(f"rules/{RULE.key}", because="New words for the reason.")
    admin.open(f"{DRAFT}/rules/{STARTER.rules[1].key}/remove")
    admin.submit()
    admin.open(HISTORY)
    removed, reason, points = sentences(admin)
    assert removed.startswith("ada@example.com removed the rule “")
    assert reason == "ben@example.com changed “Reason” of the rule “New words for the reason”."
    assert f"changed “Points” of the rule “New words for the reason” from {RULE.push.points} to " in points


def test_any_order_of_taking_back_leads_back_to_the_version(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start()
    admin.edit(f"rules/{RULE.key}", because="New words for the reason.")
    other_admin.open(f"{DRAFT}/questions/contact/remove")
    other_admin.submit(with_users="y")
    admin.edit("limits/0", text="Another limit.")
    take_back(admin, "removed the question")
    assert draft().question("contact") == STARTER.question("contact")
    assert draft().cases == STARTER.cases
    assert draft().rule(RULE.key).because == "New words for the reason."  # type: ignore[union-attr]
    take_back(admin, "“Reason”")
    take_back(admin, "limit")
    assert draft() == STARTER
    assert "Taken back." in admin.text
    back = sentences(admin)[0]
    assert back.startswith("ada@example.com put back the limit")
    assert any("put back the question" in said for said in sentences(admin))
    assert "Who asked for a version, approved it or sent it back stands in the record" in admin.text
    take_back(admin, back)
    assert draft().limits[0] == "Another limit."


def test_an_item_under_another_key_is_told_as_changed(admin: Admin) -> None:
    admin.start()
    admin.open(f"{DRAFT}/add/sources")
    admin.save(title="A third document", about="A paper.")
    admin.edit("sources/D3", key="E1")
    admin.open(HISTORY)
    assert sentences(admin)[0] == "ada@example.com changed “Key” of the source “A third document” from “D3” to “E1”."


def test_what_something_later_rests_on_says_what_that_is(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start()
    admin.edit(f"rules/{RULE.key}", because="First words.")
    stale = admin.second_window()
    stale.open(HISTORY)
    other_admin.edit(f"rules/{RULE.key}", because="Second words.")
    admin.open(HISTORY)
    first = admin.page.select("li[id^=entry-]")[1]
    assert first.select_one("button") is None
    assert "ben@example.com changed “Reason”" in text_of(first)
    stale.submit(button=str(stale.page.select("button[name=act]")[0]["value"]), status=409)
    assert "Somebody changed the same since" in stale.text
    assert draft().rule(RULE.key).because == "Second words."  # type: ignore[union-attr]
    take_back(admin, "“Reason”")
    assert draft().rule(RULE.key).because == "First words."  # type: ignore[union-attr]
    take_back(admin, "ada@example.com changed “Reason”")
    assert draft() == STARTER


def test_all_that_rests_on_an_act_can_be_reached(admin: Admin) -> None:
    admin.start()
    for number in range(6):
        admin.edit(f"rules/{RULE.key}", because=f"Words {number}.")
    admin.open(HISTORY)
    first = admin.page.select("li[id^=entry-]")[-1]
    *named, more = first.select("ul a")
    assert [text_of(it).rpartition("to ")[2] for it in named] == [f"“Words {number}.”." for number in (5, 4, 3)]
    assert text_of(more).startswith("2 more that rest on: ada@example.com changed “Reason”")
    admin.open(str(more["href"]))
    assert "Only what rests on this, the latest first: ada@example.com changed “Reason”" in admin.text
    assert [it.rpartition("to ")[2] for it in sentences(admin)] == [f"“Words {it}.”." for it in (5, 4, 3, 2, 1)]
    take_back(admin, "“Words 4.” to “Words 5.”")
    *named, _more = admin.page.select("li[id^=entry-]")[-1].select("ul a")
    assert [text_of(it).rpartition("to ")[2] for it in named] == [f"“Words {number}.”." for number in (4, 3, 2)]
    for number in (4, 3, 2, 1):
        take_back(admin, f"“Words {number - 1}.” to “Words {number}.”")
    admin.open(str(more["href"]))
    assert sentences(admin) == []
    assert "Nothing rests on it now, so it can be taken back." in admin.text


def test_what_was_added_stays_while_a_later_act_uses_it(admin: Admin, draft: Read) -> None:
    admin.start()
    admin.open(f"{DRAFT}/add/claims?copy={STARTER.claims[0].id}")
    admin.save(id="D9.99", text="A claim of our own.")
    admin.edit(f"rules/{RULE.key}", sources=["D9.99", *RULE.sources])
    admin.open(HISTORY)
    added = admin.page.select("li[id^=entry-]")[1]
    assert "added the claim “A claim of our own”" in text_of(added)
    assert added.select_one("button") is None
    take_back(admin, "“Claims” of the rule")
    take_back(admin, "added the claim")
    assert draft() == STARTER


def test_what_a_removal_would_miss_now_is_named_and_nothing_broken_comes_back(admin: Admin, draft: Read) -> None:
    question = RULE.when[0].question
    admin.start()
    admin.open(f"{DRAFT}/rules/{RULE.key}/remove")
    admin.submit()
    admin.open(f"{DRAFT}/questions/{question}/remove")
    admin.submit(with_users="y")
    admin.open(HISTORY)
    first = admin.page.select("li[id^=entry-]")[1]
    assert first.select_one("button") is None
    assert "removed the question" in text_of(first)
    take_back(admin, "removed the question")
    take_back(admin, "removed the rule")
    assert draft() == STARTER


def test_an_act_of_a_draft_that_ended_is_not_taken_back_and_says_what_became_of_it(admin: Admin) -> None:
    admin.start()
    admin.edit(f"rules/{RULE.key}", because="New words for the reason.")
    twin = admin.second_window()
    twin.open(HISTORY)
    admin.open(f"{DRAFT}/discard")
    admin.submit()
    admin.open(f"{DRAFT}/rules/{RULE.key}/history")
    assert "Discarded with its draft" in admin.text
    admin.open("/admin/rules")
    admin.start()
    twin.submit(button=str(twin.page.select("button[name=act]")[0]["value"]), status=409)
    assert "published or discarded" in twin.text


@pytest.mark.parametrize("sent", ["", "x", "0", "999999999999", "1"])
def test_a_number_of_no_act_takes_nothing_back(admin: Admin, draft: Read, sent: str) -> None:
    admin.start().edit(f"rules/{RULE.key}", because="New words.")
    admin.open(HISTORY)
    answer = admin.post(HISTORY, act=sent)
    assert answer.status_code in {400, 409}
    assert find(draft(), "rules", RULE.key).because == "New words."
