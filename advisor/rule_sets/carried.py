"""Answers that nobody keeps: they travel in the address of the page."""

from collections.abc import Mapping

from advisor.assessments.trying import answer_text, raw_answer
from advisor.engine.answers import read_answer
from advisor.engine.operators import Answer
from advisor.engine.questions import Answers
from advisor.engine.rules import RuleSet


def carried(answers: Answers) -> str:
    """Answers as one value of an address: "steps.set~volume.300~sensitive.none"."""
    return "~".join(f"{key}.{answer_text(answer)}" for key, answer in answers.items())


def read_carried(text: str, *rule_sets: RuleSet) -> dict[str, Answer]:
    """The way back. What none of the rule sets knows is left out: it may have been changed meanwhile."""
    pairs = (pair.partition(".") for pair in text.split("~"))
    given: Mapping[str, str] = {key: raw for key, _dot, raw in pairs}
    found: dict[str, Answer] = {}
    for key, raw in given.items():
        for rule_set in rule_sets:
            question = rule_set.question(key)
            if question is not None and key not in found:
                answer, fault = read_answer(question, raw_answer(question, raw))
                if not fault:
                    found[key] = answer
    return found
