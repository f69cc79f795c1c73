"""Problems that only follow from another one: they go away with it, and would bury it in a long list."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from advisor.engine.document.text import whole_number
from advisor.engine.model.errors import Problem

_RESTED_ON = ("questions", "claims", "sources")
"""Lists whose items others name."""


def ambiguous_names(document: Mapping[str, Any], lists: Collection[str] = ()) -> frozenset[str]:
    """Names of which nobody can tell what they stand for, in a document of any form.

    They are those that two items have; and, where an item of a list has none or shares its own, or the list is one
    of ``lists``, those that nothing of it has: each may be the one that such an item was meant to have. A question
    is in doubt with its options.
    """
    used, found = (
        _used_names(document),
        {_name(it) for it in _items(document.get("questions")) if _has_doubtful_options(it)},
    )
    for collection in _RESTED_ON:
        names = Counter(map(_name, _items(document.get(collection))))
        twice = {name for name, times in names.items() if name and times > 1}
        found |= twice
        if twice or "" in names or collection in lists:
            found |= used[collection] - names.keys()
    return frozenset(found)


def root_problems(
    document: Mapping[str, Any], problems: Iterable[Problem], names: Collection[str]
) -> Iterator[Problem]:
    """The problems of a document that are there whatever the names in doubt stand for."""
    by_name: dict[int, dict[str, Any]] = {}
    for problem in problems:
        if not (names and _follows(document, problem.place, names, by_name)):
            yield problem


def _follows(
    document: Mapping[str, Any], place: str, names: Collection[str], by_name: dict[int, dict[str, Any]]
) -> bool:
    """Whether a problem there may be due to one of the names. What the policy can reach, all rules decide."""
    if place.split("/", maxsplit=1)[0] in {"leave", "kind"}:
        return True
    value: Any = document
    for step in place.split("/"):
        value = _inside(value, step, by_name)
        if step in names or (isinstance(value, Mapping) and value.get("question") in names):
            return True
    return any(text in names for text in _texts(value))


def _has_doubtful_options(question: Any) -> bool:
    names = [_name(option) for option in _items(question.get("options"))] if isinstance(question, Mapping) else []
    return "" in names or len(set(names)) < len(names)


def _name(item: Any) -> str:
    name = item.get("key", item.get("id")) if isinstance(item, Mapping) else None
    return name if isinstance(name, str) else ""


def _used_names(document: Any) -> dict[str, set[str]]:
    """The names by which items are named elsewhere, by the list in which they should be."""
    found: dict[str, set[str]] = defaultdict(set)
    for item in _tables(document):
        found["questions"].update(_words([item.get("question")]))
        found["sources"].update(_words([item.get("source")]))
        found["claims"].update(_words(item.get("sources")))
        if isinstance(answers := item.get("answers"), Mapping):
            found["questions"].update(_words(answers))
    return found


def _tables(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        value = list(value.values())
    for item in _items(value):
        yield from _tables(item)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, the keys of tables among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _words(value)
        value = list(value.values())
    for item in _items(value):
        yield from _texts(item)


def _inside(value: Any, step: str, by_name: dict[int, dict[str, Any]]) -> Any:
    """What is one step further in, None where nothing is. ``by_name`` keeps the items of each list, by its id."""
    if isinstance(value, Mapping):
        return value.get(step)
    items = _items(value)
    if id(value) not in by_name:
        by_name[id(value)] = {_name(item): item for item in reversed(items)}
    known = by_name[id(value)].get(step)
    if known is None and (number := whole_number(step, most=len(items) - 1)) is not None:
        return items[number]
    return known


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _words(values: Any) -> Iterator[str]:
    return (value for value in values if isinstance(value, str)) if isinstance(values, (list, Mapping)) else iter(())
