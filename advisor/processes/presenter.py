"""What the pages about saved advice show: plain values with their addresses, computed once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

from flask import current_app, url_for
from flask_babel import gettext as _

from advisor.assessments.context import AssessmentContext
from advisor.assessments.result.comments import CommentView
from advisor.assessments.result.sidebar import NewerRules
from advisor.engine.document.text import isolate_text
from advisor.engine.evaluation.cases import rules_that_decide
from advisor.models import AgreedAnswers, Assessment, RecommendationRecord, RuleSetVersion
from advisor.wording.advice.difference import AdviceView, Difference, difference
from advisor.wording.advice.verdict import names_in_a_row
from advisor.wording.claims import VersionView

# ---- the bin -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BinRow:
    """A process in the bin, and when it goes for good."""

    name: str
    deleted: datetime
    gone_on: datetime
    put_back_url: str
    remove_url: str


def bin_row(assessment: Assessment) -> BinRow:
    """One line of the bin."""
    assert assessment.deleted_at is not None  # noqa: S101 - it is in the bin
    kept: timedelta = current_app.config["BIN_LIFETIME"]
    return BinRow(
        name=assessment.process_name,
        deleted=assessment.deleted_at,
        gone_on=assessment.deleted_at + kept,
        put_back_url=url_for("processes.put_back", assessment_id=assessment.id),
        remove_url=url_for("processes.remove_for_good", assessment_id=assessment.id),
    )


# ---- history -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Revision:
    """One advice in the history of a process, and in what it differs from the one before."""

    number: int
    given: datetime
    version: int
    outcome: str
    verdict: str
    strength: str
    first_advice: str
    changes: str
    url: str
    settled: list["SettledView"]
    """What was settled with others on the answers of this advice."""


@dataclass(frozen=True, slots=True)
class SettledView:
    """With whom it was settled, which answers were taken over from whom, and the note on it."""

    words: str
    taken: list[str]
    note: str


def _settled_view(agreed: AgreedAnswers) -> SettledView:
    taken = []
    for it in agreed.taken:
        words = {"question": it["question"], "answer": it["answer"], "who": names_in_a_row(it["from"])}
        if it["part"]:
            taken.append(str(_("%(question)s (%(part)s) %(answer)s, as %(who)s said.", part=it["part"], **words)))
        else:
            taken.append(str(_("%(question)s %(answer)s, as %(who)s said.", **words)))
    words_of = str(_("Settled with %(who)s.", who=names_in_a_row(agreed.names)))
    return SettledView(words_of, taken, agreed.note)


def history_page(
    context: AssessmentContext,
    revisions: Sequence[tuple[RecommendationRecord, AdviceView]],
    agreements: Sequence[AgreedAnswers],
    comments: Sequence[CommentView],
) -> dict[str, Any]:
    """Every advice on a process and every comment on it, newest first."""
    rows = []
    for index, (recommendation, advice) in enumerate(revisions):
        earlier = revisions[index + 1][1] if index + 1 < len(revisions) else None
        found = difference(earlier or advice, advice)
        rows.append(
            Revision(
                number=recommendation.sequence,
                given=recommendation.created_at,
                version=recommendation.version_number,
                outcome=found.after.outcome,
                verdict=found.after.words,
                strength=found.after.strength,
                first_advice=found.after.first_advice,
                changes=_in_short(found, earlier, advice) if earlier else str(_("What it began with.")),
                url=url_for("processes.revision", assessment_id=context.id, number=recommendation.sequence),
                settled=[_settled_view(it) for it in agreements if it.sequence == recommendation.sequence],
            )
        )
    return {
        "process_name": context.progress.process,
        "revisions": rows,
        "entries": sorted(
            [*((row.given, row, None) for row in rows), *((it.at, None, it) for it in comments)],
            key=itemgetter(0),
            reverse=True,
        ),
        "compare_url": url_for("processes.compare", assessment_id=context.id),
        "back_url": result_url(context.id),
    }


def _in_short(found: Difference, earlier: AdviceView, advice: AdviceView) -> str:
    """What changed since the advice before, in a line."""
    sentences, answers = [], found.answers
    if found.before.version != found.after.version:
        versions = {"before": found.before.version, "after": found.after.version}
        sentences.append(_("Rules %(before)d to %(after)d.", **versions))
    if found.name:
        sentences.append(_("Was called “%(name)s”.", name=isolate_text(found.name.before)))
    were, are = (len(view.given["parts"]) for view in (earlier, advice))
    if bool(were) != bool(are):
        sentences.append(
            _("Broken into %(n)d parts. Their answers are given part by part.", n=are)
            if are
            else _("Put together again into one piece.")
        )
        answers = [pair for pair in answers if pair.before and pair.after]  # the others are only asked elsewhere now
    for pair in answers[:_ANSWERS_SHOWN]:
        before, after = pair.before or _("not answered"), pair.after or _("left out")
        sentences.append(_("%(question)s %(before)s → %(after)s.", question=pair.name, before=before, after=after))
    if len(answers) > _ANSWERS_SHOWN:
        sentences.append(_("And %(n)d more answers.", n=len(answers) - _ANSWERS_SHOWN))
    if found.parts and not found.answers:
        sentences.append(_("Other parts."))
    return " ".join(str(sentence) for sentence in sentences) or str(_("Worked out again."))


_ANSWERS_SHOWN = 3


def compare_page(
    context: AssessmentContext, one: RecommendationRecord, other: RecommendationRecord, found: Difference
) -> dict[str, Any]:
    """Two advices on one process, side by side: only what differs."""
    return {
        "process_name": context.progress.process,
        "found": found,
        "one": one,
        "other": other,
        "one_url": url_for("processes.revision", assessment_id=context.id, number=one.sequence),
        "other_url": url_for("processes.revision", assessment_id=context.id, number=other.sequence),
        "back_url": url_for("processes.history", assessment_id=context.id),
    }


# ---- newer rules -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AdminNote:
    """What the admins wrote when they published a version."""

    number: int
    published: datetime
    text: str


def newer_rules_page(context: AssessmentContext, newer: NewerRules, notes: Sequence[RuleSetVersion]) -> dict[str, Any]:
    """The saved advice, what newer rules say, and which of them make the difference."""
    assert context.latest is not None  # noqa: S101 - the view sends whoever has no advice away
    return {
        "process_name": context.progress.process,
        "published": newer.edition.version.published,
        "found": newer_difference(context.latest, context.advice_edition, newer),
        "open_questions": [
            {"text": place.question.text, "part": place.part.name if place.part else ""} for place in newer.open_places
        ],
        "notes": [AdminNote(row.number, row.published_at, row.note) for row in notes],
        "keeps": (context.assessment.kept_version or 0) >= newer.edition.number,
        "back_url": result_url(context.id),
        "keep_url": url_for("processes.keep_rules", assessment_id=context.id),
        "update_url": url_for("processes.update_rules", assessment_id=context.id),
    }


def newer_difference(latest: RecommendationRecord, advised_by: VersionView, newer: NewerRules) -> Difference:
    """The latest advice against what newer rules say; ``advised_by`` is the version that gave it."""
    before = AdviceView(latest.result, latest.given, advised_by)
    after = AdviceView(dict(newer.document), newer.as_plain, newer.edition)
    item = newer.progress.work_item()
    alone = rules_that_decide(advised_by.rule_set, newer.edition.rule_set, item.answers, item.parts)
    return difference(before, after, alone)


def result_url(assessment_id: UUID) -> str:
    """Where the latest advice is."""
    return url_for("assessments.result", assessment_id=assessment_id)
