"""One difference between two rule sets put back: an item of the newer one as it is in the older."""

from dataclasses import replace
from typing import Any

from advisor.engine.document.causes import CausedChange
from advisor.engine.document.diff import Change, ChangeType, kept_places
from advisor.engine.document.document import KINDS, items_of, key_of, options_of, with_items
from advisor.engine.document.edit import put
from advisor.engine.document.references import Place, Reference, references
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import RuleSet, TestCase


class StandsInTheWay(Exception):  # noqa: N818
    """An item cannot be as it was: ``references`` would name what is not there."""

    def __init__(self, references: tuple[Reference, ...]) -> None:
        self.references = references
        super().__init__("Something would be named that is not there.")


def put_back(rules: RuleSet, caused: CausedChange) -> RuleSet:
    """The rules with one item as it is in the base, and what was rewritten along with it.

    Raises StandsInTheWay where something would name what is not there.
    """
    change = caused.change
    if caused.old_key:
        found = put(rules, change.collection, change.key, _with_options_of(change.old, change.new))
    else:
        found = _as_in_base(rules, caused.base, change)
        if change.happened is ChangeType.REMOVED and change.collection == "questions":
            found = _with_answers(found, caused.base, change.key)
    broken = _dangling_references(found)
    if broken:
        missing = broken.keys() - _dangling_references(rules).keys()
        if missing:
            raise StandsInTheWay(tuple(reference for reference in broken if reference in missing))
    return found


def _as_in_base(rules: RuleSet, base: RuleSet, change: Change) -> RuleSet:
    before, items = items_of(base, change.collection), list(items_of(rules, change.collection))
    kept = kept_places(change.collection, before, items)
    if change.happened is ChangeType.ADDED:
        del items[change.new_at or 0]
        return with_items(rules, change.collection, items)
    old_at, item = change.old_at or 0, _with_options_of(change.old, change.new)
    if change.happened is not ChangeType.REMOVED and not change.moved:
        items[change.new_at or 0] = item
        return with_items(rules, change.collection, items)
    at = _place_among(kept, old_at, len(items))
    if change.new_at is not None:
        del items[change.new_at]
        at -= change.new_at < at
    items.insert(at, item)
    return with_items(rules, change.collection, items)


def _place_among(kept: dict[int, int], old_at: int, number: int) -> int:
    """After the nearest that stood before it, else before the nearest that stood after it, of those that stayed."""
    before = max((at for at in kept if at < old_at), default=None)
    if before is not None:
        return kept[before] + 1
    after = min((at for at in kept if at > old_at), default=None)
    return number if after is None else kept[after]


def _with_options_of(item: Any, present: Any) -> Any:
    """A question keeps the options that it has: they are changes of their own."""
    return replace(item, options=present.options) if isinstance(item, Question) and present is not None else item


def _with_answers(rules: RuleSet, base: RuleSet, question: str) -> RuleSet:
    """The rules with the answers to a question that its removal took out of the test cases, whatever else they are."""
    before = {case.key: case for case in base.cases}

    def put_answer_back(present: dict[str, Answer], was: dict[str, Answer]) -> dict[str, Answer]:
        without = {key: answer for key, answer in was.items() if key != question}
        return was if present == without else present

    def as_before(case: TestCase) -> TestCase:
        was = before.get(case.key)
        if was is None:
            return case
        pairs = zip(case.parts, was.parts, strict=False)
        parts = [replace(part, answers=put_answer_back(part.answers, old.answers)) for part, old in pairs]
        parts += case.parts[len(parts) :]
        return replace(case, answers=put_answer_back(case.answers, was.answers), parts=tuple(parts))

    return replace(rules, cases=tuple(map(as_before, rules.cases)))


# ---- What names something that is not there


def _dangling_references(rules: RuleSet) -> dict[Reference, None]:
    """References to what is not there, in the order of the document."""
    there: set[Place] = {(name, key_of(item)) for name in KINDS for item in items_of(rules, name)}
    without_options = set()
    for question in rules.questions:
        there |= {(options_of(question.key), option.key) for option in question.options}
        if not question.options:
            without_options.add(options_of(question.key))
    found: dict[Reference, None] = {}
    for reference in references(rules):
        target = reference.target
        if target in there or target[0] in without_options:
            continue
        is_option = "/" in target[0]
        if is_option and ("questions", target[0].split("/")[1]) not in there:
            continue  # told of the question
        found[reference] = None
    return found
