"""A program that sets one paper as PDF, in little memory and little time.

``advisor.exchange.pdf.maker`` runs it: the paper comes in as JSON, and the PDF goes out. Nothing of this package is
imported, so that it starts quickly. The words of a paper reach the typesetter as data, never as its markup.
"""

import json
import os
import re
import resource
import signal
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

_ROUNDS = 100
"""Characters without a font that are looked for one by one; a paper with more different ones is given up."""

_ENOUGH = 8
"""So many characters of one script without a font stand for all of it."""

_JOINING = frozenset({"Mn", "Me", "Mc", "Sk"})

_MOSTLY_THERE = frozenset({"LATIN", "GREEK", "CYRILLIC"})
"""Scripts that every font has, but for what is rare in them."""

_WITHOUT_FONT = re.compile(r'the text `(".*")` could not be displayed', re.DOTALL)
_NUMBERS_TOLD = 8
_PLACEHOLDER = "[?]"


def main() -> int:
    """Set what comes in, within limits that the system keeps."""
    paper = json.loads(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_AS, (paper["memory"], paper["memory"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_PROF, paper["seconds"])  # after which the system ends the process
    os.environ["RAYON_NUM_THREADS"] = "1"
    from typst import Compiler

    template = Path(__file__).with_name("paper.typ")
    compiler = Compiler(template, root=template.parent)
    sys.stdout.buffer.write(_set(compiler, paper))
    return 0


def _set(compiler: Any, paper: dict[str, Any]) -> bytes:
    """Set it; what no font has is replaced until nothing is left that cannot be shown."""
    from typst import TypstError

    missing: set[str] = set()
    for _round in range(_ROUNDS):
        text = json.dumps(_replace_missing(paper, missing), ensure_ascii=False)
        try:
            made = compiler.compile(
                format="pdf", pdf_standards="ua-1", sys_inputs={"paper": text}, timestamp=paper["made_at"]
            )
        except TypstError as error:
            found = _WITHOUT_FONT.search(error.message)
            if found is None:
                raise
            text = _unquote(found[1])
            if text.isascii() or text in missing:  # what follows it joins it, and has no font
                missing |= _joining_characters(paper)
            else:
                missing.add(text)
        else:
            assert isinstance(made, bytes)  # noqa: S101 - a PDF is one file
            return made
    raise RuntimeError("no font for too many characters")


def _unquote(literal: str) -> str:
    """The text in a literal of the typesetter."""
    text = re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda it: chr(int(it[1], 16)), literal[1:-1])
    return re.sub(r"\\(.)", lambda it: {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}.get(it[1], it[1]), text)


def _replace_missing(paper: dict[str, Any], missing: set[str]) -> dict[str, Any]:
    """The paper with a placeholder for what no font has, and which that is."""
    if not missing:
        return {**paper, "note": ""}
    longest_first = sorted({*missing, *_of_scripts(paper, missing)}, key=len, reverse=True)
    # What joins such characters goes with them.
    joining = "".join(map(re.escape, _joining_characters(paper)))
    pattern = re.compile("(?:" + "|".join(map(re.escape, longest_first)) + ")" + (f"[{joining}]*" if joining else ""))
    several = re.compile(r"(?:\[\?\])+")

    def replace(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: replace(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [replace(inner, key) for inner in value]
        if isinstance(value, str) and key in {"text", "foot"}:
            return several.sub(_PLACEHOLDER, pattern.sub(_PLACEHOLDER, value))
        return value

    numbers = [f"U+{ord(character):04X}" for character in sorted({it for text in missing for it in text})]
    some = ", ".join(numbers[:_NUMBERS_TOLD]) + (" …" if len(numbers) > _NUMBERS_TOLD else "")
    return {**replace(paper), "note": paper["without_font"].format(some)}


def _of_scripts(paper: dict[str, Any], missing: set[str]) -> set[str]:
    """All that the paper has of scripts of which enough is missing."""
    counts = Counter(_script(character) for text in missing for character in text)
    without = {script for script, n in counts.items() if n >= _ENOUGH} - _MOSTLY_THERE
    return {it for it in set(json.dumps(paper, ensure_ascii=False)) if _script(it) in without} if without else set()


def _joining_characters(paper: dict[str, Any]) -> set[str]:
    """The characters of the paper that are one with the character before them: marks, joiners, colours of skin."""
    found = set(json.dumps(paper, ensure_ascii=False))
    return {it for it in found if not it.isascii() and (unicodedata.category(it) in _JOINING or it in "\u200c\u200d")}


def _script(character: str) -> str:
    """The script of a character, as far as its name tells; all symbols are of one."""
    if unicodedata.category(character) in {"So", "Sk", "Mn", "Cf"}:
        return "SYMBOL"
    return unicodedata.name(character, "").partition(" ")[0].partition("-")[0]


if __name__ == "__main__":
    sys.exit(main())
