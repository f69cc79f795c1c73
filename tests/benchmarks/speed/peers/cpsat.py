"""CP-SAT: one smallest set of changed answers that gives another outcome."""

from collections.abc import Iterable, Mapping
from typing import Any

from ortools.sat.python import cp_model

from advisor.engine.model.vocabulary import Measure, Outcome
from tests.benchmarks.speed.plain import PlainAnswers, PlainRuleSet


class SmallestChange:
    """A model of the rule set, made for one complete set of answers. ``values`` are the answers of each question."""

    def __init__(
        self, plain: PlainRuleSet, values: Mapping[str, Iterable[str]], answers: PlainAnswers, now: Outcome
    ) -> None:
        self._model = model = cp_model.CpModel()
        self._is = {(key, value): model.new_bool_var("") for key, found in values.items() for value in found}
        for key, found in values.items():
            model.add_exactly_one(self._is[key, value] for value in found)
        sums: list[list[Any]] = [[], [], [], []]
        for rule in plain.rules:
            fits = [self._any_of([self._is[key, value] for value in found]) for key, found in rule.tests.items()]
            sums[rule.side].append(rule.points * self._all_of(fits))
        bpo, kpo, keep, both = map(sum, sums)
        self._measures = {
            Measure.BPO: bpo,
            Measure.KPO: kpo,
            Measure.KEEP: keep,
            Measure.BOTH: both,
            Measure.LEAN: bpo - kpo,
            Measure.EVIDENCE: bpo + kpo,
        }
        earlier: list[Any] = []
        for bounds, outcome in plain.policy:
            fits = self._all_of([self._reaches(bound.measure, bound.at_least, bound.at_most) for bound in bounds])
            if outcome is now:  # this row may not decide: it does not fit, or an earlier one does
                model.add_bool_or([fits.negated(), *earlier])
            earlier.append(fits)
        self._changes = [self._is[key, answer].negated() for key, answer in answers.items()]
        model.minimize(sum(self._changes))

    def size(self) -> int:
        """How many answers must change. Proved to be the least."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        status = solver.solve(self._model)
        assert status == cp_model.OPTIMAL, solver.status_name(status)
        return int(solver.objective_value)

    def _any_of(self, literals: list[Any]) -> Any:
        if len(literals) == 1:
            return literals[0]
        found = self._model.new_bool_var("")
        self._model.add(sum(literals) == found)  # of the values of a question, exactly one is true
        return found

    def _all_of(self, literals: list[Any]) -> Any:
        if len(literals) == 1:
            return literals[0]
        found = self._model.new_bool_var("")
        self._model.add_bool_and(literals).only_enforce_if(found)
        self._model.add_bool_or([literal.negated() for literal in literals] + [found])
        return found

    def _reaches(self, measure: Measure, least: int | None, most: int | None) -> Any:
        parts = []
        if least is not None:
            reached = self._model.new_bool_var("")
            self._model.add(self._measures[measure] >= least).only_enforce_if(reached)
            self._model.add(self._measures[measure] <= least - 1).only_enforce_if(reached.negated())
            parts.append(reached)
        if most is not None:
            parts.append(self._reaches(measure, most + 1, None).negated())
        return self._all_of(parts)
