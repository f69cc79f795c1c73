"""A rule set as a DMN 1.3 model, which modellers open and other engines evaluate to the same advice.

The answers are one input of which any part may be missing: engines refuse to decide where an input is. The points are
one table that collects every rule that matches; their sums go into two tables of which one row fits.
"""

from collections.abc import Mapping, Sequence

from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Question
from advisor.engine.model.row_sentences import with_sentences
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Measure, Side
from advisor.exchange.dmn import feel
from advisor.exchange.dmn.diagram import draw
from advisor.exchange.dmn.elements import MODEL_1_3, Column, DecisionTable, DmnDocument, TableRow
from advisor.exchange.dmn.logic import NOT_ANSWERED, Logic, answer_lines
from advisor.exchange.dmn.policy_rows import PolicyRow, looked_at, policy_table

_ANSWERS, _HITS, _LEAVE, _KIND, _RESULT = "answers", "matched_rules", "leave_advice", "kind_advice", "recommendation"

LEFT_OUT = "This model gives the advice and its points. The risks, the guidance and the claims are left out."


def write_dmn(rule_set: RuleSet, about: Sequence[tuple[str, str]] = ()) -> bytes:
    """Write a model of a rule set that ``check`` does not block. ``about`` says where it comes from."""
    return _Model(rule_set, about).to_bytes()


class _Model:
    """The model while it grows."""

    def __init__(self, rule_set: RuleSet, about: Sequence[tuple[str, str]]) -> None:
        self._rule_set = rule_set
        self._logic = Logic(rule_set)
        names = feel.FeelNames(())
        self._names = {question.key: names.new(question.key) for question in self._logic.questions}
        self._types: dict[str, str] = {}
        asked = ", ".join(self._names.values())
        wanted = f"It wants one input, {_ANSWERS}, with the parts {asked}. {NOT_ANSWERED}"
        lines = [*(f"{name}: {value}" for name, value in about), LEFT_OUT, wanted]
        self._document = DmnDocument(MODEL_1_3, "\n".join(lines))

    def to_bytes(self) -> bytes:
        document = self._document
        parts: dict[str, tuple[str, str]] = {}
        for question in self._logic.questions:
            name = self._names[question.key]
            self._types[question.key] = self._add_type(question)
            parts[name] = (self._types[question.key], self._logic.describe(question, answer_lines(question)))
        structure = document.add_structure(f"{_ANSWERS}_type", parts)
        hit = dict.fromkeys(["rule", *self._logic.sides], "number") | {"rule": "string"}
        hits = document.add_type(f"{_HITS}_type", self._add_outputs("matched_rule", hit), is_list=True)
        leave = {"leave": "string", "says": "string"}
        kind = {"kind": "string", "strength": "string", "says": "string"}
        result = {"outcome": "string", "kind": "string", "strength": "string"}
        leave_type, kind_type = self._add_outputs(_LEAVE, leave), self._add_outputs(_KIND, kind)
        result_type = self._add_outputs(_RESULT, result)

        described = "\n\n".join(f"{name}\n{description}" for name, (_, description) in parts.items())
        answers = document.add_input(_ANSWERS, structure, described)
        document.add_table(_HITS, hits, "Every rule that matches, with its points.", [answers], self._hits(hit))
        self._add_sums()
        self._add_policy(_LEAVE, leave_type, with_sentences(self._rule_set.leave), leave)
        self._add_policy(_KIND, kind_type, with_sentences(self._rule_set.kind), kind)
        outcome = f'if {_LEAVE}.leave = "keep" then "keep" else {_KIND}.kind'
        advice = f"{{ outcome: {outcome}, kind: {_KIND}.kind, strength: {_KIND}.strength }}"
        needs = [f"{_LEAVE}.decision", f"{_KIND}.decision"]
        document.add_expression(_RESULT, result_type, "What the points lead to.", needs, advice)
        draw(document.root, document.needs)
        return document.to_bytes()

    def _add_type(self, question: Question) -> str:
        name, allowed = f"{self._names[question.key]}_answer", feel.allowed_values(question)
        if question.type is AnswerType.NUMBER:
            return self._document.add_type(name, "number", allowed) if allowed else "number"
        return self._document.add_type(name, "string", allowed, is_list=question.type is AnswerType.CHOICES)

    def _add_outputs(self, name: str, outputs: Mapping[str, str]) -> str:
        return self._document.add_structure(f"{name}_type", {key: (of, "") for key, of in outputs.items()})

    def _hits(self, outputs: Mapping[str, str]) -> DecisionTable:
        questions = self._logic.questions
        columns = [Column(f"{_ANSWERS}.{self._names[q.key]}", q.short, self._types[q.key]) for q in questions]
        rows = []
        for rule, conditions in self._logic.rules:
            cells = [feel.cell(q, conditions.get(q.key, ())) for q in questions]
            points = [str(rule.push.points if rule.push.side is side else 0) for side in self._logic.sides]
            claims = ", ".join(rule.sources)
            notes = (rule.because, claims)
            rows.append(TableRow(cells, [feel.text(rule.key), *points], f"{rule.because} ({claims})", notes))
        return DecisionTable("COLLECT", columns, outputs, rows, ("Because", "Claims"))

    def _add_sums(self) -> None:
        for side in self._logic.sides:
            text = f"if {_HITS} = null or count({_HITS}) = 0 then 0 else sum({_HITS}.{side})"
            self._document.add_expression(side, "number", "The sum of the points.", [f"{_HITS}.decision"], text)
        needs = [f"{Side.BPO}.decision", f"{Side.KPO}.decision"]
        for measure, sign in ((Measure.LEAN, "-"), (Measure.EVIDENCE, "+")):
            text = f"{Measure.BPO} {sign} {Measure.KPO}"
            self._document.add_expression(measure, "number", "Of the two sums.", needs, text)

    def _add_policy(self, name: str, type_of: str, rows: Sequence[PolicyRow], outputs: Mapping[str, str]) -> None:
        measures = looked_at(rows)
        hit_policy, found = policy_table(rows, measures)
        table = DecisionTable(
            hit_policy,
            [Column(measure, measure, "number") for measure in measures],
            outputs,
            [TableRow(cells, [feel.text(str(getattr(row, it))) for it in outputs], row.says) for cells, row in found],
        )
        described = "The first row that fits decides." if hit_policy == "FIRST" else "One row fits, and decides."
        self._document.add_table(name, type_of, described, [f"{it}.decision" for it in measures], table)
