"""The shares of the outcomes before and after the draft, as bars, words and tables."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import format_decimal
from flask_babel import gettext as _

from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.extensions import database
from advisor.models.rule_sets import rule_set_version as versions
from advisor.rule_sets.checks.proof_status import proof_status_of
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.wording import vocabulary
from advisor.wording.values import answer_label, band_label, count_words, percent, points_between

if TYPE_CHECKING:
    from advisor.engine.analysis.proofs.shares import Shares


@dataclass(frozen=True, slots=True)
class Share:
    """One share: as the width of a bar, 0 to 100, and in words; ``within`` is its interval where it is an estimate."""

    width: float
    says: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class ShareRow:
    """The share of one outcome before and after."""

    outcome: str
    name: str
    before: Share
    after: Share
    moved: str
    """How far it moved, in percentage points; "" where it did not, or where the intervals overlap."""
    is_counted: bool
    """Whether both shares are exact, so that no move is none at all."""


@dataclass(frozen=True, slots=True)
class SharesChart:
    """The shares of all outcomes. ``basis`` says what they are shares of, and whether they were counted."""

    rows: list[ShareRow]
    before: str
    after: str
    basis: list[str]


@dataclass(frozen=True, slots=True)
class Shift:
    """What an answer makes of one share."""

    share: str
    by: str


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """One answer, and what it makes of the share of each outcome."""

    answer: str
    shifts: list[Shift]


@dataclass(frozen=True, slots=True)
class ShiftTable:
    """The answers to one question; ``widest`` is the largest shift among them, in percentage points."""

    question: str
    widest: str
    rows: list[ShiftRow]


def shares_chart(before: "Shares", after: "Shares", number: int) -> SharesChart:
    """Version ``number`` against the draft."""
    names = _("Version %(n)s", n=number), _("The draft")
    basis = [_basis(name, shares) for name, shares in zip(names, (before, after), strict=True)]
    rows = []
    for outcome, name in vocabulary.names(vocabulary.OUTCOMES).items():
        was, is_now = before.whole.share(outcome), after.whole.share(outcome)
        (low, high), (least, most) = before.interval(outcome), after.interval(outcome)
        is_counted = before.is_exact and after.is_exact
        overlap = not is_counted and low <= most and least <= high
        moved = "" if overlap else points_between(was, is_now) or (_("less than 0.1") if was != is_now else "")
        rows.append(
            ShareRow(outcome, str(name), _share(before, outcome), _share(after, outcome), str(moved), is_counted)
        )
    return SharesChart(rows, str(names[0]), str(names[1]), basis)


def counted_chart(workspace: DraftWorkspace) -> SharesChart | None:
    """The version in force against the draft; None where not every combination of both was counted."""
    with database().read() as session:
        in_force = versions.in_force(session)
        before, after = (proof_status_of(session, it).counted for it in (in_force.document, workspace.document))
    if before is None or after is None or not (before.is_exact and after.is_exact):
        return None
    return shares_chart(before, after, in_force.number)


def shift_tables(rules: RuleSet, shares: "Shares") -> list[ShiftTable]:
    """For each question how far each of its answers shifts each share; the question that shifts most comes first."""
    found = []
    for question in rules.questions:
        answers = shares.answers.get(question.key)
        if not answers or len(answers) < 2:
            continue
        cells = [(abs(shares.shift(question.key, answer, it)), answer, it) for answer in answers for it in Outcome]
        widest, answer, outcome = max(cells, key=lambda cell: cell[0])
        by = points_between(shares.whole.share(outcome), answers[answer].share(outcome))
        labels = _labels(question, list(answers))
        rows = [
            ShiftRow(
                labels[answer],
                [
                    Shift(
                        percent(tally.share(outcome)), points_between(shares.whole.share(outcome), tally.share(outcome))
                    )
                    for outcome in vocabulary.OUTCOMES
                ],
            )
            for answer, tally in answers.items()
            if tally.total
        ]
        found.append((widest, ShiftTable(question.short or question.text, by.lstrip("+−"), rows)))
    return [table for _widest, table in sorted(found, key=lambda one: -one[0])]


def _share(shares: "Shares", outcome: Outcome) -> Share:
    share = shares.whole.share(outcome)
    if shares.is_exact:
        return Share(share * 100, percent(share))
    low, high = shares.interval(outcome)
    within = _("between %(low)s and %(high)s", low=percent(low), high=percent(high))
    return Share(share * 100, str(_("about %(share)s", share=percent(share))), str(within))


def _basis(name: str, shares: "Shares") -> str:
    size = count_words(shares.space)
    if shares.is_exact:
        return str(
            _("%(name)s: every combination of complete answers was counted. There are %(size)s.", name=name, size=size)
        )
    sample = format_decimal(shares.whole.total)
    return str(
        _(
            "%(name)s: an estimate from %(sample)s combinations of complete answers. There are %(size)s. "
            "Each share lies within the range beside it with 99%% certainty.",
            name=name,
            sample=sample,
            size=size,
        )
    )


def _labels(question: Question, answers: list[Answer]) -> dict[Answer, str]:
    """Each answer in words; a number stands for its band, which ends before the next one."""
    found: dict[Answer, str] = {}
    starts = [answer for answer in answers if isinstance(answer, int)]
    for answer in answers:
        if answer is None:
            found[answer] = str(_("Not asked"))
        elif question.type is AnswerType.NUMBER and isinstance(answer, int):
            later = [start for start in starts if start > answer]
            found[answer] = band_label(question, answer, min(later) - 1 if later else question.maximum)
        elif question.type is AnswerType.CHOICES:
            found[answer] = answer_label(question, (str(answer),))
        else:
            found[answer] = answer_label(question, answer)
    return found
