"""A DMN document while it grows: its inputs, its decisions, and what each of them needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

MODEL_1_3 = "https://www.omg.org/spec/DMN/20191111/MODEL/"
"""The version that dmn-js, and so Camunda Modeler, read."""

MODEL_1_1 = "http://www.omg.org/spec/DMN/20151101/dmn.xsd"
"""The version that every reader knows."""

_FEEL_1_1 = "http://www.omg.org/spec/FEEL/20140401"


class Column(NamedTuple):
    """A column of a table: what it looks at."""

    expression: str
    label: str
    type: str
    """A name, or nothing where the version has none for it."""


@dataclass(frozen=True)
class TableRow:
    """A row of a table: a cell for each column, then what it gives."""

    cells: Sequence[str]
    gives: Sequence[str]
    description: str = ""
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class DecisionTable:
    """A decision table. ``outputs`` has the type of each output."""

    hit_policy: str
    columns: Sequence[Column]
    outputs: Mapping[str, str]
    rows: Iterable[TableRow]
    notes: Sequence[str] = ()


class DmnDocument:
    """The document. An id is a name, which holds no dot, and what it is the id of."""

    def __init__(self, version: str, description: str) -> None:
        attributes = {"xmlns": version, "id": "rule.set", "name": "Outsourcing Advisor"}
        self._is_1_1 = version == MODEL_1_1
        if self._is_1_1:
            attributes["xmlns:feel"] = _FEEL_1_1
        self.root = Element("definitions", {**attributes, "namespace": "urn:outsourcing-advisor:rules"})
        add_text(self.root, "description", description)
        self.needs: dict[str, list[str]] = {}
        """What each input and decision is reached from, by their ids."""

    def to_bytes(self) -> bytes:
        """The document as a file."""
        indent(self.root)
        return bytes(tostring(self.root, encoding="utf-8", xml_declaration=True)) + b"\n"

    def add_type(self, name: str, of: str, allowed: str = "", *, is_list: bool = False) -> str:
        """Name a type; ``allowed`` are tests of which one must hold. Types come before all else."""
        element = add(self.root, "itemDefinition", id=f"{name}.type", name=name)
        self._constrain(element, of, allowed, is_list=is_list)
        return name

    def add_structure(self, name: str, parts: Mapping[str, tuple[str, str]]) -> str:
        """Name a type that has parts, each with its type and a description."""
        element = add(self.root, "itemDefinition", id=f"{name}.type", name=name)
        for part, (of, description) in parts.items():
            component = add(element, "itemComponent", id=f"{name}.{part}.part", name=part)
            if description:
                add_text(component, "description", description)
            self._constrain(component, of)
        return name

    def add_input(self, name: str, type_of: str, description: str) -> str:
        """Ask for something; its id comes back."""
        element = add(self.root, "inputData", id=f"{name}.input", name=name)
        add_text(element, "description", description)
        self._add_variable(element, name, type_of)
        self.needs[f"{name}.input"] = []
        return f"{name}.input"

    def add_expression(self, name: str, type_of: str, description: str, needs: Iterable[str], text: str) -> str:
        """Decide by an expression over what it needs; the id of the decision comes back."""
        decision = self._add_decision(name, type_of, description, needs)
        add_text(add(decision, "literalExpression", id=f"{name}.expression"), "text", text)
        return f"{name}.decision"

    def add_table(self, name: str, type_of: str, description: str, needs: Iterable[str], table: DecisionTable) -> str:
        """Decide by a table over what it needs; the id of the decision comes back."""
        decision = self._add_decision(name, type_of, description, needs)
        element = add(decision, "decisionTable", id=f"{name}.table", hitPolicy=table.hit_policy)
        for number, column in enumerate(table.columns, start=1):
            own = f"{name}.column.{number}"
            head = add(element, "input", id=own, label=column.label)
            expression = add(head, "inputExpression", id=f"{own}.expression", **self._type_ref(column.type))
            add_text(expression, "text", column.expression)
        for output, of in table.outputs.items():
            attributes = {"label": output, "name": output, **self._type_ref(of)}
            add(element, "output", id=f"{name}.{output}.output", **attributes)
        for note in table.notes:
            add(element, "annotation", name=note)
        for number, row in enumerate(table.rows, start=1):
            _add_row(element, f"{name}.{number}", row)
        return f"{name}.decision"

    def _constrain(self, element: Element, of: str, allowed: str = "", *, is_list: bool = False) -> None:
        if is_list:
            element.set("isCollection", "true")
        add_text(element, "typeRef", self._type(of))
        if allowed:
            add_text(add(element, "allowedValues", id=f"{element.get('id')}.values"), "text", allowed)

    def _add_decision(self, name: str, type_of: str, description: str, needs: Iterable[str]) -> Element:
        own, needed = f"{name}.decision", list(dict.fromkeys(needs))
        decision = add(self.root, "decision", id=own, name=name)
        add_text(decision, "description", description)
        self._add_variable(decision, name, type_of)
        for need in needed:
            named = {} if self._is_1_1 else {"id": edge_id(need, own)}
            requirement = add(decision, "informationRequirement", **named)
            add(requirement, "requiredInput" if need.endswith(".input") else "requiredDecision", href=f"#{need}")
        self.needs[own] = needed
        return decision

    def _add_variable(self, element: Element, name: str, type_of: str) -> None:
        add(element, "variable", id=f"{name}.variable", name=name, **self._type_ref(type_of))

    def _type_ref(self, name: str) -> dict[str, str]:
        return {"typeRef": self._type(name)} if name else {}

    def _type(self, name: str) -> str:
        """A type as this version refers to it: those of FEEL had a namespace of their own once."""
        return f"feel:{name}" if self._is_1_1 else name


def edge_id(need: str, own: str) -> str:
    """The id of what leads from a node to one that needs it."""
    return f"{need}.to.{own}"


def add(parent: Element, tag: str, **attributes: str) -> Element:
    """Add an element."""
    return SubElement(parent, tag, {name: _plain(value) for name, value in attributes.items()})


def add_text(parent: Element, tag: str, text: str) -> None:
    """Add an element that holds a text."""
    add(parent, tag).text = _plain(text)


def _add_row(table: Element, name: str, row: TableRow) -> None:
    element = add(table, "rule", id=name)
    if row.description:
        add_text(element, "description", row.description)
    for number, test in enumerate(row.cells, start=1):
        add_text(add(element, "inputEntry", id=f"{name}.test.{number}"), "text", test)
    for number, output in enumerate(row.gives, start=1):
        add_text(add(element, "outputEntry", id=f"{name}.gives.{number}"), "text", output)
    for note in row.notes:
        add_text(add(element, "annotationEntry"), "text", note)


def _plain(text: str) -> str:
    """Text as XML can hold it: two characters of legal text it cannot."""
    return text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
