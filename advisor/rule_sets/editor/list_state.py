"""Which part of a list somebody looks at: its filter and its page, which the pages of its items carry along."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from flask import request

ITEMS_ON_A_PAGE = 55

FILTERS = ("q", "changed", "side", "question", "claim", "fires", "source", "expected", "result")
"""The filters of all lists, by their names in the address."""

CARRIED = "list"
"""What it is called in the address of an item."""

_LONGEST = 1_000


def list_state(query: Mapping[str, str]) -> dict[str, str]:
    """What an address says of the part of a list that it shows."""
    return {name: query[name] for name in (*FILTERS, "page") if query.get(name)}


def carried_text(state: Mapping[str, str]) -> str | None:
    """That part in one text, as the address of an item carries it; None where it is all, from the first page on."""
    return urlencode(state) or None


def carried_state() -> dict[str, str]:
    """The part of a list from which somebody came to the page of an item."""
    text = request.args.get(CARRIED, "")
    return list_state(dict(parse_qsl(text))) if len(text) <= _LONGEST else {}


def carried_values() -> dict[str, str]:
    """The same for the address of another page of that item."""
    text = carried_text(carried_state())
    return {CARRIED: text} if text else {}
