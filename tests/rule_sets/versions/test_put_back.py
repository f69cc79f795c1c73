"""The differences of the draft: each can be put back, what follows from one stands with it, no texts run together."""

import re
from dataclasses import replace

import pytest

from advisor import starter
from advisor.engine.document import edit
from advisor.engine.document.causes import caused_changes
from advisor.engine.document.document import dumps
from advisor.engine.model.rules import RuleSet
from advisor.models import Database
from advisor.models.audit import Actor, audit_events
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets.rule_set_version import publish, rule_set
from advisor.wording.items import item_name, shorten
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.rule_sets.versions.test_comparison import without_rule
from tests.visiting import text_of

PAGE = f"{DRAFT}/differences"
STARTER = starter.rule_set()


def change_draft(database: Database, act: object) -> RuleSet:
    """Change the draft; give the version that it was made from."""
    with database.write() as session:
        drafts.edit(session, Actor("admin"), act, kind="draft changed", what="rules")  # type: ignore[arg-type]
        return rule_set(session)


def buttons(admin: Admin) -> dict[str, str]:
    """What each button of the page that puts back sends, by the name of its item."""
    found = admin.page.select('button[value^="put-back "]')
    return {re.sub("^(Put it back as it was|Take this one out) ", "", text_of(it)): str(it["value"]) for it in found}


def changes_form(admin: Admin) -> int:
    """Which form of the page the buttons of the differences send."""
    return next(at for at, form in enumerate(admin.page.select("main form")) if form.get("id") == "changes")


def press(admin: Admin, do: str, status: int = 200) -> None:
    admin.submit(form=changes_form(admin), do=do, status=status)


def kinds(database: Database) -> list[str]:
    with database.read() as session:
        return [entry.kind for entry in session.scalars(audit_events()) if entry.kind.startswith("draft ")]


def move_rule(rules: RuleSet) -> RuleSet:
    return edit.move(rules, "rules", "core-done-well", -3)


def a_row_less(rules: RuleSet) -> RuleSet:
    return edit.remove(rules, "kind", "1")


ACTS = {
    "changed": lambda rules: edit.put(
        rules, "rules", "edge-vital", replace(rules.rule("edge-vital"), because="Otherwise.")
    ),
    "removed": lambda rules: without_rule(rules, "edge-vital"),
    "added": lambda rules: edit.add(rules, "rules", replace(rules.rule("edge-vital"), key="another"), 3),
    "moved": move_rule,
    "a row less": a_row_less,
    "a row changed": lambda rules: edit.put(rules, "limits", "1", "Another sentence."),
    "an answer less": lambda rules: edit.remove(
        rules, "questions/closest/options", rules.question("closest").options[1].key
    ),
    "a meaning": lambda rules: edit.change_meaning(
        rules, "questions", "edge", replace(rules.question("edge"), key="edge-2", text="How much does it matter?")
    ),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=list(ACTS))
def test_what_is_put_back_is_as_the_version_in_force_has_it_and_that_can_be_taken_back(
    admin: Admin, database: Database, draft: Read, act: object
) -> None:
    admin.start()
    base = change_draft(database, act)
    before = draft()
    admin.open(PAGE)
    assert "1 change between" in admin.text
    [do] = buttons(admin).values()
    press(admin, do)
    assert draft() == base
    assert re.search("You (put back|took out|moved) ", text_of(admin.page.select_one(".notice.removed")))
    assert "Nothing differs between" in admin.text
    admin.take_back()
    assert draft() == before
    assert "1 change between" in admin.text
    assert kinds(database)[:2] == ["draft taken back", "draft put back"]


def test_one_of_several_is_put_back_and_the_others_stay(admin: Admin, database: Database, draft: Read) -> None:
    admin.start()
    change_draft(database, ACTS["removed"])
    change_draft(database, ACTS["a row changed"])
    admin.open(PAGE)
    assert len(buttons(admin)) == 2
    press(admin, next(iter(buttons(admin).values())))
    assert draft().rule("edge-vital") is not None
    assert draft().limits[1] == "Another sentence."


def test_a_form_that_is_sent_twice_puts_back_once(admin: Admin, database: Database) -> None:
    admin.start()
    change_draft(database, ACTS["removed"])
    admin.open(PAGE)
    form, [do] = changes_form(admin), buttons(admin).values()
    page, response = admin.page, admin.response
    press(admin, do)
    admin.page, admin.response = page, response
    admin.submit(form=form, do=do)
    assert "You put back the rule" in admin.text
    assert kinds(database).count("draft put back") == 1


def test_what_was_changed_since_is_shown_again_and_not_put_back(admin: Admin, database: Database) -> None:
    admin.start()
    change_draft(database, ACTS["changed"])
    admin.open(PAGE)
    [do] = buttons(admin).values()
    change_draft(
        database,
        lambda rules: edit.put(rules, "rules", "edge-vital", replace(rules.rule("edge-vital"), because="By another.")),
    )
    press(admin, do, 409)
    assert "This was changed after you opened the page." in admin.errors
    assert "By another." in admin.text
    press(admin, next(iter(buttons(admin).values())))
    assert "Nothing differs between" in admin.text


def test_a_change_elsewhere_does_not_hinder(admin: Admin, database: Database) -> None:
    admin.start()
    change_draft(database, ACTS["changed"])
    admin.open(PAGE)
    [do] = buttons(admin).values()
    change_draft(database, ACTS["a row less"])
    press(admin, do)
    assert "You put back “Reason” of the rule" in admin.text


def with_a_used_question(rules: RuleSet) -> RuleSet:
    question = replace(rules.question("edge"), key="new-one", text="Is it new?")  # type: ignore[type-var]
    rules = edit.add(rules, "questions", question)
    rule = rules.rule("edge-vital")
    assert rule is not None
    when = tuple(replace(condition, question="new-one") for condition in rule.when)
    return edit.add(rules, "rules", replace(rule, key="on-new", when=when, because="It is new."))


def test_an_added_item_that_something_refers_to_stays_and_that_is_named(
    admin: Admin, database: Database, draft: Read
) -> None:
    admin.start()
    change_draft(database, with_a_used_question)
    before = draft()
    admin.open(PAGE)
    assert "Is it new?" not in buttons(admin), "no button is offered that would be refused"
    assert "It cannot be taken out while this rests on it: rule It is new" in admin.text
    added = next(it for it in caused_changes(STARTER, before) if it.change.collection == "questions")
    press(admin, f"put-back {added.mark}", 409)
    assert "Something else refers to the question “Is it new?”." in admin.errors
    [link] = admin.page.select(".problems a")
    assert (text_of(link), link["href"]) == ("It is new", f"{DRAFT}/rules/on-new")
    assert draft() == before
    press(admin, buttons(admin)["It is new"])
    press(admin, buttons(admin)["Is it new?"])
    assert "Nothing differs between" in admin.text


def test_a_removed_item_whose_question_is_gone_says_what_comes_first(
    admin: Admin, database: Database, draft: Read
) -> None:
    admin.start()
    base = change_draft(database, lambda rules: edit.retire(rules, "edge", with_users=True))
    question = base.question("edge")
    assert question is not None
    admin.open(PAGE)
    press(admin, buttons(admin)[item_name(base, "rules", "edge-vital")], 409)
    assert "refers to what the draft no longer has" in admin.errors
    link = admin.page.select_one(".problems a")
    assert link is not None
    assert text_of(link) == question.text
    anchor = str(link["href"]).partition("#")[2]
    assert question.text in text_of(admin.page.select_one(f"#{anchor}"))
    press(admin, buttons(admin)[question.text])
    assert draft().question("edge") == question
    assert [case.answers for case in draft().cases] == [case.answers for case in base.cases]


def test_what_follows_from_one_change_of_meaning_is_folded_under_it(admin: Admin, database: Database) -> None:
    admin.start()
    change_draft(database, ACTS["a meaning"])
    admin.open(PAGE)
    assert "more were rewritten along with these." in admin.text
    [line] = admin.page.select("ol.things > li")
    assert text_of(line.select_one(".tag")) == "Changed in meaning"
    assert re.search(r"and \d+ other items along with it", text_of(line.select_one("summary")))


def test_a_question_taken_out_folds_the_test_cases_that_lose_its_answer(admin: Admin, database: Database) -> None:
    admin.start()
    change_draft(database, lambda rules: edit.retire(rules, "edge", with_users=False))
    admin.open(PAGE)
    assert "1 change between" in admin.text
    assert re.search(r"and \d+ test cases along with it", admin.text)


def test_what_was_added_is_taken_out_and_not_put_back(admin: Admin, database: Database) -> None:
    admin.start()
    change_draft(database, ACTS["added"])
    admin.open(PAGE)
    assert text_of(admin.page.select_one('button[value^="put-back "]')).startswith("Take this one out")


def test_a_rule_that_went_with_its_question_is_told_in_words(admin: Admin, database: Database) -> None:
    """In the differences, and where the version that has neither comes back."""
    admin.start()
    base = change_draft(database, lambda rules: edit.retire(rules, "edge", with_users=True))
    question = base.question("edge")
    assert question is not None
    rule = next(rule for rule in base.rules if any(condition.question == "edge" for condition in rule.when))
    for page in (PAGE, "/admin/rules/compare?old=1&new=draft"):
        admin.open(page)
        line = next(it for it in admin.page.select("ol.things > li") if f"rule {rule.key}" in text_of(it))
        assert "“edge”" not in text_of(line)
        assert f"the answer to “{question.text}” is" in text_of(line)


def test_a_question_that_came_or_went_shows_its_answers_and_an_answer_its_question(
    admin: Admin, database: Database
) -> None:
    admin.start()
    base = change_draft(database, with_a_used_question)
    question = base.question("edge")
    closest = base.question("closest")
    assert question is not None
    assert closest is not None
    admin.open(PAGE)
    assert all(option.label in admin.text for option in question.options)
    change_draft(database, ACTS["an answer less"])
    admin.open(PAGE)
    assert f"Answer to “{closest.text}”" in admin.text


def test_old_and_new_are_apart_in_the_text_of_the_page(admin: Admin) -> None:
    admin.start().edit("rules/edge-vital", push__points="5")
    admin.open(PAGE)
    shown = admin.page.select_one(".changed dd")
    assert shown is not None
    assert re.search(r"removed: \d → added: 5", text_of(shown))
    assert re.search(r"</del>\s*→ <ins>", str(shown))


def test_a_long_text_is_shown_whole_as_it_was_and_as_it_is(admin: Admin) -> None:
    was = next(rule.because for rule in STARTER.rules if rule.key == "edge-vital")
    is_now = "Quite another reason stands here in place of the one that stood here before"
    admin.start().edit("rules/edge-vital", because=is_now)
    admin.open(PAGE)
    shown = [re.sub("(removed|added): ", "", text_of(dd)) for dd in admin.page.select(".changed dd")]
    assert shown == [f"Before: {was}", f"Now: {is_now}"]


def test_each_difference_names_who_made_it_everybody_once(admin: Admin, other_admin: Admin) -> None:
    admin.start().edit("rules/edge-vital", push__points="5")
    other_admin.edit("rules/edge-vital", push__points="4")
    other_admin.edit("rules/core-done-well", push__points="2")
    admin.open(PAGE)
    named = {
        text_of(li.select_one("h3")): re.findall(r"(\w+)@example.com, ", text_of(li))
        for li in admin.page.select('li[id^="change-"]')
    }
    titles = {rule.key: rule.because.rstrip(".") for rule in STARTER.rules}
    assert named == {titles["edge-vital"]: ["ben", "ada"], titles["core-done-well"]: ["ben"]}


def test_what_still_quotes_a_changed_wording_is_listed(admin: Admin, database: Database) -> None:
    admin.start()
    base = change_draft(database, lambda rules: rules)
    question = base.question("edge")
    assert question is not None
    change_draft(
        database,
        lambda rules: edit.put(
            edit.put(rules, "limits", "0", f"We ask “{question.text}” for a reason."),
            "questions",
            "edge",
            replace(question, text="How much does it matter?"),
        ),
    )
    admin.open(PAGE)
    assert "1 item still quotes the old wording" in admin.text


def test_what_still_quotes_a_question_that_went_or_one_of_its_answers_is_listed(
    admin: Admin, database: Database
) -> None:
    admin.start()
    question = STARTER.question("contact")
    assert question is not None
    words = (question.text, question.options[0].label)
    limits = tuple(f"We ask about “{it}” for a reason." for it in words)
    change_draft(database, lambda rules: edit.retire(replace(rules, limits=limits), question.key, with_users=True))
    admin.open(PAGE)
    (quoting,) = (fold for fold in admin.page.select("details") if "still quote the old wording" in text_of(fold))
    assert {f"{DRAFT}/limits/{at}" for at in (0, 1)} <= {str(link["href"]) for link in quoting.select("a")}


def test_the_claims_of_an_item_that_came_or_went_are_told_by_what_they_say(admin: Admin, database: Database) -> None:
    admin.start()
    gone = STARTER.rules[0]
    claim = STARTER.claim(gone.sources[0])
    assert claim is not None
    change_draft(database, lambda rules: replace(rules, rules=(replace(gone, key="other"), *rules.rules[1:])))
    admin.open(PAGE)
    assert admin.text.count(f"{shorten(claim.text)} ({claim.id})") == 2


def test_a_version_brought_back_says_what_it_is_a_copy_of(admin: Admin, database: Database) -> None:
    with database.write() as session:
        first = rule_set(session, 1)
        publish(session, dumps(without_rule(first, "edge-vital")), "One rule less")
        publish(session, dumps(first), "As it was")
    admin.open("/admin/rules")
    assert admin.text.count("A copy of version 1") == 1
    admin.open("/admin/rules/versions/3")
    assert "A copy of version 1" in admin.text
    admin.open("/admin/rules/versions/2")
    assert "A copy of version" not in admin.text


def test_a_button_that_names_nothing_is_refused(admin: Admin) -> None:
    admin.start().open(PAGE)
    for do in ("", "put-back", "undo 1", "else 1"):
        answer = admin.post(PAGE, do=do)
        assert answer.status_code == 400, do
    answer = admin.post(PAGE, do="put-back 0f3a")
    assert answer.status_code == 409
