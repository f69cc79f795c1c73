"""What whoever was asked for a second opinion reads: plain values, computed once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from advisor.assessments.context import AssessmentContext
from advisor.assessments.presenter import place_url, present_answers
from advisor.assessments.progress import Progress
from advisor.assessments.result.presenter import report_urls
from advisor.exchange.recommendation import recommend
from advisor.models import Opinion
from advisor.wording.advice.result import present_result


@dataclass(frozen=True, slots=True)
class Guest:
    """Whose questions these are; "" where whoever asks did not say."""

    asked_by: str


def guest(opinion: Opinion | None) -> Guest:
    """What every page says of whoever asks, that of a link that leads nowhere, too."""
    return Guest(opinion.asked_by if opinion else "")


@dataclass(frozen=True, slots=True)
class AnsweredCount:
    """How many of the questions are answered, as far as it is known by now which are asked."""

    answered: int
    asked: int


def answered_count(progress: Progress) -> AnsweredCount:
    """Count the questions on the way to the advice."""
    route = progress.route()
    return AnsweredCount(sum(not progress.is_open(place) for place in route), len(route))


def welcome_page(opinion: Opinion, context: AssessmentContext, on_url: str) -> dict[str, Any]:
    """The first page, before and while it is answered."""
    return {
        "process_name": context.progress.process,
        "part_names": [part.name for part in context.progress.parts] if context.progress.in_parts else [],
        "count": answered_count(context.progress),
        "has_answers": opinion.has_answers,
        "until": opinion.expires_at,
        "on_url": on_url,
        "answers_url": url_for("opinions.answers"),
        "delete_url": url_for("opinions.withdraw"),
    }


def guest_notice() -> str:
    """What to say after an act."""
    words = _("Your answers are deleted. You can begin again while the link works.")
    return str(words) if "deleted" in request.args else ""


def answers_page(context: AssessmentContext) -> dict[str, Any]:
    """All answers so far, and where to go on; ``next_url`` is "" where they can be handed in."""
    following = context.progress.next
    return {
        "process_name": context.progress.process,
        "groups": present_answers(context),
        "next_url": place_url(context.id, context.progress, following) if following else "",
        "back_url": url_for("opinions.rename"),
    }


def handed_in_page(opinion: Opinion, context: AssessmentContext, url: Callable[..., str]) -> dict[str, Any]:
    """What was handed in, and what these answers alone would advise."""
    assert opinion.handed_in_at is not None  # noqa: S101 - the view sends everybody else away
    progress, edition = context.progress, context.edition
    document = recommend(edition.rule_set, edition.number, progress.work_item())
    shown = present_result(dict(document), edition, opinion.handed_in_at, progress.as_plain(), lambda *_place: "")
    return {
        "result": replace(shown, unanswered=[]),  # what was handed in is answered no more
        "answers": present_answers(context),
        "urls": report_urls(url),
        "handed_in_at": opinion.handed_in_at,
        "can_change": opinion.is_open,
        "is_settled": opinion.settled_at is not None,
        "until": opinion.expires_at,
        "change_url": url_for("opinions.reopen"),
        "delete_url": url_for("opinions.withdraw"),
    }
