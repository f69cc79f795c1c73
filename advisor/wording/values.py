"""Answers, shares and counts in words.

Shares of what people have saved are told more coarsely, as ``advisor.rule_sets.impact.disclosure`` says.
"""

from typing import Any, NamedTuple

from flask_babel import format_decimal
from flask_babel import gettext as _

from advisor.engine.model.answers import stored_answer
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Question


def answer_label(question: Question, answer: Answer) -> str:
    """What was answered, in the words in which it was offered."""
    if answer is None:
        return str(_("I'm not sure"))
    if isinstance(answer, int):
        return f"{format_decimal(answer)} {question.unit}".strip()
    if isinstance(answer, tuple):
        return "; ".join(_option_label(question, key) for key in answer) or none_label(question)
    return _option_label(question, answer)


def none_label(question: Question) -> str:
    """What “none of these” is called for a question of several choices."""
    return question.none or str(_("None of these"))


def hint_with_most(question: Question) -> str:
    """The hint of a question, and how many answers may be chosen where not any number may."""
    if question.most is None:
        return question.hint
    hint = question.hint if not question.hint or question.hint[-1] in ".?!" else f"{question.hint}."
    limit = _("Choose one.") if question.most == 1 else _("Choose up to %(n)s.", n=_number_word(question.most))
    return f"{hint} {limit}".strip()


def too_many_chosen(question: Question) -> str:
    """What is wrong where more answers were chosen than may be."""
    if question.most == 1:
        return str(_("Choose one at most"))
    return str(_("Choose at most %(n)s", n=_number_word(question.most or 0)))


def _number_word(number: int) -> str:
    words = (_("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"), _("nine"))
    return str(words[number - 2]) if 2 <= number <= 9 else str(format_decimal(number))


def stored_answer_label(question: Question | None, stored: Any) -> str:
    """The same of an answer as JSON keeps it; "" where this version of the question does not know it."""
    answer = stored_answer(stored)
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


def lower(words: str) -> str:
    """Begin small, to go on within a sentence. A word in capitals, such as BPO or IT, stays."""
    first = words.split(" ", 1)[0]
    return words if len(first) > 1 and first.isupper() else words[:1].lower() + words[1:]


# ---- Shares: what is neither nothing nor all is never rounded to it


_LEAST = 0.0001
"""The least share that is told by its number, and the least that may be missing from all."""


class _RoundedShare(NamedTuple):
    """A share as it is told: so many per cent, with so many decimals, or "less" or "more" than that."""

    bound: str
    number: float
    decimals: int


def _round_share(share: float) -> _RoundedShare:
    """Round a share from 0.0 to 1.0: finer where it is near to nothing or to all."""
    if share in {0, 1}:
        return _RoundedShare("", 100 * share, 0)
    if share < _LEAST:
        return _RoundedShare("less", 100 * _LEAST, 2)
    if share > 1 - _LEAST:
        return _RoundedShare("more", 100 - 100 * _LEAST, 2)
    return _RoundedShare("", 100 * share, 2 if share < 0.01 or share > 0.99 else 1)


def plain_percent(share: float) -> str:
    """A share in words for the terminal, as ``percent`` has it for pages."""
    bound, number, decimals = _round_share(share)
    return f"{bound} than {number:.{decimals}f}%" if bound else f"{number:.{decimals}f}%"


def percent(share: float) -> str:
    """A share from 0.0 to 1.0 in words."""
    bound, number, decimals = _round_share(share)
    shown = format_decimal(number, format="0.00"[: 2 + decimals] if decimals else "0")
    if bound == "less":
        return str(_("less than %(number)s%%", number=shown))
    if bound == "more":
        return str(_("more than %(number)s%%", number=shown))
    return f"{shown}%"


def points_between(before: float, after: float) -> str:
    """How far one share is from another in percentage points, with its sign: the difference of what ``percent`` shows.

    "" where both are shown by the same number.
    """
    was, is_now = _round_share(before), _round_share(after)
    decimals = max(was.decimals, is_now.decimals, 1)
    by = round(_shown_number(is_now) - _shown_number(was), decimals)
    if not by:
        return ""
    return f"{'+' if by > 0 else '−'}{format_decimal(abs(by), format='0.00'[: 2 + decimals])}"


def _shown_number(rounded: _RoundedShare) -> float:
    """The number that is shown; "less than" the least one counts as nothing, "more than" the greatest as all."""
    return {"less": 0.0, "more": 100.0}.get(rounded.bound, round(rounded.number, rounded.decimals))


# ---- Counts


_BILLION = 10**9
"""Beyond it nobody reads a count digit by digit."""


def count_words(count: int) -> str:
    """A count (0 or more) with separators; of a very large one that it is one."""
    return str(format_decimal(count) if count <= _BILLION else _("more than a billion"))


def quoted_answer(question: Question | None, stored: Any) -> str:
    """A stored answer and what was asked: "“Lower cost” (what you want)"; "" where it is not known any more."""
    label = stored_answer_label(question, stored)
    if question is None or not label:
        return ""
    return str(_("“%(answer)s” (%(question)s)", answer=label, question=lower(question.short)))
