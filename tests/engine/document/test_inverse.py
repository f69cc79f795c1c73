"""Acts that are taken back: of the rules right after one, exactly those before it; of later rules, nothing else."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given

from advisor import starter
from advisor.engine.document import edit
from advisor.engine.document.diff import diff
from advisor.engine.document.document import NUMBERED, items_of, key_of, options_of
from advisor.engine.document.inverse import ChangedAgain, PlainChange, plain_changes, take_back
from advisor.engine.model.rules import RuleSet
from tests.engine.strategies import PROPERTY, rule_sets

TEXTS = {
    "rules": ("because", "says"),
    "questions": ("text", "hint"),
    "claims": ("place", "note"),
    "cases": ("process",),
}


def changes_between(before: RuleSet, after: RuleSet) -> list[PlainChange]:
    """What the record keeps of an act, read again as it was stored."""
    kept: list[PlainChange] = json.loads(json.dumps(plain_changes(before, after, diff(before, after))))
    return kept


def acts(rules: RuleSet, dice: Random) -> Iterator[RuleSet]:
    """Random acts, one after another, each on what the one before left."""
    number = 0
    while True:
        number += 1
        before = rules
        collection = dice.choice(
            [*TEXTS, "leave", "kind", "limits", "risks", options_of(dice.choice(rules.questions).key)]
        )
        items = items_of(rules, collection)
        at = dice.randrange(len(items))
        key = str(at) if collection in NUMBERED else key_of(items[at])
        match dice.choice(["change", "change", "add", "remove", "move", "rename", "retire", "import"]):
            case "change" if collection in TEXTS:
                name = dice.choice(TEXTS[collection])
                rules = edit.put(rules, collection, key, replace(items[at], **{name: f"Words {number}"}))
            case "add" if collection not in NUMBERED:
                name = "id" if collection == "claims" else "key"
                made = replace(items[at], **{name: f"new-{number}"})
                rules = edit.add(rules, collection, made, dice.choice([None, at]))
            case "remove" if len(items) > 2:
                rules = edit.remove(rules, collection, key)
            case "move":
                rules = edit.move(rules, collection, key, dice.choice([-3, -1, 1, 4]))
            case "rename" if collection not in NUMBERED:
                name = "id" if collection == "claims" else "key"
                rules = edit.put(rules, collection, key, replace(items[at], **{name: f"named-{number}"}))
            case "retire" if len(rules.questions) > 3:
                rules = edit.retire(rules, dice.choice(rules.questions).key, with_users=True)
            case "import":
                some = list(rules.rules)
                dice.shuffle(some)
                rules = replace(rules, rules=tuple(some[: max(3, len(some) - 2)]))
        if rules != before:
            yield rules


@PROPERTY
@given(rule_sets(), rule_sets())
def test_what_lies_between_any_two_rule_sets_can_be_taken_back(before: RuleSet, after: RuleSet) -> None:
    assert take_back(after, changes_between(before, after)) == before


def test_any_act_right_after_it_is_taken_back_to_exactly_what_was_before_and_that_again() -> None:
    for seed in range(12):
        before = starter.rule_set()
        for _number, after in zip(range(25), acts(before, Random(seed)), strict=False):
            changes = changes_between(before, after)
            assert take_back(after, changes) == before
            assert take_back(before, changes_between(after, before)) == after
            before = after


def test_acts_that_do_not_touch_each_other_are_taken_back_in_any_order() -> None:
    start = starter.rule_set()
    first = edit.put(start, "rules", start.rules[0].key, replace(start.rules[0], because="One thing."))
    second = edit.put(first, "rules", start.rules[0].key, replace(first.rules[0], says="Another thing."))
    third = edit.remove(second, "leave", "1")
    fourth = edit.move(third, "questions", start.questions[2].key, -1)
    steps = [start, first, second, third, fourth]
    kept = [changes_between(before, after) for before, after in pairwise(steps)]
    for seed in range(24):
        order, rules = Random(seed).sample(kept, len(kept)), fourth
        for changes in order:
            rules = take_back(rules, changes)
        assert rules == start


def test_a_later_act_stays_and_one_that_rests_on_it_is_named() -> None:
    start = starter.rule_set()
    key = start.rules[0].key
    first = edit.put(start, "rules", key, replace(start.rules[0], because="One thing."))
    changes = changes_between(start, first)
    elsewhere = edit.remove(first, "rules", start.rules[5].key)
    assert take_back(elsewhere, changes) == edit.remove(start, "rules", start.rules[5].key)
    for later in (
        edit.put(first, "rules", key, replace(first.rules[0], because="Something else.")),
        edit.remove(first, "rules", key),
    ):
        with pytest.raises(ChangedAgain) as found:
            take_back(later, changes)
        assert found.value.places == (f"rules/{key}",)
