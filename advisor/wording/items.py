"""What the items of a rule set are called: by what they say, since nobody has to know their keys."""

from typing import Any

from flask_babel import gettext as _

from advisor.engine.document.document import KINDS, NUMBERED, NoSuchItem, items_of, key_of
from advisor.engine.document.text import whole_number
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.policy import KindRow, LeaveRow
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Kind
from advisor.wording.rules import bounds_sentence, push_words, rule_sentence
from advisor.wording.vocabulary import KINDS as KIND_NAMES
from advisor.wording.vocabulary import LEAVES, NOUNS, STRENGTHS

NAME_LENGTH = 120
"""Characters of a text that a name has at most; nearly every sentence that people write is whole."""

_SAYS = ("process", "because", "title", "text", "label", "topic")


def item_name(rules: RuleSet, collection: str, key: str, *earlier: RuleSet) -> str:
    """What an item is called, as plain text on one line: "How complex is a typical case?".

    ``key`` is its key, or its number from 0 where its list has no keys. Where it is gone it is called by what it says
    in the first of ``earlier`` that has it, and else by its key, as removed. A row is called by its number too, and an
    answer with its question.
    """
    for held in (rules, *earlier):
        item = _item(held, collection, key)
        if item is None:
            continue
        name = shortened(item_text(held, item)) or str(_("(no text yet)"))
        if isinstance(item, LeaveRow | KindRow):
            return str(_("Row %(n)s: %(says)s", n=int(key) + 1, says=name))
        if collection in KINDS:
            return name
        question = held.question(collection.split("/")[1])
        return f"{name} ({question.short or question.text})" if question else name
    if collection in NUMBERED and (number := whole_number(key)) is not None:
        return str(_("number %(n)s, since removed", n=number + 1))
    return str(_("%(key)s, since removed", key=key))


def item_text(rules: RuleSet, item: Any) -> str:
    """All of what an item says, by which it is called: of a rule its reason, of a question its text; "" for nothing."""
    if isinstance(item, str):
        return item
    if isinstance(item, LeaveRow):
        return f"{bounds_sentence(item.when)}: {LEAVES[item.leave].name}"
    if isinstance(item, KindRow):
        # The strength describes a kind, so where none can be told there is none.
        clear = "" if item.kind is Kind.UNCLEAR else f" ({STRENGTHS[item.strength]})"
        return f"{bounds_sentence(item.when)}: {KIND_NAMES[item.kind].name}{clear}"
    text = next((getattr(item, name) for name in _SAYS if getattr(item, name, "").strip()), "")
    if not text and isinstance(item, Rule):
        return what_it_does(rules, item)
    return text


def what_it_does(rules: RuleSet, rule: Rule) -> str:
    """A rule as a sentence on the answers that it looks at and the points that it adds."""
    return rule_sentence(rules, rule) if rule.when else str(_("Always, it %(adds)s.", adds=push_words(rule.push)))


def item_label(rules: RuleSet, collection: str, key: str, *earlier: RuleSet) -> str:
    """What kind of item it is, and what it is called: rule “It follows the same steps every time”."""
    name = item_name(rules, collection, key, *earlier)
    return str(_("%(noun)s “%(name)s”", noun=noun_of(collection), name=name))


def noun_of(collection: str) -> str:
    """What one item of a collection is: "rule", "answer"."""
    return str(NOUNS[subject_of(collection)])


def subject_of(collection: str) -> str:
    """What a collection holds, whichever question's options they are."""
    return "options" if collection.endswith("/options") else collection


def key_or_number(collection: str, key: str) -> str:
    """What stands small behind a name, for those who look for it: the key, or the number from 1."""
    return str(int(key) + 1) if collection in NUMBERED else key


def shortened(text: str, limit: int = NAME_LENGTH) -> str:
    """A text on one line without its full stop, cut between two words where it is longer than ``limit``."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line.removesuffix(".")
    whole, _space, _rest = line[:limit].rpartition(" ")
    return f"{(whole if len(whole) > limit // 2 else line[: limit - 1]).rstrip(' .,;:')}…"


def _item(rules: RuleSet, collection: str, key: str) -> Any:
    """The item, None where there is none; each collection is put in order once."""
    kept = _by_collection(rules)
    if collection not in kept:
        try:
            items = items_of(rules, collection)
        except NoSuchItem:
            items = ()
        numbered = collection in NUMBERED
        kept[collection] = {str(at) if numbered else key_of(item): item for at, item in enumerate(items)}
    return kept[collection].get(key)


@cached_per_rule_set
def _by_collection(_rules: RuleSet) -> dict[str, dict[str, Any]]:
    return {}
