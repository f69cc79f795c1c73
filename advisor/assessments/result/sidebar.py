"""What stands beside an advice: newer rules, what can be done with it, and what its owner decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import takewhile
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.context import AssessmentContext
from advisor.assessments.progress import Progress, QuestionRef
from advisor.engine.evaluation.evaluate import Recommendation, evaluate_parts
from advisor.engine.model.rules import RuleSet
from advisor.exchange.recommendation import RecommendationDocument, recommend
from advisor.extensions import database
from advisor.links import link_to
from advisor.models import Assessment, RecommendationRecord
from advisor.models.processes import process_list
from advisor.models.processes.assessment import Owner
from advisor.models.processes.opinion import waiting_opinions
from advisor.web.access import identity, spaces
from advisor.wording.advice.difference import risks_differ
from advisor.wording.advice.first_advice import first_advice
from advisor.wording.advice.verdict import (
    DisclosedVerdict,
    disclosed_verdict,
    strength_words,
    verdict_words,
    verdicts_of,
)
from advisor.wording.claims import VersionView
from advisor.wording.vocabulary import DECISIONS


class NewerRulesStatus(StrEnum):
    """How an advice by older rules stands to those in force."""

    SAME = "same"
    DIFFERS = "differs"
    ASKS = "asks"
    """Something is to be answered first: an answer changed its meaning, or a question is new."""


@dataclass(frozen=True)
class NewerRules:
    """The answers of an assessment under the rules in force."""

    edition: VersionView
    progress: Progress
    document: RecommendationDocument
    is_first: bool = False
    """Whether the advice that there is now is first advice: these rules then advise on what is answered, too."""

    @property
    def open_places(self) -> list[QuestionRef]:
        """The questions to be answered before these rules can advise."""
        if self.is_first and self.progress.has_begun:
            return []
        return [place for place in self.progress.route() if self.progress.is_open(place)]

    @property
    def as_plain(self) -> dict[str, Any]:
        """What this advice would judge."""
        return self.progress.as_plain()


def apply_rules_in_force(
    assessment: Assessment, edition: VersionView, latest: RecommendationRecord | None, advised_by: VersionView
) -> NewerRules | None:
    """Hold an assessment against the rules in force; None where it is pinned to them already.

    ``latest`` is its advice, given by the version ``advised_by``.
    """
    if not edition.version.is_older:
        return None
    current = edition.current
    progress = Progress.of(current.rule_set, assessment)
    document = recommend(current.rule_set, current.number, progress.work_item())
    is_first = latest is not None and first_advice(advised_by.rule_set, latest.given) is not None
    return NewerRules(current, progress, document, is_first)


def newer_rules_status(in_force: RuleSet, before: RuleSet, given: Mapping[str, Any]) -> NewerRulesStatus:
    """How the advice that ``before`` gave on these answers stands to the rules in force."""
    progress = Progress.of_given(in_force, given)
    if progress.next is not None and not (progress.has_begun and first_advice(before, given)):
        return NewerRulesStatus.ASKS
    judged = Progress.of_given(before, given).work_item()
    item = progress.work_item()
    said = _verdicts(before, evaluate_parts(before, judged.answers, judged.parts))
    would_say = _verdicts(in_force, evaluate_parts(in_force, item.answers, item.parts))
    return NewerRulesStatus.SAME if said == would_say else NewerRulesStatus.DIFFERS


def _verdicts(rule_set: RuleSet, advice: Recommendation) -> list[DisclosedVerdict]:
    return [
        disclosed_verdict(it.outcome, it.kind, it.strength, rule_set.done_by(it.answers))
        for it in (advice, *advice.parts)
    ]


@dataclass(frozen=True, slots=True)
class LaterAdvice:
    """Advice that is younger than the decision: since when it says this, and whether it said another thing before."""

    since: date
    has_changed: bool

    @property
    def words(self) -> str:
        """Of a decision: before what it was made."""
        since = format_date(self.since, "d MMMM yyyy")
        if self.has_changed:
            return str(_("before the advice changed on %(since)s", since=since))
        return str(_("before this advice was given on %(since)s", since=since))


def later_advice(session: Session, owner: Owner, decided: Mapping[UUID, date | None]) -> dict[UUID, LaterAdvice]:
    """The advice that is younger than the decision, of these processes with the days of their decisions.

    What has no day, and what was decided on the advice as it stands, is left out. Reading takes time for each process
    that was advised on after its day, and none for the others.
    """
    days = {key: day for key, day in decided.items() if day is not None}
    found = {}
    for key, history in process_list.outcome_history(session, owner, days).items():
        now_said = verdicts_of(history[0][1])
        same = list(takewhile(lambda one, said=now_said: verdicts_of(one[1]) == said, history))  # type: ignore[misc]
        since = same[-1][0].date()
        if days[key] < since:
            found[key] = LaterAdvice(since, has_changed=len(same) < len(history))
    return found


# ---- What the page of the result shows of them


@dataclass(frozen=True, slots=True)
class NewerNotice:
    """The rules have changed since the advice was given: when, and what they would say now."""

    published: datetime
    number: int
    says: str
    is_same: bool
    """Whether they would say the same, so that there is nothing to decide."""
    url: str


def newer_notice(context: AssessmentContext) -> NewerNotice | None:
    """What to tell of newer rules: nothing where they are the same ones again, or where the owner keeps the advice."""
    newer = apply_rules_in_force(context.assessment, context.edition, context.latest, context.advice_edition)
    if newer is None or context.latest is None or (context.assessment.kept_version or 0) >= newer.edition.number:
        return None
    if newer.edition.row.sha256 == context.advice_edition.row.sha256:
        return None
    document, latest = dict(newer.document), context.latest.result
    is_same = not newer.open_places and verdicts_of(document) == verdicts_of(latest)
    return NewerNotice(
        published=newer.edition.version.published,
        number=newer.edition.number,
        says=_would_say(newer.edition.number, latest, None if newer.open_places else document, is_same=is_same),
        is_same=is_same,
        url=link_to("newer_rules", assessment_id=context.id),
    )


def _would_say(number: int, latest: dict[str, Any], document: dict[str, Any] | None, *, is_same: bool) -> str:
    """What version ``number`` would say instead of ``latest``; no document: something is to be answered first."""
    if document is None:
        return str(_("Version %(number)s would ask something again first.", number=number))
    if is_same and risks_differ(latest, document):
        return str(_("With version %(number)s the advice would be the same, with other risks.", number=number))
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
class AdviceActions:
    """What can be done with the advice itself; ``is_kept`` where an account holds it."""

    is_kept: bool
    keep_url: str
    share_url: str
    opinions_url: str
    opinions: int
    """Second opinions that were handed in, and wait to be settled."""
    decision_url: str
    look_again_url: str
    calendar_url: str
    costs_url: str
    one_page_url: str
    pdf_url: str
    brief_url: str
    history_url: str
    copy_url: str
    again_url: str
    wrong_url: str
    list_url: str
    move_url: str
    """Into an organisation, or out of it; "" where whoever asks cannot move it."""


def advice_actions(context: AssessmentContext, again_url: str) -> AdviceActions:
    """The addresses; ``again_url`` is where all questions are gone through again.

    What nobody keeps cannot be shared: that way leads over an account.
    """
    here: dict[str, Any] = {"assessment_id": context.id}
    is_kept = context.assessment.is_saved
    share_url = link_to("share", **here)
    return AdviceActions(
        is_kept=is_kept,
        keep_url=link_to("register", next=url_for("assessments.result", **here)),
        share_url=share_url if is_kept else link_to("register", next=share_url),
        opinions_url=link_to("opinions", **here),
        opinions=_waiting_opinions(context) if is_kept else 0,
        decision_url=link_to("decision", **here),
        look_again_url=link_to("set_look_again", of=context.id),
        calendar_url=link_to("look_again_calendar", of=context.id),
        costs_url=link_to("costs", **here),
        one_page_url=link_to("one_page", **here),
        pdf_url=link_to("result_pdf", **here),
        brief_url=link_to("brief", **here),
        history_url=link_to("history", **here),
        copy_url=link_to("copy", of=context.id),
        again_url=again_url,
        wrong_url=link_to("looks_wrong", **here),
        list_url=link_to("processes"),
        move_url=_move_url(context) if is_kept else "",
    )


def _waiting_opinions(context: AssessmentContext) -> int:
    with database().read() as session:
        return len(session.scalars(waiting_opinions(context.id)).all())


def _move_url(context: AssessmentContext) -> str:
    member = spaces.current()
    if member is None:
        return link_to("move", of=context.id) if spaces.own_organisations() else ""
    return link_to("move_out", organisation_id=member.organisation_id, of=context.id) if member.role == "owner" else ""


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What the owner decided, beside the advice ever after. ``words`` is empty where there are notes alone."""

    words: str
    when: str
    is_older: bool
    """Whether the advice has said what it says only since."""
    notes: str
    look_again_on: date | None = None
    is_due: bool = False
    """Whether that day has come."""


def decision_view(context: AssessmentContext) -> DecisionView | None:
    """The decision, the notes and the day to look again, None where there is none of them."""
    made, on, notes = context.assessment.decision, context.assessment.decided_on, context.assessment.notes
    again = context.assessment.look_again_on
    is_due = again is not None and again <= datetime.now(UTC).date()
    if not made:
        if not notes and again is None:
            return None
        return DecisionView("", "", is_older=False, notes=notes, look_again_on=again, is_due=is_due)
    later, owner = None, identity.owner()
    if owner and on and context.latest and on < context.latest.created_at.date():
        with database().read() as session:
            later = later_advice(session, owner, {context.id: on}).get(context.id)
    words = str(DECISIONS.get(made, made))
    return DecisionView(words, _decision_text(on, later), later is not None, notes, again, is_due)


def _decision_text(on: date | None, later: LaterAdvice | None) -> str:
    """When it was decided, and before what; "" where nobody noted the day."""
    if on is None:
        return ""
    decided = format_date(on, "d MMMM yyyy")
    if later is None:
        return str(_("Decided on %(decided)s.", decided=decided))
    return str(_("You decided this on %(decided)s, %(before)s.", decided=decided, before=later.words))
