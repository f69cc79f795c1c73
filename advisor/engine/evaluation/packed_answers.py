"""Answers in a fixed order and a few bytes, so that those of a million processes are read without looking at each.

What cannot be packed without losing something is not packed. NumPy is needed by whoever unpacks, not here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import RuleSet

NO_NUMBER = -(2**63)
"""In the place of a number that is not known."""


@dataclass(frozen=True, slots=True)
class FieldSlot:
    """Where the answer to a question stands: ``size`` bytes from ``start`` on, the lowest first.

    One choice: the place of the option, counted from 1. Several: a bit for each option, and the lowest where they are
    known. A number: itself, signed. Otherwise 0 is what is not known.
    """

    question: Question
    start: int
    size: int

    def write(self, answer: Answer) -> bytes:
        """The bytes of an answer that the question allows. Raises OverflowError, ValueError."""
        question = self.question
        if question.type is AnswerType.NUMBER:
            if answer == NO_NUMBER:
                raise ValueError("this stands for no number")
            number = answer if isinstance(answer, int) else NO_NUMBER
            return number.to_bytes(self.size, "little", signed=True)
        if answer is None:
            return bytes(self.size)
        keys = [option.key for option in question.options]
        if isinstance(answer, tuple):
            return (1 | sum(2 << keys.index(key) for key in answer)).to_bytes(self.size, "little")
        return (keys.index(str(answer)) + 1).to_bytes(self.size, "little")


@dataclass(frozen=True)
class PackedLayout:
    """The places of all questions of a rule set."""

    places: tuple[FieldSlot, ...]

    @cached_property
    def width(self) -> int:
        """Bytes that the answers of one item take."""
        return sum(place.size for place in self.places)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The questions that have a place."""
        return frozenset(place.question.key for place in self.places)

    def pack(self, items: Sequence[Mapping[str, Answer]]) -> bytes | None:
        """The answers of the items of one process, one after the other; None where something has no place."""
        try:
            return b"".join(self._pack(item) for item in items)
        except (OverflowError, ValueError):
            return None

    def _pack(self, item: Mapping[str, Answer]) -> bytes:
        if not item.keys() <= self.keys:
            raise ValueError("another version asked this")
        return b"".join(self._pieces(item))

    def _pieces(self, item: Mapping[str, Answer]) -> Iterator[bytes]:
        for place in self.places:
            answer = item.get(place.question.key)
            if not place.question.allows(answer):
                raise ValueError("another version allowed this")
            yield place.write(answer)


@cached_per_rule_set
def layout_of(rule_set: RuleSet) -> PackedLayout:
    """How answers to the questions of a rule set are packed. It is stored: what changes here must know the old way."""
    places = []
    start = 0
    for question in rule_set.questions:
        size = _size(question)
        places.append(FieldSlot(question, start, size))
        start += size
    return PackedLayout(tuple(places))


def _size(question: Question) -> int:
    match question.type:
        case AnswerType.NUMBER:
            return 8
        case AnswerType.CHOICES:
            return len(question.options) // 8 + 1
        case AnswerType.CHOICE:
            return 1 if len(question.options) < 256 else 2
