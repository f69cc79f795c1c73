"""The diagram of a model: every node in its row, and edges that pass between the boxes and never through one."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple
from xml.etree.ElementTree import Element

from advisor.exchange.dmn.elements import add, edge_id

_SPACES = {
    "xmlns:dmndi": "https://www.omg.org/spec/DMN/20191111/DMNDI/",
    "xmlns:dc": "http://www.omg.org/spec/DMN/20180521/DC/",
    "xmlns:di": "http://www.omg.org/spec/DMN/20180521/DI/",
}
_WIDTH, _HEIGHT, _GAP, _BETWEEN = 180, 60, 40, 100


class _Place(NamedTuple):
    """A node, or a gap in a row through which the edges of a node pass."""

    node: str
    row: int


def draw(root: Element, needs: Mapping[str, Sequence[str]]) -> None:
    """Add the diagram of nodes, each with what it needs. What nothing needs stands at the top."""
    rows = _rows(needs)
    at = _positions(rows, needs)
    root.attrib.update(_SPACES)
    diagram = add(add(root, "dmndi:DMNDI"), "dmndi:DMNDiagram", id="diagram")
    for node, row in rows.items():
        shape = add(diagram, "dmndi:DMNShape", id=f"{node}.shape", dmnElementRef=node)
        middle, top = at[_Place(node, row)], row * (_HEIGHT + _BETWEEN)
        add(shape, "dc:Bounds", height=str(_HEIGHT), width=str(_WIDTH), x=str(middle - _WIDTH // 2), y=str(top))
        add(shape, "dmndi:DMNLabel")
    for node, needed in needs.items():
        for need in needed:
            edge = add(diagram, "dmndi:DMNEdge", id=f"{edge_id(need, node)}.drawn", dmnElementRef=edge_id(need, node))
            for row in range(rows[need], rows[node] - 1, -1):
                place = _Place(node if row == rows[node] else need, row)
                if row < rows[need]:
                    _waypoint(edge, at[place], row * (_HEIGHT + _BETWEEN) + _HEIGHT)
                if row > rows[node]:
                    _waypoint(edge, at[place], row * (_HEIGHT + _BETWEEN))


def _waypoint(edge: Element, x: int, y: int) -> None:
    add(edge, "di:waypoint", x=str(x), y=str(y))


def _rows(needs: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The row of each node, from the top: below all that need it. Nodes come after what they need."""
    rows: dict[str, int] = {}
    for node in reversed(list(needs)):
        rows.setdefault(node, 0)
        for need in needs[node]:
            rows[need] = max(rows.get(need, 0), rows[node] + 1)
    return rows


def _positions(rows: Mapping[str, int], needs: Mapping[str, Sequence[str]]) -> dict[_Place, int]:
    """The middle of each place in its row: as near as may be to what is reached from it."""
    above: dict[_Place, list[_Place]] = {_Place(node, row): [] for node, row in rows.items()}
    for node, needed in needs.items():
        for need in needed:
            passed = [_Place(need, row) for row in range(rows[need], rows[node], -1)] + [_Place(node, rows[node])]
            for place, next_one in pairwise(passed):
                if next_one not in (reached := above.setdefault(place, [])):
                    reached.append(next_one)
    at: dict[_Place, int] = {}
    for row in range(max(rows.values()) + 1):
        wanted = {
            place: sum(at[it] for it in reached) // max(1, len(reached))
            for place, reached in above.items()
            if place.row == row
        }
        widths = {place: _WIDTH if rows[place.node] == row else 0 for place in sorted(wanted, key=wanted.__getitem__)}
        left = -(sum(widths.values()) + _GAP * (len(widths) - 1)) // 2
        for place, width in widths.items():
            at[place] = left + width // 2
            left += width + _GAP
    leftmost = min(at.values()) - _WIDTH
    return {place: middle - leftmost for place, middle in at.items()}
