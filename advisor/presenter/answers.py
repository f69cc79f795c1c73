"""Answers in words."""

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


def _option_label(question: Question, key: str) -> str:
    option = question.option(key)
    return option.label if option else key
