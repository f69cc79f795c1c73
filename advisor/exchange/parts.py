"""The names of the parts of a process, wherever they come from."""

from collections.abc import Sequence
from typing import TypeVar

from advisor.engine.errors import Problem

Given = TypeVar("Given")


def named_parts(parts: Sequence[tuple[str, Given]], place: str = "") -> tuple[list[tuple[str, Given]], list[Problem]]:
    """Give each of several parts a name of its own: "Part 2" for one without. A name that stands twice is a problem."""
    named: list[tuple[str, Given]] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, (name, given) in enumerate(parts):
        chosen = name if name.strip() or len(parts) == 1 else f"Part {index + 1}"
        if chosen in seen:
            problems.append(
                Problem(f"{place}parts/{index}/part", "Another part has this name.", "Give each part its own name.")
            )
        seen.add(chosen)
        named.append((chosen, given))
    return named, problems
