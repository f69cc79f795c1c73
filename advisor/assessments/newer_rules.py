"""What the rules in force would say of answers that were judged by older ones. Nothing is changed by looking."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from advisor.assessments.progress import Progress, QuestionRef
from advisor.engine.evaluation.evaluate import Recommendation, evaluate_parts
from advisor.engine.model.rules import RuleSet
from advisor.exchange.recommendation import RecommendationDocument, recommend
from advisor.models import Assessment
from advisor.wording.claims import VersionView
from advisor.wording.verdict import disclosed_verdict


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

    @property
    def open_places(self) -> list[QuestionRef]:
        """The questions to be answered before these rules can advise."""
        return [place for place in self.progress.route() if self.progress.is_open(place)]

    @property
    def given(self) -> dict[str, Any]:
        """What this advice would judge."""
        return self.progress.given()


def held_against_rules_in_force(assessment: Assessment, edition: VersionView) -> NewerRules | None:
    """Hold an assessment against the rules in force; None where it is pinned to them already."""
    if not edition.version.is_older:
        return None
    current = edition.current
    progress = Progress.of(current.rule_set, assessment)
    return NewerRules(current, progress, recommend(current.rule_set, current.number, progress.work_item()))


def newer_rules_status(in_force: RuleSet, before: RuleSet, given: Mapping[str, Any]) -> NewerRulesStatus:
    """How the advice that ``before`` gave on these answers stands to the rules in force."""
    progress = Progress.of_given(in_force, given)
    if progress.next is not None:
        return NewerRulesStatus.ASKS
    judged = Progress.of_given(before, given).work_item()
    item = progress.work_item()
    said = _told(evaluate_parts(before, judged.answers, judged.parts))
    would_say = _told(evaluate_parts(in_force, item.answers, item.parts))
    return NewerRulesStatus.SAME if said == would_say else NewerRulesStatus.DIFFERS


def _told(advice: Recommendation) -> list[tuple[str, str, str]]:
    return [disclosed_verdict(piece.outcome, piece.kind, piece.strength) for piece in (advice, *advice.parts)]
