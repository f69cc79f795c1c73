"""Changes of a plain document, written as the place that is changed."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from advisor.engine.model.errors import Problem
from tests.engine.documents import Plain, clean_document

Change = Callable[[Plain], None]


def put(place: str, value: Any) -> Change:
    """Set what stands at ``place``, a path of keys as problems have it."""

    def change(document: Plain) -> None:
        holder, last = _holder(document, place)
        holder[last] = deepcopy(value)

    return change


def drop(place: str) -> Change:
    """Take out what stands at ``place``."""

    def change(document: Plain) -> None:
        holder, last = _holder(document, place)
        del holder[last]

    return change


def add(place: str, *values: Any) -> Change:
    """Add to the end of the list at ``place``."""

    def change(document: Plain) -> None:
        holder, last = _holder(document, place)
        if isinstance(holder, dict):
            holder.setdefault(last, [])
        holder[last].extend(deepcopy(values))

    return change


def copy(place: str, **changed: Any) -> Change:
    """Add another like the thing at ``place`` after it, with some values of its own."""

    def change(document: Plain) -> None:
        holder, last = _holder(document, place)
        holder.insert(last + 1, {**deepcopy(holder[last]), **changed})

    return change


def move(place: str, to: int) -> Change:
    """Move the thing at ``place`` to another position in its list."""

    def change(document: Plain) -> None:
        holder, last = _holder(document, place)
        holder.insert(to, holder.pop(last))

    return change


def _holder(document: Plain, place: str) -> tuple[Any, Any]:
    *way, last = place.split("/")
    holder: Any = document
    for step in way:
        holder = holder[_position(holder, step)]
    return holder, _position(holder, last)


def _position(holder: Any, step: str) -> Any:
    if isinstance(holder, dict):
        return step
    for position, item in enumerate(holder):
        if isinstance(item, dict) and step in {item.get("key"), item.get("id")}:
            return position
    return int(step)


def change_document(*changes: Change) -> Plain:
    """The clean document with these changes."""
    document = clean_document()
    for change in changes:
        change(document)
    return document


def warning(place: str, text: str, mend: str) -> Problem:
    """A problem that does not block."""
    return Problem(place, text, mend, blocks=False)


def condition(question: str, test: str, *values: Any) -> Plain:
    """A condition as the document has it."""
    return {"question": question, "test": test, "values": list(values)}


def question(key: str, *asked_when: Plain, **more: Any) -> Plain:
    """A question of a yes and a no."""
    options = [{"key": "yes", "label": "Yes"}, {"key": "no", "label": "No"}]
    texts = {"text": f"Is it {key}?", "short": key, "missing": "Select one"}
    return {"key": key, **texts, "options": options, "asked_when": list(asked_when), **more}


def rule(key: str, *when: Plain, **more: Any) -> Plain:
    """A rule that pushes two points to BPO."""
    push = {"side": "bpo", "points": 2}
    return {"key": key, "when": list(when), "push": push, "because": "It is so.", "sources": ["D1.01"], **more}


def row(*when: Plain) -> Plain:
    """A row of the second table."""
    return {"when": list(when), "kind": "both", "strength": "slight", "says": "A row more."}


def bound(measure: str, at_least: int | None = None, at_most: int | None = None) -> Plain:
    """A bound of a policy row."""
    return {"measure": measure, "at_least": at_least, "at_most": at_most}
