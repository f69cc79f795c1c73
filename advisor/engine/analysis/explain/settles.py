"""What is still possible, what suffices, and which question settles most."""

from collections.abc import Sequence

from advisor.engine.analysis.explain.boxes import box_around, outcomes_in
from advisor.engine.analysis.explain.limits import Limits
from advisor.engine.analysis.explain.next_questions import next_questions, would_tell
from advisor.engine.analysis.explain.situation import Situation
from advisor.engine.analysis.explain.suffices import suffices
from advisor.engine.analysis.explain.values import Possible, Settles
from advisor.engine.evaluation.batch import OUTCOMES
from advisor.engine.model.vocabulary import Outcome


def settles(situation: Situation, limits: Limits) -> Settles:
    """All of it."""
    now = OUTCOMES[situation.outcomes(situation.points(1))[0]]
    found = outcomes_in(situation, box_around(situation, situation.unknown()), limits)
    points = {now: situation.now, **{outcome: codes for outcome, codes in found.points.items() if outcome is not now}}
    settled = False if len(points) > 1 else True if found.is_complete else None
    return Settles(
        possible=tuple(Possible(outcome, *situation.answers(codes)) for outcome, codes in points.items()),
        undecided=() if found.is_complete else tuple(outcome for outcome in OUTCOMES if outcome not in points),
        settled=settled,
        suffices=suffices(situation, now, limits, while_unanswered=not settled),
        next_questions=next_questions(situation, limits),
        would_tell=_named(situation, would_tell(situation, limits)) if now is Outcome.UNCLEAR else (),
    )


def _named(situation: Situation, slots: Sequence[int]) -> tuple[tuple[str, int | None], ...]:
    return tuple((situation.slots[index].question.key, situation.slots[index].part) for index in slots)
