"""What the exact explanations say, as values. ``part`` is the number of a part, from 0.

``part`` is None where the question is asked once for the process, or the process is in one piece.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from advisor.engine.model.operators import Answer
from advisor.engine.model.vocabulary import Kind, Outcome, Strength


@dataclass(frozen=True, slots=True)
class Band:
    """Whole numbers from ``least`` to ``greatest``, both included; an end that is None is open."""

    least: int | None
    greatest: int | None


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """Another answer to one question. Any of ``answers`` does, and each can be given to ``evaluate`` as it stands.

    For several choices they are sets of options, those with the fewest boxes to tick or untick first; options that no
    condition looks at stay as they are. For a number they are the nearest number of each of the ``bands``, all of
    whose numbers do, but for the answer given now; other types of question have no bands. Of sets of options the
    nearest are told, and so many ``more`` do as well.
    """

    question: str
    part: int | None
    answers: tuple[Answer, ...]
    bands: tuple[Band, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class AdviceMove:
    """What the advice for the process is after one change. ``lean`` is in points, BPO minus KPO, over all parts.

    ``contradictions`` are the keys of those that the change would bring. All sets of options after which it is the
    same are one change.
    """

    change: AnswerChange
    outcome: Outcome
    kind: Kind
    strength: Strength
    lean: int
    contradictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerReach:
    """How far the answer to one asked question can move the advice, all the other answers staying as they are.

    ``moves`` cover every other answer to it once. Follow-ups that then fall away are dropped, those that come up are
    unknown. ``least`` and ``most`` are the ends of the lean over all moves, ``outcomes`` what they lead to; without
    another answer they are those of now. Where ``can_change`` is False, it is proved that this answer cannot change
    the outcome on its own.
    """

    question: str
    part: int | None
    is_answered: bool
    moves: tuple[AdviceMove, ...]
    least: int
    most: int
    outcomes: tuple[Outcome, ...]
    can_change: bool

    def turned_to(self, now: Outcome) -> tuple[Outcome, ...]:
        """What it can turn the outcome ``now`` to without bringing a contradiction."""
        fitting = {move.outcome for move in self.moves if not move.contradictions} - {now}
        return tuple(outcome for outcome in self.outcomes if outcome in fitting)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Changes of answers that together give ``outcome``, whichever of its answers each of them takes."""

    changes: tuple[AnswerChange, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Target:
    """The fewest changes of answers that give ``outcome``, which is not the one of now, and bring no contradiction.

    ``size`` is how many. Where it is None, either ``at_least`` so many are needed, and no more is known; or, where
    that is None too, it is proved that no such changes of answers give this outcome. ``sets`` are the least sets, those
    that are easiest to believe first; ``is_complete`` says whether they are all of them, which asks for a size. Their
    combinations of answers are different ones, and sets of the same questions are told in as few as their answers
    allow.
    """

    outcome: Outcome
    size: int | None
    at_least: int | None
    sets: tuple[ChangeSet, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class WouldChange:
    """What would change the advice.

    ``reaches`` has each asked question on the content, core and sharpening, answered or not, in the order of the rule
    set. ``distance`` is the firmness: how many answers must change before the outcome is another; where it is None,
    ``at_least`` so many, or, where that is None too, nothing changes it, which is proved. To change is to give
    another option; for an unanswered question, any option. Changes after which two answers contradict each other that
    do not now, in the same part, do not count, but for the reaches, whose moves say so. Nor does it count to want
    nothing any more, of several things that hold for the process, and to change another answer besides. ``targets`` has
    each other outcome once.
    """

    outcome: Outcome
    kind: Kind
    lean: int
    reaches: tuple[AnswerReach, ...]
    unless: tuple[AnswerReach, ...]
    """Unknown core answers that alone can turn the outcome over, without a contradiction: it is clear, unless …"""
    distance: int | None
    at_least: int | None
    targets: tuple[Target, ...]

    @property
    def nearest(self) -> tuple[Target, ...]:
        """The outcomes at this distance, each with its least sets."""
        return tuple(target for target in self.targets if target.size is not None and target.size == self.distance)


@dataclass(frozen=True, slots=True)
class PossibleOutcome:
    """An outcome that some answers to the unanswered questions give, and one set of answers that gives it.

    ``answers`` and ``parts`` are as for ``evaluate_parts``, the parts without their names; those given now stay.
    """

    outcome: Outcome
    answers: Mapping[str, Answer]
    parts: tuple[Mapping[str, Answer], ...]


@dataclass(frozen=True, slots=True)
class SufficientAnswers:
    """Answers given now that fix the outcome, whatever the others were: (question, part) of each.

    The others may be any, or unknown. Where ``while_unanswered`` is True, that holds for the other given answers
    only, while the questions that are unanswered now stay so: answers to those can, or may, still change the
    outcome. None of the answers can be left out, except where the budget ended before that was found out: see
    ``is_minimal``. ``is_smallest`` is True only where it is proved that no fewer answers do.
    """

    answers: tuple[tuple[str, int | None], ...]
    while_unanswered: bool
    is_minimal: bool
    is_smallest: bool


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """An unanswered question that is asked now, and how much its answer settles.

    ``settles`` is the chance, from 0 to 1, that two completions with the same answer to this question give the same
    outcome: the sum over its answers, each by its chance, of the sum of the squared chances of the outcomes after it.
    A completion answers every question that is asked; all answers to a question are equally likely (options, sets of
    options, or the bands of numbers that conditions tell apart).
    """

    question: str
    part: int | None
    settles: Fraction


@dataclass(frozen=True, slots=True)
class Settlement:
    """What settles the advice.

    A completion answers any of the unanswered questions (those answered "I'm not sure" too), follow-ups included, in
    any way, and leaves any unknown. ``possible`` has the outcomes that some completion gives, the one of now first;
    ``undecided`` those for which it was not found out within the budget. ``settled`` is True where no answer left can
    change the outcome, False where some can, and None where that was not found out.
    """

    possible: tuple[PossibleOutcome, ...]
    undecided: tuple[Outcome, ...]
    settled: bool | None
    suffices: SufficientAnswers
    next_questions: tuple[NextQuestion, ...] | None
    """The one that settles most first, equals in the order of the rule set; None where counting would take too long."""
    would_tell: tuple[tuple[str, int | None], ...]
    """Where the advice is "we can't say yet": the one question, or else two, whose answers alone most often give one.

    One where two do not do better, or would be too many to try; none where none does. All other answers stay as they
    are.
    """
