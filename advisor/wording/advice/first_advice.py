"""First advice: what was given on some answers to the core questions while others were still open.

Nothing stores that an advice is one: it follows from what the advice judged, so every page and file says the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from advisor.engine.model.answers import stored_answers
from advisor.engine.model.questions import Scope, Section, asked_questions
from advisor.engine.model.rules import RuleSet


@dataclass(frozen=True, slots=True)
class FirstAdvice:
    """How many core questions an advice had an answer to, "I'm not sure" included, and how many were asked.

    In parts, what is asked of each part counts once for each.
    """

    answered: int
    asked: int

    @property
    def words(self) -> str:
        """For the head of an advice: "First advice, from 3 of 9 answers"."""
        numbers = {"answered": self.answered, "asked": self.asked}
        return str(_("First advice, from %(answered)d of %(asked)d answers", **numbers))

    @property
    def share(self) -> str:
        """For a cell beside it: "3 of 9 answers"."""
        return str(_("%(answered)d of %(asked)d answers", answered=self.answered, asked=self.asked))


def first_advice(rule_set: RuleSet, given: Mapping[str, Any]) -> FirstAdvice | None:
    """Whether the advice that ``rule_set`` gave on the answers ``given`` is first advice; None where it is not."""
    whole = stored_answers(given["answers"])
    asked: set[tuple[str, int | None]] = set()
    answered: set[tuple[str, int | None]] = set()
    for number, own in enumerate([stored_answers(part["answers"]) for part in given["parts"]] or [{}]):
        reached = asked_questions(rule_set.questions, {**whole, **own})
        for question in reached.questions:
            if question.section is Section.CORE:
                place = question.key, number if question.scope is Scope.PART else None
                asked.add(place)
                if question.key in reached.answers:
                    answered.add(place)
    return FirstAdvice(len(answered), len(asked)) if answered != asked else None
