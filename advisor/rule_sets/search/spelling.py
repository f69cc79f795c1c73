"""What was probably meant by a query that finds nothing."""

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

from advisor.engine.document.text import search_key
from advisor.engine.model.rules import RuleSet
from advisor.rule_sets.search.index import found_by_subject, known_words

_LIKE_ENOUGH = 0.75
"""From 0 to 1; a word of five letters may have one that is wrong."""

_MOST_WORDS = 6
"""Of longer queries a guess would say little."""


def probably_meant(rules: RuleSet, query: str) -> str:
    """The query with words that stand nowhere replaced by those most like them, if that finds something; else ""."""
    words = search_key(query).split()
    if len(words) > _MOST_WORDS:
        return ""
    known = known_words(rules)
    meant = [word if any(word in other for other in known) else _most_like(word, known) for word in words]
    guess = " ".join(meant)
    return guess if meant != words and found_by_subject(rules, guess) else ""


def _most_like(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, the word itself where none is like it.

    Among those alike, one that begins with the same letter: there people slip least.
    """
    alike = [other for other in known if abs(len(other) - len(word)) <= 2]
    near = get_close_matches(word, alike, n=5, cutoff=_LIKE_ENOUGH)
    return max(near, key=lambda it: (SequenceMatcher(None, word, it).ratio(), it[0] == word[0], it), default=word)
