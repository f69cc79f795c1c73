"""diff: what it says is all there is, and it says it word by word."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.document.diff import Change, ChangeType, diff, words
from advisor.engine.document.document import items_of, options_of, with_items
from advisor.engine.document.edit import add, move, put, remove
from advisor.engine.model.rules import RuleSet
from tests.engine.documents import lists_of
from tests.engine.strategies import PROPERTY, rule_sets

STARTER = starter.rule_set()


def apply_changes(old: RuleSet, changes: tuple[Change, ...]) -> RuleSet:
    """The new rule set, made from the old one and what the diff says, nothing else."""
    named = {change.collection for change in changes}
    for collection in [name for name in lists_of(old) if name in named and name.count("/")]:
        old = with_items(
            old, collection, rebuilt(items_of(old, collection), [c for c in changes if c.collection == collection])
        )
    for collection in [name for name in named if not name.count("/")]:
        mine = [change for change in changes if change.collection == collection]
        items = items_of(old, collection)
        new = rebuilt(items, mine)
        if collection == "questions":  # their options are changes of their own
            kept = {question.key: question.options for question in items}
            fresh = {change.key for change in mine if change.happened is ChangeType.ADDED}
            new = [q if q.key in fresh else replace(q, options=kept[q.key]) for q in new]
        old = with_items(old, collection, new)
    return old


def rebuilt(items: tuple[Any, ...], changes: list[Change]) -> list[Any]:
    touched = {change.old_at for change in changes}
    untouched = iter([item for index, item in enumerate(items) if index not in touched])
    placed = {change.new_at: change.new for change in changes if change.new_at is not None}
    gone = sum(change.new_at is None for change in changes)
    came = sum(change.old_at is None for change in changes)
    return [placed[at] if at in placed else next(untouched) for at in range(len(items) - gone + came)]


@st.composite
def edited_rules(draw: st.DrawFn, rule_set: RuleSet) -> RuleSet:
    """The rule set after a few edits of any list: taken out, moved, doubled under another key, swapped."""
    for _ in range(draw(st.integers(1, 6))):
        collection = draw(st.sampled_from(lists_of(rule_set)))
        items = list(items_of(rule_set, collection))
        if not items:
            continue
        at = draw(st.integers(0, len(items) - 1))
        match draw(st.integers(0, 3)):
            case 0:
                del items[at]
            case 1:
                items.insert(draw(st.integers(0, len(items))), items.pop(at))
            case 2:
                items.insert(
                    draw(st.integers(0, len(items))), change_item(items[at], f"fresh-{draw(st.integers(0, 999))}")
                )
            case 3:
                items[at] = reword(items[at])
        rule_set = with_items(rule_set, collection, items)
    return rule_set


def change_item(item: Any, key: str) -> Any:
    if isinstance(item, str):
        return item + key
    name = "id" if hasattr(item, "id") else "key"
    return replace(item, **{name: key}) if hasattr(item, name) else reword(item)


def reword(item: Any) -> Any:
    if isinstance(item, str):
        return item + " more"
    name = next(n for n in ("because", "text", "label", "says", "title", "topic") if hasattr(item, n))
    return replace(item, **{name: getattr(item, name) + " more"})


@PROPERTY
@given(rule_sets())
def test_nothing_differs_between_equal_rule_sets(rule_set: RuleSet) -> None:
    assert diff(rule_set, rule_set) == ()


@PROPERTY
@given(rule_sets(), rule_sets())
def test_what_it_says_turns_any_rule_set_into_any_other(old: RuleSet, new: RuleSet) -> None:
    assert apply_changes(old, diff(old, new)) == new


@PROPERTY
@given(rule_sets(), st.data())
def test_what_it_says_of_a_few_edits_turns_the_old_into_the_new(old: RuleSet, data: st.DataObject) -> None:
    new = data.draw(edited_rules(old))
    assert apply_changes(old, diff(old, new)) == new
    assert bool(diff(old, new)) == (old != new)


@PROPERTY
@given(st.text(), st.text())
def test_words_hold_the_old_text_and_the_new_one_whole(old: str, new: str) -> None:
    stretches = words(old, new)
    assert "".join(s.text for s in stretches if s.happened is not ChangeType.ADDED) == old
    assert "".join(s.text for s in stretches if s.happened is not ChangeType.REMOVED) == new


def test_one_changed_word_is_one_word_removed_and_one_added() -> None:
    told = [(s.happened, s.text) for s in words("The steps are written.", "The steps are known.")]
    assert told == [
        (ChangeType.SAME, "The steps are "),
        (ChangeType.REMOVED, "written"),
        (ChangeType.ADDED, "known"),
        (ChangeType.SAME, "."),
    ]


def test_a_changed_rule_names_the_fields_that_differ() -> None:
    rule = STARTER.rules[3]
    new = put(STARTER, "rules", rule.key, replace(rule, because="Another reason.", weighed=""))
    (change,) = diff(STARTER, new)
    assert (change.happened, change.collection, change.key) == (ChangeType.CHANGED, "rules", rule.key)
    assert change.fields == ("because", "weighed")
    assert not change.moved


def test_a_moved_rule_is_one_change_and_not_one_for_each_rule_it_passed() -> None:
    first = STARTER.rules[0].key
    (change,) = diff(STARTER, move(STARTER, "rules", first, 20))
    assert (change.happened, change.key, change.old_at, change.new_at) == (ChangeType.MOVED, first, 0, 20)


def test_a_moved_policy_row_has_moved_and_is_not_gone_and_new() -> None:
    (change,) = diff(STARTER, move(STARTER, "kind", "0", 3))
    assert (change.happened, change.old_at, change.new_at) == (ChangeType.MOVED, 0, 3)


def test_an_option_is_a_change_of_its_own() -> None:
    question = STARTER.questions[1]
    option = question.options[0]
    new = put(STARTER, options_of(question.key), option.key, replace(option, label="Other words"))
    (change,) = diff(STARTER, new)
    assert (change.collection, change.key, change.fields) == (options_of(question.key), option.key, ("label",))


def test_a_new_claim_and_a_lost_limit_are_told_in_the_order_of_the_document() -> None:
    claim = replace(STARTER.claims[0], id="D9.01")
    new = remove(add(STARTER, "claims", claim), "limits", "1")
    told = [(change.happened, change.collection) for change in diff(STARTER, new)]
    assert told == [(ChangeType.ADDED, "claims"), (ChangeType.REMOVED, "limits")]
