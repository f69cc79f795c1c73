"""Edits of a rule set: one thing at a time, and never more than was asked for."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.checks.check import check, examine
from advisor.engine.document.diff import diff
from advisor.engine.document.document import (
    KINDS,
    NUMBERED,
    NoSuchItem,
    dumps,
    fingerprint_of,
    items_of,
    key_of,
    kind_of,
    options_of,
    parse,
)
from advisor.engine.document.edit import (
    ChangedSince,
    KeyTaken,
    add,
    change_meaning,
    find,
    free_key,
    locate,
    move,
    put,
    remove,
    retire,
    users_of_question,
)
from advisor.engine.model.rules import RuleSet
from tests.engine.documents import lists_of
from tests.engine.strategies import PROPERTY, rule_sets

STARTER = starter.rule_set()


def name_of(rule_set: RuleSet, collection: str, at: int) -> str:
    return str(at) if collection in NUMBERED else key_of(items_of(rule_set, collection)[at])


@PROPERTY
@given(rule_sets(), st.data())
def test_taking_a_thing_out_and_putting_it_back_gives_the_same_document(rule_set: RuleSet, data: st.DataObject) -> None:
    collection = data.draw(st.sampled_from([name for name in lists_of(rule_set) if items_of(rule_set, name)]))
    at = data.draw(st.integers(0, len(items_of(rule_set, collection)) - 1))
    key = name_of(rule_set, collection, at)
    item = find(rule_set, collection, key)
    assert isinstance(item, kind_of(collection))
    without = remove(rule_set, collection, key)
    assert parse(dumps(without)) == without
    if collection != "questions":  # a question that is gone takes the list of its options along
        assert add(without, collection, item, at) == rule_set


@PROPERTY
@given(rule_sets(), st.data())
def test_a_thing_moved_up_and_down_again_is_where_it_was(rule_set: RuleSet, data: st.DataObject) -> None:
    long_enough = [name for name in lists_of(rule_set) if len(items_of(rule_set, name)) > 1]
    assume(long_enough)
    collection = data.draw(st.sampled_from(long_enough))
    at = data.draw(st.integers(1, len(items_of(rule_set, collection)) - 1))
    moved = move(rule_set, collection, name_of(rule_set, collection, at), -1)
    assert sorted(map(fingerprint_of, items_of(moved, collection))) == sorted(
        map(fingerprint_of, items_of(rule_set, collection))
    )
    assert move(moved, collection, name_of(moved, collection, at - 1), 1) == rule_set


def test_a_thing_is_moved_as_far_as_its_list_goes() -> None:
    assert move(STARTER, "rules", STARTER.rules[0].key, -1) == STARTER
    assert move(STARTER, "rules", STARTER.rules[-1].key, 1) == STARTER


@pytest.mark.parametrize("collection", [*KINDS, options_of("steps")])
def test_a_place_at_which_nothing_stands_is_refused(collection: str) -> None:
    for key in ("no-such-key", "999", "-1", "²", "9" * 30, ""):
        with pytest.raises(NoSuchItem):
            find(STARTER, collection, key)
        with pytest.raises(NoSuchItem):
            remove(STARTER, collection, key)


@pytest.mark.parametrize("collection", ["", "no-such-list", "questions/none/options", "rules/x/options", "format"])
def test_a_list_that_no_rule_set_has_is_refused(collection: str) -> None:
    with pytest.raises(NoSuchItem):
        items_of(STARTER, collection)


def test_a_key_can_be_used_once_in_a_list() -> None:
    rule = STARTER.rules[0]
    with pytest.raises(KeyTaken):
        add(STARTER, "rules", rule)
    with pytest.raises(KeyTaken):
        put(STARTER, "rules", rule.key, replace(rule, key=STARTER.rules[1].key))
    assert find(add(STARTER, "rules", replace(rule, key="other")), "rules", "other").because == rule.because


def test_f13_a_thing_is_found_as_it_was_opened_or_not_at_all() -> None:
    rule = STARTER.rules[4]
    assert locate(STARTER, "rules", rule.key, fingerprint_of(rule)) == rule.key
    changed = put(STARTER, "rules", rule.key, replace(rule, because="Somebody else was here."))
    with pytest.raises(ChangedSince) as clash:
        locate(changed, "rules", rule.key, fingerprint_of(rule))
    assert clash.value.present == find(changed, "rules", rule.key)
    with pytest.raises(ChangedSince) as gone:
        locate(remove(STARTER, "rules", rule.key), "rules", rule.key, fingerprint_of(rule))
    assert gone.value.present is None


def test_f13_a_policy_row_is_found_again_after_rows_above_it_came_or_went() -> None:
    row = STARTER.kind[3]
    assert locate(remove(STARTER, "kind", "0"), "kind", "3", fingerprint_of(row)) == "2"
    assert locate(add(STARTER, "kind", replace(row, says="New."), 0), "kind", "3", fingerprint_of(row)) == "4"


def test_what_names_a_thing_follows_it_to_another_key() -> None:
    renamed: Any = STARTER
    question, claim, source = STARTER.questions[4], STARTER.claims[5], STARTER.sources[0]
    renamed = put(renamed, "questions", question.key, replace(question, key="another"))
    renamed = put(renamed, "claims", claim.id, replace(claim, id="Z9.99"))
    first = find(renamed, "sources", source.key)
    renamed = put(renamed, "sources", source.key, replace(first, key="Z9"))
    assert examine(renamed).problems == examine(STARTER).problems


def test_a_changed_meaning_is_a_new_option_that_rules_and_test_cases_look_at() -> None:
    option = STARTER.questions[4].options[0]
    key = STARTER.questions[4].key
    changed = change_meaning(STARTER, options_of(key), option.key, replace(option, key="fresh", label="Something else"))
    assert examine(changed).problems == examine(STARTER).problems
    assert users_of_question(changed, key, "fresh") == users_of_question(STARTER, key, option.key) != []
    assert not users_of_question(changed, key, option.key)
    with pytest.raises(KeyTaken):
        change_meaning(STARTER, options_of(key), option.key, option)


def test_a_retired_question_takes_its_answers_in_test_cases_along() -> None:
    key = STARTER.questions[4].key
    left = retire(STARTER, key, with_users=False)
    assert not any(key in case.answers for case in left.cases)
    named = {problem.place.split("/")[1] for problem in check(left) if problem.place.startswith("rules/")}
    assert named >= {name for collection, name in users_of_question(STARTER, key) if collection == "rules"}


def test_a_question_retired_with_all_that_looks_at_it_leaves_no_dangling_name() -> None:
    key = STARTER.questions[4].key
    left = retire(STARTER, key, with_users=True)
    assert not users_of_question(left, key)
    assert not [problem for problem in check(left) if problem.blocks]
    touched = {change.collection for change in diff(STARTER, left)}
    assert touched <= {"questions", "rules", "disagreements", "tensions", "guidance", "risks", "cases"}


@given(st.text(max_size=80))
def test_a_free_key_is_plain_and_nobody_elses(wanted: str) -> None:
    key = free_key(STARTER, "rules", wanted)
    assert STARTER.rule(key) is None
    added = add(STARTER, "rules", replace(STARTER.rules[0], key=key))
    assert not [problem for problem in check(added) if problem.blocks]
