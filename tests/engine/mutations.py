"""Random changes of a plain document: most of them make it one that cannot be read, some do not."""

import json
from typing import Any

from hypothesis import strategies as st

from tests.engine.documents import Plain

_ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 3, 5, 6, -1, 3.0, 2.5, 10**17, -(2**53)),
    *("", " ", "bpo", "keep", "choices", "any_of", "at_least", "steps", "x" * 4001, "nul\x00", "\x7f", "line\nbreak"),
    *([], {}, ["a"], ["a", "b"], [1], [1, 2], [None], {"key": "x"}, [[]], {"a": {"b": 1}}),
)


@st.composite
def mutations(draw: st.DrawFn, document: Plain) -> Plain:
    """The document with one or two changes somewhere; the one that is given stays as it is."""
    changed: Plain = json.loads(json.dumps(document))
    for _ in range(draw(st.integers(1, 2))):
        holder, step = draw(st.sampled_from(_places(changed)))
        match draw(st.integers(0, 4)):
            case 0 if not isinstance(step, int) or holder:
                del holder[step]
            case 1 if isinstance(holder, dict):
                holder[draw(st.sampled_from(["extra", "key", "values", "nul\x00"]))] = draw(st.sampled_from(_ODD))
            case 2:
                other, at = draw(st.sampled_from(_places(changed)))
                holder[step] = json.loads(json.dumps(other[at]))
            case _:
                holder[step] = draw(st.sampled_from(_ODD))
    return changed


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place of a document, as what holds it and the key or number there."""
    steps = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    found: list[tuple[Any, Any]] = []
    for step in steps:
        found.append((value, step))
        found.extend(_places(value[step]))
    return found
