"""Rules and policy rows as sentences, from the one table of operators."""

from collections.abc import Sequence

from flask_babel import format_decimal, gettext, ngettext
from flask_babel import gettext as _

from advisor.engine.model.operators import OPERATORS, Value
from advisor.engine.model.policy import Bound
from advisor.engine.model.questions import Condition, Question
from advisor.engine.model.rules import Push, Rule, RuleSet
from advisor.engine.model.vocabulary import Measure
from advisor.wording.vocabulary import MEASURES, SIDES


def condition_sentence(rule_set: RuleSet, condition: Condition) -> str:
    """One condition: “How complex is a typical case?” is “Simple” or “Some twists”."""
    question = rule_set.question(condition.question)
    text = question.text if question else condition.question
    test = gettext(OPERATORS[condition.test].words(question.type if question else None))
    values = [value_words(question, value) for value in condition.values]
    return str(
        _(
            "the answer to “%(question)s” %(test)s %(values)s",
            question=text,
            test=test,
            values=_join_values(condition.test, values),
        )
    )


def short_condition(rule_set: RuleSet, condition: Condition) -> str:
    """The same for a list, by the question's short name."""
    question = rule_set.question(condition.question)
    name = question.short if question else condition.question
    test = gettext(OPERATORS[condition.test].words(question.type if question else None))
    values = _join_values(condition.test, [value_words(question, value) for value in condition.values])
    return str(_("“%(question)s” %(test)s %(values)s", question=name, test=test, values=values))


def rule_sentence(rule_set: RuleSet, rule: Rule) -> str:
    """A whole rule in one sentence."""
    when = _(", and ").join(condition_sentence(rule_set, condition) for condition in rule.when)
    return str(_("When %(when)s, it %(adds)s.", when=when, adds=push_words(rule.push)))


def push_words(push: Push) -> str:
    """What a rule that fits does: "adds 3 points towards BPO"."""
    side = SIDES[push.side].towards
    return str(
        ngettext("adds %(num)d point towards %(side)s", "adds %(num)d points towards %(side)s", push.points, side=side)
    )


def value_words(question: Question | None, value: Value) -> str:
    """A value of a condition as a person reads it."""
    if isinstance(value, int):
        return str(format_decimal(value))
    option = question.option(value) if question else None
    return f"“{option.label if option else value}”"


def bounds_sentence(bounds: Sequence[Bound]) -> str:
    """What a policy row asks of the sums; a row that asks nothing always fits."""
    if not bounds:
        return str(_("In all other cases"))
    return _capital(str(_(", and ")).join(_bound_text(bound) for bound in bounds))


def _bound_text(bound: Bound) -> str:
    if bound.measure is Measure.LEAN:
        return _lean(bound.at_least, bound.at_most)
    words = {"name": MEASURES[bound.measure].range, "least": bound.at_least, "most": bound.at_most}
    if bound.at_least is not None and bound.at_most is not None:
        return str(_("%(least)s to %(most)s points for %(name)s", **words))
    if bound.at_least is not None:
        text = ngettext(
            "%(least)s point or more for %(name)s", "%(least)s points or more for %(name)s", bound.at_least, **words
        )
        return str(text)
    if bound.at_most is not None:
        text = ngettext(
            "%(most)s point or fewer for %(name)s", "%(most)s points or fewer for %(name)s", bound.at_most, **words
        )
        return str(text)
    return str(_("any number of points for %(name)s", **words))


def _lean(least: int | None, most: int | None) -> str:
    """The difference, said by who is ahead."""
    if least is not None and least > 0 and most is None:
        return str(_("BPO is ahead by %(points)s points or more", points=least))
    if most is not None and most < 0 and least is None:
        return str(_("KPO is ahead by %(points)s points or more", points=-most))
    if least is not None and most is not None and least == -most:
        return str(_("neither BPO nor KPO is ahead by more than %(points)s points", points=most))
    low = "−∞" if least is None else least
    high = "∞" if most is None else most
    return str(_("BPO minus KPO is from %(low)s to %(high)s", low=low, high=high))


def _join_values(test: str, values: Sequence[str]) -> str:
    word = _(" and ") if test in {"between", "includes_all"} else _(" or ")
    return str(word).join(values)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
