"""Rules that always push, never fire, or say the same as another."""

from collections.abc import Iterator, Mapping

from advisor.engine.cache import Memo
from advisor.engine.checks.conditions import at_odds, is_usable, meets_all, paths, telling_answers
from advisor.engine.checks.follow_ups import unreachable_questions
from advisor.engine.checks.subjects import Holder, capital, holders, short_name, subjects
from advisor.engine.model.errors import Problem, shown
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Condition
from advisor.engine.model.rules import RuleSet, cached_per

_HAPPENS = {"rules": "fire", "disagreements": "be told", "tensions": "be told", "guidance": "be told", "risks": "hold"}


def problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find rules without conditions, conditions that exclude each other, and rules that say the same."""
    if not rule_set.rules:
        yield Problem("rules", "There are no rules, so no answer counts.", "Add one.")
    for rule in subjects(rule_set.rules, "rules"):
        if not rule.item.when:
            text = f"{rule.start} has no conditions, so it would always push its points."
            yield Problem(f"{rule.place}/when", text, "Say when it holds.")
    ways = paths(rule_set)
    hidden = unreachable_questions(rule_set, ways)
    for holder in holders(rule_set):
        if holder.collection in _HAPPENS:
            yield from _never(rule_set, holder, ways, hidden)
    yield from _same(rule_set)


def _never(
    rule_set: RuleSet, holder: Holder, ways: Mapping[str, tuple[Condition, ...] | None], hidden: Mapping[str, str]
) -> Iterator[Problem]:
    usable = [condition for condition in holder.conditions if is_usable(rule_set, condition)]
    cannot = f"{capital(holder.name)} can never {_HAPPENS[holder.collection]}"
    if odd := at_odds(rule_set, usable):
        text = f"{cannot}: no answer to {short_name(rule_set, odd)} meets all of its conditions."
        yield Problem(holder.place, text, "Change or remove one of them.")
        return
    if any(condition.question in hidden for condition in usable):
        return  # the question that nobody sees is the problem
    before = [condition for looked_at in usable for condition in ways[looked_at.question] or ()]
    if odd := at_odds(rule_set, [*usable, *before]):
        text = (
            f"{cannot}: no answer to {short_name(rule_set, odd)} both suits it and leads to the questions it looks at."
        )
        yield Problem(holder.place, text, "Change or remove one of its conditions.")


def _same(rule_set: RuleSet) -> Iterator[Problem]:
    firsts = repeated_rules(rule_set)
    for rule in subjects(rule_set.rules, "rules"):
        if rule.key in firsts:
            text = (
                f"{rule.start} fires exactly when rule “{shown(firsts[rule.key])}” does, and pushes to the same side."
            )
            yield Problem(f"{rule.place}/when", text, "Make one rule of the two.", blocks=False)


def repeated_rules(rule_set: RuleSet) -> dict[str, str]:
    """The rules that read the same as an earlier one and push to the same side, each with the first of those."""
    found: dict[object, str] = {}
    firsts: dict[str, str] = {}
    for rule in rule_set.rules:
        if rule.when and all(is_usable(rule_set, condition) for condition in rule.when):
            first = found.setdefault((rule.push.side, _meanings(rule_set)[rule.when]), rule.key)
            if first != rule.key:
                firsts[rule.key] = first
    return firsts


@cached_per("questions")
def _meanings(rule_set: RuleSet) -> Memo[tuple[Condition, ...], object]:
    return Memo(lambda conditions: _meaning(rule_set, conditions))


def _meaning(rule_set: RuleSet, conditions: tuple[Condition, ...]) -> object:
    """A value that is equal for conditions that accept the same answers (of several choices: that read the same)."""
    meaning: set[tuple[str, frozenset[object]]] = set()
    for key in {condition.question for condition in conditions}:
        question = rule_set.question(key)
        tests = [condition for condition in conditions if condition.question == key]
        if question is None or question.type is AnswerType.CHOICES:
            meaning.add((key, frozenset((test.test, frozenset(test.values)) for test in tests)))
        else:
            accepted = [answer for answer in telling_answers(question, tests) if meets_all(answer, tests)]
            numbers = question.type is AnswerType.NUMBER
            meaning.add((key, frozenset((accepted[:1] + accepted[-1:]) if numbers else accepted)))
    return frozenset(meaning)
