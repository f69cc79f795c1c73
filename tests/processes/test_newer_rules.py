"""A new version changes nothing by itself: the owner is told, sees which rule made the difference, and chooses."""

from dataclasses import replace

from sqlalchemy import select

from advisor.engine.model.questions import Scope
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Strength
from advisor.models import Assessment, Database, RecommendationRecord
from advisor.models.base import utc_now
from tests.assessments.parts.test_parts import break_up
from tests.assessments.walker import CORE, ROUTINE
from tests.processes.conftest import Publish, flip_rules, reword_option
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import text_of


def stored_versions(database: Database) -> tuple[int, list[tuple[int, str]]]:
    """The pin, and every advice with its version."""
    with database.read() as session:
        found = session.scalars(select(RecommendationRecord).order_by(RecommendationRecord.sequence)).all()
        pin = session.scalars(select(Assessment.version_number)).one()
        return pin, [(one.version_number, str(one.result["outcome"])) for one in found]


def without_skill(rule_set: RuleSet) -> RuleSet:
    """The same rules without one question and the rules that ask for it, and with fixed steps speaking for KPO."""
    flipped_rules = flip_rules(rule_set)
    rules = tuple(rule for rule in flipped_rules.rules if all(it.question != "skill" for it in rule.when))
    questions = tuple(question for question in rule_set.questions if question.key != "skill")
    tensions = tuple(it for it in rule_set.tensions if all(one.question != "skill" for one in it.when))
    told = tuple(it for it in rule_set.disagreements if all(one.question != "skill" for one in it.when))
    guidance = tuple(it for it in rule_set.guidance if all(one.question != "skill" for one in it.when))
    return replace(
        flipped_rules,
        rules=rules,
        questions=questions,
        tensions=tensions,
        disagreements=told,
        guidance=guidance,
        cases=(),
    )


def test_p5_the_saved_advice_stays_as_it_was_and_says_that_the_rules_changed(
    owner: OwnerWalker, newer: Publish, database: Database
) -> None:
    owner.finish()
    newer()
    owner.open(f"{owner.at}/result")
    assert owner.heading == "BPO suits this process"
    today = f"{utc_now():%-d %B %Y}"
    told = f"Our rules changed on {today}. Your saved advice stays as it was. With version 3 it would be: Both"
    assert told in owner.words
    assert stored_versions(database) == (2, [(2, "bpo")])


def test_the_page_shows_both_the_rule_that_did_it_and_the_note(owner: OwnerWalker, newer: Publish) -> None:
    owner.finish()
    newer(note="Two readers showed us that fixed steps are expert work.")
    owner.open(f"{owner.at}/newer-rules")
    assert owner.heading == f"Our rules changed on {utc_now():%-d %B %Y}"
    verdicts = [text_of(tag) for tag in owner.page.select(".verdicts > div")]
    assert verdicts[0].startswith("Your advice, version 2 BPO suits this process")
    assert verdicts[1].startswith("With version 3 Both: BPO for one part")
    (rule,) = owner.page.select(".rules > li")
    assert "Fixed steps are expert work." in text_of(rule)
    assert "It used to say: The steps are fixed, which suits BPO." in text_of(rule)
    assert "Was 5 points towards BPO, is 5 points towards KPO." in text_of(rule)
    assert "This change alone makes the difference." in text_of(rule)
    assert "Rule: set-steps" in text_of(rule)
    assert "Two readers showed us that fixed steps are expert work." in owner.words


def test_keep_is_remembered_for_that_version_and_asked_again_for_the_next(
    owner: OwnerWalker, newer: Publish, database: Database, small: RuleSet
) -> None:
    owner.finish()
    newer()
    owner.open(f"{owner.at}/newer-rules")
    owner.submit(form=1)
    assert owner.key == "result"
    assert "Our rules changed" not in owner.words
    owner.open("/processes")
    assert not owner.page.select(".tag")
    assert stored_versions(database) == (2, [(2, "bpo")])
    newer(replace(small, limits=("It knows nothing of prices, nor of anything else.",)), note="Once more.")
    owner.open(f"{owner.at}/result")
    assert not owner.page.select(".notice"), "there is nothing to decide"
    assert "With version 4 it would say the same. See what changed" in text_of(owner.page.select_one("aside"))


def test_rules_that_changed_and_changed_back_are_not_spoken_of(
    owner: OwnerWalker, newer: Publish, small: RuleSet
) -> None:
    owner.finish()
    newer()
    newer(small, note="Back again.")
    owner.open(f"{owner.at}/result")
    assert "Our rules changed" not in owner.words
    owner.open("/processes")
    assert not owner.page.select(".tag")


def test_a_strength_that_alone_would_differ_is_told_as_such(owner: OwnerWalker, newer: Publish, small: RuleSet) -> None:
    owner.finish()
    weaker = tuple(replace(row, strength=Strength.SLIGHT) if row.kind is Kind.BPO else row for row in small.kind)
    newer(replace(small, kind=weaker, cases=()), note="Less sure.")
    owner.open(f"{owner.at}/result")
    told = "With version 3 it would be the same advice, slight lean instead of clear."
    assert told in text_of(owner.page.select_one(".notice"))


def test_kept_advice_can_still_be_updated_later(owner: OwnerWalker, newer: Publish) -> None:
    owner.finish()
    newer()
    owner.open(f"{owner.at}/newer-rules")
    owner.submit(form=1)
    owner.open(f"{owner.at}/newer-rules")
    assert "You chose to keep your advice. You can still update it." in owner.words
    owner.submit()
    assert owner.heading.startswith("Both:")


def test_update_gives_new_advice_and_the_history_shows_both(
    owner: OwnerWalker, newer: Publish, database: Database
) -> None:
    owner.finish()
    newer()
    owner.open(f"{owner.at}/newer-rules")
    owner.submit()
    assert owner.key == "result"
    assert owner.heading.startswith("Both:")
    assert stored_versions(database) == (3, [(2, "bpo"), (3, "both")])
    owner.open(f"{owner.at}/history")
    items = [text_of(item) for item in owner.page.select(".revisions > li")]
    assert "Rules 2 to 3." in items[0]
    assert "rules version 3" in items[0]
    assert "rules version 2" in items[1]
    owner.open(f"{owner.at}/newer-rules")
    assert owner.key == "result"


def test_an_answer_whose_meaning_changed_is_asked_again_before_there_is_new_advice(
    owner: OwnerWalker, newer: Publish, database: Database, small: RuleSet
) -> None:
    owner.finish()
    newer(reword_option(small), note="“Always the same” was read in two ways.")
    owner.open(f"{owner.at}/result")
    assert "Version 3 would ask something again first." in owner.words
    owner.open("/processes")
    assert text_of(owner.page.select_one(".tag")).startswith("asks again")
    owner.open(f"{owner.at}/newer-rules")
    assert "one question has to be answered" in owner.words
    assert "How fixed are the steps?" in owner.words
    assert not owner.page.select(".verdicts")
    owner.submit()
    assert owner.key == "steps"
    assert owner.chosen_values() == []
    assert stored_versions(database) == (3, [(2, "bpo")])
    owner.open(f"{owner.at}/result")
    assert owner.heading == "BPO suits this process"
    assert "with version 2 of our rules" in owner.words
    owner.open(owner.at)
    owner.answer("same")
    owner.go_through(ROUTINE)
    assert owner.key == "result"
    assert stored_versions(database) == (3, [(2, "bpo"), (3, "bpo")])
    owner.open(f"{owner.at}/history/1")
    assert "How fixed are the steps? Always the same" in owner.words
    owner.open(f"{owner.at}/history/compare?one=1&other=2")
    assert "How fixed are the steps? Always the same The same, to the letter" in owner.words


def test_f9_update_sent_twice_gives_one_advice(owner: OwnerWalker, newer: Publish, database: Database) -> None:
    owner.finish()
    newer()
    owner.open(f"{owner.at}/newer-rules")
    other = owner.second_window()
    owner.submit()
    other.submit()
    assert other.key == "result"
    assert stored_versions(database) == (3, [(2, "bpo"), (3, "both")])


def test_rules_that_change_once_more_in_between_are_shown_first(
    owner: OwnerWalker, newer: Publish, database: Database, small: RuleSet
) -> None:
    owner.finish()
    newer()
    owner.open(f"{owner.at}/newer-rules")
    newer(small, note="Back again.")
    owner.submit(status=409)
    assert "changed once more" in owner.complaint
    assert "With version 4 it would say the same." in owner.words
    assert stored_versions(database) == (2, [(2, "bpo")])
    owner.submit()
    assert stored_versions(database) == (4, [(2, "bpo"), (4, "bpo")])


def test_an_answer_changed_under_old_rules_is_judged_by_them(
    owner: OwnerWalker, newer: Publish, database: Database
) -> None:
    owner.finish()
    newer()
    owner.question("edge")
    owner.answer("yes")
    assert stored_versions(database) == (2, [(2, "bpo"), (2, "keep")])


def test_where_the_rules_say_the_same_the_list_has_no_tag(owner: OwnerWalker, newer: Publish) -> None:
    owner.finish(CORE)
    newer()
    owner.open("/processes")
    assert not owner.page.select("tbody .tag")
    owner.open(f"{owner.at}/newer-rules")
    assert "With version 3 it would say the same." in owner.words


def test_a_visitor_may_update_or_keep_as_well(walker: OwnerWalker, newer: Publish) -> None:
    walker.finish()
    newer()
    walker.open(f"{walker.at}/newer-rules")
    walker.submit()
    assert walker.heading.startswith("Both:")


def test_s6_the_version_is_never_the_senders_to_choose(owner: OwnerWalker, newer: Publish, database: Database) -> None:
    owner.finish()
    newer()
    for version in ("1", "2", "4", "99", "-1", "x", "", None):
        owner.open(f"{owner.at}/newer-rules")
        owner.submit(version=version, status=409)
    assert stored_versions(database) == (2, [(2, "bpo")])


def test_what_newer_rules_ask_of_each_part_counts_as_it_was_answered_once(
    owner: OwnerWalker, newer: Publish, small: RuleSet, database: Database
) -> None:
    owner.finish(CORE)
    questions = tuple(replace(it, scope=Scope.PART) if it.key == "edge" else it for it in small.questions)
    newer(replace(small, questions=questions))
    owner.open(f"{owner.at}/newer-rules")
    owner.submit()
    assert stored_versions(database) == (3, [(2, "keep"), (3, "keep")])
    break_up(owner, "Keying", "Advising")
    assert owner.key == "edge"
    assert owner.chosen_values() == [CORE["edge"]]
