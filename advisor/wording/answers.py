"""Answers in words."""

from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Question


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


def band_label(question: Question, least: int | None, greatest: int | None) -> str:
    """The numbers from ``least`` to ``greatest``, both included; an end that is None is open."""
    unit = f" {question.unit}" if question.unit else ""
    if least is None or least == question.minimum:
        return str(_("%(n)s%(unit)s or fewer", n=format_decimal(greatest), unit=unit))
    if greatest is None or greatest == question.maximum:
        return str(_("%(n)s%(unit)s or more", n=format_decimal(least), unit=unit))
    if least == greatest:
        return f"{format_decimal(least)}{unit}"
    return str(
        _("%(least)s to %(most)s%(unit)s", least=format_decimal(least), most=format_decimal(greatest), unit=unit)
    )


def _option_label(question: Question, key: str) -> str:
    option = question.option(key)
    return option.label if option else key
