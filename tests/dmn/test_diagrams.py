"""What a modeller shows of an exported model: a diagram that can be read, columns that say something, and types."""

import re
from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

import pytest

from advisor import starter
from advisor.exchange.dmn.elements import MODEL_1_3
from advisor.exchange.dmn.model import write_dmn
from advisor.exchange.dmn.plain import write_plain_dmn
from tests.dmn.large import large_rule_set
from tests.engine.documents import clean_rule_set

RULE_SETS = {"starter": starter.rule_set(), "100 rules": large_rule_set(100), "small": clean_rule_set()}
DI = {
    "dmndi": "https://www.omg.org/spec/DMN/20191111/DMNDI/",
    "dc": "http://www.omg.org/spec/DMN/20180521/DC/",
    "di": "http://www.omg.org/spec/DMN/20180521/DI/",
}
Box = tuple[float, float, float, float]
Point = tuple[float, float]


def numbers(element: Element | None, *names: str) -> tuple[float, ...]:
    assert element is not None
    return tuple(float(element.attrib[name]) for name in names)


def passes_through(one: Point, other: Point, box: Box) -> bool:
    """Whether a line from point to point has a part inside the box: its border is not inside."""
    least, most = 0.0, 1.0
    for start, end, low, size in ((one[0], other[0], box[0], box[2]), (one[1], other[1], box[1], box[3])):
        if start == end:
            if not low < start < low + size:
                return False
            continue
        ends = sorted(((low - start) / (end - start), (low + size - start) / (end - start)))
        least, most = max(least, ends[0]), min(most, ends[1])
    return least < most


def test_a_line_through_a_box_is_noticed() -> None:
    box = (10.0, 10.0, 100.0, 50.0)
    assert passes_through((0, 0), (200, 60), box)
    assert passes_through((50, 0), (50, 100), box)
    assert not passes_through((0, 0), (60, 10), box)
    assert not passes_through((0, 60), (200, 60), box)
    assert not passes_through((5, 0), (5, 100), box)


@pytest.mark.parametrize("name", RULE_SETS)
def test_every_node_has_a_label_and_no_edge_or_box_crosses_a_box(name: str) -> None:
    root = fromstring(write_dmn(RULE_SETS[name]))  # noqa: S314 - our own
    shapes = root.findall(".//dmndi:DMNShape", DI)
    nodes = {
        element.attrib["id"] for tag in ("inputData", "decision") for element in root.iter(f"{{{MODEL_1_3}}}{tag}")
    }
    assert {shape.attrib["dmnElementRef"] for shape in shapes} == nodes
    assert all(shape.find("dmndi:DMNLabel", DI) is not None for shape in shapes)
    boxes: dict[str, Box] = {}
    for shape in shapes:
        x, y, width, height = numbers(shape.find("dc:Bounds", DI), "x", "y", "width", "height")
        assert min(x, y) >= 0
        boxes[shape.attrib["dmnElementRef"]] = x, y, width, height
    for one, (x, y, width, height) in boxes.items():
        for other, box in boxes.items():
            assert one == other or not passes_through((x, y), (x + width, y + height), box)
    edges = root.findall(".//dmndi:DMNEdge", DI)
    assert len(edges) == len(root.findall(f".//{{{MODEL_1_3}}}informationRequirement"))
    for edge in edges:
        points = [(x, y) for it in edge.findall("di:waypoint", DI) for x, y in [numbers(it, "x", "y")]]
        for one_point, next_point in pairwise(points):
            assert not [node for node, box in boxes.items() if passes_through(one_point, next_point, box)]


@pytest.mark.parametrize("name", RULE_SETS)
def test_every_column_says_something_and_everything_has_a_type(name: str) -> None:
    rule_set = RULE_SETS[name]
    root = fromstring(write_dmn(rule_set))  # noqa: S314
    for table in root.iter(f"{{{MODEL_1_3}}}decisionTable"):
        rows = [
            [cell.findtext(f"{{{MODEL_1_3}}}text") for cell in rule.findall(f"{{{MODEL_1_3}}}inputEntry")]
            for rule in table.findall(f"{{{MODEL_1_3}}}rule")
        ]
        assert all(set(column) != {"-"} for column in zip(*rows, strict=True))
    for tag in ("variable", "inputExpression", "output"):
        assert all(element.get("typeRef") for element in root.iter(f"{{{MODEL_1_3}}}{tag}"))


def diagram_words(model: bytes) -> list[str]:
    return re.findall("<description>(.*?)</description>", model.decode(), re.DOTALL)


def test_the_file_says_which_inputs_it_wants() -> None:
    rule_set = starter.rule_set()
    (aims,) = (question for question in rule_set.questions if question.key == "aims")
    model = write_dmn(rule_set)
    about, *rest = diagram_words(model)
    assert "It wants one input, answers, with the parts edge, in_house, aims, " in about
    assert "Leave it out or give null where it is not answered." in about
    (told,) = (it for it in rest if it.startswith(aims.text))
    assert told.splitlines()[1:] == [
        "A list of any of these, each once. At most 2; more is as if it were not answered.",
        *(f"{option.key}: {option.label}" for option in aims.options),
        "[]: Nothing: it should stay as it is",
        "Leave it out or give null where it is not answered.",
    ]
    assert any(told in it and it != told for it in rest)  # all of them once more where readers look that know no types
    assert '"core", "sold", "some-edge", "vital", "not-core", null' in model.decode()
    follow_ups = large_rule_set(100)
    assert f"It counts only where “{follow_ups.questions[1].short}” is o-0 or o-1." in write_dmn(follow_ups).decode()


def test_plain_tables_say_it_too() -> None:
    rule_set = starter.rule_set()
    (aims,) = (question for question in rule_set.questions if question.key == "aims")
    about, *rest = diagram_words(write_plain_dmn(rule_set))
    assert "A question with several choices is an input for each option that counts" in about
    told = [it.splitlines() for it in rest if it.startswith(aims.text)]
    assert [lines[1] for lines in told] == [f"{option.label}: true or false." for option in aims.options]
    model = write_plain_dmn(rule_set).decode()
    asked = re.findall(r'<inputData id="([^"]*)"', model)
    assert all(f'<requiredInput href="#{it}"' in model for it in asked)
