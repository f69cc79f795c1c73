"""What result pages say of random answers to the starter rules, as plain values: nothing is drawn or stored."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

from advisor import starter
from advisor.assessments.progress import Progress
from advisor.engine.analysis.explain import EXPLANATION_LIMITS, what_settles, what_would_change
from advisor.engine.model.answers import plain_answer
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Question, Scope, Section
from advisor.exchange.recommendation import recommend
from advisor.models import RuleSetVersion
from advisor.wording.advice.other_advice import WordingContext
from advisor.wording.advice.result import Result, present_result
from advisor.wording.advice.what_would_change import AdviceExplanation
from advisor.wording.claims import VersionView

RULES = starter.rule_set()
NOW = datetime(2026, 12, 1, tzinfo=UTC)

LIMITS = replace(
    EXPLANATION_LIMITS,
    sphere_points=5_000,
    combinations=40,
    sets_shown=6,
    answers_shown=3,
    checks=40,
    near_points=4_000,
)
"""Less is looked at than for a real page, so that many can be told; what is told is as true."""


@dataclass(frozen=True)
class ToldPage:
    """What a page tells of some answers."""

    given: dict[str, Any]
    document: dict[str, Any]
    result: Result
    changing: AdviceExplanation

    @property
    def in_parts(self) -> bool:
        """Whether the process has parts."""
        return bool(self.document["parts"])

    @property
    def pieces(self) -> list[dict[str, Any]]:
        """The advice on each part, or on the process in one piece."""
        return self.document["parts"] or [self.document]


def random_answers(dice: Random, scope: Scope | None = None, *, answered: float, sharpened: float) -> dict[str, Any]:
    """Answers to questions on the content, such a share of each section; some of them are "I'm not sure"."""
    share = {Section.CORE: answered, Section.SHARPEN: sharpened}
    asked = [it for it in RULES.questions if it.section in share and scope in {None, it.scope}]
    return {it.key: plain_answer(random_answer(dice, it)) for it in asked if dice.random() < share[it.section]}


def random_answer(dice: Random, question: Question) -> Answer:
    """One answer, now and then "I'm not sure"."""
    keys = [option.key for option in question.options]
    if dice.random() < 0.08:
        return None
    match question.type:
        case AnswerType.CHOICE:
            return dice.choice(keys)
        case AnswerType.CHOICES:
            chosen = dice.sample(keys, dice.randint(0, min(2, len(keys))))
            return tuple(key for key in keys if key in chosen)
        case AnswerType.NUMBER:
            return dice.randint(question.minimum or 0, question.maximum or 0)


def random_given(dice: Random) -> dict[str, Any]:
    """A process with its answers: in full or in part, sharpened or not, in one piece or in up to three parts."""
    shares = {"answered": dice.choice((1.0, 1.0, 0.7)), "sharpened": dice.choice((0.0, 0.5, 1.0))}
    parts = dice.choice((0, 0, 0, 2, 3))
    given = {
        "process": "Payroll",
        "answers": random_answers(dice, Scope.PROCESS if parts else None, **shares),
        "parts": [
            {"id": str(UUID(int=1 + at)), "part": f"Part {at}", "answers": random_answers(dice, Scope.PART, **shares)}
            for at in range(parts)
        ],
    }
    return Progress.of_given(RULES, given).as_plain()


def tell_page(given: dict[str, Any]) -> ToldPage:
    """What a page tells of these answers."""
    row = RuleSetVersion(number=1, published_at=NOW)
    edition = VersionView(RULES, row, RULES, row)
    item = Progress.of_given(RULES, given).work_item()
    document: dict[str, Any] = dict(recommend(RULES, 1, item))
    would = what_would_change(RULES, item.answers, item.parts, LIMITS)
    settles = what_settles(RULES, item.answers, item.parts, LIMITS)
    words = WordingContext(RULES, item, lambda _: "", lambda *_: "")
    result = present_result(document, edition, NOW, given, lambda *_: "")
    return ToldPage(given, document, result, AdviceExplanation(would, settles, words))


def random_pages(seed: int, number: int) -> Iterator[ToldPage]:
    """So many pages, always the same ones."""
    dice = Random(seed)
    for _ in range(number):
        yield tell_page(random_given(dice))
