"""A field that is drawn once is what the form draws, and what is kept of it tells nothing of anybody."""

import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

from flask import Flask, get_template_attribute

from advisor import starter
from advisor.assessments.questions.drawing import _drawn_fields, draw_field
from advisor.assessments.questions.forms import question_form
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Question
from tests.assessments.walker import EXPERT, ROUTINE, Walker

NUMBER = Question(
    "cases",
    "How many <cases>?",
    short="cases",
    type=AnswerType.NUMBER,
    missing="Say how many",
    minimum=0,
    maximum=5000,
    unit="a month & more",
)
RULES = replace(starter.rule_set(), questions=(*starter.rule_set().questions, NUMBER))


def answers_to(question: Question) -> list[Any]:
    keys = [option.key for option in question.options]
    if question.type is AnswerType.NUMBER:
        return [None, 0, 4711]
    if question.type is AnswerType.CHOICE:
        return [None, *keys, "no longer there"]
    return [None, (), *((key,) for key in keys), tuple(keys[:2])]


def drawn_by_form(question: Question, saved: dict[str, Any], *, title: bool) -> str:
    form = question_form(question, saved, "", meta={"csrf": False}, formdata=None)
    draw = get_template_attribute("macros/forms.html", "draw")
    return str(draw(form.answer, title, getattr(form, "not_sure", None)))


def test_it_is_what_the_form_draws_under_any_name(app: Flask) -> None:
    with app.test_request_context():
        for question in RULES.questions:
            for saved in ({}, *({question.key: answer} for answer in answers_to(question))):
                for title in (True, False):
                    expected = drawn_by_form(question, saved, title=title)
                    for _again in range(2):
                        assert draw_field(RULES, question, saved, "answer", "not_sure", title=title) == expected
                    elsewhere = draw_field(RULES, question, saved, 'a"b', "c", title=title)
                    assert elsewhere.replace("a&#34;b", "answer").count('"answer"') == expected.count('"answer"')


def test_p4_what_is_kept_names_no_part_and_no_number(app: Flask) -> None:
    with app.test_request_context():
        for part in (uuid4().hex, uuid4().hex):
            for question in RULES.questions:
                for answer in answers_to(question):
                    draw_field(RULES, question, {question.key: answer}, f"answer-{part}-{question.key}", f"not-{part}")
                    assert not any(re.search(f"{part}|4711", it) for it in map(repr, _drawn_fields(RULES).items()))
    assert len(_drawn_fields(RULES)) > len(RULES.questions)


def test_p4_two_strangers_see_their_own_ids_and_answers_in_fields_that_both_are_drawn(
    walker: Walker, stranger: Walker
) -> None:
    given = {walker: ROUTINE, stranger: EXPERT}
    for visitor, answers in given.items():
        visitor.finish(answers)
        visitor.question("cases")
        visitor.answer(len(visitor.at) + len(answers))
    seen: dict[Walker, set[str]] = {}
    for _again in range(2):
        for visitor, answers in given.items():
            for key, answer in answers.items():
                visitor.question(key)
                assert visitor.chosen_values() == [answer]
            page = visitor.open(f"{visitor.at}/what-if")
            assert {it for it in visitor.chosen_values() if it != "y"} == set(answers.values())
            assert [it["value"] for it in page.select("input[type=text][id$=-cases]")] == [
                str(len(visitor.at) + len(answers))
            ]
            seen[visitor] = set(re.findall("[0-9a-f]{32}|[0-9a-f-]{36}", str(page.main)))
            assert visitor.at.rsplit("/", 1)[1] in seen[visitor]
    assert len(seen[walker]) > 1
    assert seen[walker].isdisjoint(seen[stranger])
