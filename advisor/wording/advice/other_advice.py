"""The fewest changes of answers that give each other advice, in words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.engine.analysis.explain import AnswerChange, Target, WouldChange
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.wording.advice.advice_names import changes_by_name
from advisor.wording.advice.result import QuestionUrl
from advisor.wording.values import answer_label, band_label

TryUrl = Callable[[Sequence[AnswerChange]], str]
"""Gives the address of the page on which changes are tried; "" where that cannot be done."""

NamesAfter = dict[tuple[Outcome, tuple[AnswerChange, ...]], Mapping[str, list[tuple[AnswerChange, ...]]]]
"""Changes that lead to an outcome, and by what it is called after which of them."""

ANSWERS_SHOWN = 2
"""Answers that would do as well as each other and are written out."""


@dataclass(frozen=True, slots=True)
class AnswerSuggestion:
    """One way to another advice: what to answer instead, question by question, and where to try it."""

    changes: list[str]
    try_url: str


@dataclass(frozen=True, slots=True)
class OtherAdvice:
    """Another advice, how many answers it takes, and the ways to it that are written out."""

    outcome: str
    words: str
    says: str
    ways: list[AnswerSuggestion]
    more: str
    """How many other ways there are, in words; "" for none."""


@dataclass(frozen=True, slots=True)
class WordingContext:
    """What stands around an explanation: its rules, the work item that was advised on, and the addresses."""

    rule_set: RuleSet
    item: WorkItem
    try_url: TryUrl
    question_url: QuestionUrl
    names: NamesAfter = field(default_factory=dict)
    """What is known already: it depends on the rules and the answers alone."""

    def question(self, key: str) -> Question:
        """The question of that key."""
        found = self.rule_set.question(key)
        assert found is not None  # noqa: S101 - explanations name questions of their own rule set
        return found

    def part(self, index: int | None) -> str:
        """The name of a part, "" for the process."""
        return "" if index is None else self.item.parts[index][0]

    def answer(self, key: str, part: int | None) -> str:
        """What was answered, in words; "" where nothing was."""
        answers = self.item.answers if part is None else self.item.parts[part][1]
        return answer_label(self.question(key), answers[key]) if key in answers else ""

    def by_name(
        self, outcome: Outcome, changes: Sequence[AnswerChange]
    ) -> Mapping[str, list[tuple[AnswerChange, ...]]]:
        """Changes that lead to an outcome, by what it is called then."""
        key = outcome, tuple(changes)
        if key not in self.names:
            self.names[key] = changes_by_name(self.rule_set, outcome, self.item, changes)
        return self.names[key]


def names_in_words(names: Sequence[str]) -> str:
    """Names of outcomes in a row: "BPO, Both or Keep in-house for now"; quoted where a comma is part of one."""
    return _either([f"“{name}”" if "," in name else name for name in names] if len(names) > 1 else names)


def other_advices(would: WouldChange, context: WordingContext, most: int = 1) -> list[OtherAdvice]:
    """The fewest changes that give each other advice, the nearest first; so many ways to each are written out.

    An outcome that is called by two names, such as what is kept and what is built up, is two.
    """
    return [other_advice(target, name, sets, context, most) for target, name, sets in advices_by_name(would, context)]


def advices_by_name(
    would: WouldChange, context: WordingContext
) -> Iterator[tuple[Target, str, list[tuple[AnswerChange, ...]]]]:
    """Each other advice, the nearest first: what it is called, and the changes that give it."""
    for target in nearest_first(would.targets):
        by_name: dict[str, list[tuple[AnswerChange, ...]]] = {}
        for changes in target.sets:
            for name, named in context.by_name(target.outcome, changes.changes).items():
                by_name.setdefault(name, []).extend(named)
        for name, sets in by_name.items():
            yield target, name, sets


def nearest_first(targets: Sequence[Target]) -> list[Target]:
    """Those that take the fewest answers first, and "we can't say yet", which nobody wants to reach, last."""
    return sorted(targets, key=lambda target: (target.outcome is Outcome.UNCLEAR, target.size or 0))


def other_advice(
    target: Target, name: str, sets: Sequence[tuple[AnswerChange, ...]], context: WordingContext, most: int
) -> OtherAdvice:
    """One other advice and the changes that give it, of which ``most`` are written out."""
    n = target.size or 0
    return OtherAdvice(
        outcome=target.outcome,
        words=name,
        says=str(ngettext("one answer is enough", "%(num)d answers at once", n)),
        ways=[
            AnswerSuggestion([_other_answer(it, context) for it in changes], context.try_url(changes))
            for changes in sets[:most]
        ],
        more=_further_words(target, len(sets[most:])),
    )


def _further_words(target: Target, left: int) -> str:
    """The ways that are not written out, counted: "9 other ways"; "" where there are none."""
    if target.is_complete:
        return str(ngettext("%(num)d other way", "%(num)d other ways", left)) if left else ""
    if left:
        return str(ngettext("at least %(num)d other way", "at least %(num)d other ways", left))
    return str(_("perhaps other ways"))


def _labels(changes: Sequence[AnswerChange], context: WordingContext) -> list[str]:
    labels = []
    for change in changes:
        question = context.question(change.question)
        labels += [band_label(question, band.least, band.greatest) for band in change.bands] or [
            answer_label(question, answer) for answer in change.answers
        ]
    return labels


def any_of(changes: Sequence[AnswerChange], context: WordingContext) -> str:
    """Answers that do as well as each other: "“Simple” or “Complex”"; many are counted from the third on."""
    labels = _labels(changes, context)
    total = len(labels) + sum(change.more for change in changes)
    # Sets of options are long to read: where there are several, one of them says what is meant.
    in_sets = any(context.question(change.question).type is AnswerType.CHOICES for change in changes)
    shown = 1 if in_sets else total if total <= ANSWERS_SHOWN + 1 else ANSWERS_SHOWN
    quoted = [f"“{label}”" for label in labels[:shown]]
    if others := total - len(quoted):
        quoted.append(str(ngettext("%(num)d other", "%(num)d others", others)))
    return _either(quoted)


def _other_answer(change: AnswerChange, context: WordingContext) -> str:
    """What to answer instead: "How complex it is: “Simple”"."""
    words = {"question": context.question(change.question).short, "answers": any_of([change], context)}
    if name := context.part(change.part):
        return str(_("%(part)s, %(question)s: %(answers)s", part=name, **words))
    return str(_("%(question)s: %(answers)s", **words))


def _either(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return str(_("%(some)s or %(last)s", some=", ".join(words[:-1]), last=words[-1]))
