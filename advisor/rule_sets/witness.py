"""Answers that show a problem: as a link, in words, as a result page of the draft, and as a test case of it."""

import json
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.engine import edit
from advisor.engine.answers import WorkItem, read_answers
from advisor.engine.cases import run_cases
from advisor.engine.document import load_json
from advisor.engine.errors import RuleSetError
from advisor.engine.proofs.plain import plain_answers
from advisor.engine.questions import Answers, asked
from advisor.engine.rules import RuleSet, TestCase
from advisor.engine.vocabulary import Outcome
from advisor.exchange.recommendation import recommend
from advisor.models import draft as drafts
from advisor.models.audit import Actor
from advisor.presenter.answers import answer_label
from advisor.presenter.claims import Edition
from advisor.presenter.result import PartResult, most_points, part_results, strength_words, verdict_words
from advisor.rule_sets.desk import Desk


@dataclass(frozen=True, slots=True)
class Given:
    """An answer in words."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the draft says to these answers."""

    outcome: str
    verdict: str
    strength: str
    part: PartResult
    given: list[Given]
    open: list[str]
    """Questions that these answers lead to and leave open."""


def witness_url(answers: Answers) -> str:
    """The page that shows what the draft says to these answers."""
    return url_for("rule_sets.witness", answers=json.dumps(plain_answers(answers), ensure_ascii=False))


def witness_of(rules: RuleSet, sent: str) -> Answers | None:
    """The answers that an address carries, as far as they are asked for; None where the rules do not know them."""
    try:
        raw = load_json(sent)
    except RuleSetError:
        return None
    if not isinstance(raw, dict):
        return None
    answers, problems = read_answers(rules, raw)
    return None if problems else asked(rules.questions, answers).answers


def in_words(rules: RuleSet, answers: Answers) -> list[Given]:
    """The answers beside their questions, in the order in which they are asked."""
    return [
        Given(question.short or question.text, answer_label(question, answers[question.key]))
        for question in rules.questions
        if question.key in answers
    ]


def shown(desk: Desk, edition: Edition, answers: Answers) -> Shown:
    """The advice of the draft on one process in one piece. ``edition`` is what its claims are quoted from."""
    document: Any = recommend(desk.rules, None, WorkItem("", answers))
    (part,) = part_results(document, edition, most_points(document))
    route = asked(desk.rules.questions, answers).questions
    return Shown(
        outcome=document["outcome"],
        verdict=verdict_words(document),
        strength=strength_words(document),
        part=part,
        given=in_words(desk.rules, answers),
        open=[question.short or question.text for question in route if answers.get(question.key) is None],
    )


def make_case(session: Session, who: Actor, answers: Answers) -> str:
    """Add these answers to the draft as a test case that expects what they get now, and give its key.

    Raises NoDraft.
    """
    key = ""

    def act(rules: RuleSet) -> RuleSet:
        nonlocal key
        key = edit.free_key(rules, "cases", "shown")
        because = str(_("Made from answers that showed a problem of the draft."))
        case = TestCase(key, str(_("Answers to be named")), dict(answers), Outcome.UNCLEAR, because)
        with_case = edit.add(rules, "cases", case)
        got = run_cases(with_case)[-1].got
        return edit.put(with_case, "cases", key, TestCase(key, case.process, case.answers, got.outcome, because))

    drafts.edit(session, who, act, kind="draft added to", what="cases/shown")
    return key
