"""Beside the form of a rule stands what it does as it is typed: where it fires, what it moves, the cases it touches."""

from dataclasses import replace

from advisor import starter
from advisor.engine.analysis.proofs.one_rule import rule_effect
from advisor.engine.analysis.proofs.shares import count_shares
from advisor.engine.document import edit
from advisor.engine.document.document import dumps
from advisor.engine.model.vocabulary import Outcome
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import publish
from advisor.wording.items import item_name
from advisor.wording.values import percent
from advisor.wording.vocabulary import OUTCOMES
from tests.reading import HtmlPage
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.rule_sets.crowded_rules import crowded_rules
from tests.rule_sets.drafts import store_draft
from tests.visiting import text_of

STARTER = starter.rule_set()
RULE = f"{DRAFT}/rules/core-done-well"


def published_shares() -> dict[str, str]:
    """The share of each outcome among all complete answers to the starter rules, in words."""
    shares = count_shares(STARTER)
    assert shares is not None
    return {str(OUTCOMES[outcome].name): percent(shares.whole.share(outcome)) for outcome in Outcome}


def effect_words(admin: Admin) -> str:
    return text_of(admin.page.select_one("#effect"))


def test_where_a_rule_fires_and_what_it_moves_stands_beside_it(admin: Admin) -> None:
    admin.start().open(RULE)
    found = rule_effect(STARTER, "core-done-well")
    assert found.share == 0.05
    assert "That is so in 5.0% of all complete sets of answers; every one was counted." in effect_words(admin)
    assert "In the first table, row 1 decides some answers that row 2 would decide without this rule." in effect_words(
        admin
    )
    assert "Found by trying 8,192 sets of answers in which it fires; there may be more." in effect_words(admin)
    assert f"{found.together} other rules can fire on the same answers." in effect_words(admin)
    assert item_name(STARTER, "rules", "edge-core-expert") in effect_words(admin)


def test_what_it_says_comes_first_then_what_it_does(admin: Admin) -> None:
    admin.start().open(RULE)
    says = text_of(admin.page.select_one("section.reads-as"))
    assert says.startswith("What it says When the answer to “Do customers choose you because of this work?” is")
    assert "it adds 3 points towards keeping it in-house. It rests on this claim: Put out only" in says
    main = admin.text
    order = [
        "What it says",
        "Reason shown to people",
        "Towards",
        "When All of these must hold",
        "Claims it rests on",
        "What it does",
    ]
    places = [main.index(f" {words}") for words in order]
    assert places == sorted(places)
    admin.press("update", sources=[])
    assert "It rests on no claim." in text_of(admin.page.select_one("section.reads-as"))


def test_it_follows_what_is_typed_before_anything_is_saved(admin: Admin, draft: Read) -> None:
    admin.start().open(RULE)
    before = effect_words(admin)
    admin.press("update", push__points="1")
    assert effect_words(admin) != before
    assert "Fails with this" in effect_words(admin)
    admin.press("update", when__1__values=["untidy", "one-person", "well"])
    assert "in 9.0% of all complete sets of answers" in effect_words(admin)
    assert draft() == STARTER


def test_an_example_of_a_row_that_is_moved_opens_as_a_test_case(admin: Admin) -> None:
    admin.start().open(RULE)
    link = next(link for link in admin.page.select("#effect a") if "Make a test case of such answers" in text_of(link))
    admin.open(str(link["href"]))
    assert admin.heading == "Add a test case"
    assert admin.page.select_one('[name="outcome"] option[selected][value="keep"]') is not None


def test_a_rule_that_can_never_fire_says_so_while_it_is_typed(admin: Admin) -> None:
    admin.start().open(RULE)
    admin.press("when:add")
    admin.press("update:2", when__2__question="edge")
    admin.press("update", when__2__test="any_of", when__2__values=["vital"])
    assert "Nowhere: no answers meet all of its conditions." in effect_words(admin)


def test_a_new_rule_shows_what_it_would_do_once_it_is_complete(admin: Admin) -> None:
    admin.start().open(f"{DRAFT}/add/rules")
    assert "once the rule is complete" in effect_words(admin)
    admin.press("update:0", when__0__question="steps")
    admin.press("update", when__0__test="any_of", when__0__values=["set"], push__side="kpo", push__points="5")
    assert "in 25.0% of all complete sets of answers" in effect_words(admin)
    assert "and fires exactly when this one does." in effect_words(admin)
    assert "Pushes against it" in effect_words(admin)


def test_what_is_wrong_elsewhere_hides_nothing_where_the_rest_can_be_tried(admin: Admin, database: Database) -> None:
    admin.start().edit("rules/core-done-well", sources=[])
    for rule in ("core-done-well", "aim-cost"):
        admin.open(f"{DRAFT}/rules/{rule}")
        assert "of all complete sets of answers" in effect_words(admin)
        assert "left out" not in effect_words(admin), "a claim that is missing changes no advice"
    store_draft(database, edit.remove(edit.remove(STARTER, "questions", "exposure"), "kind", "2"))
    admin.open(f"{DRAFT}/rules/aim-cost")
    assert "have to be mended first. They are left out here." in effect_words(admin)
    assert "of all complete sets of answers" in effect_words(admin)
    admin.open(
        f"{DRAFT}/rules/{next(key for name, key in edit.users_of_question(STARTER, 'exposure') if name == 'rules')}"
    )
    assert "This is shown once the rule is complete." in effect_words(admin)
    assert "of all complete sets of answers" not in effect_words(admin)


def test_the_row_that_a_rule_moves_has_the_number_that_it_has_in_the_draft(admin: Admin, database: Database) -> None:
    first = STARTER.leave[0]
    without_number = replace(first, when=(replace(first.when[0], at_least=None),))
    admin.start()
    store_draft(database, replace(STARTER, leave=(without_number, *STARTER.leave)))
    admin.open(RULE)
    assert "In the first table, row 2 decides some answers that row 3 would decide without this rule." in effect_words(
        admin
    )


def test_where_nothing_can_be_tried_the_rule_says_why(admin: Admin, database: Database) -> None:
    admin.start()
    store_draft(database, replace(STARTER, leave=STARTER.leave[:-1]))
    admin.open(RULE)
    assert "Nothing of the draft can be tried yet. No row of the first table fits" in effect_words(admin)


def test_it_is_there_among_400_rules_at_every_letter(admin: Admin, database: Database) -> None:
    with database.write() as session:
        publish(session, dumps(crowded_rules()), "Grown over years.")
    admin.start().open(RULE)
    admin.press("update", push__points="2")
    assert "of all complete sets of answers" in effect_words(admin)
    admin.press("update", because="Other words change nothing of it.")
    assert "of all complete sets of answers" in effect_words(admin)


def test_a_change_of_one_rule_shows_the_advice_before_and_after_while_it_is_typed_and_after_it_is_saved(
    admin: Admin,
) -> None:
    admin.start().open(RULE)
    assert "What this change does to the advice" not in effect_words(admin)
    admin.press("update", push__points="1")
    assert "Before: the draft as it is stored." in effect_words(admin)
    before = {text_of(row.th): text_of(row.td) for row in admin.page.select("#effect table.before-after tbody tr")}
    assert before == published_shares(), "what the version in force does"
    typed = text_of(admin.page.select_one("#effect table.before-after"))
    assert "Test cases that turn Fails with this" in effect_words(admin)
    admin.press("save", push__points="1")
    assert "Before: the draft with this rule as version 1 has it." in effect_words(admin)
    assert text_of(admin.page.select_one("#effect table.before-after")) == typed, "one function tells both"


def test_a_reason_for_the_points_that_stays_while_they_change_is_pointed_at(admin: Admin) -> None:
    admin.start().open(RULE)
    assert "still says what it said" not in admin.text
    admin.press("update", push__points="2")
    warning = "“Why this many points” still says what it said when the rule added 3 points"
    assert warning in text_of(admin.page.select_one("#rests-on"))
    admin.press("update", weighed="2, since it is put softly.")
    assert warning not in admin.text


def test_a_save_says_what_changed_and_can_be_taken_back_on_the_spot(admin: Admin, draft: Read) -> None:
    admin.start().edit("rules/core-done-well", push__points="2")
    assert "Saved in the draft. You changed “Points” of the rule" in admin.text
    assert "from 3 to 2" in admin.text
    admin.take_back()
    assert draft() == STARTER
    assert admin.heading.startswith("Rule"), "one stays on the page of the rule"
    admin.save()
    assert "Saved in the draft." in admin.text
    assert "You changed" not in admin.text, "nothing differs, so nothing can be taken back"


def test_what_is_kept_of_a_rule_leads_to_where_this_request_came_in(admin: Admin) -> None:
    admin.start().open(RULE)
    assert admin.page.select("#effect a[href^='/admin/rules/']")
    below = HtmlPage(admin.client.get(RULE, base_url="http://localhost/below").data)
    links = [str(link["href"]) for link in below.select("#effect a[href]") if not str(link["href"]).startswith("#")]
    assert links
    assert [link for link in links if not link.startswith("/below/")] == []
