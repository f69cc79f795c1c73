"""Beside a rule stands in how many of the saved it fires: as one by one, and never so that it gives anybody away."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from advisor import starter
from advisor.engine.document.document import dumps
from advisor.engine.evaluation.evaluate import evaluate_parts
from advisor.engine.model.questions import Condition, Option
from advisor.engine.model.rules import RuleSet
from advisor.models import AccountOwner, Assessment, Database, Part
from advisor.models.audit import OPERATOR
from advisor.models.base import utc_now
from advisor.models.processes.assessment import merge_answers
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets.rule_set_version import publish
from advisor.rule_sets.impact import saved_answers
from advisor.rule_sets.impact.disclosure import FEWEST, approximate_count, disclosed_count, short_count
from advisor.rule_sets.impact.saved_answers import SavedSample
from tests.factories import OWNER, make_account, make_assessment
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.bulk_edits import apply_bulk_edit, preview_bulk_edit
from tests.rule_sets.conftest import Read
from tests.rule_sets.impact.test_saved_answers import answers
from tests.visiting import text_of

STARTER = starter.rule_set()
RULE = "core-done-well"
"""Fires where the process is core and done well."""

FIRES = {"edge": "core", "in_house": "well"}


def save(database: Database, number: int, **given: Any) -> None:
    """So many processes of one account with these answers."""
    owner = AccountOwner(make_account(database, f"{number}-{'-'.join(given)}@example.org"))
    for _ in range(number):
        make_assessment(database, owner, answers=dict(given))


def save_all_kinds(database: Database, number: int) -> None:
    """Random answers, in one piece and in parts, on two versions; and among them a visitor's and some in the bin."""
    random = Random(number)
    account = make_account(database)
    with database.write() as session:
        publish(session, dumps(STARTER), "the same again")
        for at in range(number):
            pieces = random.choice((1, 1, 2, 3))
            own = [answers(random, STARTER.questions) for _ in range(pieces)]
            whole = answers(random, STARTER.questions)
            session.add(
                Assessment(
                    visitor_key_hash="a visitor" if at % 20 == 1 else None,
                    account_id=None if at % 20 == 1 else account,
                    deleted_at=utc_now() if at % 20 == 2 else None,
                    process_name=f"Process {at}",
                    version_number=random.choice((1, 2)),
                    answers=whole,
                    parts=[Part(position=n, name=f"Part {n}", answers=given) for n, given in enumerate(own)],
                )
            )


def one_by_one(database: Database, rules: RuleSet) -> tuple[Counter[str], int]:
    """In how many each rule fires, by the plain evaluator, and how many there are."""
    fires: Counter[str] = Counter()
    with database.read() as session:
        theirs = [a for a in session.scalars(select(Assessment)) if a.account_id and not a.deleted_at]
        for assessment in theirs:
            parts = [(part.name, merge_answers(part.answers, {})) for part in assessment.parts]
            got = evaluate_parts(rules, merge_answers(assessment.answers, {}), parts)
            fires.update({rule.key for rule in got.matched_rules})
    return fires, len(theirs)


def told_counts(admin: Admin) -> dict[str, str]:
    """What the list says of each rule that it shows."""
    lines = admin.page.select("ol.things > li[id]")
    return {str(line["id"]).removeprefix("thing-"): text_of(line.select_one(".trace")) for line in lines}


def effect_words(admin: Admin) -> str:
    return text_of(admin.page.select_one("#effect"))


@pytest.mark.parametrize("packed", [True, False])
def test_every_rule_says_in_how_many_of_the_saved_it_fires(admin: Admin, database: Database, *, packed: bool) -> None:
    save_all_kinds(database, 80)
    if not packed:
        with database.write() as session:
            session.execute(update(Assessment).values(packed=None, packed_for=None))
    fires, size = one_by_one(database, STARTER)
    assert size == 72
    admin.start().open(f"{DRAFT}/rules")
    assert "Counted over all 72 processes saved in accounts." in admin.text
    said = told_counts(admin)
    assert set(said) == {rule.key for rule in STARTER.rules}
    for key, line in said.items():
        count = fires[key]
        few = "none" if not count else f"fewer than {FEWEST}" if count < FEWEST else str(count)
        assert f"fires in {few} of 72 saved" in line, key
    assert sum(count >= FEWEST for count in fires.values()) > len(said) / 2


def test_every_rule_says_in_how_many_test_cases_it_fires(admin: Admin) -> None:
    expected = Counter(
        key
        for case in STARTER.cases
        for key in {
            rule.key
            for rule in evaluate_parts(STARTER, case.answers, [(p.part, p.answers) for p in case.parts]).matched_rules
        }
    )
    admin.start().open(f"{DRAFT}/rules")
    for key, line in told_counts(admin).items():
        number = expected[key]
        assert (f"in {number} test case" if number else "in no test case") in line, key


def test_the_count_beside_a_rule_follows_what_is_typed(admin: Admin, database: Database) -> None:
    save(database, 12, **FIRES)
    save(database, 21, edge="core", in_house="untidy")
    save(database, 30, edge="not-core", in_house="well")
    admin.start().open(f"{DRAFT}/rules/{RULE}")
    assert "It fires in 12 of 63 saved processes." in effect_words(admin)
    admin.press("update", push__points="1")
    assert "It fires in 12 of 63 saved processes." in effect_words(admin)
    admin.press("update", when__1__values=["untidy", "one-person", "well"])
    assert "It fires in about 35 of 63 saved processes." in effect_words(admin), (
        "33 of them, but nobody has published this"
    )
    admin.press("update", when__1__values=["one-person", "well"])
    assert "It fires in 12 of 63 saved processes." in effect_words(admin)


def test_the_count_beside_a_rule_is_kept_until_something_that_is_saved_changes(
    app: Flask, admin: Admin, database: Database
) -> None:
    save(database, 30, edge="not-core", in_house="well")
    save(database, 12, **FIRES)
    admin.start().open(f"{DRAFT}/rules/{RULE}")
    reads: list[str] = []
    engine = app.extensions["database"].engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "assessment.packed, " in statement:
            reads.append(statement)

    event.listen(engine, "before_cursor_execute", note)

    def count_again(change: Callable[[Assessment], None]) -> str:
        with database.write() as session:
            change(session.scalars(select(Assessment).where(Assessment.deleted_at.is_(None))).all()[-1])
        reads.clear()
        admin.open(f"{DRAFT}/rules/{RULE}")
        assert reads, "what is saved is another thing"
        return effect_words(admin)

    admin.open(f"{DRAFT}/rules/{RULE}")
    admin.open(f"{DRAFT}/rules/aim-cost")
    assert not reads, "nothing is"
    assert "of 42 saved" in effect_words(admin)
    assert "of 41 saved" in count_again(lambda one: setattr(one, "deleted_at", utc_now()))
    assert "of 41 saved" in count_again(lambda one: setattr(one, "answers", {"edge": "not-core"}))
    assert "of 41 saved" in count_again(lambda one: one.touch())
    save(database, 5, **FIRES)
    admin.open(f"{DRAFT}/rules/{RULE}")
    assert "of 46 saved" in effect_words(admin)


def test_s4_nothing_that_is_typed_tells_whether_one_more_or_one_less_is_saved(admin: Admin, database: Database) -> None:
    save(database, 40, edge="not-core", in_house="well")
    admin.start().open(f"{DRAFT}/rules/{RULE}")
    admin.press("update", when__1__values=["untidy", "one-person", "well"])
    nobody = effect_words(admin)
    assert "It fires in none, or fewer than 5, of 40 saved processes." in nobody
    save(database, 1, edge="core", in_house="untidy")
    admin.press("update", when__1__values=["untidy", "one-person", "well"])
    assert effect_words(admin) == nobody.replace("of 40", "of 41")
    admin.press("update", when__0__values=["core", "not-core"])
    assert "It fires in all, or all but fewer than 5, of 41 saved processes." in effect_words(admin)
    admin.press("update", when__0__values=["core", "not-core"], when__1__values=["well"])
    assert "It fires in all, or all but fewer than 5, of 41 saved processes." in effect_words(admin), (
        "one less, and not told"
    )


def test_s4_the_list_tells_no_more_of_a_rule_that_is_not_published(admin: Admin, database: Database) -> None:
    save(database, 3, edge="core", in_house="untidy")
    save(database, 40, edge="not-core", in_house="well")
    admin.start().open(f"{DRAFT}/rules")
    assert "fires in none of 43 saved" in told_counts(admin)[RULE]
    admin.edit(f"rules/{RULE}", when__1__values=["untidy", "one-person", "well"])
    admin.open(f"{DRAFT}/rules")
    assert "fires in none, or fewer than 5, of 43 saved" in told_counts(admin)[RULE]
    assert "fires in 40 of 43" not in admin.text, "3 are too few to be the others"
    assert "fires in all but fewer than 5 of 43 saved" in told_counts(admin)["edge-not-core"]


def test_s4_a_question_that_the_draft_asks_otherwise_makes_its_rules_round(admin: Admin, database: Database) -> None:
    save(database, 12, **FIRES)
    save(database, 20, edge="not-core", in_house="well")
    admin.start().open(f"{DRAFT}/rules")
    assert "fires in 12 of 32 saved" in told_counts(admin)[RULE]
    admin.open(f"{DRAFT}/questions/in_house")
    admin.press("asked_when:add")
    admin.press("update:0", asked_when__0__question="edge")
    admin.save(asked_when__0__test="any_of", asked_when__0__values=["core"])
    admin.open(f"{DRAFT}/rules")
    assert "fires in about 10 of 32 saved" in told_counts(admin)[RULE]
    assert "fires in 12 of 32 saved" in told_counts(admin)["edge-core-keep"], "it does not look at that question"


@pytest.mark.parametrize("number", [0, 7])
def test_s4_of_very_few_nothing_is_told(admin: Admin, database: Database, number: int) -> None:
    save(database, number, **FIRES)
    admin.start().open(f"{DRAFT}/rules")
    assert "fires in" not in admin.text
    assert ("No process is saved yet" if not number else "Fewer than 10 processes are saved") in admin.text
    admin.open(f"{DRAFT}/rules?fires=never")
    assert told_counts(admin) == {}
    admin.open(f"{DRAFT}/rules/{RULE}")
    assert "saved processes" not in effect_words(admin)
    admin.open(f"{DRAFT}/kind")
    assert "saved processes lie" not in admin.text
    assert admin.page.select("svg.plane-picture circle"), "the dots are those of all answers"


def test_the_filter_finds_what_fires_in_nothing_that_is_saved_and_what_never_can(
    admin: Admin, database: Database, draft: Read
) -> None:
    save(database, 12, **FIRES)
    save(database, 3, edge="vital")
    fires, _size = one_by_one(database, STARTER)
    assert fires["edge-vital"] == 3
    silent = {rule.key for rule in STARTER.rules if not fires[rule.key]}
    admin.start().open(f"{DRAFT}/rules")
    admin.open(admin.post(f"{DRAFT}/several", do="list", fires="never").headers["Location"])
    assert set(told_counts(admin)) == silent
    admin.open(f"{DRAFT}/rules/aim-cost")
    admin.press("when:add")
    admin.press("update:1", when__1__question="aims")
    admin.save(when__1__test="none_of", when__1__values=["cost"])
    admin.open(f"{DRAFT}/rules?fires=never")
    assert set(told_counts(admin)) == {*silent, "aim-cost"}
    assert "can never fire" in told_counts(admin)["aim-cost"]
    assert draft().rule("aim-cost") != STARTER.rule("aim-cost")


def test_all_that_the_filter_finds_are_changed_together_and_nothing_else(
    admin: Admin, database: Database, draft: Read
) -> None:
    save(database, 20, **FIRES)
    fires, _size = one_by_one(database, STARTER)
    assert fires[RULE]
    admin.start()
    preview_bulk_edit(admin, f"{DRAFT}/rules?fires=never&side=keep", tick=[], all="1", to_points="-1")
    apply_bulk_edit(admin)
    for rule in STARTER.rules:
        weaker = rule.push.side == "keep" and not fires[rule.key]
        changed = draft().rule(rule.key)
        assert changed is not None
        assert changed.push.points == (max(rule.push.points - 1, 1) if weaker else rule.push.points), rule.key


def test_where_more_is_saved_than_a_page_can_look_at_it_says_that_it_estimates(
    admin: Admin, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_answers, "LOOKED_AT", 100)
    save(database, 120, **FIRES)
    save(database, 60, edge="not-core", in_house="well")
    admin.start().open(f"{DRAFT}/rules")
    assert re.search(r"An estimate: it goes by 100 of about \d+ processes saved in accounts\.", admin.text)
    share = re.search(r"fires in about (\d+)% of all saved", told_counts(admin)[RULE])
    assert share is not None
    assert 50 < int(share[1]) < 84, "two thirds of all; by chance, five times in a million something else"
    admin.open(f"{DRAFT}/rules/{RULE}")
    sentence = rf"It fires in about {share[1]}% of all saved processes, going by 100 of about \d+\."
    assert re.search(sentence, effect_words(admin)), "the same ones are looked at every time"


def test_the_smallest_and_the_largest_share_have_one_per_cent_sign() -> None:
    many = SavedSample((), 1_000, 40_000)
    said = [disclosed_count(many, count, is_published=True) for count in (5, 500, 995)]
    assert said == ["less than 1% of all", "about 50% of all", "more than 99% of all"]
    assert short_count(SavedSample((), 5_000, 40_000), 5) == "less than 1%"
    assert short_count(SavedSample((), 5_000, 40_000), 4_999) == "more than 99%"
    assert approximate_count(SavedSample((), 5_000, 40_000), 5) == "less than 1%"
    assert approximate_count(SavedSample((), 5_000, 40_000), 2_050) == "about 41%"


def test_s4_no_words_tell_a_count_that_is_below_five_or_leaves_fewer_out() -> None:
    for whole in (SavedSample((), 40, 40), SavedSample((), 40, 4_000)):
        for is_published in (True, False):
            said = [disclosed_count(whole, count, is_published=is_published) for count in range(41)]
            low, high = said[1:FEWEST], said[40 - FEWEST + 1 : 40]
            assert len(set(low)) == len(set(high)) == 1
            if not is_published:
                assert {said[0]} == set(low)
                assert {said[40]} == set(high)
        assert [short_count(whole, count) for count in range(FEWEST)] == [""] * FEWEST
    rounded = {short_count(SavedSample((), 128, 128), count) for count in range(FEWEST, 129)}
    assert all(int(number) % FEWEST == 0 for number in rounded)
    assert max(map(int, rounded)) == 125


def decided_counts(admin: Admin) -> list[str]:
    """How many of the saved each row of the table decides, as the list says it."""
    return re.findall(r"and (\S+(?: than)? \d+) of the saved processes", text_of(admin.page.select_one("ol.things")))


def test_the_picture_shows_where_the_saved_lie_in_round_numbers_and_the_table_says_the_same(
    admin: Admin, database: Database
) -> None:
    save(database, 23, edge="not-core", aims=["cost"], steps="set", in_house="well")
    save(database, 3, edge="core", aims=["insight"], skills="degree")
    admin.start().open(f"{DRAFT}/kind")
    assert "The dots show where saved processes lie" in admin.text
    cells = [text_of(cell) for cell in admin.page.select("table.cells")[-1].select("td")]
    shown = [cell for cell in cells if cell]
    assert shown == ["25"], "three are too few to be told"
    assert len(admin.page.select("svg.plane-picture circle")) == 1
    rows = decided_counts(admin)
    assert len(rows) == len(STARTER.kind)
    assert sorted(set(rows)) == ["about 25", "fewer than 5"]
    admin.open(f"{DRAFT}/leave")
    assert decided_counts(admin) == ["fewer than 5", "about 25"]


def test_the_dots_may_be_those_of_all_answers_instead(admin: Admin, database: Database) -> None:
    save(database, 23, edge="not-core", aims=["cost"], steps="set", in_house="well")
    admin.start().open(f"{DRAFT}/kind")
    link = next(link for link in admin.page.select("#main a, main a") if "all complete answers" in text_of(link))
    admin.open(str(link["href"]).split("#")[0])
    assert "The dots show where all complete answers lie" in admin.text
    assert len(admin.page.select("svg.plane-picture circle")) > 50


def test_a_visitors_answers_are_not_counted(admin: Admin, database: Database) -> None:
    save(database, 20, **FIRES)
    for _ in range(15):
        make_assessment(database, OWNER, answers=FIRES)
    admin.start().open(f"{DRAFT}/rules")
    assert "fires in all 20 saved" in told_counts(admin)[RULE]


def test_while_a_question_blocks_what_can_be_counted_is_and_the_list_is_there(admin: Admin, database: Database) -> None:
    save(database, 20, **FIRES)
    admin.start().edit("questions/edge", text="", meaning="wording")
    admin.open(f"{DRAFT}/rules")
    assert "fires in all 20 saved" in told_counts(admin)[RULE], "a text that is missing keeps no rule from firing"
    assert set(told_counts(admin)) == {rule.key for rule in STARTER.rules}


def test_a_rule_that_cannot_be_evaluated_leaves_the_counts_of_the_others(admin: Admin, database: Database) -> None:
    save(database, 20, **FIRES)
    admin.start().edit("rules/aim-cost", sources=[])
    admin.open(f"{DRAFT}/rules")
    assert "fires in all 20 saved" in told_counts(admin)[RULE]
    assert "test case" in told_counts(admin)[RULE], "a claim that is missing keeps no case from being run"


def test_what_nobody_was_ever_asked_is_told_as_none(admin: Admin, database: Database) -> None:
    save(database, 40, edge="core", in_house="well")
    admin.start()
    question = replace(STARTER.questions[-1], key="in-season", text="Does it fall into a season?", asked_when=())
    option = question.options[0].key if question.options else ""
    assert option, "a question with answers to choose from"
    heard = Option("heard-of-it", "Never heard of before.", "")
    model = next(it for it in STARTER.rules if it.key == RULE)
    rule = replace(model, key="seasonal", when=(Condition("in-season", "any_of", (option,)),))
    other = replace(rule, key="other-answer", when=(Condition("edge", "any_of", (heard.key,)),))
    silent = replace(rule, key="untidy-core", when=(Condition("edge", "any_of", ("not-core",)),))

    def add(rules: RuleSet) -> RuleSet:
        with_answer = tuple(
            replace(it, options=(*it.options, heard)) if it.key == "edge" else it for it in rules.questions
        )
        return replace(rules, questions=(*with_answer, question), rules=(rule, other, silent, *rules.rules), cases=())

    with database.write() as session:
        drafts.edit(session, OPERATOR, add, kind="draft changed", what="rules")
    admin.open(f"{DRAFT}/rules")
    assert "fires in none of 40 saved" in told_counts(admin)["seasonal"]
    assert "fires in none of 40 saved" in told_counts(admin)["other-answer"]
    assert "fires in none, or fewer than 5, of 40 saved" in told_counts(admin)["untidy-core"]
    admin.open(f"{DRAFT}/questions/edge/answers/heard-of-it/remove")
    assert "none of 40 saved" in admin.text
