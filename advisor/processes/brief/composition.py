"""The brief that follows from a stored advice, and from what its owner ticked beside it."""

from collections.abc import Iterable, Iterator

from flask_babel import format_date
from flask_babel import gettext as _

from advisor.assessments.progress import Progress
from advisor.engine.costs import Figures, estimate
from advisor.models import Assessment, RecommendationRecord
from advisor.wording.advice.verdict import verdict_words
from advisor.wording.brief import Brief, BriefLine, Extra, compose
from advisor.wording.claims import VersionView
from advisor.wording.costs import LINES, range_words, saving_sentence
from advisor.wording.vocabulary import DECISIONS


def compose_brief(
    record: RecommendationRecord, edition: VersionView, assessment: Assessment, extras: Iterable[str]
) -> Brief:
    """The brief on that advice, by the rules that gave it: the same for ever, but for what is ticked beside it."""
    item = Progress.of_given(edition.rule_set, record.given).work_item()
    lines = {extra: tuple(_OF_EXTRAS[extra](assessment, record)) for extra in Extra if extra in set(extras)}
    return compose(edition.rule_set, item, lines)


def _of_costs(assessment: Assessment, _record: RecommendationRecord) -> Iterator[BriefLine]:
    figures = Figures.of_plain(assessment.costs)
    for line, ends in figures.ranges.items():
        text = _("%(what)s: %(amount)s", what=LINES[line].label, amount=range_words(ends, figures.currency))
        yield BriefLine(str(text), f"costs/{line}")
    if saving := saving_sentence(estimate(figures), figures.currency):
        yield BriefLine(saving, "costs/saving")


def _of_decision(assessment: Assessment, _record: RecommendationRecord) -> Iterator[BriefLine]:
    if assessment.decision:
        words = str(DECISIONS.get(assessment.decision, assessment.decision))
        on = f" ({format_date(assessment.decided_on, 'd MMMM yyyy')})" if assessment.decided_on else ""
        yield BriefLine(f"{words}{on}", "decision/made")


def _of_notes(assessment: Assessment, _record: RecommendationRecord) -> Iterator[BriefLine]:
    for number, row in enumerate(filter(None, map(str.strip, assessment.notes.splitlines()))):
        yield BriefLine(row, f"notes/{number}")


def _of_points(_assessment: Assessment, record: RecommendationRecord) -> Iterator[BriefLine]:
    result = record.result
    sums = {side: result["points"][side] for side in ("bpo", "kpo", "keep")}
    words = _("%(verdict)s: %(bpo)d points for BPO, %(kpo)d for KPO, %(keep)d for keeping it.", **sums, verdict="%s")
    yield BriefLine(str(words).replace("%s", verdict_words(result)), "points/sums")
    for number, reason in enumerate(result["reasons"]):
        sources = tuple(source["id"] for source in reason["sources"])
        of_part = f"“{reason['part']}”: " if reason.get("part") else ""
        yield BriefLine(f"{of_part}{reason['text']}", f"points/{reason['rule']}/{number}", sources)


_OF_EXTRAS = {
    Extra.COSTS: _of_costs,
    Extra.DECISION: _of_decision,
    Extra.NOTES: _of_notes,
    Extra.POINTS: _of_points,
}
