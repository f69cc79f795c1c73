"""A rule set as a DMN 1.3 model, which modellers open and other engines evaluate to the same advice.

The points are one table that collects every rule that matches; their sums go into two tables of which the first row
that fits decides. Version 1.3 is the one that dmn-js, and so Camunda Modeler, read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from advisor.engine.model.operators import AnswerType
from advisor.engine.model.policy import KIND_MEASURES, KindRow, LeaveRow
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Measure, Side
from advisor.exchange.dmn import feel

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_DMNDI = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
_DC = "http://www.omg.org/spec/DMN/20180521/DC/"
_DI = "http://www.omg.org/spec/DMN/20180521/DI/"
for _prefix, _space in (("", MODEL), ("dmndi", _DMNDI), ("dc", _DC), ("di", _DI)):
    register_namespace(_prefix, _space)

_HITS, _LEAVE, _KIND, _RESULT = "matched_rules", "leave_advice", "kind_advice", "recommendation"
_OWN = (_HITS, _LEAVE, _KIND, _RESULT, *Measure)

_LEFT_OUT = "This model gives the advice and its points. The risks, the guidance and the claims are left out."

_WIDTH, _HEIGHT, _GAP = 180, 60, 40
_INPUTS = 6
"""The row of the diagram in which the answers stand, counted from the top, where the advice is."""


def write_dmn(rule_set: RuleSet, about: Sequence[tuple[str, str]] = ()) -> bytes:
    """Write a model of a rule set that ``check`` does not block. ``about`` says where it comes from."""
    return _Model(rule_set, about).written()


@dataclass
class _DiagramNode:
    """A box of the diagram: its row, counted from the top, and what it is reached from."""

    row: int
    needs: list[str] = field(default_factory=list)


class _Model:
    """The document while it grows. An id is a name, which holds no dot, and what it is the id of."""

    def __init__(self, rule_set: RuleSet, about: Sequence[tuple[str, str]]) -> None:
        self._rule_set = rule_set
        attributes = {"id": "rule.set", "name": "Outsourcing Advisor", "namespace": "urn:outsourcing-advisor:rules"}
        self._root = Element(f"{{{MODEL}}}definitions", attributes)
        _text(self._root, "description", "\n".join([*(f"{name}: {value}" for name, value in about), _LEFT_OUT]))
        names = feel.FeelNames(_OWN)
        self._questions = _needed(rule_set)
        self._given = {question.key: names.new(question.key) for question in self._questions}
        # An answer counts only when its question is asked.
        self._counted = {
            q.key: names.new(f"{q.key}_if_asked") if q.asked_when else self._given[q.key] for q in self._questions
        }
        self._nodes: dict[str, _DiagramNode] = {}
        # A rule set that knows nothing of parts gets a model that does not either.
        pushed = {rule.push.side for rule in rule_set.rules}
        bounds = chain.from_iterable(row.when for rows in (rule_set.leave, rule_set.kind) for row in rows)
        asked = {bound.measure for bound in bounds}
        has_both = Side.BOTH in pushed or Measure.BOTH in asked
        self._sides = [side for side in Side if has_both or side is not Side.BOTH]
        self._measures = [measure for measure in Measure if has_both or measure is not Measure.BOTH]

    def written(self) -> bytes:
        for question in self._questions:
            if question.type is AnswerType.CHOICES:
                self._list_type(question)
        for question in self._questions:
            self._input(question)
        for question in self._questions:
            if question.asked_when:
                self._follow_up(question)
        self._hits()
        self._sums()
        self._policy(_LEAVE, self._measures, self._rule_set.leave, {"leave": "string", "says": "string"})
        kinds = [measure for measure in self._measures if measure in KIND_MEASURES]
        self._policy(_KIND, kinds, self._rule_set.kind, {"kind": "string", "strength": "string", "says": "string"})
        outcome = f'if {_LEAVE}.leave = "keep" then "keep" else {_KIND}.kind'
        advice = f"{{ outcome: {outcome}, kind: {_KIND}.kind, strength: {_KIND}.strength }}"
        self._expression(_RESULT, advice, [f"{_LEAVE}.decision", f"{_KIND}.decision"], 0, "What the points lead to.")
        self._diagram()
        indent(self._root)
        return bytes(tostring(self._root, encoding="utf-8", xml_declaration=True)) + b"\n"

    # ---- answers

    def _list_type(self, question: Question) -> None:
        name = self._type(question)
        element = _add(self._root, "itemDefinition", id=f"{name}.type", name=name, isCollection="true")
        _text(element, "typeRef", "string")
        _text(_add(element, "allowedValues", id=f"{name}.type.values"), "text", feel.allowed_values(question))

    def _type(self, question: Question) -> str:
        if question.type is AnswerType.CHOICES:
            return f"several_{self._given[question.key]}"
        return "number" if question.type is AnswerType.NUMBER else "string"

    def _input(self, question: Question) -> None:
        name = self._given[question.key]
        element = _add(self._root, "inputData", id=f"{name}.input", name=name)
        labels = "".join(f"\n{option.key}: {option.label}" for option in question.options)
        _text(element, "description", f"{question.text}{labels}")
        _add(element, "variable", id=f"{name}.variable", name=name, typeRef=self._type(question))
        self._nodes[f"{name}.input"] = _DiagramNode(_INPUTS)

    def _follow_up(self, question: Question) -> None:
        by_key = {it.key: it for it in self._questions}
        conditions = [
            feel.condition_expression(self._counted[it.question], by_key[it.question], it) for it in question.asked_when
        ]
        name, own = self._counted[question.key], self._given[question.key]
        needs = [self._id(it.question) for it in question.asked_when]
        text = f"if {' and '.join(f'({it})' for it in conditions)} then {own} else null"
        description = "The answer, where the question is asked at all."
        self._expression(name, text, [f"{own}.input", *needs], 5, description, self._type(question))

    def _id(self, key: str) -> str:
        """The id of what gives the answer that counts."""
        counted = self._counted[key]
        return f"{counted}.input" if counted == self._given[key] else f"{counted}.decision"

    # ---- decisions

    def _hits(self) -> None:
        looked_at = {condition.question for rule in self._rule_set.rules for condition in rule.when}
        columns = [question for question in self._questions if question.key in looked_at]
        decision = self._decision(
            _HITS, [self._id(question.key) for question in columns], 4, "Every rule that matches."
        )
        table = _add(decision, "decisionTable", id=f"{_HITS}.table", hitPolicy="COLLECT")
        for question in columns:
            name = self._counted[question.key]
            element = _add(table, "input", id=f"{name}.column", label=question.short)
            _text(
                _add(element, "inputExpression", id=f"{name}.column.expression", typeRef=self._type(question)),
                "text",
                name,
            )
            if question.type is not AnswerType.CHOICES:
                _text(_add(element, "inputValues", id=f"{name}.column.values"), "text", feel.allowed_values(question))
        _outputs(table, _HITS, {"rule": "string", **dict.fromkeys(self._sides, "number")})
        for note in ("Because", "Claims"):
            _add(table, "annotation", name=note)
        for number, rule in enumerate(self._rule_set.rules, start=1):
            self._rule(table, f"{_HITS}.{number}", columns, rule)

    def _rule(self, table: Element, name: str, columns: Iterable[Question], rule: Rule) -> None:
        tests = [feel.cell(q, [it for it in rule.when if it.question == q.key]) for q in columns]
        points = [str(rule.push.points if rule.push.side is side else 0) for side in self._sides]
        claims = ", ".join(rule.sources)
        _row(table, name, tests, [feel.text(rule.key), *points], f"{rule.because} ({claims})", (rule.because, claims))

    def _sums(self) -> None:
        for side in self._sides:
            text = f"if {_HITS} = null or count({_HITS}) = 0 then 0 else sum({_HITS}.{side})"
            self._expression(side, text, [f"{_HITS}.decision"], 3, "The sum of the points.", "number")
        for measure, sign in ((Measure.LEAN, "-"), (Measure.EVIDENCE, "+")):
            text = f"{Measure.BPO} {sign} {Measure.KPO}"
            self._expression(
                measure, text, [f"{Side.BPO}.decision", f"{Side.KPO}.decision"], 2, "Of the two sums.", "number"
            )

    def _policy(
        self, name: str, measures: Sequence[Measure], rows: Sequence[LeaveRow | KindRow], outputs: Mapping[str, str]
    ) -> None:
        decision = self._decision(
            name, [f"{measure}.decision" for measure in measures], 1, "The first row that fits decides."
        )
        table = _add(decision, "decisionTable", id=f"{name}.table", hitPolicy="FIRST")
        for measure in measures:
            element = _add(table, "input", id=f"{name}.{measure}", label=measure)
            expression = _add(element, "inputExpression", id=f"{name}.{measure}.expression", typeRef="number")
            _text(expression, "text", measure)
        _outputs(table, name, outputs)
        for number, row in enumerate(rows, start=1):
            tests = [feel.bounds(it for it in row.when if it.measure is measure) for measure in measures]
            _row(table, f"{name}.{number}", tests, [feel.text(str(getattr(row, it))) for it in outputs], row.says)

    def _expression(
        self, name: str, text: str, needs: Sequence[str], row: int, description: str, type_of: str | None = None
    ) -> None:
        decision = self._decision(name, needs, row, description, type_of)
        _text(_add(decision, "literalExpression", id=f"{name}.expression"), "text", text)

    def _decision(
        self, name: str, needs: Sequence[str], row: int, description: str, type_of: str | None = None
    ) -> Element:
        decision = _add(self._root, "decision", id=f"{name}.decision", name=name)
        _text(decision, "description", description)
        _add(decision, "variable", id=f"{name}.variable", name=name, **({"typeRef": type_of} if type_of else {}))
        own, needed = f"{name}.decision", list(dict.fromkeys(needs))
        for need in needed:
            requirement = _add(decision, "informationRequirement", id=_edge(need, own))
            _add(requirement, "requiredInput" if need.endswith(".input") else "requiredDecision", href=f"#{need}")
        self._nodes[own] = _DiagramNode(row, needed)
        return decision

    # ---- the diagram

    def _diagram(self) -> None:
        diagram = SubElement(SubElement(self._root, f"{{{_DMNDI}}}DMNDI"), f"{{{_DMNDI}}}DMNDiagram", id="diagram")
        rows: dict[int, list[str]] = {}
        for name, drawn in self._nodes.items():
            rows.setdefault(drawn.row, []).append(name)
        widest = max(map(len, rows.values()))
        at = {
            name: (int((widest - len(names)) / 2 * (_WIDTH + _GAP)) + column * (_WIDTH + _GAP), row * 3 * _HEIGHT)
            for row, names in rows.items()
            for column, name in enumerate(names)
        }
        for name, (x, y) in at.items():
            shape = SubElement(diagram, f"{{{_DMNDI}}}DMNShape", id=f"{name}.shape", dmnElementRef=name)
            size = {"height": str(_HEIGHT), "width": str(_WIDTH), "x": str(x), "y": str(y)}
            SubElement(shape, f"{{{_DC}}}Bounds", size)
        for name, drawn in self._nodes.items():
            for need in drawn.needs:
                edge = SubElement(
                    diagram, f"{{{_DMNDI}}}DMNEdge", id=f"{_edge(need, name)}.drawn", dmnElementRef=_edge(need, name)
                )
                for x, y in ((at[need][0], at[need][1]), (at[name][0], at[name][1] + _HEIGHT)):
                    SubElement(edge, f"{{{_DI}}}waypoint", x=str(x + _WIDTH // 2), y=str(y))


def _needed(rule_set: RuleSet) -> list[Question]:
    """The questions that decide: those that a rule looks at, and those that lead to one of these."""
    wanted = {condition.question for rule in rule_set.rules for condition in rule.when}
    for question in reversed(rule_set.questions):
        if question.key in wanted:
            wanted |= {condition.question for condition in question.asked_when}
    return [question for question in rule_set.questions if question.key in wanted]


def _edge(need: str, name: str) -> str:
    return f"{need}.to.{name}"


def _add(parent: Element, tag: str, **attributes: str) -> Element:
    return SubElement(parent, f"{{{MODEL}}}{tag}", {name: _plain(value) for name, value in attributes.items()})


def _text(parent: Element, tag: str, text: str) -> None:
    _add(parent, tag).text = _plain(text)


def _plain(text: str) -> str:
    """Text as XML can hold it: two characters of legal text it cannot."""
    return text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def _outputs(table: Element, name: str, outputs: Mapping[str, str]) -> None:
    for output, type_of in outputs.items():
        _add(table, "output", id=f"{name}.{output}.output", label=output, name=output, typeRef=type_of)


def _row(
    table: Element, name: str, tests: Sequence[str], outputs: Sequence[str], description: str, notes: Sequence[str] = ()
) -> None:
    element = _add(table, "rule", id=name)
    _text(element, "description", description)
    for number, test in enumerate(tests, start=1):
        _text(_add(element, "inputEntry", id=f"{name}.test.{number}"), "text", test)
    for number, output in enumerate(outputs, start=1):
        _text(_add(element, "outputEntry", id=f"{name}.gives.{number}"), "text", output)
    for note in notes:
        _text(_add(element, "annotationEntry"), "text", note)
