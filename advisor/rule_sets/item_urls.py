"""Places in the document, and the pages on which what stands there is edited."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from advisor.engine.document.document import KINDS, options_of
from advisor.engine.document.text import whole_number
from advisor.links import AddressWord, address

ANY_COLLECTION = f"any({', '.join(KINDS)})"
"""What stands for a collection of the draft in the rule of an address."""

HIGHEST = 2147483647
"""The highest number of a version that any database can look for."""


@dataclass(frozen=True, slots=True)
class DocumentPath:
    """An item of a collection, and what in it is meant: "when-0"."""

    collection: str
    key: str
    inside: str = ""

    @property
    def question(self) -> str:
        """The question whose option this is, "" for everything else."""
        return self.collection.split("/")[1] if "/" in self.collection else ""


def path_of(place: str) -> DocumentPath | None:
    """Read the place of a problem, such as "rules/steps-set/when/0"; None where it means a whole collection."""
    match place.split("/"):
        case ["questions", question, "options", key, *inside]:
            return DocumentPath(options_of(question), key, "-".join(inside))
        case [name, key, *inside] if name in KINDS:
            return DocumentPath(name, key, "-".join(inside))
    return None


def problem_url(place: str) -> str:
    """The page on which a problem is mended."""
    found = path_of(place)
    if found is not None:
        return item_url(found.collection, found.key, anchor=_anchor(found.inside))
    name = place.split("/", maxsplit=1)[0]
    return list_url(name) if name in KINDS else url_for("rule_sets.home")


def list_url(collection: str, anchor: str | None = None, **more: Any) -> str:
    """The page of a collection; the options of a question are on the page of the question."""
    if "/" in collection:
        return item_url("questions", collection.split("/")[1], anchor="" if more else "options", **more)
    return address("rule_sets.list_items", collection=AddressWord(collection), _anchor=anchor, **more)


def item_url(collection: str, key: str, *, anchor: str | None = None, page: str = "edit_item", **more: Any) -> str:
    """The page of an item; ``page`` may be "remove_item" or another of its pages."""
    return address(f"rule_sets.{page}", key=key, _anchor=anchor, **_arguments(collection), **more)


def add_url(collection: str, **more: Any) -> str:
    """The page on which an item is added to a collection."""
    return address("rule_sets.add_item", **_arguments(collection), **more)


def _arguments(collection: str) -> dict[str, Any]:
    """What says in an address which collection is meant."""
    return {"question": collection.split("/")[1]} if "/" in collection else {"collection": AddressWord(collection)}


def _anchor(inside: str) -> str | None:
    """The row or field of a form that "when/0/values" is about."""
    name, _dash, rest = inside.partition("-")
    number = whole_number(rest.partition("-")[0])
    if not name:
        return None
    has_rows = name in {"when", "asked_when", "views", "parts"}
    return f"{name}-{number}" if has_rows and number is not None else f"at-{name}"
