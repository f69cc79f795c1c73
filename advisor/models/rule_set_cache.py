"""Rule sets that were read from their documents, kept by fingerprint: equal documents are equal rules."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import fields, replace
from functools import lru_cache
from threading import Lock

from advisor.engine.document import document as rule_set_document
from advisor.engine.model.rules import RuleSet

_KEPT_IN_MEMORY = 16

_lock = Lock()
_kept: OrderedDict[str, RuleSet] = OrderedDict()
"""The one that was wanted last stands at the end."""


@lru_cache(_KEPT_IN_MEMORY)
def fingerprint(document: str) -> str:
    """The fingerprint of a stored document, which may be long: worked out once for each."""
    return rule_set_document.sha256(document)


def parsed(sha256: str, document: Callable[[], str]) -> RuleSet:
    """The rules of the document of that fingerprint, which is read only where its rules are not kept."""
    with _lock:
        if sha256 in _kept:
            _kept.move_to_end(sha256)
            return _kept[sha256]
    return keep(sha256, rule_set_document.parse(document()))


def rules_of(document: str) -> RuleSet:
    """The rules of a stored document."""
    return parsed(fingerprint(document), lambda: document)


def keep(sha256: str, rules: RuleSet) -> RuleSet:
    """Keep the rules of a document, which was just read, or written from them."""
    with _lock:
        if _kept:
            rules = _sharing(rules, next(reversed(_kept.values())))
        _kept[sha256] = rules
        _kept.move_to_end(sha256)
        while len(_kept) > _KEPT_IN_MEMORY:
            _kept.popitem(last=False)
    return rules


def _sharing(rules: RuleSet, other: RuleSet) -> RuleSet:
    """The same rules, with the lists of another rule set where these are equal: they are long, and few differ."""
    equal = {
        field.name: items
        for field in fields(RuleSet)
        if (items := getattr(other, field.name)) == getattr(rules, field.name)
    }
    return replace(rules, **equal)
