"""Proofs as plain values that JSON can hold, and back."""

from collections.abc import Mapping
from typing import Any

from advisor.engine.analysis.proofs.shares import Shares, Tally
from advisor.engine.analysis.prove import Proofs
from advisor.engine.model.answers import plain_answer
from advisor.engine.model.errors import Problem
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Answers
from advisor.engine.model.vocabulary import Outcome


def plain_proofs(proofs: Proofs) -> dict[str, Any]:
    """Everything that was proved."""
    return {
        "problems": [plain_problem(problem) for problem in proofs.problems],
        "shares": None if proofs.shares is None else _plain_shares(proofs.shares),
        "outcomes": [[outcome, plain_answers(answers)] for outcome, answers in proofs.outcomes.items()],
        "leave": [[row, plain_answers(answers)] for row, answers in proofs.leave.items()],
        "kind": [[row, plain_answers(answers)] for row, answers in proofs.kind.items()],
        "matches": [[key, plain_answers(answers)] for key, answers in proofs.matches.items()],
        "changes": [[key, plain_answers(answers)] for key, answers in proofs.changes.items()],
    }


def proofs_of_plain(plain: Mapping[str, Any]) -> Proofs:
    """The way back of ``plain_proofs``."""
    return Proofs(
        problems=tuple(_problem(problem) for problem in plain["problems"]),
        shares=None if plain["shares"] is None else _shares(plain["shares"]),
        outcomes={Outcome(outcome): _answers(answers) for outcome, answers in plain["outcomes"]},
        leave={row: _answers(answers) for row, answers in plain["leave"]},
        kind={row: _answers(answers) for row, answers in plain["kind"]},
        matches={key: _answers(answers) for key, answers in plain["matches"]},
        changes={key: _answers(answers) for key, answers in plain["changes"]},
    )


def plain_problem(problem: Problem) -> dict[str, Any]:
    """One problem, with its witness."""
    return {
        "place": problem.place,
        "text": problem.text,
        "mend": problem.mend,
        "blocks": problem.blocks,
        "witness": None if problem.witness is None else plain_answers(problem.witness),
        "also": list(problem.also),
    }


def plain_answers(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Answers as JSON has them."""
    return {key: plain_answer(answer) for key, answer in answers.items()}


def _problem(plain: Mapping[str, Any]) -> Problem:
    witness = None if plain["witness"] is None else _answers(plain["witness"])
    also = tuple(plain.get("also", ()))  # what an earlier release left does not have it
    return Problem(plain["place"], plain["text"], plain["mend"], blocks=plain["blocks"], witness=witness, also=also)


def _plain_shares(shares: Shares) -> dict[str, Any]:
    return {
        "space": shares.space,
        "whole": list(shares.whole.counts),
        "answers": [
            [question, [[answer, list(tally.counts)] for answer, tally in answers.items()]]
            for question, answers in shares.answers.items()
        ],
        "is_exact": shares.is_exact,
    }


def _shares(plain: Mapping[str, Any]) -> Shares:
    answers: dict[str, dict[Answer, Tally]] = {
        question: {answer: Tally(tuple(counts)) for answer, counts in tallies} for question, tallies in plain["answers"]
    }
    return Shares(plain["space"], Tally(tuple(plain["whole"])), answers, plain["is_exact"])


def _answers(plain: Mapping[str, Any]) -> Answers:
    return {key: tuple(answer) if isinstance(answer, list) else answer for key, answer in plain.items()}
