"""What is true of a rule set over every combination of answers that a person could give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from advisor.engine.analysis.limits import ESTIMATED, PROOF_LIMITS, QUICK, QUICK_RULES, ProofLimits, is_open
from advisor.engine.analysis.proofs import rule_pairs
from advisor.engine.analysis.proofs.blocks import Progress
from advisor.engine.analysis.proofs.influence import influence
from advisor.engine.analysis.proofs.influence import problems as influence_problems
from advisor.engine.analysis.proofs.reach import PolicyReach, both_of_parts, kind_without_rule, reach
from advisor.engine.analysis.proofs.reach import problems as reach_problems
from advisor.engine.analysis.proofs.rule_pairs import box_of, corner_of
from advisor.engine.analysis.proofs.shares import Shares, Tally, count_shares, estimate_shares
from advisor.engine.analysis.proofs.states import any_sample, complete_sample, complete_states
from advisor.engine.analysis.space import Space, SpaceTooLarge, space_of
from advisor.engine.checks.check import check, in_order
from advisor.engine.model.answers import plain_answers, stored_answers
from advisor.engine.model.errors import Problem, quotable
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome


@dataclass(frozen=True)
class Proofs:
    """What was found wrong, and what is so.

    ``shares`` are exact, or an estimate where counting would take too long, or None where not even that can be had.
    The rest are witnesses: answers for one part that lead to each outcome, to each row of the leave and of the kind
    table (by its position), that match each rule, and whose outcome would be another one without the rule. What is
    missing was proved not to exist, or not found; the problems say which.
    """

    problems: tuple[Problem, ...]
    shares: Shares | None = None
    outcomes: Mapping[Outcome, Answers] = field(default_factory=dict)
    leave: Mapping[int, Answers] = field(default_factory=dict)
    kind: Mapping[int, Answers] = field(default_factory=dict)
    matches: Mapping[str, Answers] = field(default_factory=dict)
    changes: Mapping[str, Answers] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether nothing was left open, so that larger limits would find nothing else."""
        return len(self.proved_problems) == len(self.problems)

    @property
    def proved_problems(self) -> tuple[Problem, ...]:
        """The problems that larger limits would find too."""
        return tuple(problem for problem in self.problems if not is_open(problem))

    @property
    def blocks(self) -> bool:
        """Whether anything that was found keeps the rule set from being published."""
        return any(problem.blocks for problem in self.problems)


def prove(rule_set: RuleSet, progress: Progress | None = None, limits: ProofLimits = PROOF_LIMITS) -> Proofs:
    """Prove what can be proved of a rule set that ``check`` does not block, within the limits; the rest is left open.

    The problems are those that ``check`` does not name. ``progress`` is told how much is counted, where that takes
    more than a moment, and told so again where other work takes long; it ends the proof by raising.
    """
    try:
        space = space_of(rule_set)
    except SpaceTooLarge as error:
        text = f"The combinations of answers cannot all be checked. {error}"
        mend = "Let fewer of its options decide, or make two questions of it."
        return Proofs((Problem(f"questions/{quotable(error.question)}", text, mend, blocks=False),))
    boxes = [box_of(space, tests) for tests in space.rules]
    sample = any_sample(rule_set, space, limits.tried)
    states = complete_states(space)
    complete = None if states is None else complete_sample(rule_set, states, limits.tried)
    pulse = _Pulse(progress)
    shares = count_shares(rule_set, pulse.report, limits) or estimate_shares(rule_set, limits)
    reached = reach(rule_set, space, sample, limits.states)
    influences = influence(rule_set, space, boxes, sample, limits.states, pulse.report_again)
    elsewhere = _outcomes_elsewhere(rule_set, space, shares, reached)
    known_places = {problem.place for problem in check(rule_set)}
    problems = [
        *rule_pairs.problems(rule_set, space, boxes),
        *influence_problems(rule_set, space, boxes, influences),
        *reach_problems(rule_set, reached, elsewhere=elsewhere, known_places=known_places),
        *kind_without_rule(rule_set, space, complete, limits.states),
    ]
    if shares is None or not shares.is_exact:
        text = "The shares of the outcomes are an estimate: there are too many combinations to count them all."
        problems.append(Problem("rules", text, ESTIMATED, blocks=False))
    keys = [rule.key for rule in rule_set.rules]
    return Proofs(
        problems=in_order(rule_set, problems),
        shares=shares,
        outcomes={outcome: space.answers(codes) for outcome, codes in reached.outcomes.items()},
        leave={row: space.answers(codes) for row, codes in reached.leave.items()},
        kind={row: space.answers(codes) for row, codes in reached.kind.items()},
        matches={
            key: space.answers(corner_of(space, box)) for key, box in zip(keys, boxes, strict=True) if box is not None
        },
        changes={keys[index]: space.answers(codes) for index, codes in influences.changes.items()},
    )


def prove_at_once(rule_set: RuleSet) -> Proofs | None:
    """Prove what can be proved within a second; None where there are too many rules to try.

    Where the result ``is_complete``, nothing is left for ``prove``.
    """
    return prove(rule_set, limits=QUICK) if len(rule_set.rules) <= QUICK_RULES else None


class _Pulse:
    """Tells how much is counted, and that again while something else is at work."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._last = (0, 0)

    def report(self, done: int, total: int) -> None:
        self._last = (done, total)
        self.report_again()

    def report_again(self) -> None:
        if self._progress is not None:
            self._progress(*self._last)


def _outcomes_elsewhere(
    rule_set: RuleSet, space: Space, shares: Shares | None, reached: PolicyReach
) -> dict[Outcome, bool]:
    """Outcomes without a witness that are counted, or that parts of a process lead to (False: perhaps)."""
    found: dict[Outcome, bool] = {}
    if Outcome.BOTH not in reached.outcomes:
        by_parts = both_of_parts(rule_set, space, reached)
        if by_parts is not False:
            found[Outcome.BOTH] = by_parts is True
    if shares is not None and shares.is_exact:
        found |= {outcome: True for outcome in Outcome if shares.whole.count(outcome)}
    return found


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
        outcomes={Outcome(outcome): stored_answers(answers) for outcome, answers in plain["outcomes"]},
        leave={row: stored_answers(answers) for row, answers in plain["leave"]},
        kind={row: stored_answers(answers) for row, answers in plain["kind"]},
        matches={key: stored_answers(answers) for key, answers in plain["matches"]},
        changes={key: stored_answers(answers) for key, answers in plain["changes"]},
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


def _problem(plain: Mapping[str, Any]) -> Problem:
    witness = None if plain["witness"] is None else stored_answers(plain["witness"])
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
