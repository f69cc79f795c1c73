"""The alarms and the dashboard ask for numbers that there are, and each alarm has a page on what to do."""

import json
import re
from typing import Any

import yaml

from advisor.paths import ROOT

DOCS = ROOT / "docs"
RULES = yaml.safe_load((DOCS / "deploy" / "alarms.yaml").read_text())
DASHBOARD: dict[str, Any] = json.loads((DOCS / "deploy" / "dashboard.json").read_text())

ENDINGS = ("_total", "_bucket", "_count", "_sum")


def alarms() -> list[dict[str, Any]]:
    return [rule for group in RULES["groups"] for rule in group["rules"]]


def asked_for(expression: str) -> set[str]:
    return set(re.findall(r"\badvisor_\w+", expression))


def metric_names() -> set[str]:
    """The names of all numbers, as the code has them."""
    files = (ROOT / "advisor" / "metrics.py", ROOT / "advisor" / "operating" / "metrics_listener.py")
    return set(re.findall(r'"(advisor_\w+)"', "".join(file.read_text() for file in files)))


def test_the_alarms_and_the_dashboard_ask_for_numbers_that_there_are() -> None:
    expressions = [rule["expr"] for rule in alarms()]
    expressions += [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    asked = set().union(*map(asked_for, expressions))
    names = metric_names()
    known = names | {name + ending for name in names for ending in ENDINGS}
    assert asked <= known
    without_ending = {
        next((name for name in names if one in {name + end for end in ("", *ENDINGS)}), one) for one in asked
    }
    assert names == without_ending, "each is shown or watched"


def test_every_alarm_has_its_section_with_what_it_means_and_what_to_do() -> None:
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", (DOCS / "alarms.md").read_text(), re.M | re.S))
    assert list(sections) == [rule["alert"] for rule in alarms()]
    for rule in alarms():
        for part in ("What it means", "How one sees it", "What to do"):
            assert f"**{part}.**" in sections[rule["alert"]]
        assert ("Critical." in sections[rule["alert"]]) == (rule["labels"]["severity"] == "critical")
        assert rule["annotations"]["page"] == f"docs/alarms.md#{rule['alert'].lower()}"


def test_the_panels_of_the_dashboard_lie_beside_each_other() -> None:
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    covered = [
        (x, y) for it in places for x in range(it["x"], it["x"] + it["w"]) for y in range(it["y"], it["y"] + it["h"])
    ]
    assert len(covered) == len(set(covered))
    assert all(it["x"] + it["w"] <= 24 for it in places)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)
