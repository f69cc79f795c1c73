"""The names of the parts of a process, wherever they come from."""

from collections.abc import Sequence
from typing import TypeVar

from advisor.engine.errors import Problem
from advisor.engine.text import match_key, normalize_line

Given = TypeVar("Given")


def named_parts(parts: Sequence[tuple[str, Given]], place: str = "") -> tuple[list[tuple[str, Given]], list[Problem]]:
    """Give each of several parts a name of its own: "Part 2" for one without. A name that stands twice is a problem.

    It stands twice in whatever way it is composed, and in capitals or not.
    """
    named: list[tuple[str, Given]] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, (name, given) in enumerate(parts):
        chosen = normalize_line(name) or ("" if len(parts) == 1 else f"Part {index + 1}")
        if match_key(chosen) in seen:
            problems.append(
                Problem(f"{place}parts/{index}/part", "Another part has this name.", "Give each part its own name.")
            )
        seen.add(match_key(chosen))
        named.append((chosen, given))
    return named, problems
