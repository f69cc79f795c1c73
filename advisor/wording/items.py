"""What the items of a rule set are called: by what they say, since nobody has to know their keys."""

import re
from collections import Counter
from typing import Any

from flask_babel import gettext as _

from advisor.engine.document.document import KINDS, NUMBERED, NoSuchItem, items_of, key_of, options_of
from advisor.engine.document.text import whole_number
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.policy import KindRow, LeaveRow
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Kind
from advisor.wording.rule_set_vocabulary import NOUNS
from advisor.wording.rules import bounds_sentence, push_words, rule_sentence
from advisor.wording.vocabulary import KINDS as KIND_NAMES
from advisor.wording.vocabulary import LEAVES, STRENGTHS

NAME_LENGTH = 120
"""Characters of a text that a name has at most; nearly every sentence that people write is whole."""

_NOUNS = {
    "question": "questions",
    "rule": "rules",
    "source": "sources",
    "claim": "claims",
    "disagreement": "disagreements",
    "tension": "tensions",
    "guidance": "guidance",
    "risk": "risks",
    "test case": "cases",
}
_KEYED = re.compile(
    r"(?:\boption “(?P<option>[^”]+)” of question “(?P<of>[^”]+)”"
    r"|“(?P<gone>[^”]+)” is not an option of question “(?P<gone_of>[^”]+)”"
    r"|“(?P<lost>[^”]+)”, which is not a (?P<lost_noun>question|claim|source|risk)\b"
    rf"|\b(?P<noun>{'|'.join(_NOUNS)})s? (?P<keys>“[^”]+”(?:(?:, | and )“[^”]+”)*))",
    re.IGNORECASE,
)
"""How the sentence of a problem calls items: by their noun and their keys."""

_QUOTED = re.compile(r"“([^”]+)”")

_SAYS = ("process", "because", "title", "text", "label", "topic")


def item_name(rules: RuleSet, collection: str, key: str, *earlier: RuleSet) -> str:
    """What an item is called, as plain text on one line: "How complex is a typical case?".

    ``key`` is its key, or its number from 0 where its list has no keys. Where it is gone it is called by what it says
    in the first of ``earlier`` that has it, and else by its key, as removed. A row is called by its number too, an
    answer with its question, and what says the same as another of its list with its key.
    """
    for held in (rules, *earlier):
        item = _item(held, collection, key)
        if item is None:
            continue
        name = _distinct(held, collection, key)
        if isinstance(item, LeaveRow | KindRow):
            return str(_("Row %(n)s: %(says)s", n=int(key) + 1, says=name))
        if collection in KINDS:
            return name
        question = held.question(collection.split("/")[1])
        return f"{name} ({question.short or question.text})" if question else name
    if collection in NUMBERED and (number := whole_number(key)) is not None:
        return str(_("number %(n)s, since removed", n=number + 1))
    return str(_("%(key)s, since removed", key=key))


def is_item(rules: RuleSet, collection: str, key: str) -> bool:
    """Whether the rules have an item of that key in that collection."""
    return _item(rules, collection, key) is not None


def item_text(rules: RuleSet, item: Any) -> str:
    """All of what an item says, by which it is called: of a rule its reason, of a question its text; "" for nothing."""
    if isinstance(item, str):
        return item
    if isinstance(item, LeaveRow | KindRow):
        return f"{bounds_sentence(item.when)}: {row_advice(item)}"
    text = next((getattr(item, name) for name in _SAYS if getattr(item, name, "").strip()), "")
    if not text and isinstance(item, Rule):
        return what_it_does(rules, item)
    return text


def row_advice(row: LeaveRow | KindRow) -> str:
    """What a row of a policy table advises: "BPO (Clear)"."""
    if isinstance(row, LeaveRow):
        return str(LEAVES[row.leave].name)
    # The strength describes a kind, so where none can be told there is none.
    clear = "" if row.kind is Kind.UNCLEAR else f" ({STRENGTHS[row.strength]})"
    return f"{KIND_NAMES[row.kind].name}{clear}"


def with_names(rules: RuleSet, sentence: str, *earlier: RuleSet) -> str:
    """The sentence of a problem with its items called by what they say: rule “steps-set” by its reason.

    What the rule set does not have is called by what it said in the first of ``earlier`` that has it, else quoted as it
    stands.
    """

    def name_value(collection: str, quoted: str) -> str:
        def name(found: re.Match[str]) -> str:
            held = next((one for one in (rules, *earlier) if _item(one, collection, found[1]) is not None), None)
            return f"“{_distinct(held, collection, found[1])}”" if held is not None else found[0]

        return _QUOTED.sub(name, quoted)

    def replace_name(found: re.Match[str]) -> str:
        if found["gone"]:
            answer = name_value(options_of(found["gone_of"]), "“" + found["gone"] + "”")
            return f"{answer} is no answer to " + name_value("questions", "“" + found["gone_of"] + "”")
        if found["lost"]:
            quoted = "“" + found["lost"] + "”"
            name = name_value(_NOUNS[found["lost_noun"]], quoted)
            return (
                found[0]
                if name == quoted
                else str(_("%(noun)s %(name)s, which was removed", noun=found["lost_noun"], name=name))
            )
        if found["option"]:
            option, question = found[0].split(" of ")
            return f"{name_value(options_of(found['of']), option)} of {name_value('questions', question)}"
        return found[0].replace(found["keys"], name_value(_NOUNS[found["noun"].lower()], found["keys"]))

    return _KEYED.sub(replace_name, sentence)


def what_it_does(rules: RuleSet, rule: Rule) -> str:
    """A rule as a sentence on the answers that it looks at and the points that it adds."""
    return rule_sentence(rules, rule) if rule.when else str(_("Always, it %(adds)s.", adds=push_words(rule.push)))


def short_text(rules: RuleSet, item: Any) -> str:
    """What an item says, short enough for a name; "(no text yet)" where that is nothing."""
    return shorten(item_text(rules, item)) or str(_("(no text yet)"))


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


def shorten(text: str, limit: int = NAME_LENGTH) -> str:
    """A text on one line without its full stop, cut between two words where it is longer than ``limit``."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line.removesuffix(".")
    whole, _space, _rest = line[:limit].rpartition(" ")
    return f"{(whole if len(whole) > limit // 2 else line[: limit - 1]).rstrip(' .,;:')}…"


def _distinct(rules: RuleSet, collection: str, key: str) -> str:
    """The name of an item that is there, with its key where another of its list says the same."""
    name = short_text(rules, _item(rules, collection, key))
    names = _names(rules)
    if collection not in names:
        names[collection] = Counter(short_text(rules, item) for item in _by_collection(rules)[collection].values())
    return f"{name} ({key})" if names[collection][name] > 1 and collection not in NUMBERED else name


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


@cached_per_rule_set
def _names(_rules: RuleSet) -> dict[str, Counter[str]]:
    return {}
