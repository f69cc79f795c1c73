"""The words that were looked for, marked where they stand in a text."""

from collections.abc import Iterable
from dataclasses import dataclass

from advisor.engine.document.text import search_key

SNIPPET_LENGTH = 180
"""Characters of a text that are shown around the first word that was found in it."""

_BEFORE = 60
"""Of these, before that word."""


@dataclass(frozen=True, slots=True)
class SnippetPart:
    """A stretch of a text, and whether it is a word that was looked for."""

    text: str
    is_found: bool = False


def mark_words(text: str, words: Iterable[str]) -> list[SnippetPart]:
    """The whole text in its parts. ``words`` are as ``search_key`` has them."""
    return _cut(text, _places(text, words), 0, len(text))


def snippet(text: str, words: Iterable[str]) -> list[SnippetPart]:
    """What stands around the first word that is found in the text, with all that are found there marked."""
    text = " ".join(text.split())
    places = _places(text, words)
    first = places[0][0] if places else 0
    start, end = _bounds(text, first)
    parts = _cut(text, [place for place in places if place[1] <= end], start, end)
    before = [SnippetPart("… ")] if start else []
    after = [SnippetPart(" …")] if end < len(text) else []
    return [*before, *parts, *after]


def _bounds(text: str, first: int) -> tuple[int, int]:
    """From where to where it is shown, between two words where there is a blank nearby."""
    if len(text) <= SNIPPET_LENGTH:
        return 0, len(text)
    start = max(0, min(first - _BEFORE, len(text) - SNIPPET_LENGTH))
    if start:
        blank = text.find(" ", start, first)
        start = blank + 1 if blank >= 0 else start
    end = min(len(text), start + SNIPPET_LENGTH)
    if end < len(text):
        blank = text.rfind(" ", first + 1, end + 1)
        end = blank if blank > first + SNIPPET_LENGTH // 4 else end
    return start, end


def _cut(text: str, places: Iterable[tuple[int, int]], start: int, end: int) -> list[SnippetPart]:
    parts, at = [], start
    for begin, stop in places:
        if begin >= start:
            parts += [SnippetPart(text[at:begin]), SnippetPart(text[begin:stop], is_found=True)]
            at = stop
    return [part for part in [*parts, SnippetPart(text[at:end])] if part.text]


def _places(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """From where to where words stand in the text, in their order, none within another."""
    folded, origins = "", []
    for at, char in enumerate(text):
        # By itself a blank would have no key.
        plain = " " if char.isspace() else search_key(char)
        folded += plain
        origins += [at] * len(plain)
    origins.append(len(text))
    hits = set()
    for word in words:
        at = folded.find(word)
        while at >= 0:
            hits.add((origins[at], origins[at + len(word)]))
            at = folded.find(word, at + 1)
    places: list[tuple[int, int]] = []
    for begin, stop in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        # Where the next letter begins within this one, all of the letter is marked.
        whole = max(stop, begin + 1)
        if places and begin < places[-1][1]:
            places[-1] = (places[-1][0], max(whole, places[-1][1]))
        else:
            places.append((begin, whole))
    return places
