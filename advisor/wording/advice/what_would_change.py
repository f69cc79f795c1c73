"""What would change an advice and what settles it, in words: how firm it is, what decides it, what each answer does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.engine.analysis.explain import AnswerChange, AnswerReach, Settlement, Target, WouldChange
from advisor.engine.model.questions import Scope, Section
from advisor.engine.model.vocabulary import Outcome
from advisor.wording.advice.advice_names import advice_name, name_after
from advisor.wording.advice.other_advice import (
    OtherAdvice,
    WordingContext,
    advices_by_name,
    any_of,
    names_in_words,
    nearest_first,
    other_advice,
    other_advices,
)

SINGLES_SHOWN = 4
"""Answers that alone can change the advice and are told with it, beside one way to each other advice."""


@dataclass(frozen=True, slots=True)
class SingleChange:
    """A question whose answer alone can change the advice: in short, its part, and what was said; "" where it is open.

    ``ways`` are as those of a ReachRow.
    """

    question: str
    part: str
    answer: str
    ways: list[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """Another advice to which no way was found, and how far that is known, in words."""

    outcome: str
    words: str
    says: str


@dataclass(frozen=True, slots=True)
class ReachRow:
    """What one answer can do on its own. The lean, BPO minus KPO, is ``now`` and would run from ``least`` to ``most``.

    ``ways`` are the outcomes it could move the advice to, without a contradiction: each, in words, the answers that do,
    and where to try one.
    ``widest`` is the largest lean of all rows, either way: the scale that their pictures share.
    """

    question: str
    part: str
    answer: str
    least: int
    most: int
    now: int
    widest: int
    ways: list[tuple[str, str, str, str]]
    url: str
    is_extra: bool
    """Whether it is one of the questions that sharpen the advice."""
    key: tuple[str, int | None]
    """The key of the question, and the place of the part."""


@dataclass(frozen=True, slots=True)
class DecidingAnswers:
    """Answers that decide the advice whatever the others were: a sentence, and each question in short with its part."""

    says: str
    questions: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """An open question that alone could turn the advice over, in full and in short, and its address."""

    question: str
    short: str
    part: str
    url: str
    could_be: str


class AdviceExplanation:
    """All of it for one advice, each piece put into words when it is asked for."""

    def __init__(self, would: WouldChange, settles: Settlement, context: WordingContext) -> None:
        self._would, self._settles, self._context = would, settles, context
        self._found = {(reach.question, reach.part): reach for reach in would.reaches}
        self._rows: dict[tuple[str, int | None], ReachRow] = {}
        self.is_settled = settles.settled is True
        self.next_questions = [(found.question, found.part) for found in settles.next_questions or ()]
        """The open questions, the one that settles most first; none where counting took too long."""

    @cached_property
    def firmness(self) -> str:
        """How many other answers it takes to change the advice."""
        return firmness_words(self._would)

    @cached_property
    def unless(self) -> list[OpenEnd]:
        """The open questions that alone could turn it over."""
        ends = [(reach.question, reach.part) for reach in self._would.unless]
        return [_open_end(*key, self._context, [words for _, words, *_ in self._row(key).ways]) for key in ends]

    @cached_property
    def possible(self) -> str:
        """What the open questions still leave open, "" where there are none."""
        return _possible(self._settles, self._would, self._context)

    @cached_property
    def deciding_answers(self) -> DecidingAnswers | None:
        """The answers that decide it."""
        return _deciding_answers(self._settles, self._context)

    @cached_property
    def singles(self) -> list[SingleChange]:
        """Answers that alone can change it, the easiest to believe first, but for open questions beyond the nine.

        What is open can still be anything, and what holds for the process changes sooner than what the work is.
        """
        rows = [self._row(key) for key in _single_keys(self._would)]
        questions = [(row, self._context.question(row.key[0])) for row in rows]
        questions.sort(key=lambda pair: (bool(pair[0].answer), pair[1].scope is Scope.PART))
        return [
            SingleChange(question.short, row.part, row.answer, row.ways)
            for row, question in questions
            if row.answer or not row.is_extra
        ]

    @cached_property
    def nearest_advice(self) -> list[OtherAdvice]:
        """One way to each other advice, the nearest first."""
        return other_advices(self._would, self._context)

    @cached_property
    def out_of_reach(self) -> list[OutOfReach]:
        """The other advice to which no way was found."""
        return [_out_of_reach(it, self._context) for it in nearest_first(self._would.targets) if not it.sets]

    @cached_property
    def reaches(self) -> list[ReachRow]:
        """What each answer can do on its own."""
        return [self._row(key) for key in self._found]

    @cached_property
    def would_tell(self) -> list[OpenEnd]:
        """The open questions that would tell, where we can't say yet."""
        return [_open_end(key, part, self._context) for key, part in self._settles.would_tell]

    @property
    def singles_shown(self) -> list[SingleChange]:
        """Those of the single answers that are told with the advice."""
        return self.singles[:SINGLES_SHOWN]

    @property
    def further_off(self) -> list[OtherAdvice]:
        """The other advices that the single answers shown do not tell of already; nobody looks for "we can't say"."""
        named = {words for row in self.singles_shown for _outcome, words, *_more in row.ways}
        return [
            other_advice(target, name, sets, self._context, 1)
            for target, name, sets in advices_by_name(self._would, self._context)
            if target.outcome is not Outcome.UNCLEAR and name not in named
        ]

    @property
    def can_move(self) -> list[ReachRow]:
        """The answers that can move the advice on their own; open questions beyond the nine stand elsewhere."""
        return [row for row in self.reaches if row.ways and (row.answer or not row.is_extra)]

    @property
    def cannot_move(self) -> list[ReachRow]:
        """The answers that cannot."""
        return [row for row in self.reaches if not row.ways and (row.answer or not row.is_extra)]

    def rank(self, key: tuple[str, int | None]) -> int:
        """The place of an open question among those that settle most."""
        return self.next_questions.index(key) if key in self.next_questions else len(self.next_questions)

    def moves_to(self, key: tuple[str, int | None]) -> list[str]:
        """The outcomes, in words, to which the answer to a question could move the advice on its own."""
        found = self._found.get(key)
        return [name for _outcome, name in _moves(found, self._would, self._context)] if found else []

    def _row(self, key: tuple[str, int | None]) -> ReachRow:
        if key not in self._rows:
            self._rows[key] = _reach(self._found[key], self._would, self._context, self._widest)
        return self._rows[key]

    @cached_property
    def _widest(self) -> int:
        ends = (abs(end) for reach in self._would.reaches for end in (reach.least, reach.most, self._would.lean))
        return max([1, *ends])


def firmness_words(would: WouldChange) -> str:
    """How many other answers it takes to change the advice, as far as that is known."""
    if would.distance == 1:
        changed = {(it.question, it.part) for target in would.nearest for found in target.sets for it in found.changes}
        if any(reach.is_answered for reach in would.reaches if (reach.question, reach.part) in changed):
            return str(_("A different answer to one question would have given other advice."))
        return str(_("The answer to one question that is still open could change this advice."))
    if would.distance is not None:
        return str(_("Only %(n)s other answers at once would change this advice.", n=would.distance))
    if would.at_least is not None:
        return str(_("It would take at least %(n)s other answers at once to change this advice.", n=would.at_least))
    return str(_("No other answers that fit together would change this advice."))


def _possible(settles: Settlement, would: WouldChange, context: WordingContext) -> str:
    # What no answers that fit together give is not told of, though open questions could be answered so.
    told = {target.outcome for target in would.targets if target.size is not None or target.at_least is not None}
    others = [
        advice_name(context.rule_set, found.outcome, found.answers, found.parts)
        for found in settles.possible
        if found.outcome in told
    ]
    if settles.settled:
        return ""
    if others:
        left = [context.question(reach.question) for reach in would.reaches if not reach.is_answered]
        what = names_in_words(others)
        if all(question.section is Section.SHARPEN for question in left):
            text = str(_("Together, answers to the further questions below could turn it to %(what)s.", what=what))
        else:
            text = str(_("Answers to the questions that are still open could turn it to %(what)s.", what=what))
        if not settles.undecided:
            return text
        return text + " " + str(_("Whether it could become anything else was not found out in the time."))
    if settles.settled is False:
        return ""
    return str(_("Whether the questions that are still open can change it was not found out in the time."))


def _deciding_answers(settles: Settlement, context: WordingContext) -> DecidingAnswers | None:
    keys = settles.suffices.answers
    if not keys:
        return None
    says = ngettext(
        "Your answer to this one question decides it, whatever you had said to the others.",
        "Your answers to these %(num)d questions decide it, whatever you had said to the others.",
        len(keys),
    )
    if settles.suffices.while_unanswered:
        says += " " + _("This does not count the questions that are still open.")
    if settles.suffices.is_smallest or settles.suffices.is_minimal:
        says += " " + _("Without any one of them, it could be another.")
    else:
        says += " " + _("Perhaps fewer would do.")
    return DecidingAnswers(str(says), [(context.question(key).short, context.part(part)) for key, part in keys])


def _single_keys(would: WouldChange) -> Iterable[tuple[str, int | None]]:
    """The questions whose answer alone can change the advice, with the places of their parts.

    Those of each other advice in turn.
    """
    columns = [target.sets for target in nearest_first(would.targets) if target.size == 1]
    in_turn = [
        sets[at].changes[0] for at in range(max(map(len, columns), default=0)) for sets in columns if at < len(sets)
    ]
    return dict.fromkeys((it.question, it.part) for it in in_turn)


def _out_of_reach(target: Target, context: WordingContext) -> OutOfReach:
    if target.at_least is None:
        says = _("No other answers that fit together lead there.")
    else:
        says = _("It would take at least %(n)s other answers at once; we looked no further.", n=target.at_least)
    return OutOfReach(target.outcome, name_after(context.rule_set, target.outcome, context.item), str(says))


def _ways(reach: AnswerReach, would: WouldChange, context: WordingContext) -> list[tuple[str, str, str, str]]:
    """Where one answer could move the advice to, as ``ReachRow`` has it."""
    return [
        (outcome, name, any_of(changes, context), context.try_url(changes[:1]))
        for (outcome, name), changes in _moves(reach, would, context).items()
    ]


def _moves(
    reach: AnswerReach, would: WouldChange, context: WordingContext
) -> Mapping[tuple[Outcome, str], list[AnswerChange]]:
    """Where one answer could move the advice to, each outcome under its name, and the changes that do."""
    moves: dict[tuple[Outcome, str], list[AnswerChange]] = {}
    for move in reach.moves:
        if move.outcome is not would.outcome and not move.contradictions:
            for name, sets in context.by_name(move.outcome, [move.change]).items():
                moves.setdefault((move.outcome, name), []).extend(change for (change,) in sets)
    return moves


def _reach(reach: AnswerReach, would: WouldChange, context: WordingContext, widest: int) -> ReachRow:
    return ReachRow(
        question=context.question(reach.question).text,
        part=context.part(reach.part),
        answer=context.answer(reach.question, reach.part),
        least=min(reach.least, would.lean),
        most=max(reach.most, would.lean),
        now=would.lean,
        widest=widest,
        ways=_ways(reach, would, context),
        url=context.question_url(reach.question, reach.part),
        is_extra=context.question(reach.question).section is Section.SHARPEN,
        key=(reach.question, reach.part),
    )


def _open_end(key: str, part: int | None, context: WordingContext, could_be: Sequence[str] = ()) -> OpenEnd:
    question = context.question(key)
    url = context.question_url(key, part)
    return OpenEnd(question.text, question.short, context.part(part), url, names_in_words(could_be))
