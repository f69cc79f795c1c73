"""Evaluate plain tables on sets of inputs with pyDMNrules, a simple reader of DMN.

It runs as a program of its own, with the folder of what it needs as its argument. Standard input and output are those
of ``evaluate_plain.cjs``.
"""

import importlib
import json
import sys
from typing import Any


def _decide(reader: Any, asked: dict[str, Any]) -> list[dict[str, Any]]:
    rules = reader.DMN()
    status = rules.useXML(asked["model"])
    if status.get("errors"):
        sys.exit(str(status["errors"]))
    return [_result(*rules.decide(given)) for given in asked["inputs"]]


def _result(status: dict[str, Any], decided: Any) -> dict[str, Any]:
    if status.get("errors"):
        return {"error": str(status["errors"])}
    found: dict[str, Any] = (decided[-1] if isinstance(decided, list) else decided)["Result"]
    return found


def main() -> None:
    sys.path.append(sys.argv[1])  # at the end: one package there has the name of one of Python's own
    reader = importlib.import_module("pyDMNrules")  # it takes many seconds to build its parser
    json.dump([_decide(reader, asked) for asked in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
