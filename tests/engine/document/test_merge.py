"""Changes that several people make to one item at the same time: nobody's change is lost in any order of saves."""

from random import Random
from typing import Any

from advisor import starter
from advisor.engine.document.document import item_from_plain, items_of, to_plain
from advisor.engine.document.merge import merge_items

TEXTS = {
    "rules": ("because", "says", "weighed"),
    "questions": ("text", "short", "hint", "missing", "why"),
    "claims": ("place", "text", "note"),
    "risks": ("title", "happens"),
    "cases": ("process", "because"),
    "kind": ("says",),
}


def test_in_any_order_of_saves_each_field_is_as_the_last_one_left_it_who_changed_it() -> None:
    rules, dice = starter.rule_set(), Random(17)
    collided = together = 0
    for trial in range(2000):
        collection = dice.choice([*TEXTS])
        stored = dice.choice(items_of(rules, collection))
        expected = to_plain(stored)
        opened: dict[int, Any] = {}
        for step in range(dice.randint(3, 12)):
            who = dice.randrange(dice.choice([2, 3]))
            if who not in opened or dice.random() < 0.2:
                opened[who] = stored
                continue
            names = dice.sample(TEXTS[collection], dice.randint(1, len(TEXTS[collection])))
            typed = {name: f"Words {trial} {step} {name}" for name in names}
            mine = item_from_plain(type(stored), to_plain(opened[who]) | typed)
            merged = merge_items(opened[who], mine, stored)
            assert merged is not None
            changed_by_others = {
                name for name in TEXTS[collection] if getattr(opened[who], name) != getattr(stored, name)
            }
            assert set(merged.both) == changed_by_others & set(names)
            assert set(merged.theirs) == changed_by_others - set(names)
            collided, together = collided + bool(merged.both), together + bool(merged.theirs)
            stored = opened[who] = merged.item
            expected |= typed
            assert to_plain(stored) == expected
    assert min(collided, together) > 500


def test_what_a_form_writes_otherwise_than_it_was_stored_is_no_change() -> None:
    rule = starter.rule_set().rules[0]
    base = item_from_plain(type(rule), to_plain(rule) | {"because": "One line. "})
    typed = item_from_plain(type(rule), to_plain(rule) | {"because": "One line."})
    theirs = item_from_plain(type(rule), to_plain(rule) | {"because": "Another."})
    merged = merge_items(base, typed, theirs, typed)
    assert merged is not None
    assert (merged.item.because, merged.both, merged.theirs) == ("Another.", (), ("because",))


def test_what_both_changed_to_the_same_is_no_clash_and_what_fits_no_item_is_not_merged() -> None:
    rule = starter.rule_set().rules[0]
    same = item_from_plain(type(rule), to_plain(rule) | {"because": "The same."})
    merged = merge_items(rule, same, same)
    assert merged is not None
    assert (merged.item, merged.both, merged.theirs) == (same, (), ())
    assert merge_items("One.", "Two.", "One.").item == "Two."  # type: ignore[union-attr]
    assert merge_items("One.", "One.", "Two.").item == "Two."  # type: ignore[union-attr]
    assert merge_items("One.", "Two.", "Three.").both == ("text",)  # type: ignore[union-attr]
