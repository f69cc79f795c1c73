"""What follows from one change stands with it, and whatever the order in which changes are put back, all come back."""

from dataclasses import replace
from random import Random

import pytest

from advisor import starter
from advisor.engine.document import edit
from advisor.engine.document.causes import caused_changes
from advisor.engine.document.diff import ChangeType, diff
from advisor.engine.document.put_back import StandsInTheWay, put_back
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import Rule, RuleSet

BASE = starter.rule_set()


def question(key: str) -> Question:
    found = BASE.question(key)
    assert found is not None
    return found


def rule(key: str) -> Rule:
    found = BASE.rule(key)
    assert found is not None
    return found


def much_changed() -> RuleSet:
    """Rules with changes of every sort, some of which lean on others."""
    rules = edit.change_meaning(BASE, "questions", "steps", replace(question("steps"), key="steps-2", text="Other?"))
    rules = edit.retire(rules, "edge", with_users=True)
    rules = edit.put(rules, "rules", "aim-cost", replace(rule("aim-cost"), because="Other words."))
    rules = edit.move(rules, "rules", "aim-cost", 5)
    rules = edit.remove(rules, "kind", "1")
    rules = edit.put(rules, "limits", "1", "Another sentence.")
    rules = edit.add(rules, "questions", replace(question("steps"), key="new"))
    when = tuple(replace(condition, question="new") for condition in rule("aim-cost").when)
    return edit.add(rules, "rules", replace(rule("aim-cost"), key="on-new", when=when))


@pytest.mark.parametrize("seed", range(5))
def test_in_any_order_everything_comes_back(seed: int) -> None:
    random, rules, refused = Random(seed), much_changed(), 0
    while found := caused_changes(BASE, rules):
        try:
            rules = put_back(rules, random.choice(found))
            refused = 0
        except StandsInTheWay:
            refused += 1
        assert refused < 200, "none of the changes that are left can be put back"
    assert rules == BASE


def test_every_change_stands_somewhere_and_each_once() -> None:
    rules = much_changed()
    found = caused_changes(BASE, rules)
    along = [change for caused in found for change in caused.along]
    assert len({caused.mark for caused in found}) == len(found)
    places = [(change.collection, change.key) for change in along]
    assert len(places) == len(set(places))
    shown = {(caused.change.collection, caused.change.key) for caused in found} | set(places)
    old_keys = {(caused.change.collection, caused.old_key) for caused in found}
    assert {(change.collection, change.key) for change in diff(BASE, rules)} <= shown | old_keys


def test_what_is_not_explained_by_another_key_stays_a_removal_and_an_addition() -> None:
    rules = edit.remove(BASE, "limits", "0")
    rules = edit.add(
        edit.remove(rules, "guidance", BASE.guidance[0].key), "guidance", replace(BASE.guidance[0], key="n")
    )
    happened = sorted(caused.change.happened for caused in caused_changes(BASE, rules))
    assert happened == [ChangeType.ADDED, ChangeType.REMOVED, ChangeType.REMOVED]


def test_equal_rules_differ_in_nothing() -> None:
    assert caused_changes(BASE, BASE) == ()
