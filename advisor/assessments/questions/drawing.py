"""The field of a question as markup, which is the same for all who give the same answer: drawn once, and kept."""

import secrets
from typing import Any

from flask import get_template_attribute
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from wtforms import BooleanField, Form

from advisor.assessments.questions.forms import answer_field, saved_value
from advisor.engine.model.caching import Memo, cached_per_rule_set
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Answers, Question
from advisor.engine.model.rules import RuleSet

_FIELD, _NOT_SURE, _NUMBER = (f"{name}_{secrets.token_hex(12)}" for name in ("field", "not_sure", "number"))
"""Stand in what is kept for the names of the fields, which may tell of a part, and for a number that was typed."""

_KEPT = 500

_State = tuple[str, bool, str, Any, bool]
"""The key of the question, whether it is the title of the page, the language, and what is chosen."""


def draw_field(
    rules: RuleSet, question: Question, saved: Answers, name: str, not_sure: str, *, title: bool = False
) -> Markup:
    """The field that asks a question of these rules, filled in with the answer that is saved, if any.

    ``name`` is that of the field, ``not_sure`` that of the checkbox beside a number. As the ``title`` of a page the
    question is its heading.
    """
    value = saved_value(question, saved)
    is_number = question.type is AnswerType.NUMBER
    number, chosen = "", tuple(value) if isinstance(value, list) else value
    if is_number and value is not None:
        number, chosen = str(value), _NUMBER
    is_not_sure = is_number and question.key in saved and saved[question.key] is None
    drawn = _drawn_fields(rules)[question.key, title, str(get_locale()), chosen, is_not_sure]
    for place, text in ((_FIELD, name), (_NOT_SURE, not_sure), (_NUMBER, number)):
        drawn = drawn.replace(place, str(escape(text)))
    return Markup(drawn)  # noqa: S704 - drawn by our own template


@cached_per_rule_set
def _drawn_fields(rules: RuleSet) -> Memo[_State, str]:
    """The fields of a rule set that were drawn, by what they show."""
    questions = {question.key: question for question in rules.questions}

    def draw(state: _State) -> str:
        key, title, _language, chosen, is_not_sure = state
        question = questions[key]
        fields: dict[str, Any] = {_FIELD: answer_field(question)}
        if question.type is AnswerType.NUMBER:
            fields[_NOT_SURE] = BooleanField(_l("I'm not sure"))
        form = type("DrawnForm", (Form,), fields)(data={_NOT_SURE: is_not_sure})
        form[_FIELD].data = chosen
        draw_any = get_template_attribute("macros/forms.html", "draw")
        return str(draw_any(form[_FIELD], title, getattr(form, _NOT_SURE, None)))

    return Memo(draw, _KEPT)
