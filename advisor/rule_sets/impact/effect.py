"""What other rules do to all answers, as plain values: the share that moves, from what to what, each with a witness.

The table of outcomes before and after also shows who is affected by a draft.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import format_decimal
from flask_babel import gettext as _

from advisor.engine.analysis.proofs.one_rule import RuleSetEffect, effect
from advisor.engine.analysis.space import SpaceTooLarge
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.wording.values import count_words, percent
from advisor.wording.vocabulary import OUTCOMES

Move = tuple[Outcome, Outcome]


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """How many go from one outcome to another, in words, and how long the bar is (0 to 100) beside the largest move."""

    words: str
    width: float
    stays: bool


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """All that had one outcome before."""

    outcome: Outcome
    words: str
    cells: list[MatrixCell]


@dataclass(frozen=True, slots=True)
class OutcomeMatrix:
    """Rows are outcomes before, columns outcomes after; those that nothing has are left out."""

    columns: list[tuple[Outcome, str]]
    rows: list[MatrixRow]


def outcome_matrix(moves: Mapping[Move, int], say: Callable[[int], str]) -> OutcomeMatrix:
    """The table of these counts; ``say`` puts a count into words."""
    changed = {move: count for move, count in moves.items() if count and move[0] is not move[1]}
    most = max(changed.values(), default=1)
    widths = {move: max(100 * count / most, 1) for move, count in changed.items()}
    before = [outcome for outcome in Outcome if any(was is outcome for was, _ in moves)]
    after = [outcome for outcome in Outcome if any(is_now is outcome for _, is_now in moves)]
    return OutcomeMatrix(
        [(outcome, str(OUTCOMES[outcome].name)) for outcome in after],
        [
            MatrixRow(was, str(OUTCOMES[was].name), [_cell(was, is_now, moves, widths, say) for is_now in after])
            for was in before
        ],
    )


def _cell(
    was: Outcome, is_now: Outcome, moves: Mapping[Move, int], widths: Mapping[Move, float], say: Callable[[int], str]
) -> MatrixCell:
    count = moves.get((was, is_now), 0)
    return MatrixCell(say(count) if count else "", widths.get((was, is_now), 0), was is is_now)


WitnessUrl = Callable[[Answers], str]
"""Where both advices on a set of answers are shown."""


@dataclass(frozen=True, slots=True)
class EffectChange:
    """A change to another outcome: how much of all answers, how long its bar is (0 to 100), and such answers."""

    was: Outcome
    is_now: Outcome
    was_words: str
    is_now_words: str
    words: str
    width: float
    url: str


@dataclass(frozen=True, slots=True)
class EffectSummary:
    """What the rules do, in a sentence, and how sure that is; the changes of outcome, the largest first."""

    says: str
    how: str
    changes: list[EffectChange]
    table: OutcomeMatrix | None = None
    is_exact: bool = True
    witness_url: str = ""
    """Incomplete answers that get another outcome, where no complete ones do."""


@dataclass(frozen=True)
class _Pair:
    """Two rule sets: equal where they are the same two."""

    old: RuleSet
    new: RuleSet

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pair) and self.old is other.old and self.new is other.new

    def __hash__(self) -> int:
        return hash((id(self.old), id(self.new)))


def effect_of(old: RuleSet, new: RuleSet) -> RuleSetEffect | None:
    """What ``new`` does to the advice of ``old``; None where there is too much to count."""
    return _find_effect(_Pair(old, new))


@lru_cache(maxsize=32)
def _find_effect(pair: _Pair) -> RuleSetEffect | None:
    try:
        return effect(pair.old, pair.new)
    except SpaceTooLarge:
        return None


def effect_summary(old: RuleSet, new: RuleSet, witness_url: WitnessUrl) -> EffectSummary:
    """What ``new`` does to the advice of ``old``; nothing in either may keep it from being evaluated."""
    found = effect_of(old, new)
    if found is None:
        return EffectSummary(effect_sentence(found), "", [])
    most = max((count for (was, is_now), count in found.moves.items() if was is not is_now), default=1)
    changes = [
        EffectChange(
            was=was,
            is_now=is_now,
            was_words=str(OUTCOMES[was].name),
            is_now_words=str(OUTCOMES[is_now].name),
            words=share_words(found, count),
            width=max(100 * count / most, 1),
            url=witness_url(found.witnesses[was, is_now]),
        )
        for (was, is_now), count in sorted(found.moves.items(), key=lambda move: -move[1])
        if (was, is_now) in found.witnesses
    ]
    incomplete = witness_url(found.incomplete) if found.incomplete is not None else ""
    table = outcome_matrix(found.moves, lambda count: percent(found.share(count))) if changes else None
    return EffectSummary(effect_sentence(found), method_sentence(found), changes, table, found.is_exact, incomplete)


def share_words(found: RuleSetEffect, count: int) -> str:
    """A share in words, with its interval where it is an estimate."""
    share = percent(found.share(count))
    if found.is_exact:
        return share
    low, high = map(percent, found.interval(count))
    return str(_("%(share)s (%(low)s to %(high)s)", share=share, low=low, high=high))


def effect_sentence(found: RuleSetEffect | None) -> str:
    """What it does, in a sentence."""
    if found is None:
        sentence = _("What this does to the advice is not known: there is too much to count.")
    elif found.is_alike:
        sentence = _(
            "This changes no advice. All that decides is the same, so every set of answers gets the same advice."
        )
    elif found.changed_outcomes and found.is_exact:
        share = percent(found.share(found.changed_outcomes))
        sentence = _("%(share)s of all sets of answers get another outcome.", share=share)
    elif found.changed_outcomes:
        low, high = map(percent, found.interval(found.changed_outcomes))
        share = percent(found.share(found.changed_outcomes))
        sentence = _(
            "About %(share)s of all sets of answers get another outcome: between %(low)s and %(high)s.",
            share=share,
            low=low,
            high=high,
        )
    elif not found.is_exact:
        most = percent(found.interval(0)[1])
        sentence = _(
            "No set of answers was found that gets another outcome. Their share is at most %(most)s.", most=most
        )
    elif found.incomplete is not None:
        sentence = _(
            "No complete set of answers gets another outcome, but some do in which a question is not answered."
        )
    elif found.is_settled:
        sentence = _(
            "No set of answers, complete or not, gets another outcome. Reasons, points or strength may differ."
        )
    else:
        sentence = _("No complete set of answers gets another outcome. Whether incomplete ones do is not settled.")
    return str(sentence)


def method_sentence(found: RuleSetEffect) -> str:
    """How that was found, and how sure it is."""
    space, size = count_words(found.space), format_decimal(found.size)
    if found.is_alike:
        sentence = _("This is proved, not sampled.")
    elif found.is_exact:
        sentence = _(
            "Exact: every complete set of answers was counted, for a process in one piece. There are %(space)s.",
            space=space,
        )
    else:
        sentence = _(
            "An estimate, for a process in one piece, from %(size)s complete sets of answers, drawn by chance and "
            "always the same ones. There are %(space)s. With 99%% certainty the shares lie in the ranges given.",
            space=space,
            size=size,
        )
    return str(sentence)
