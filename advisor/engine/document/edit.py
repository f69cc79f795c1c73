"""Changes of a rule set, one item at a time: pure functions that give the changed rule set.

A rule set that is being edited may hold problems (``check`` names them), but always has the form of the document.
"""

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from advisor.engine.document.document import (
    NUMBERED,
    WITH_CONDITIONS,
    NoSuchItem,
    fingerprint_of,
    items_of,
    key_of,
    own_fingerprint_of,
    with_items,
)
from advisor.engine.document.text import search_key, whole_number
from advisor.engine.model.evidence import Risk
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Condition, Option, Question
from advisor.engine.model.rules import RuleSet

Holder = TypeVar("Holder")

ConditionGroup: TypeAlias = tuple[Condition, ...]


class ChangedSince(Exception):  # noqa: N818
    """The item is not as it was when it was opened. ``present`` is what stands there now, None where it is gone."""

    def __init__(self, present: Any) -> None:
        self.present = present
        super().__init__("changed since it was opened")


class KeyTaken(Exception):  # noqa: N818
    """Another item of the same list has this key."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"the key “{key}” is taken")


def find(rule_set: RuleSet, collection: str, key: str) -> Any:
    """The item of this key, or number where its list has no keys. Raises NoSuchItem."""
    return items_of(rule_set, collection)[_index(rule_set, collection, key)]


def locate(rule_set: RuleSet, collection: str, key: str, opened: str) -> str:
    """Where the item stands that was opened with this fingerprint: its key, or its number now. Raises ChangedSince.

    A question may be opened by the fingerprint of all of it, or by its own alone, whatever happens to its options.
    """
    try:
        present = find(rule_set, collection, key)
    except NoSuchItem:
        present = None
    if present is not None and opened in {fingerprint_of(present), own_fingerprint_of(present)}:
        return key
    # Rows above it may have come or gone.
    if collection in NUMBERED and (at := find_by_fingerprint(rule_set, collection, opened)) is not None:
        return at
    raise ChangedSince(present)


def find_by_fingerprint(rule_set: RuleSet, collection: str, fingerprint: str) -> str | None:
    """The key, or the number, of the item of a list that has this fingerprint; None where there is none or several."""
    items = enumerate(items_of(rule_set, collection))
    same = [
        str(at) if collection in NUMBERED else key_of(item)
        for at, item in items
        if own_fingerprint_of(item) == fingerprint
    ]
    return same[0] if len(same) == 1 else None


def add(rule_set: RuleSet, collection: str, item: Any, at: int | None = None) -> RuleSet:
    """Add an item, at the end or before the one at ``at``. Raises KeyTaken."""
    items = list(items_of(rule_set, collection))
    if (key := key_of(item)) and key in map(key_of, items):
        raise KeyTaken(key)
    items.insert(len(items) if at is None else at, item)
    return with_items(rule_set, collection, items)


def put(rule_set: RuleSet, collection: str, key: str, item: Any) -> RuleSet:
    """Put ``item`` in the place of the item of this key; what names the item follows it to another key.

    Raises NoSuchItem, and KeyTaken where the new key is another's.
    """
    index = _index(rule_set, collection, key)
    items = list(items_of(rule_set, collection))
    new_key = key_of(item)
    if new_key != key and collection not in NUMBERED:
        if new_key in map(key_of, items):
            raise KeyTaken(new_key)
        rule_set = rename(rule_set, collection, key, new_key)
        items = list(items_of(rule_set, collection))
    items[index] = item
    return with_items(rule_set, collection, items)


def remove(rule_set: RuleSet, collection: str, key: str) -> RuleSet:
    """Take an item out. What named it goes on naming it: ``check`` says where. Raises NoSuchItem."""
    index = _index(rule_set, collection, key)
    items = list(items_of(rule_set, collection))
    del items[index]
    return with_items(rule_set, collection, items)


def move(rule_set: RuleSet, collection: str, key: str, by: int) -> RuleSet:
    """Move an item up (``by`` is negative) or down, as far as its list goes. Raises NoSuchItem."""
    index = _index(rule_set, collection, key)
    items = list(items_of(rule_set, collection))
    items.insert(max(0, index + by), items.pop(index))
    return with_items(rule_set, collection, items)


def change_meaning(rule_set: RuleSet, collection: str, key: str, changed: Question | Option) -> RuleSet:
    """Put a question or an option of a new key in the place of the one of this key, whose meaning changed.

    What looks at the old one looks at the new one; an answer that an owner gave is unknown again, and asked again.
    Raises KeyTaken where ``changed`` keeps the old key.
    """
    if changed.key == key:
        raise KeyTaken(key)
    return put(rule_set, collection, key, changed)


def retire(rule_set: RuleSet, question: str, *, with_users: bool) -> RuleSet:
    """Take a question out, and the answers to it from the test cases; with its users also all that looks at it.

    The users are rules, disagreements, tensions, guidance and groups of risks; a risk that nothing shows any more goes
    too. A follow-up to it stays, and ``check`` names it: only a person can say whom it is to be asked of now. Raises
    NoSuchItem.
    """
    rule_set = remove(rule_set, "questions", question)
    rule_set = _map_answers(rule_set, lambda answers: {key: a for key, a in answers.items() if key != question})
    if not with_users:
        return rule_set
    for collection in (name for name in WITH_CONDITIONS if name != "questions"):
        items = items_of(rule_set, collection)
        kept = [item for item in items if all(condition.question != question for condition in item.when)]
        rule_set = with_items(rule_set, collection, kept)

    def remove_group(group: ConditionGroup) -> ConditionGroup | None:
        return group if all(condition.question != question for condition in group) else None

    risks = (_map_groups(risk, remove_group) for risk in rule_set.risks)
    kept_risks = tuple(risk for risk in risks if risk.shows or risk.outcomes)
    return _map_expected_risks(replace(rule_set, risks=kept_risks), {risk.key: risk.key for risk in kept_risks})


def users_of_question(rule_set: RuleSet, question: str, option: str | None = None) -> list[tuple[str, str]]:
    """What looks at a question, or at one option of it: the list and the key of each."""

    def looks(condition: Condition) -> bool:
        return condition.question == question and (option is None or option in condition.values)

    return [
        (collection, key_of(item))
        for collection, name in WITH_CONDITIONS.items()
        for item in items_of(rule_set, collection)
        if any(map(looks, getattr(item, name)))
    ] + [("risks", risk.key) for risk in rule_set.risks if any(map(looks, risk.conditions))]


def free_key(rule_set: RuleSet, collection: str, wanted: str) -> str:
    """A plain key like ``wanted`` that nothing else of the list has: "Steps, set!" becomes "steps-set"."""
    return unused_key({key_of(item) for item in items_of(rule_set, collection)}, wanted)


def unused_key(taken: Container[str], wanted: str) -> str:
    """A plain key like ``wanted`` that is not ``taken``."""
    plain = "-".join(re.findall(r"[a-z0-9]+", search_key(wanted)))[:40].strip("-") or "new"
    number = 2
    found = plain
    while found in taken:
        found = f"{plain}-{number}"
        number += 1
    return found


def _index(rule_set: RuleSet, collection: str, key: str) -> int:
    items = items_of(rule_set, collection)
    if collection in NUMBERED:
        if (number := whole_number(key, most=len(items) - 1)) is not None:
            return number
    else:
        for index, item in enumerate(items):
            if key_of(item) == key:
                return index
    raise NoSuchItem(f"{collection}/{key}")


# ---- what names an item follows it to its new key ------------------------------------------------------------------


def rename(rule_set: RuleSet, collection: str, old: str, new: str) -> RuleSet:
    """The rule set in which all that names an item of this key names it by the new one; a question has it too."""
    if collection == "questions":
        rule_set = _map_conditions(rule_set, lambda c: replace(c, question=new) if c.question == old else c)
        rule_set = _map_answers(rule_set, lambda answers: {new if k == old else k: a for k, a in answers.items()})
        asked = [replace(q, key=new) if q.key == old else q for q in rule_set.questions]
        return replace(rule_set, questions=tuple(asked))
    if collection == "sources":
        claims = [replace(claim, source=new) if claim.source == old else claim for claim in rule_set.claims]
        return replace(rule_set, claims=tuple(claims))
    if collection == "claims":
        return _map_citations(rule_set, old, new)
    if collection == "risks":
        return _map_expected_risks(rule_set, {risk.key: risk.key for risk in rule_set.risks} | {old: new})
    if collection.startswith("questions/"):
        question = collection.split("/")[1]
        return _map_option(rule_set, question, old, new)
    return rule_set


def _map_option(rule_set: RuleSet, question: str, old: str, new: str) -> RuleSet:
    def in_condition(condition: Condition) -> Condition:
        if condition.question != question:
            return condition
        return replace(condition, values=tuple(new if value == old else value for value in condition.values))

    def in_answer(answer: Answer) -> Answer:
        if isinstance(answer, tuple):
            return tuple(new if key == old else key for key in answer)
        return new if answer == old else answer

    rule_set = _map_conditions(rule_set, in_condition)
    return _map_answers(rule_set, lambda answers: {k: in_answer(a) if k == question else a for k, a in answers.items()})


def _map_conditions(rule_set: RuleSet, change: Callable[[Condition], Condition]) -> RuleSet:
    for collection, name in WITH_CONDITIONS.items():
        items = items_of(rule_set, collection)
        changed = [replace(item, **{name: tuple(map(change, getattr(item, name)))}) for item in items]
        rule_set = with_items(rule_set, collection, changed)
    risks = (_map_groups(risk, lambda group: tuple(map(change, group))) for risk in rule_set.risks)
    return replace(rule_set, risks=tuple(risks))


def _map_groups(risk: Risk, change: Callable[[ConditionGroup], ConditionGroup | None]) -> Risk:
    """The risk with each of its groups changed; those that become None go."""

    def each_group(groups: tuple[ConditionGroup, ...]) -> tuple[ConditionGroup, ...]:
        return tuple(group for group in map(change, groups) if group is not None)

    return replace(risk, shows=each_group(risk.shows), more=each_group(risk.more), unless=each_group(risk.unless))


def _map_answers(rule_set: RuleSet, change: Callable[[Mapping[str, Answer]], dict[str, Answer]]) -> RuleSet:
    cases = (
        replace(
            case,
            answers=change(case.answers),
            parts=tuple(replace(part, answers=change(part.answers)) for part in case.parts),
        )
        for case in rule_set.cases
    )
    return replace(rule_set, cases=tuple(cases))


def _map_citations(rule_set: RuleSet, old: str, new: str) -> RuleSet:
    def cite(holder: Holder) -> Holder:
        sources: tuple[str, ...] = holder.sources  # type: ignore[attr-defined]
        if old not in sources:
            return holder
        named = (new if claim == old else claim for claim in sources)
        return replace(holder, sources=tuple(dict.fromkeys(named)))  # type: ignore[type-var]

    return replace(
        rule_set,
        questions=tuple(replace(q, options=tuple(map(cite, q.options))) for q in rule_set.questions),
        rules=tuple(map(cite, rule_set.rules)),
        disagreements=tuple(replace(d, views=tuple(map(cite, d.views))) for d in rule_set.disagreements),
        guidance=tuple(map(cite, rule_set.guidance)),
        risks=tuple(map(cite, rule_set.risks)),
        cases=tuple(map(cite, rule_set.cases)),
        claims=rule_set.claims,
    )


def _map_expected_risks(rule_set: RuleSet, keys: Mapping[str, str]) -> RuleSet:
    """The test cases expect each risk under its new key; a risk that has none is no longer expected."""

    def new_keys(risks: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(keys[key] for key in risks if key in keys)

    cases = (replace(c, risks=new_keys(c.risks), no_risks=new_keys(c.no_risks)) for c in rule_set.cases)
    return replace(rule_set, cases=tuple(cases))


def place_parts(place: str) -> tuple[str, str]:
    """The list and the key of a place: "questions/steps/options/set" is "set" of "questions/steps/options"."""
    collection, _slash, key = place.rpartition("/")
    return collection, key
