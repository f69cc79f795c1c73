"""Answers in words."""

from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from advisor.engine.operators import Answer
from advisor.engine.questions import Question


def answer_label(question: Question, answer: Answer) -> str:
    """What was answered, in the words in which it was offered."""
    if answer is None:
        return str(_("I'm not sure"))
    if isinstance(answer, int):
        return f"{format_decimal(answer)} {question.unit}".strip()
    if isinstance(answer, tuple):
        return "; ".join(_option_label(question, key) for key in answer) or str(_("None of these"))
    return _option_label(question, answer)


def stored_answer_label(question: Question | None, stored: Any) -> str:
    """The same of an answer as JSON keeps it; "" where this version of the question does not know it."""
    answer = tuple(stored) if isinstance(stored, list) else stored
    return answer_label(question, answer) if question is not None and question.allows(answer) else ""


def _option_label(question: Question, key: str) -> str:
    option = question.option(key)
    return option.label if option else key
