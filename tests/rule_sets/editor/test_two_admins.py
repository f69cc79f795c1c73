"""Two admins at once: both texts are shown, and nobody's change is lost (F13)."""

from random import Random
from typing import Any

from flask import Flask

from advisor import starter
from advisor.engine.document.edit import find
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import in_force, publish
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.visiting import text_of

RULES = starter.rule_set()
RULE = RULES.rules[0]
PAGE = f"{DRAFT}/rules/{RULE.key}"


def test_f13_a_save_over_what_somebody_else_saved_shows_both_texts(
    admin: Admin, other_admin: Admin, draft: Read
) -> None:
    admin.start().open(PAGE)
    other_admin.edit(f"rules/{RULE.key}", because="Ben wrote this one.")
    admin.save(because="Ada typed that one.", status=409)
    assert "ben@example.com saved this at" in admin.text
    theirs, mine = (
        text_of(side).replace("removed: ", "").replace("added: ", "") for side in admin.page.select(".clash dd")
    )
    assert (theirs, mine) == ("Ben wrote this one.", "Ada typed that one.")
    choices = [(button["value"], text_of(button)) for button in admin.page.select(".clash button")]
    assert choices == [("theirs", "Keep what stands there now"), ("save", "Save what you typed over it")]
    assert find(draft(), "rules", RULE.key).because == "Ben wrote this one."
    admin.save()
    assert find(draft(), "rules", RULE.key).because == "Ada typed that one."


def test_f13_what_only_one_of_two_changed_is_kept_without_asking(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start().open(PAGE)
    other_admin.edit(f"rules/{RULE.key}", push__points="5", weighed="Ben weighed it.")
    admin.save(because="Ada typed that one.")
    assert "What somebody else changed meanwhile is kept: Points, " in admin.text
    rule = find(draft(), "rules", RULE.key)
    assert (rule.because, rule.push.points, rule.weighed) == ("Ada typed that one.", 5, "Ben weighed it.")


def test_f13_only_what_both_changed_is_asked_about(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start().open(PAGE)
    other_admin.edit(f"rules/{RULE.key}", because="Ben wrote this one.", weighed="Ben weighed it.")
    admin.save(because="Ada typed that one.", says="each case ends", status=409)
    assert len(admin.page.select(".clash dl")) == 1
    assert "Their other changes are in the form already, and stay: " in admin.text
    admin.save()
    rule = find(draft(), "rules", RULE.key)
    assert (rule.because, rule.weighed, rule.says) == ("Ada typed that one.", "Ben weighed it.", "each case ends")


def test_f13_in_any_order_of_saves_nobodys_change_is_lost(
    app: Flask, database: Database, admin: Admin, other_admin: Admin, draft: Read
) -> None:
    people = [admin.start(), other_admin, Admin.of(app, database, "cy@example.com")]
    dice, clashes = Random(3), 0
    opened: set[Admin] = set()
    for place, names in (
        (f"rules/{RULE.key}", ("because", "says", "weighed")),
        ("questions/edge/answers/vital", ("label", "hint")),
        ("questions/edge", ("text", "hint", "missing")),
        ("limits/0", ("text",)),
    ):
        collection, _slash, key = place.replace("/answers/", "/options/").rpartition("/")
        expected: dict[str, str] = {}
        opened.clear()
        for step in range(10):
            who = dice.choice(people)
            if who not in opened:
                who.open(f"{DRAFT}/{place}")
                opened.add(who)
            typed: dict[str, Any] = {
                name: f"words {step} of {name}" for name in dice.sample(names, dice.randint(1, len(names)))
            }
            meant: dict[str, Any] = {"meaning": "wording"} if {"label", "missing"} & {*names} else {}
            try:
                who.save(**typed, **meant)
            except AssertionError:
                assert who.response.status_code == 409
                clashes += 1
                who.save(**meant)
            expected |= typed
            item = find(draft(), collection, key)
            found = {name: item if isinstance(item, str) else getattr(item, name) for name in expected}
            assert found == expected, (place, step)
    assert clashes > 5


def test_f13_a_row_that_may_be_another_by_now_is_not_merged_with(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start().open(f"{DRAFT}/kind/4")
    other_admin.edit("kind/4", says="Ben wrote this one.")
    other_admin.open(f"{DRAFT}/kind/0/remove")
    other_admin.submit()
    opened, present = RULES.kind[4], draft().kind[4]
    assert opened.strength == present.strength, "the other row lets what is typed into it be merged"
    admin.save(strength="clear", status=409)
    assert draft().kind[4] == present


def test_f13_a_form_that_does_not_say_what_it_was_opened_on_overwrites_nothing_unseen(
    admin: Admin, other_admin: Admin, draft: Read
) -> None:
    for base in ("", "[", "[1]", '[{}, ""]', '["x", 1]', '[{"key": "x"}, ""]', "1", "null"):
        admin.start() if not base else None
        admin.open(PAGE)
        other_admin.edit(f"rules/{RULE.key}", weighed=f"Ben weighed it: {base}.")
        admin.save(because=f"Ada typed {base}.", base=base, status=409)
        assert find(draft(), "rules", RULE.key).weighed == f"Ben weighed it: {base}."


def test_f13_who_keeps_what_stands_there_loses_nothing_of_it(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start().open(PAGE)
    other_admin.edit(f"rules/{RULE.key}", because="Ben wrote this one.")
    admin.save(because="Ada typed that one.", status=409)
    admin.press("theirs")
    assert admin.path == PAGE, "nothing is left to save"
    assert "Ben wrote this one." in admin.text
    assert "Ada typed" not in admin.text
    assert find(draft(), "rules", RULE.key).because == "Ben wrote this one."


def test_f13_who_keeps_what_stands_there_keeps_what_else_was_typed(
    admin: Admin, other_admin: Admin, draft: Read
) -> None:
    """Only the fields that both changed are given up, a list with rows and the points among them."""
    admin.start().open(PAGE)
    other_admin.edit(f"rules/{RULE.key}", because="Ben wrote this one.", push__points="5", when__0__values=["vital"])
    typed = {"because": "Ada typed that one.", "push__points": "4", "says": "each case ends"}
    admin.save(**typed, when__0__values=["some-edge"], status=409)
    admin.press("theirs", says="each case is done")
    assert "What stands there now is kept: When, Points, Reason." in admin.text
    rule = find(draft(), "rules", RULE.key)
    assert (rule.because, rule.says) == ("Ben wrote this one.", RULE.says), "nothing is saved yet"
    other_admin.edit(f"rules/{RULE.key}", weighed="")
    admin.save()
    rule = find(draft(), "rules", RULE.key)
    assert (rule.because, rule.push.points, rule.when[0].values) == ("Ben wrote this one.", 5, ("vital",))
    assert (rule.says, rule.weighed) == ("each case is done", ""), "what Ben saved since is kept"


def test_f13_a_third_save_meanwhile_is_a_clash_again(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start().open(PAGE)
    other_admin.edit(f"rules/{RULE.key}", because="Ben wrote this one.")
    admin.save(because="Ada typed that one.", status=409)
    other_admin.edit(f"rules/{RULE.key}", because="And then this.")
    admin.save(status=409)
    assert "And then this." in admin.text
    assert find(draft(), "rules", RULE.key).because == "And then this."


def test_f13_changes_of_other_things_meanwhile_are_no_clash(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start().open(PAGE)
    other_admin.edit("rules/edge-vital", because="Ben wrote this one.")
    admin.save(because="Ada typed that one.")
    assert find(draft(), "rules", RULE.key).because == "Ada typed that one."
    assert find(draft(), "rules", "edge-vital").because == "Ben wrote this one."


def test_f13_an_answer_may_change_while_its_question_is_edited(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start().open(f"{DRAFT}/questions/edge")
    other_admin.edit("questions/edge/answers/vital", hint="Ben wrote this.")
    admin.save(hint="Ada typed that.")
    question = find(draft(), "questions", "edge")
    assert question.hint == "Ada typed that."
    assert {option.key: option.hint for option in question.options}["vital"] == "Ben wrote this."


def test_f13_what_somebody_removed_meanwhile_can_be_added_again(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start().open(PAGE)
    other_admin.open(f"{PAGE}/remove")
    other_admin.submit()
    admin.save(because="Ada typed that one.", status=409)
    assert "removed this after you opened it" in admin.text
    admin.save()
    assert find(draft(), "rules", RULE.key).because == "Ada typed that one."


def test_f13_what_was_changed_meanwhile_is_not_removed_unseen(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start().open(f"{PAGE}/remove")
    other_admin.edit(f"rules/{RULE.key}", because="Ben wrote this one.")
    admin.submit(status=409)
    assert "changed after you opened it" in admin.errors
    assert find(draft(), "rules", RULE.key).because == "Ben wrote this one."
    admin.submit()
    assert draft().rule(RULE.key) is None


def test_f13_a_policy_row_is_saved_where_it_stands_now(admin: Admin, other_admin: Admin, draft: Read) -> None:
    admin.start().open(f"{DRAFT}/kind/3")
    says = draft().kind[3].says
    other_admin.open(f"{DRAFT}/kind/0/remove")
    other_admin.submit()
    admin.save(says="Ada typed that.")
    assert [row.says for row in draft().kind][2] == "Ada typed that."
    assert says not in [row.says for row in draft().kind]


def test_what_was_typed_when_the_draft_was_published_meanwhile_goes_into_a_new_one(
    admin: Admin, other_admin: Admin, draft: Read
) -> None:
    admin.start().open(PAGE)
    other_admin.edit("rules/edge-vital", because="Ben wrote this one.")
    other_admin.open(f"{DRAFT}/publish")
    other_admin.submit(do="publish", note="Ben's.")
    admin.save(because="Ada typed that one.", status=409)
    assert "version 2 is in force" in admin.errors
    admin.press("start")
    assert find(draft(), "rules", RULE.key).because == "Ada typed that one."
    assert find(draft(), "rules", "edge-vital").because == "Ben wrote this one."


def test_f13_who_publishes_second_is_told_the_number(admin: Admin, other_admin: Admin, database: Database) -> None:
    admin.start().edit(f"rules/{RULE.key}", because="New words.")
    admin.open(f"{DRAFT}/publish")
    other_admin.open(f"{DRAFT}/publish")
    other_admin.submit(do="publish", note="Ben's.")
    admin.submit(do="publish", note="Ada's.")
    assert admin.path == "/admin/rules"
    assert "Already published as version 2." in text_of(admin.page.select_one("[role=status]"))
    with database.read() as session:
        assert (in_force(session).number, in_force(session).note) == (2, "Ben's.")


def test_f13_who_sends_the_form_twice_is_told_the_number_and_publishes_once(admin: Admin, database: Database) -> None:
    admin.start().edit(f"rules/{RULE.key}", because="New words.")
    admin.open(f"{DRAFT}/publish")
    twin = admin.second_window()
    admin.submit(do="publish", note="Ada's.")
    assert "Version 2 is in force now." in text_of(admin.page.select_one("[role=status]"))
    twin.submit(do="publish", note="Ada's.")
    assert "Already published as version 2." in text_of(twin.page.select_one("[role=status]"))
    with database.read() as session:
        assert in_force(session).number == 2


def test_f13_a_draft_that_was_discarded_is_not_told_to_be_published(admin: Admin, other_admin: Admin) -> None:
    admin.start().edit(f"rules/{RULE.key}", because="New words.")
    admin.open(f"{DRAFT}/publish")
    other_admin.open(f"{DRAFT}/discard")
    other_admin.submit()
    admin.submit(do="publish", note="Ada's.")
    assert "There is no draft any more" in text_of(admin.page.select_one("[role=status]"))


def test_f13_a_draft_that_changed_is_looked_at_again_before_it_is_published(
    admin: Admin, other_admin: Admin, database: Database
) -> None:
    admin.start().edit(f"rules/{RULE.key}", because="New words.")
    admin.open(f"{DRAFT}/publish")
    other_admin.edit("rules/edge-vital", because="Ben wrote this one.")
    admin.submit(do="publish", note="Ada's.", status=409)
    assert "changed after you opened this page" in admin.errors
    assert "Ada's." in admin.text
    admin.submit(do="publish")
    with database.read() as session:
        assert in_force(session).number == 2


def test_f9_a_thing_that_is_added_twice_by_a_double_click_is_there_once(admin: Admin, draft: Read) -> None:
    admin.start().open(f"{DRAFT}/add/limits")
    twin = admin.second_window()
    admin.save(text="Nor the weather.")
    twin.save(text="Nor the weather.")
    assert [text for text in draft().limits if text == "Nor the weather."] == ["Nor the weather."]


def test_a_draft_older_than_what_is_in_force_asks_before_it_replaces_that(admin: Admin, database: Database) -> None:
    admin.start().edit(f"rules/{RULE.key}", because="New words.")
    changed = starter.text().replace(
        "What the law of your country", "Anything, nothing less, that the law of your country"
    )
    with database.write() as session:
        publish(session, changed, "From a file.")
    admin.open("/admin/rules")
    assert "Version 2 came into force after this draft was started" in admin.text
    admin.open(f"{DRAFT}/publish")
    assert "nothing" in " ".join(text_of(tag) for tag in admin.page.select("ins"))
    admin.submit(do="publish", note="Ada's.", status=422)
    assert "replaces what version 2 changed" in admin.errors
    admin.submit(do="publish", over="y")
    with database.read() as session:
        assert in_force(session).number == 3


def test_a_draft_is_discarded_as_it_was_shown(admin: Admin, other_admin: Admin) -> None:
    admin.start().edit(f"rules/{RULE.key}", because="New words.")
    admin.open(f"{DRAFT}/discard")
    assert "1 change to version 1" in admin.text
    other_admin.edit("rules/edge-vital", because="Ben wrote this one.")
    admin.submit(status=409)
    assert "changed after you opened this page" in admin.errors
    admin.submit()
    assert "Nobody is working on a draft" in admin.text


def test_the_note_is_kept_before_everything_is_mended(admin: Admin) -> None:
    admin.start().edit(f"rules/{RULE.key}", because="")
    admin.open(f"{DRAFT}/publish")
    admin.submit(do="note", note="What I will say.")
    assert "What I will say." in admin.text
    assert "This is missing" in admin.text
