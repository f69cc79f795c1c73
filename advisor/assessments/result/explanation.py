"""What would change an advice and what settles it: worked out once for all who gave the same answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from flask import render_template, request
from flask_babel import get_locale
from markupsafe import Markup

from advisor.assessments.blueprint import bp, page_url
from advisor.assessments.context import AssessmentContext
from advisor.assessments.progress import Progress, judged_answers, stored_answers
from advisor.assessments.what_if.trial import change_text
from advisor.engine.analysis.explain import AnswerChange, Settlement, WouldChange, what_settles, what_would_change
from advisor.engine.analysis.space import SpaceTooLarge
from advisor.engine.evaluation.risks import risks_that_could_go
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.evidence import Risk
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Scope
from advisor.engine.model.rules import RuleSet
from advisor.models import RecommendationRecord
from advisor.wording.advice.other_advice import NamesAfter, OtherAdvice, WordingContext, other_advices
from advisor.wording.advice.what_would_change import AdviceExplanation

_KEPT_IN_MEMORY = 256

_PARTS_TRIED = 3

WAYS_LISTED = 20
"""Ways to each other advice that their own page lists; it counts those beyond."""


@dataclass(frozen=True)
class RulesAndAnswers:
    """A rule set and the answers it is asked about: equal where it is the same rule set and the same text."""

    rule_set: RuleSet
    given: str

    @classmethod
    def of(cls, rule_set: RuleSet, given: Mapping[str, Any]) -> "RulesAndAnswers":
        """What an advice judged, without any name."""
        return cls(rule_set, json.dumps(judged_answers(given), sort_keys=True))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RulesAndAnswers) and self.rule_set is other.rule_set and self.given == other.given

    def __hash__(self) -> int:
        return hash((id(self.rule_set), self.given))

    def item(self) -> tuple[dict[str, Answer], list[tuple[str, dict[str, Answer]]]]:
        """The answers and the parts, as the engine takes them."""
        given = json.loads(self.given)
        return stored_answers(given["answers"]), [("", stored_answers(part)) for part in given["parts"]]


def explain_change(context: AssessmentContext, latest: RecommendationRecord) -> AdviceExplanation | None:
    """What would change this advice; None where its rules are too large for an exact answer."""
    explained = _explain(RulesAndAnswers.of(context.advice_edition.rule_set, latest.given))
    if explained is None:
        return None
    would, settles, names = explained
    return AdviceExplanation(would, settles, _wording_context(context, latest, names))


def ways(
    context: AssessmentContext, latest: RecommendationRecord
) -> tuple[AdviceExplanation, list[OtherAdvice]] | None:
    """What would change this advice, and many ways to each other one; None where its rules are too large for that."""
    explained = _explain(RulesAndAnswers.of(context.advice_edition.rule_set, latest.given))
    if explained is None:
        return None
    would, settles, names = explained
    words = _wording_context(context, latest, names)
    return AdviceExplanation(would, settles, words), other_advices(would, words, WAYS_LISTED)


@lru_cache(_KEPT_IN_MEMORY * 12)
def removable_risks(asked: RulesAndAnswers, key: str, part: int | None) -> tuple[Risk, ...]:
    """The risks of the advice on these answers that the answer to an open question could rule out.

    Nothing is said of a process of many parts: each answer would have to be tried in each of them.
    """
    question, (answers, parts) = asked.rule_set.question(key), asked.item()
    if question is None or len(parts) > _PARTS_TRIED:
        return ()
    return risks_that_could_go(asked.rule_set, answers, parts, question, part)


def _wording_context(context: AssessmentContext, latest: RecommendationRecord, names: NamesAfter) -> WordingContext:
    of_parts = latest.given["parts"]
    rules, parts = context.progress.rule_set, [part.id for part in context.progress.parts]
    return WordingContext(
        rule_set=context.advice_edition.rule_set,
        item=Progress.of_given(context.advice_edition.rule_set, latest.given).work_item(),
        try_url=lambda changes: "" if context.is_stale else _try_url(context.id, rules, parts, changes),
        question_url=lambda key, part: page_url(
            "answer_question",
            assessment_id=context.id,
            key=key,
            part_id=None if part is None else of_parts[part]["id"],
        ),
        names=names,
    )


def is_settled(progress: Progress) -> bool:
    """Whether no open question, sharpening ones included, can change what these rules would advise now."""
    return _is_settled(RulesAndAnswers.of(progress.rule_set, progress.as_plain()))


@lru_cache(_KEPT_IN_MEMORY)
def _explain(asked: RulesAndAnswers) -> tuple[WouldChange, Settlement, NamesAfter] | None:
    """What would change it and what settles it; what outcomes are called is kept beside it as it is found."""
    try:
        return what_would_change(asked.rule_set, *asked.item()), what_settles(asked.rule_set, *asked.item()), {}
    except SpaceTooLarge:
        return None


@lru_cache(_KEPT_IN_MEMORY)
def _is_settled(asked: RulesAndAnswers) -> bool:
    try:
        return what_settles(asked.rule_set, *asked.item()).settled is True
    except SpaceTooLarge:
        return False


def _try_url(assessment_id: UUID, rules: RuleSet, parts: Sequence[UUID], changes: Sequence[AnswerChange]) -> str:
    """Where these changes are tried, each with the first of the answers that do; "" where these rules do not ask it."""
    texts = []
    for change in changes:
        question = rules.question(change.question)
        if question is None or (change.part or 0) >= len(parts):
            return ""
        part_id = parts[change.part or 0] if question.scope is Scope.PART else None
        texts.append(change_text(part_id, question, change.answers[0]))
    url = page_url("what_if", assessment_id=assessment_id)
    # Made by hand, which takes a tenth of the time, where nothing else stands in the query.
    if "?" not in url:
        return f"{url}?{urlencode([('change', text) for text in texts])}"
    return page_url("what_if", assessment_id=assessment_id, change=texts)


# ---- The layer of the page, which is the same for all who gave the same answers but for the ids in its addresses


_PROCESS, _WHOLE = uuid4(), uuid4()
"""Stand in what is kept for the ids of a process and of its one part."""


def changing_layer(context: AssessmentContext, latest: RecommendationRecord) -> Markup | None:
    """What would change this advice as its page tells it, drawn once; None where the page has to draw it itself.

    So it is for a process in parts, whose names are somebody's, and where its rules or answers have changed since.
    """
    progress, rules = context.progress, context.advice_edition.rule_set
    if context.is_stale or progress.in_parts or progress.rule_set is not rules or request.blueprint != bp.name:
        return None
    drawn = _draw(RulesAndAnswers.of(rules, latest.given), request.script_root, str(get_locale()))
    whole = progress.parts[0].id
    # As in addresses, where an id has no dashes in what is to be changed.
    for stand_in, own in ((str(_PROCESS), str(context.id)), (_WHOLE.hex, whole.hex)):
        drawn = drawn.replace(stand_in, own)
    return Markup(drawn) if drawn else None  # noqa: S704 - drawn by our own template


@lru_cache(_KEPT_IN_MEMORY)
def _draw(asked: RulesAndAnswers, _root: str, _language: str) -> str:
    """Empty where its rules are too large for an exact answer."""
    explained = _explain(asked)
    if explained is None:
        return ""
    would, settles, names = explained
    rules, (answers, _parts) = asked.rule_set, asked.item()
    words = WordingContext(
        rule_set=rules,
        item=WorkItem("", answers),
        try_url=lambda changes: _try_url(_PROCESS, rules, [_WHOLE], changes),
        question_url=lambda key, _part: page_url("answer_question", assessment_id=_PROCESS, key=key),
        names=names,
    )
    return render_template(
        "assessments/result/_changing.html",
        changing=AdviceExplanation(would, settles, words),
        what_if_url=page_url("what_if", assessment_id=_PROCESS),
        ways_url=page_url("other_ways", assessment_id=_PROCESS),
        stale=False,
    )
