"""What stands beside an advice: newer rules, what can be done with it, and what its owner decided."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _

from advisor.assessments.context import AssessmentContext
from advisor.assessments.newer_rules import held_against_rules_in_force
from advisor.assessments.result.decision_age import Later, later_advice
from advisor.extensions import database
from advisor.links import link_to
from advisor.web import identity
from advisor.wording.verdict import strength_words, verdict_words, verdicts_of
from advisor.wording.vocabulary import DECISIONS


@dataclass(frozen=True, slots=True)
class NewerNotice:
    """The rules have changed since the advice was given: when, and what they would say now."""

    published: datetime
    number: int
    says: str
    is_same: bool
    """Whether they would say the same, so that there is nothing to decide."""
    url: str


def newer_notice(opened: AssessmentContext) -> NewerNotice | None:
    """What to tell of newer rules: nothing where they are the same ones again, or where the owner keeps the advice."""
    newer = held_against_rules_in_force(opened.assessment, opened.edition)
    if newer is None or opened.latest is None or (opened.assessment.kept_version or 0) >= newer.edition.number:
        return None
    if newer.edition.row.sha256 == opened.advice_edition.row.sha256:
        return None
    document, latest = dict(newer.document), opened.latest.result
    is_same = not newer.open_places and verdicts_of(document) == verdicts_of(latest)
    return NewerNotice(
        published=newer.edition.version.published,
        number=newer.edition.number,
        says=_would_say(newer.edition.number, latest, None if newer.open_places else document, is_same=is_same),
        is_same=is_same,
        url=link_to("newer_rules", assessment_id=opened.id),
    )


def _would_say(number: int, latest: dict[str, Any], document: dict[str, Any] | None, *, is_same: bool) -> str:
    """What version ``number`` would say instead of ``latest``; no document: something is to be answered first."""
    if document is None:
        return str(_("Version %(number)s would ask something again first.", number=number))
    if is_same:
        return str(_("With version %(number)s it would say the same.", number=number))
    if verdict_words(document) != verdict_words(latest):
        would_be = verdict_words(document)
        return str(_("With version %(number)s it would be: %(verdict)s.", number=number, verdict=would_be))
    was, would_be = (strength_words(advice).lower() for advice in (latest, document))
    if was and would_be and was != would_be:
        words = {"number": number, "was": was, "would_be": would_be}
        return str(_("With version %(number)s it would be the same advice, %(would_be)s instead of %(was)s.", **words))
    return str(_("With version %(number)s it would be the same on the whole, and differ in part.", number=number))


@dataclass(frozen=True, slots=True)
class Keeping:
    """What can be done with the advice itself; ``is_kept`` where an account holds it."""

    is_kept: bool
    keep_url: str
    decision_url: str
    history_url: str
    copy_url: str
    again_url: str
    wrong_url: str
    list_url: str


def keep_links(opened: AssessmentContext, again_url: str) -> Keeping:
    """The addresses; ``again_url`` is where all questions are gone through again."""
    here: dict[str, Any] = {"assessment_id": opened.id}
    return Keeping(
        is_kept=opened.assessment.account_id is not None,
        keep_url=link_to("register", next=url_for("assessments.result", **here)),
        decision_url=link_to("decision", **here),
        history_url=link_to("history", **here),
        copy_url=link_to("copy", of=opened.id),
        again_url=again_url,
        wrong_url=link_to("looks_wrong", **here),
        list_url=link_to("processes"),
    )


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """What the owner decided, beside the advice ever after. ``words`` is empty where there are notes alone."""

    words: str
    when: str
    is_older: bool
    """Whether the advice has said what it says only since."""
    notes: str


def decision_shown(opened: AssessmentContext) -> DecisionShown | None:
    """The decision and the notes, None where there is neither."""
    made, on, notes = opened.assessment.decision, opened.assessment.decided_on, opened.assessment.notes
    if not made:
        return DecisionShown("", "", is_older=False, notes=notes) if notes else None
    later, owner = None, identity.owner()
    if owner and on and opened.latest and on < opened.latest.created_at.date():
        with database().read() as session:
            later = later_advice(session, owner, {opened.id: on}).get(opened.id)
    return DecisionShown(str(DECISIONS.get(made, made)), _decided(on, later), later is not None, notes)


def _decided(on: date | None, later: Later | None) -> str:
    """When it was decided, and before what; "" where nobody noted the day."""
    if on is None:
        return ""
    decided = format_date(on, "d MMMM yyyy")
    if later is None:
        return str(_("Decided on %(decided)s.", decided=decided))
    return str(_("You decided this on %(decided)s, %(before)s.", decided=decided, before=later.words))
