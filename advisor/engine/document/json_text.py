"""JSON from outside: read only where it says one thing, and where reading it takes next to nothing."""

import json
import math
import re
from collections import Counter
from typing import Any

from advisor.engine.model.errors import Problem, RuleSetError

DEPTH_LIMIT = 20
"""How deep JSON from outside may be nested."""

VALUES_LIMIT = 120_000
"""How many values JSON from outside may hold, those within others counted too; 400 rules have a sixth of that."""

_TEXTS = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
"""Every text in JSON, which may hold any character."""

_BRACKETS = re.compile(r"[][{}]")


def load_json(text: str | bytes, *, values: int | None = VALUES_LIMIT) -> object:
    """Read JSON without repeated keys, NaN or infinity, of at most ``DEPTH_LIMIT`` levels and so many ``values``.

    For what is stored already, which may have grown, None is no limit. Raises RuleSetError with one problem, whose text
    is fit for the sender.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode()
        _refuse_oversized(text, values)
        return json.loads(
            text, object_pairs_hook=_unrepeated, parse_constant=_not_finite, parse_int=_integer, parse_float=_fraction
        )
    except (ValueError, RecursionError) as error:
        raise RuleSetError([Problem("", f"This is not JSON that can be read: {error}.")]) from None


def _refuse_oversized(text: str, values: int | None) -> None:
    """Raise ValueError where JSON text has too many values or levels, before any of it is built."""
    bare = _TEXTS.sub("", text)
    depth = 0
    for bracket in _BRACKETS.finditer(bare):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > DEPTH_LIMIT:
            raise ValueError(f"nested deeper than {DEPTH_LIMIT} levels")
    if values is not None and sum(map(bare.count, ",[{")) > values:
        raise ValueError(f"it has more than {values:,} values")


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) < len(pairs):
        repeated = next(key for key, number in Counter(key for key, _ in pairs).items() if number > 1)
        raise ValueError(f"the key {json.dumps(repeated[:60])} stands twice in one object")
    return found


def _not_finite(word: str) -> Any:
    raise ValueError(f"{word} is not a number here")


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError("a number with more than 20 digits")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number that is too large")
    return number
