"""What would change an advice and what settles it, as plain JSON values, for the API and the command line."""

from collections.abc import Iterable, Sequence
from typing import Any, NotRequired, cast

from pydantic import with_config
from typing_extensions import TypedDict

from advisor.engine.analysis.explain import (
    AdviceMove,
    AnswerChange,
    AnswerReach,
    PossibleOutcome,
    Settlement,
    Target,
    WouldChange,
    what_settles,
    what_would_change,
)
from advisor.engine.model.answers import WorkItem, plain_answer, plain_answers
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome, Strength
from advisor.exchange.recommendation import CLOSED, RecommendationDocument, recommend

AnswerDocument = str | int | list[str]
"""An answer: an option, a whole number, or several options."""


@with_config(CLOSED)
class QuestionDocument(TypedDict):
    """A question; `part` is there where it is asked of one."""

    question: str
    part: NotRequired[str]


@with_config(CLOSED)
class RangeDocument(TypedDict):
    """From the least to the greatest, both included; null is open."""

    least: int | None
    greatest: int | None


@with_config(CLOSED)
class ChangeDocument(TypedDict):
    """Another answer to one question: any of `answers` does; of a number, any in one of the `bands`.

    Of sets of options the nearest stand here, and so many `more` do as well.
    """

    question: str
    part: NotRequired[str]
    answers: list[AnswerDocument]
    bands: NotRequired[list[RangeDocument]]
    more: NotRequired[int]


@with_config(CLOSED)
class MoveDocument(TypedDict):
    """What the advice is after one change; `lean` is bpo minus kpo. Sets of options that do the same are one change.

    `contradictions` are the keys of pairs of answers that would pull apart after it and do not now.
    """

    change: ChangeDocument
    outcome: Outcome
    kind: Kind
    strength: Strength
    lean: int
    contradictions: list[str]


@with_config(CLOSED)
class ReachDocument(TypedDict):
    """What another answer to this question alone can do; where `can_change` is false, it cannot change the outcome."""

    question: str
    part: NotRequired[str]
    answered: bool
    can_change: bool
    lean: RangeDocument
    outcomes: list[Outcome]
    moves: list[MoveDocument]


@with_config(CLOSED)
class TargetDocument(TypedDict):
    """The fewest changes that give another outcome and bring no contradiction.

    `size` is how many, null where only `at_least` is known; both are null where it is out of reach. `ways` are the
    sets of that size, those that are easiest to believe first, all of them where `complete`.
    """

    outcome: Outcome
    size: int | None
    at_least: int | None
    complete: bool
    ways: list[list[ChangeDocument]]


@with_config(CLOSED)
class WouldChangeDocument(TypedDict):
    """What would change the advice.

    `distance` is how many answers must change before the outcome is another; null where only `at_least` is known, both
    null where nothing changes it. `unless` are unanswered questions that alone can change it. Answers that would pull
    apart, and do not now, count for none of these; nor does giving up all of several wishes with another change.
    """

    distance: int | None
    at_least: int | None
    unless: list[QuestionDocument]
    answers: list[ReachDocument]
    targets: list[TargetDocument]


@with_config(CLOSED)
class PossibleDocument(TypedDict):
    """An outcome that answers to the unanswered questions can still give, and one set of answers that gives it."""

    outcome: Outcome
    answers: dict[str, AnswerDocument]
    parts: NotRequired[list[dict[str, AnswerDocument]]]


@with_config(CLOSED)
class SufficesDocument(TypedDict):
    """Given answers that decide the outcome whatever the others were.

    Where `while_unanswered`, that holds while the questions that are unanswered now stay so. `minimal`: none of them
    can be left out. `smallest`: it is proved that no fewer do.
    """

    answers: list[QuestionDocument]
    while_unanswered: bool
    minimal: bool
    smallest: bool


@with_config(CLOSED)
class NextDocument(TypedDict):
    """An unanswered question, and the chance (0 to 1) that two ways to go on from its answer agree on the outcome."""

    question: str
    part: NotRequired[str]
    settles: float


@with_config(CLOSED)
class SettlesDocument(TypedDict):
    """What settles the advice.

    `settled`: no answer left can change the outcome; null where that was not found out in the time, as it was not for
    the `undecided` outcomes. `next_questions` has the unanswered ones, the one that settles most first; null where
    counting would take too long. `would_tell` are the one or two whose answers are the quickest way to an advice.
    """

    settled: bool | None
    possible: list[PossibleDocument]
    undecided: list[Outcome]
    suffices: SufficesDocument
    next_questions: list[NextDocument] | None
    would_tell: list[QuestionDocument]


class ExplanationDocument(TypedDict):
    """Both, as they stand beside a recommendation."""

    what_would_change: WouldChangeDocument
    what_settles: SettlesDocument


class ExplainedDocument(RecommendationDocument):
    """The advice for one process; with `"explain": true` also what would change it and what settles it."""

    what_would_change: NotRequired[WouldChangeDocument]
    what_settles: NotRequired[SettlesDocument]


def recommend_and_explain(rule_set: RuleSet, number: int | None, item: WorkItem) -> ExplainedDocument:
    """Give the advice for one work item, and explain it. Raises SpaceTooLarge."""
    return {**recommend(rule_set, number, item), **explain(rule_set, item)}


def explain(rule_set: RuleSet, item: WorkItem) -> ExplanationDocument:
    """Explain the advice on one work item. Raises SpaceTooLarge."""
    names = [name for name, _ in item.parts]
    return {
        "what_would_change": _would_change(what_would_change(rule_set, item.answers, item.parts), names),
        "what_settles": _settles(what_settles(rule_set, item.answers, item.parts), names),
    }


def _would_change(would: WouldChange, names: Sequence[str]) -> WouldChangeDocument:
    return {
        "distance": would.distance,
        "at_least": would.at_least if would.distance is None else None,
        "unless": [_question(reach.question, reach.part, names) for reach in would.unless],
        "answers": [_reach(reach, names) for reach in would.reaches],
        "targets": [_target(target, names) for target in would.targets],
    }


def _reach(reach: AnswerReach, names: Sequence[str]) -> ReachDocument:
    return {
        **_question(reach.question, reach.part, names),
        "answered": reach.is_answered,
        "can_change": reach.can_change,
        "lean": {"least": reach.least, "greatest": reach.most},
        "outcomes": list(reach.outcomes),
        "moves": [_move(move, names) for move in reach.moves],
    }


def _move(move: AdviceMove, names: Sequence[str]) -> MoveDocument:
    return {
        "change": _change(move.change, names),
        "outcome": move.outcome,
        "kind": move.kind,
        "strength": move.strength,
        "lean": move.lean,
        "contradictions": list(move.contradictions),
    }


def _target(target: Target, names: Sequence[str]) -> TargetDocument:
    return {
        "outcome": target.outcome,
        "size": target.size,
        "at_least": target.at_least,
        "complete": target.is_complete,
        "ways": [[_change(change, names) for change in found.changes] for found in target.sets],
    }


def _change(change: AnswerChange, names: Sequence[str]) -> ChangeDocument:
    answers = [plain_answer(answer) for answer in change.answers]
    document: dict[str, Any] = {**_question(change.question, change.part, names), "answers": answers}
    if change.bands:
        document["bands"] = [RangeDocument(least=band.least, greatest=band.greatest) for band in change.bands]
    if change.more:
        document["more"] = change.more
    return cast(ChangeDocument, document)


def _settles(settles: Settlement, names: Sequence[str]) -> SettlesDocument:
    following = settles.next_questions
    return {
        "settled": settles.settled,
        "possible": [_possible(found, names) for found in settles.possible],
        "undecided": list(settles.undecided),
        "suffices": {
            "answers": _questions(settles.suffices.answers, names),
            "while_unanswered": settles.suffices.while_unanswered,
            "minimal": settles.suffices.is_minimal,
            "smallest": settles.suffices.is_smallest,
        },
        "next_questions": None
        if following is None
        else [{**_question(it.question, it.part, names), "settles": float(it.settles)} for it in following],
        "would_tell": _questions(settles.would_tell, names),
    }


def _possible(found: PossibleOutcome, names: Sequence[str]) -> PossibleDocument:
    document: PossibleDocument = {"outcome": found.outcome, "answers": _answers(found.answers)}
    if names:
        document["parts"] = [_answers(own) for own in found.parts]
    return document


def _questions(asked: Iterable[tuple[str, int | None]], names: Sequence[str]) -> list[QuestionDocument]:
    return [_question(key, part, names) for key, part in asked]


def _question(key: str, part: int | None, names: Sequence[str]) -> QuestionDocument:
    return {"question": key} if part is None else {"question": key, "part": names[part]}


def _answers(answers: Answers) -> dict[str, AnswerDocument]:
    return {key: answer for key, answer in plain_answers(answers).items() if answer is not None}
