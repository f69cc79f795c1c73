"""The items that a problem can be about, each with its place in the document and its name in a sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from advisor.engine.document.document import WITH_CONDITIONS
from advisor.engine.model.errors import item_place, quotable
from advisor.engine.model.evidence import Claim
from advisor.engine.model.questions import Condition
from advisor.engine.model.rules import RuleSet

Item = TypeVar("Item")

NOUNS = {
    "questions": "question",
    "rules": "rule",
    "sources": "source",
    "claims": "claim",
    "disagreements": "disagreement",
    "tensions": "tension",
    "guidance": "guidance",
    "risks": "risk",
    "cases": "test case",
}
"""The lists of keyed items in a rule set, and what one of each is called."""

RISK_GROUPS = {"shows": "shows", "more": "adds weight to", "unless": "rules out"}
"""The groups of conditions of a risk, and what each does to it when it holds."""


class Subject(Generic[Item]):
    """One keyed item. What names it is made when it is asked for: of thousands, few have a problem."""

    __slots__ = ("_index", "_noun", "_place", "item", "key")

    def __init__(self, item: Item, index: int, noun: str, place: str) -> None:
        self.item = item
        self.key: str = item.id if isinstance(item, Claim) else item.key  # type: ignore[attr-defined]
        self._index = index
        self._noun = noun
        self._place = place

    @property
    def place(self) -> str:
        """Where it stands: "rules/steps-set"."""
        return item_place(self._place, self._index, self.key)

    @property
    def name(self) -> str:
        """It in a sentence: rule “steps-set”."""
        return f"{self._noun} “{quotable(self.key)}”" if self.key else f"{self._noun} number {self._index + 1}"

    @property
    def start(self) -> str:
        """The name as a sentence begins with it."""
        return capital(self.name)


@dataclass(frozen=True, slots=True)
class Holder:
    """An item that has conditions, in the list ``collection``. ``place`` is that of its list of conditions."""

    collection: str
    place: str
    name: str
    conditions: tuple[Condition, ...]


def short_name(rule_set: RuleSet, key: str) -> str:
    """A question as a sentence calls it, in quotation marks: by its short name, or by its key where it has none."""
    question = rule_set.question(key)
    return f"“{quotable(question.short if question is not None and question.short.strip() else key)}”"


def capital(sentence: str) -> str:
    """Begin with a capital letter."""
    return sentence[:1].upper() + sentence[1:]


def subjects(items: Sequence[Item], collection: str, noun: str = "", place: str = "") -> Iterator[Subject[Item]]:
    """Name each item of a list of the document; ``place`` is that of what holds the list."""
    noun = noun or NOUNS[collection]
    place = f"{place}/{collection}".lstrip("/")
    return (Subject(item, index, noun, place) for index, item in enumerate(items))


def holders(rule_set: RuleSet) -> Iterator[Holder]:
    """Everything that has conditions: follow-ups, rules, disagreements, tensions, guidance and the groups of risks."""
    for collection, field in WITH_CONDITIONS.items():
        for subject in subjects(getattr(rule_set, collection), collection):
            yield Holder(collection, f"{subject.place}/{field}", subject.name, getattr(subject.item, field))
    for risk in subjects(rule_set.risks, "risks"):
        for field, does in RISK_GROUPS.items():
            for index, group in enumerate(getattr(risk.item, field)):
                name = f"group {index + 1} of what {does} {risk.name}"
                yield Holder("risks", f"{risk.place}/{field}/{index}", name, group)
