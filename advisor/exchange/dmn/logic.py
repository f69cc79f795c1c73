"""What decides of a rule set: its questions, in words as well, and all the conditions of each rule."""

from collections.abc import Iterable
from itertools import chain

from advisor.engine.model.operators import OPERATORS, AnswerType
from advisor.engine.model.questions import Condition, Question
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Measure, Side

NOT_ANSWERED = "Leave it out or give null where it is not answered."


class Logic:
    """What decides of a rule set: the advice is a function of these questions, conditions and rows."""

    def __init__(self, rule_set: RuleSet) -> None:
        self._by_key = {question.key: question for question in rule_set.questions}
        self._leads: dict[str, dict[Condition, None]] = {}
        for question in rule_set.questions:  # what leads to one stands above it
            own = chain.from_iterable(self._with_leads(condition) for condition in question.asked_when)
            self._leads[question.key] = dict.fromkeys(own)
        self.rules = [(rule, self._conditions(rule)) for rule in rule_set.rules]
        """Each rule with all that must hold, by question: its conditions, and those for its questions to be asked."""
        looked_at = set(chain.from_iterable(conditions for _, conditions in self.rules))
        self.questions = [question for question in rule_set.questions if question.key in looked_at]
        """The questions that decide, in their order."""
        # A rule set that knows nothing of parts gets a model that does not either.
        bounds = chain.from_iterable(row.when for rows in (rule_set.leave, rule_set.kind) for row in rows)
        measures = {bound.measure for bound in bounds}
        pushed = {rule.push.side for rule in rule_set.rules}
        self.sides = [side for side in Side if side is not Side.BOTH or side in pushed or Measure.BOTH in measures]

    def _with_leads(self, condition: Condition) -> Iterable[Condition]:
        return condition, *self._leads[condition.question]

    def _conditions(self, rule: Rule) -> dict[str, list[Condition]]:
        found: dict[str, list[Condition]] = {}
        for condition in dict.fromkeys(chain.from_iterable(map(self._with_leads, rule.when))):
            found.setdefault(condition.question, []).append(condition)
        return found

    def describe(self, question: Question, answers: Iterable[str]) -> str:
        """What is asked, ``answers`` that it can have, and where it counts."""
        lines = [question.text, *answers]
        if question.asked_when:
            leads = [self._in_words(condition) for condition in question.asked_when]
            lines.append(f"It counts only where {' and '.join(leads)}.")
        return "\n".join([*lines, NOT_ANSWERED])

    def _in_words(self, condition: Condition) -> str:
        question = self._by_key[condition.question]
        values = (" and " if condition.test == "between" else " or ").join(map(str, condition.values))
        return f"“{question.short}” {OPERATORS[condition.test].words(question.type)} {values}"


def answer_lines(question: Question) -> list[str]:
    """The answers that a question can have, in words."""
    keys = [f"{option.key}: {option.label}" for option in question.options]
    match question.type:
        case AnswerType.CHOICE:
            return ["One of these:", *keys]
        case AnswerType.CHOICES:
            most = "" if question.most is None else f" At most {question.most}; more is as if it were not answered."
            none = f"[]: {question.none or 'None of these'}"
            return [f"A list of any of these, each once.{most}", *keys, none]
        case AnswerType.NUMBER:
            ends = [("at least", question.minimum), ("at most", question.maximum)]
            said = ["A whole number", *(f"{name} {end}" for name, end in ends if end is not None)]
            return [f"{', '.join(said)}{f' ({question.unit})' if question.unit else ''}."]
