"""Engines that are not ours, and answers of every sort for them."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from random import Random
from typing import Any

from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Answers, Question
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Side, State
from advisor.exchange.dmn.feel import FeelNames
from tests.ensure_tools import DMN_TESTS

Decided = tuple[str, str, str, tuple[int, ...], tuple[str, ...]]
"""Outcome, kind, strength, the sums, and the keys of the rules that matched."""


@dataclass(frozen=True)
class Evaluation:
    """What the engine makes of a model, and what it complains of."""

    complaints: list[str]
    decided: list[Decided]


def evaluate_model(model: bytes, answers: Sequence[dict[str, Any]]) -> Evaluation:
    """Evaluate a model on sets of answers with feelin."""
    asked = {"model": model.decode(), "inputs": [{"answers": it} for it in answers]}
    found = _run(["node", "evaluate.mjs"], asked)
    return Evaluation(found["warnings"], [decision_of(result) for result in found["results"]])


def read_simply(reader: Sequence[str], asked: Sequence[tuple[bytes, Sequence[dict[str, Any]]]]) -> list[Evaluation]:
    """Evaluate plain tables, each on sets of inputs, with a simple reader: the command that runs it."""
    found = _run(reader, [{"model": model.decode(), "inputs": inputs} for model, inputs in asked])
    return [
        Evaluation(
            [result["error"] for result in results if "error" in result],
            [plainly_decided(result) for result in results if "error" not in result],
        )
        for results in found
    ]


def _run(command: Sequence[str], asked: object) -> Any:
    done = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=300, cwd=DMN_TESTS
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def own_decision(rule_set: RuleSet, answers: Answers) -> Decided:
    """What our own engine decides."""
    given = evaluate(rule_set, answers)
    matched = tuple(finding.rule.key for finding in given.findings if finding.state is State.MATCHED)
    return given.outcome, given.kind, given.strength, astuple(given.points), matched


def model_input(rule_set: RuleSet, answers: Answers, number: int = 0) -> dict[str, Any]:
    """Answers as the model takes them; what is not known is null where ``number`` is even, and left out where not."""
    names = FeelNames(())
    found = {
        names.new(q.key): list(answer) if isinstance(answer := answers.get(q.key), tuple) else answer
        for q in rule_set.questions
    }
    return found if number % 2 == 0 else _known_values(found)


def sent_plainly(rule_set: RuleSet, answers: Answers, number: int = 0) -> dict[str, Any]:
    """Answers as the plain tables take them: a yes or no for each of several choices."""
    names = FeelNames(())
    found: dict[str, Any] = {}
    for question in rule_set.questions:
        answer = answers.get(question.key)
        if question.type is AnswerType.CHOICES:
            chosen = answer if isinstance(answer, tuple) else None
            for option in question.options:
                found[names.new(f"{question.key}_{option.key}")] = None if chosen is None else option.key in chosen
        else:
            found[names.new(question.key)] = answer
    return found if number % 2 == 0 else _known_values(found)


def _known_values(found: dict[str, Any]) -> dict[str, Any]:
    return {name: answer for name, answer in found.items() if answer is not None}


def random_answers(rule_set: RuleSet, number: int, seed: int) -> list[dict[str, Answer]]:
    """Sets of answers: known, not sure, left out, and to questions that the others do not lead to."""
    chance = Random(seed)
    return [
        {question.key: _answer(chance, question) for question in rule_set.questions if chance.random() < 0.9}
        for _ in range(number)
    ]


def _answer(chance: Random, question: Question) -> Answer:
    if chance.random() < 0.15:
        return None
    keys = [option.key for option in question.options]
    match question.type:
        case AnswerType.CHOICE:
            return chance.choice(keys)
        case AnswerType.CHOICES:
            return tuple(key for key in keys if chance.random() < 0.4)[: question.most]
        case AnswerType.NUMBER:
            assert question.minimum is not None
            assert question.maximum is not None
            return chance.randint(question.minimum, question.maximum)


def decision_of(result: dict[str, Any]) -> Decided:
    """What a model gave, by its decisions."""
    said = result["recommendation"]
    matched = tuple(hit["rule"] for hit in result["matched_rules"] or [])
    sums = tuple(result.get(side, 0) for side in Side)  # a model without rules that push to both knows no such sum
    return said["outcome"], said["kind"], said["strength"], sums, matched


def plainly_decided(result: dict[str, Any]) -> Decided:
    """What plain tables gave; they do not say which rules matched."""
    sums = tuple(result.get(side, 0) for side in Side)
    return result["outcome"], result["kind"], result["strength"], sums, ()
