"""The figures of a process in words, and what follows from them, a sentence each."""

import unicodedata
from decimal import Decimal
from typing import NamedTuple

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advisor.engine.costs import Estimate, Figures, Line, Range


class LineWords(NamedTuple):
    """A figure: what it is called, and what belongs to it."""

    label: str
    about: str


LINES: dict[Line, LineWords] = {
    Line.PEOPLE: LineWords(_l("People"), _l("Pay, tax and cover of everybody who does it, for the hours it takes.")),
    Line.TOOLS: LineWords(_l("Tools and space"), _l("Licences, machines, rooms.")),
    Line.MISTAKES: LineWords(_l("Mistakes"), _l("Putting right what went wrong, and what it cost with customers.")),
    Line.OVERSIGHT: LineWords(_l("Oversight"), _l("The time of whoever leads and checks it.")),
    Line.QUOTE: LineWords(_l("The quote"), _l("What the provider asks for a year.")),
    Line.WATCHING: LineWords(_l("Watching the provider"), _l("Your own time for questions, checks and meetings.")),
    Line.REWORK: LineWords(_l("Rework"), _l("Putting right what comes back wrong.")),
    Line.HANDING_OVER: LineWords(_l("Handing over"), _l("Writing it down, teaching it, running both for a while.")),
    Line.LEAVING: LineWords(_l("Leaving again"), _l("Taking it back, or moving to another provider.")),
}


def amount_words(amount: Decimal, currency: str) -> str:
    """An amount with its currency, a sign before it and a word behind it; without the cents where there are none."""
    number = format_decimal(amount, "#,##0" if amount == amount.to_integral_value() else "#,##0.00")
    if len(currency) == 1 and unicodedata.category(currency) == "Sc":
        return f"{currency}{number}"
    return f"{number} {currency}".strip()


def range_words(ends: Range, currency: str) -> str:
    """A range, or the amount where it is exact."""
    if ends.low == ends.high:
        return amount_words(ends.low, currency)
    low, high = amount_words(ends.low, currency), amount_words(ends.high, currency)
    return str(_("%(low)s to %(high)s", low=low.removesuffix(f" {currency}"), high=high))


def saving_sentence(found: Estimate, currency: str) -> str:
    """How much the work would cost less a year with a provider, or more."""
    saving = found.saving
    if saving is None:
        return ""
    if saving.low == saving.high == 0:
        return str(_("With the provider it would cost the same."))
    if saving.low >= 0:
        return str(_("With the provider it would cost %(less)s a year less.", less=range_words(saving, currency)))
    if saving.high <= 0:
        more = range_words(Range(-saving.high, -saving.low), currency)
        return str(_("With the provider it would cost %(more)s a year more.", more=more))
    ends = {"more": amount_words(-saving.low, currency), "less": amount_words(saving.high, currency)}
    return str(_("With the provider it could cost up to %(more)s a year more, or up to %(less)s less.", **ends))


def break_even_sentence(found: Estimate) -> str:
    """When the saving has paid for handing the work over; "" where that cannot be told."""
    if found.saving is not None and found.saving.high <= 0:
        return str(_("So handing it over never pays for itself on these figures."))
    first, last = found.first_month, found.last_month
    if first is None:
        return ""
    months = {"first": format_decimal(first), "last": format_decimal(last or 0)}
    if last is None:
        return str(_("Handing it over pays for itself by month %(first)s at best, and never at worst.", **months))
    if first == last:
        return str(_("Handing it over pays for itself by month %(first)s.", **months))
    return str(_("Handing it over pays for itself between month %(first)s and month %(last)s.", **months))


def condition_sentences(found: Estimate, figures: Figures) -> list[str]:
    """What would have to be true for it to cost less a year, and what that leaves out."""
    always, never, currency = found.quote_always, found.quote_never, figures.currency
    if always is None or never is None:
        return []
    if never <= 0:
        return [str(_("On these figures no quote would make it cost less: the rest of it costs as much already."))]
    sentences = []
    if always > 0:
        words = amount_words(always, currency)
        sentences.append(_("On these figures it costs less a year with a quote under %(amount)s.", amount=words))
    if never != always:
        words = amount_words(never, currency)
        sentences.append(_("With a quote from %(amount)s it never does.", amount=words))
    counts_all = not {Line.WATCHING, Line.REWORK} & set(found.left_open)
    sentences.append(
        _("What is paid once is not counted in that.")
        if counts_all
        else _("What is paid once is not counted in that, nor what is not filled in.")
    )
    return [str(sentence) for sentence in sentences]
