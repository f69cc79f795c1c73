"""What the page of the advice says of the act that led to it: what became of the answers, and how to undo it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.assessments.blueprint import page_url
from advisor.assessments.context import AssessmentContext
from advisor.engine.document.text import isolate_text
from advisor.models import RecommendationRecord
from advisor.wording.advice.first_advice import first_advice


@dataclass(frozen=True, slots=True)
class UndoOffer:
    """A button that puts the answers and the parts back as they were before the act."""

    url: str
    before: int
    """The place in the history of the advice before the act."""
    opened: str
    """The fingerprint of the answers as they are: whoever changed them meanwhile is not undone."""


def undo_offer(context: AssessmentContext) -> UndoOffer | None:
    """How to undo what led from the earlier advice to the latest; None where other acts lie between, or none.

    So it is where first advice came before: the answers that were still open are many acts.
    """
    earlier, latest = context.earlier, context.latest
    if earlier is None or latest is None or context.is_stale or latest.sequence != earlier.sequence + 1:
        return None
    if not earlier.version_number == latest.version_number == context.assessment.version_number:
        return None
    if first_advice(context.advice_edition.rule_set, earlier.given):
        return None
    url = page_url("undo", assessment_id=context.id)
    return UndoOffer(url, earlier.sequence, context.progress.fingerprint)


def kept_words(context: AssessmentContext, earlier: RecommendationRecord, latest: RecommendationRecord) -> str:
    """What became of what was just sent: an account has saved it, and names it; a visitor's is only noted."""
    if not context.assessment.is_saved:
        return str(_("Noted."))
    was, now = earlier.given, latest.given
    if [part["part"] for part in was["parts"]] != [part["part"] for part in now["parts"]]:
        return str(_("Saved: the parts."))
    changed = list(dict.fromkeys(_changed_questions(was, now)))
    questions = {question.key: question.text for question in context.advice_edition.rule_set.questions}
    if len(changed) == 1 and changed[0] in questions:
        return str(_("Saved: your answer to “%(question)s”", question=isolate_text(questions[changed[0]])))
    if changed:
        return str(ngettext("Saved: %(num)d answer.", "Saved: %(num)d answers.", len(changed)))
    return str(_("Saved: the name.")) if was["process"] != now["process"] else str(_("Saved."))


def _changed_questions(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """The questions that have another answer now, of the whole and then of each part; not those no longer asked."""
    for before, after in ((was, now), *zip(was["parts"], now["parts"], strict=False)):
        given = before["answers"]
        yield from (key for key, answer in after["answers"].items() if key not in given or given[key] != answer)
