"""Which of many sets of answers leave a question open by newer rules that was answered, or not asked, by older ones."""

from dataclasses import dataclass

import numpy as np

from advisor.engine.evaluation.batch import AnswerTable, Ints
from advisor.engine.model.operators import OPERATORS, Answer
from advisor.engine.model.questions import Question, Section
from advisor.engine.model.rules import RuleSet


def asked_again(old: RuleSet, new: RuleSet, table: AnswerTable) -> Ints:
    """Whether each item is asked something by ``new`` for the advice that ``old`` did not ask, or had the answer to.

    So is one whose answer ``new`` does not know, in whichever section its question is. What was open before counts for
    nothing, and "I'm not sure" is as open as what was never answered.
    """
    found = np.zeros(table.size, bool)
    if old.questions == new.questions:
        return found
    before, after = _states(old, table), _states(new, table)
    never = _State(found, found)
    for question in new.questions:
        was, now = before.get(question.key, never), after[question.key]
        closed = was.answered | ~was.asked if question.section is Section.CORE else was.answered
        found = found | (now.asked & ~now.answered & closed)
    return found


@dataclass(frozen=True, slots=True)
class _State:
    """Which items are asked a question, and which have an answer to it that counts."""

    asked: Ints
    answered: Ints


def _states(rule_set: RuleSet, table: AnswerTable) -> dict[str, _State]:
    questions = {question.key: question for question in rule_set.questions}
    found: dict[str, _State] = {}
    for question in rule_set.questions:
        asked = np.ones(table.size, bool)
        for condition in question.asked_when:
            earlier, accepts = questions[condition.question], OPERATORS[condition.test].accepts
            holds = [known and accepts(answer, condition.values) for answer, known in _known_answers(earlier, table)]
            asked &= found[earlier.key].answered & _by_item(earlier, table, holds)
        answered = _by_item(question, table, [known for _, known in _known_answers(question, table)])
        found[question.key] = _State(asked, asked & answered)
    return found


def _known_answers(question: Question, table: AnswerTable) -> list[tuple[Answer, bool]]:
    """The different answers to a question, and whether it knows them."""
    column = table.columns.get(question.key)
    answers = column.answers if column is not None else ()
    return [(answer, answer is not None and question.allows(answer)) for answer in answers]


def _by_item(question: Question, table: AnswerTable, by_answer: list[bool]) -> Ints:
    """For each item what was found for its answer; false where nobody answered."""
    column = table.columns.get(question.key)
    return np.zeros(table.size, bool) if column is None else np.array(by_answer, bool)[column.numbers]
