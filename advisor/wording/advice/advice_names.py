"""What an advice would be called if some answers were others: as the page says on which they are tried."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from advisor.engine.analysis.explain import AnswerChange
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.questions import Answers, asked_questions
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.wording.advice.verdict import advice_words


def advice_name(rule_set: RuleSet, outcome: Outcome, answers: Answers, parts: Sequence[Answers] = ()) -> str:
    """An outcome by itself, on these answers: what nobody does yet is not kept, and with nothing open it is a tie."""
    asked = [asked_questions(rule_set.questions, {**answers, **part}) for part in parts or [{}]]
    done_by = {rule_set.done_by(it.answers) for it in asked}
    document = {
        "outcome": outcome,
        "done_by": done_by.pop() if len(done_by) == 1 else None,
        "parts": [{"unanswered": it.unknown_keys()} for it in asked],
    }
    return str(advice_words(document).name)


def name_after(rule_set: RuleSet, outcome: Outcome, item: WorkItem, changes: Sequence[AnswerChange] = ()) -> str:
    """The same after these changes of the answers of a work item, each with the first of the answers that do."""
    answers, parts = dict(item.answers), [dict(of_part) for _name, of_part in item.parts]
    for change in changes:
        (answers if change.part is None else parts[change.part])[change.question] = change.answers[0]
    return advice_name(rule_set, outcome, answers, parts)


def changes_by_name(
    rule_set: RuleSet, outcome: Outcome, item: WorkItem, changes: Sequence[AnswerChange]
) -> Mapping[str, list[tuple[AnswerChange, ...]]]:
    """Changes that lead to an outcome, by what it is called then: each name with the changes that give it."""
    telling = _telling_questions(rule_set) if outcome in {Outcome.KEEP, Outcome.UNCLEAR} else frozenset()
    each = [_one_by_one(change) if change.question in telling else [change] for change in changes]
    found: dict[str, list[tuple[AnswerChange, ...]]] = {}
    for single in product(*each):
        named = found.setdefault(name_after(rule_set, outcome, item, single), [])
        if named and (joined := _join(named[-1], single)):
            named[-1] = joined
        else:
            named.append(single)
    return found if len(found) > 1 else {name: [tuple(changes)] for name in found}


def _telling_questions(rule_set: RuleSet) -> frozenset[str]:
    """The questions whose answers tell who does the work, or which others are asked."""
    who = {question.key for question in rule_set.questions if any(option.done_by for option in question.options)}
    return frozenset(who.union(*({it.question for it in question.asked_when} for question in rule_set.questions)))


def _one_by_one(change: AnswerChange) -> list[AnswerChange]:
    """A change for each of the answers that do; one where more do than are told."""
    if change.more:
        return [change]
    return [
        replace(change, answers=(answer,), bands=change.bands[at : at + 1]) for at, answer in enumerate(change.answers)
    ]


def _join(one: tuple[AnswerChange, ...], other: tuple[AnswerChange, ...]) -> tuple[AnswerChange, ...] | None:
    """Both as one, where they differ in the answers to one question alone."""
    differ = [at for at, (was, is_now) in enumerate(zip(one, other, strict=True)) if was != is_now]
    if len(differ) != 1:
        return None
    at = differ[0]
    both = replace(one[at], answers=one[at].answers + other[at].answers, bands=one[at].bands + other[at].bands)
    return (*one[:at], both, *one[at + 1 :])
