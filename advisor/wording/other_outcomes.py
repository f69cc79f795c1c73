"""The ways to other advice, in words: what to answer instead, and where to try it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.engine.analysis.explain import Change, ChangeSet, Target, WouldChange
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.wording.answers import answer_label, band_label
from advisor.wording.vocabulary import ADVICES

TryUrl = Callable[[Sequence[Change]], str]
"""Gives the address of the page on which changes are tried; "" where that cannot be done."""

QuestionUrl = Callable[[str, int | None], str]
"""Gives the address of a question: its key, and the place of the part (None: asked of the process)."""

ANSWERS_SHOWN = 2
"""Answers that would do as well as each other and are written out."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to another advice: what to answer instead, in a sentence, and where to try it."""

    says: str
    try_url: str


@dataclass(frozen=True, slots=True)
class Towards:
    """Another advice, how many answers it takes, and the ways to it that are written out."""

    outcome: str
    words: str
    says: str
    ways: list[Way]
    more: str
    """How many other ways there are, in words; "" for none."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around an explanation: its rules, the names of the parts, the answers given, and the addresses."""

    rule_set: RuleSet
    parts: Sequence[str]
    given: Callable[[str, int | None], tuple[bool, Answer]]
    try_url: TryUrl
    question_url: QuestionUrl

    def question(self, key: str) -> Question:
        """The question of that key."""
        found = self.rule_set.question(key)
        assert found is not None  # noqa: S101 - explanations name questions of their own rule set
        return found

    def part(self, index: int | None) -> str:
        """The name of a part, "" for the process."""
        return self.parts[index] if index is not None and index < len(self.parts) else ""

    def answer(self, key: str, part: int | None) -> str:
        """What was answered, in words; "" where nothing was."""
        is_there, answer = self.given(key, part)
        return answer_label(self.question(key), answer) if is_there else ""


def outcome_words(outcomes: Sequence[Outcome]) -> str:
    """Outcomes in a row: "BPO, Both or Keep in-house for now"."""
    return _either([str(ADVICES[outcome]) for outcome in outcomes])


def ways_to_each(would: WouldChange, around: Around, nearest: int, further: int = 1) -> list[Towards]:
    """The fewest changes that give each other advice; so many ways to the nearest ones, and so many to the others."""
    return [
        _towards(target, around, nearest if target.size == would.distance else further)
        for target in sorted(would.targets, key=_nearest_first)
        if target.sets
    ]


def _nearest_first(target: Target) -> int:
    return target.size if target.size is not None else 1_000


def _towards(target: Target, around: Around, most: int) -> Towards:
    shown = target.sets[:most]
    n = target.size or 0
    return Towards(
        outcome=target.outcome,
        words=str(ADVICES[target.outcome]),
        says=str(ngettext("one other answer is enough", "%(num)d other answers at once", n)),
        ways=[Way(_sentence(found, around), around.try_url(found.changes)) for found in shown],
        more=_others(target, len(target.sets) - len(shown)),
    )


def _others(target: Target, left: int) -> str:
    """The ways that are not written out, counted: "9 other ways"; "" where there are none."""
    if target.is_complete:
        return str(ngettext("%(num)d other way", "%(num)d other ways", left)) if left else ""
    if left:
        return str(ngettext("at least %(num)d other way", "at least %(num)d other ways", left))
    return str(_("perhaps other ways"))


def _sentence(found: ChangeSet, around: Around) -> str:
    """What to answer instead: "how complex it is: “Simple”; contact with customers: “Most of it”"."""
    return "; ".join(_instead(change, around) for change in found.changes)


def _labels(changes: Sequence[Change], around: Around) -> list[str]:
    labels = []
    for change in changes:
        question = around.question(change.question)
        labels += [band_label(question, band.least, band.greatest) for band in change.bands] or [
            answer_label(question, answer) for answer in change.answers
        ]
    return labels


def any_of(changes: Sequence[Change], around: Around) -> str:
    """Answers that do as well as each other: "“Simple” or “Complex”"; many are counted from the third on."""
    labels = _labels(changes, around)
    total = len(labels) + sum(change.more for change in changes)
    quoted = [f"“{label}”" for label in labels[: ANSWERS_SHOWN if total > ANSWERS_SHOWN + 1 else total]]
    if others := total - len(quoted):
        quoted.append(str(ngettext("%(num)d other", "%(num)d others", others)))
    return _either(quoted)


def _instead(change: Change, around: Around) -> str:
    words = {"question": around.question(change.question).short, "answers": any_of([change], around)}
    if name := around.part(change.part):
        return str(_("%(part)s, %(question)s: %(answers)s", part=name, **words))
    return str(_("%(question)s: %(answers)s", **words))


def _either(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return str(_("%(some)s or %(last)s", some=", ".join(words[:-1]), last=words[-1]))
