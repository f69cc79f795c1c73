"""What would change the latest advice, and what settles it, for its page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from advisor.assessments.blueprint import page_url
from advisor.assessments.context import AssessmentContext
from advisor.assessments.progress import Progress, stored_answers
from advisor.assessments.what_if.trial import change_text
from advisor.engine.analysis.explain import AnswerChange, Settlement, WouldChange, what_settles, what_would_change
from advisor.engine.analysis.space import SpaceTooLarge
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Question, Scope
from advisor.engine.model.rules import RuleSet
from advisor.models import RecommendationRecord
from advisor.wording.what_would_change import (
    AdviceExplanation,
    OtherAdvice,
    WordingContext,
    firmness_words,
    other_advices,
    present_explanation,
)

_KEPT_IN_MEMORY = 256

WAYS_LISTED = 20
"""Ways to each other advice that their own page lists; it counts those beyond."""


@dataclass(frozen=True)
class _Asked:
    """A rule set and the answers it is asked about: equal where it is the same rule set and the same text."""

    rule_set: RuleSet
    given: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.rule_set is other.rule_set and self.given == other.given

    def __hash__(self) -> int:
        return hash((id(self.rule_set), self.given))

    def item(self) -> tuple[dict[str, Answer], list[tuple[str, dict[str, Answer]]]]:
        """The answers and the parts, as the engine takes them."""
        given = json.loads(self.given)
        return stored_answers(given["answers"]), [("", stored_answers(part)) for part in given["parts"]]


def changing(opened: AssessmentContext, latest: RecommendationRecord) -> AdviceExplanation | None:
    """What would change this advice; None where its rules are too large for an exact answer."""
    explained = _explained(_asked(opened.advice_edition.rule_set, latest.given))
    return present_explanation(*explained, _around(opened, latest)) if explained else None


def ways(opened: AssessmentContext, latest: RecommendationRecord) -> tuple[str, list[OtherAdvice]] | None:
    """How firm this advice is, and the ways to each other one; None where its rules are too large for that."""
    explained = _explained(_asked(opened.advice_edition.rule_set, latest.given))
    if explained is None:
        return None
    would, _ = explained
    return firmness_words(would), other_advices(would, _around(opened, latest), WAYS_LISTED, WAYS_LISTED)


def _around(opened: AssessmentContext, latest: RecommendationRecord) -> WordingContext:
    parts = latest.given["parts"]
    return WordingContext(
        rule_set=opened.advice_edition.rule_set,
        parts=[part["part"] for part in parts],
        given=lambda key, part: _given(latest.given, key, part),
        try_url=lambda changes: "" if opened.is_stale else _try_url(opened, changes),
        question_url=lambda key, part: page_url(
            "answer_question",
            assessment_id=opened.id,
            key=key,
            part_id=None if part is None else parts[part]["id"],
        ),
    )


def is_settled(progress: Progress) -> bool:
    """Whether no open question, sharpening ones included, can change what these rules would advise now."""
    return _settled(_asked(progress.rule_set, progress.given()))


def _asked(rule_set: RuleSet, given: Mapping[str, Any]) -> _Asked:
    told = {"answers": given["answers"], "parts": [part["answers"] for part in given["parts"]]}
    return _Asked(rule_set, json.dumps(told, sort_keys=True))


@lru_cache(_KEPT_IN_MEMORY)
def _explained(asked: _Asked) -> tuple[WouldChange, Settlement] | None:
    try:
        return what_would_change(asked.rule_set, *asked.item()), what_settles(asked.rule_set, *asked.item())
    except SpaceTooLarge:
        return None


@lru_cache(_KEPT_IN_MEMORY)
def _settled(asked: _Asked) -> bool:
    try:
        return what_settles(asked.rule_set, *asked.item()).settled is True
    except SpaceTooLarge:
        return False


def _given(given: Mapping[str, Any], key: str, part: int | None) -> tuple[bool, Answer]:
    holder = given if part is None else given["parts"][part]
    answers = stored_answers(holder["answers"])
    return key in answers, answers.get(key)


def _try_url(opened: AssessmentContext, changes: Sequence[AnswerChange]) -> str:
    """Where these changes are tried, each with the first of the answers that do."""
    texts = []
    for change in changes:
        question = opened.progress.rule_set.question(change.question)
        if question is None or (change.part or 0) >= len(opened.progress.pieces):
            return ""
        texts.append(change_text(_piece_id(opened, change, question), question, change.answers[0]))
    return page_url("what_if", assessment_id=opened.id, change=texts)


def _piece_id(opened: AssessmentContext, change: AnswerChange, question: Question) -> UUID | None:
    return opened.progress.pieces[change.part or 0].id if question.scope is Scope.PART else None
