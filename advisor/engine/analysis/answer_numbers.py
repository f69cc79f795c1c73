"""Many sets of answers as people give them: each option has a number of its own, whatever conditions tell apart."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.policy_ranges import Ints
from advisor.engine.analysis.proofs.rule_pairs import Box
from advisor.engine.analysis.proofs.states import SEED, accepts
from advisor.engine.analysis.space import Space, Variable
from advisor.engine.evaluation.batch import AnswerTable
from advisor.engine.model.operators import Answer, AnswerType

NumberedAnswers: TypeAlias = Sequence[Ints]
"""For each question of the space an array with the number of an answer for each set; 0 is none."""


class AnswerNumbers:
    """The numbers of the answers to each question, and what ``usual`` sets of answers mostly have."""

    def __init__(self, space: Space, usual: AnswerTable) -> None:
        self.space = space
        self.answers = [_answers(variable) for variable in space.variables]
        self._codes = [
            np.array([variable.code(answer) for answer in answers])
            for variable, answers in zip(space.variables, self.answers, strict=True)
        ]
        self.usual = self.numbers_of(usual)
        self._mode = [self._largest(numbers) for numbers in self.usual]

    def codes(self, numbered: NumberedAnswers) -> list[Ints]:
        """For each question the values in the space."""
        return [codes[numbers] for codes, numbers in zip(self._codes, numbered, strict=True)]

    def code(self, variable: int, number: int) -> int:
        """The value in the space of one answer to a question."""
        return int(self._codes[variable][number])

    def at(self, numbered: NumberedAnswers, index: int) -> dict[str, Answer]:
        """One of the sets, without what is not answered."""
        return {
            variable.question.key: answers[int(numbers[index])]
            for variable, answers, numbers in zip(self.space.variables, self.answers, numbered, strict=True)
            if numbers[index]
        }

    def numbers_with(self, variable: int, option: str) -> list[int]:
        """The numbers of the answers to a question that are this option, or include it."""
        return [
            number
            for number, answer in enumerate(self.answers[variable])
            if (option in answer if isinstance(answer, tuple) else option == answer)
        ]

    def random(self, size: int) -> NumberedAnswers:
        """Complete sets of answers, always the same ones."""
        random = np.random.default_rng(SEED)
        return self.complete([random.integers(1, len(answers), size=size) for answers in self.answers])

    def with_values(self, numbered: NumberedAnswers, box: Box, chosen: Mapping[int, int]) -> NumberedAnswers:
        """The same sets, with the values that a box allows and the answers that are chosen, and else as they were."""
        found = []
        for index, numbers in enumerate(numbered):
            if index in chosen:
                found.append(np.full_like(numbers, chosen[index]))
            elif index in box:
                allowed = np.isin(self._codes[index], list(box[index]))
                found.append(np.where(allowed[numbers], numbers, int(allowed.argmax())))
            else:
                found.append(numbers)
        return self.complete(found)

    def complete(self, numbered: NumberedAnswers) -> NumberedAnswers:
        """The same sets: what is asked and not answered gets the usual answer, and what is not asked gets none."""
        return self._where_asked(numbered, self._mode)

    def without_unasked(self, numbered: NumberedAnswers) -> NumberedAnswers:
        """The same sets, without the answers to questions that are not asked."""
        return self._where_asked(numbered, [0] * len(numbered))

    def _where_asked(self, numbered: NumberedAnswers, instead: Sequence[int]) -> NumberedAnswers:
        found: list[Ints] = []
        codes: list[Ints] = []
        for index, (variable, numbers) in enumerate(zip(self.space.variables, numbered, strict=True)):
            is_asked = np.ones(len(numbers), bool)
            for test in variable.asked_when:
                is_asked &= accepts(test, codes[test.variable])
            found.append(np.where(is_asked, np.where(numbers, numbers, instead[index]), 0))
            codes.append(self._codes[index][found[-1]])
        return found

    def numbers_of(self, table: AnswerTable) -> NumberedAnswers:
        """Sets of answers by their numbers; one that conditions do not tell from another may become that."""
        found = []
        for variable, answers, codes in zip(self.space.variables, self.answers, self._codes, strict=True):
            column = table.columns.get(variable.question.key)
            if column is None:
                found.append(np.zeros(table.size, np.intp))
                continue
            numbers = {answer: number for number, answer in enumerate(answers)}
            firsts = {int(code): int((codes == code).argmax()) for code in np.unique(codes)}
            each = [
                numbers[answer] if answer in numbers else firsts.get(variable.code(answer), 0)
                for answer in column.answers
            ]
            found.append(np.array(each, np.intp)[column.numbers])
        return found

    @staticmethod
    def _largest(numbers: Ints) -> int:
        known = numbers[numbers > 0]
        return int(np.bincount(known).argmax()) if len(known) else 1


def _answers(variable: Variable) -> list[Answer]:
    """No answer, then all that can be told apart: options, sets of options, or the lowest number of each band."""
    found: list[Answer] = [None]
    match variable.question.type:
        case AnswerType.CHOICE:
            return [None, *(option.key for option in variable.question.options)]
        case AnswerType.CHOICES:
            sets = [answer for value in variable.values[1:] for answer in value.answers]
            looked_at = {key for answer in sets if isinstance(answer, tuple) for key in answer}
            alone = ((option.key,) for option in variable.question.options if option.key not in looked_at)
            return [*found, *sets, *alone]
        case _:
            return [*found, *(answer for value in variable.values[1:] for answer in value.answers)]
