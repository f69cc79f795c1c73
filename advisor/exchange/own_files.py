"""JSON that the product wrote itself, as work items: advice with its answers, and what an owner takes away.

Such files hold more than work items do. What is asked for is kept, and what is left out is said.
"""

from collections.abc import Mapping
from typing import Any

from advisor.engine.model.answers import stored_answer
from advisor.engine.model.questions import Scope, asked_questions
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import quote

PRODUCT = "Outsourcing Advisor"
"""By which a file names the product that wrote it."""

_OF_ADVICE = frozenset({"process", "outcome", "kind", "points", "answers"})
"""Fields of an advice that was written with its answers, however much of what is behind it."""

_NOT_ASKED = "Answers to questions that these rules do not ask there do not count"
_NAMED = 3
"""Processes of which a note names each."""


def as_work_items(rule_set: RuleSet, raw: object) -> tuple[object, list[str]]:
    """``raw`` as ``json_items.read_items`` reads it, and what is left out, in sentences.

    What the product did not write is given back as it is.
    """
    if isinstance(raw, dict) and raw.get("product") == PRODUCT and isinstance(raw.get("processes"), list):
        return _of_download(rule_set, raw["processes"])
    listed = raw if isinstance(raw, list) else [raw]
    if not any(_is_advice(body) for body in listed):
        return raw, []
    bodies = [_without_advice(body) for body in listed]
    return bodies if isinstance(raw, list) else bodies[0], []


def _is_advice(body: object) -> bool:
    return isinstance(body, dict) and body.keys() >= _OF_ADVICE


def _without_advice(body: Any) -> Any:
    if not _is_advice(body):
        return body
    parts = [
        {"part": part.get("part", ""), "answers": part.get("answers", {})} if isinstance(part, dict) else part
        for part in body.get("parts", [])
    ]
    return {"process": body["process"], "answers": body["answers"], **({"parts": parts} if parts else {})}


def _of_download(rule_set: RuleSet, processes: list[Any]) -> tuple[object, list[str]]:
    kept, notes = [], _Notes()
    for process in processes:
        if not isinstance(process, dict):
            kept.append(process)
        elif process.get("deleted") or process.get("deleted_at"):
            notes.add("In the bin, and left out", process.get("process"))
        else:
            kept.append(_of_process(rule_set, process, notes))
    return kept, notes.sentences()


def _of_process(rule_set: RuleSet, process: Mapping[str, Any], notes: "_Notes") -> dict[str, Any]:
    """One process: answers that these rules ask for, each where they ask for it."""
    name, whole = process.get("process", ""), _answers(process)
    parts = [(str(part.get("part", "")), _answers(part)) for part in process.get("parts", []) if isinstance(part, dict)]
    if len(parts) < 2:
        whole, parts = whole | {key: it for _, own in parts for key, it in own.items()}, []
    scopes = {question.key: question.scope for question in rule_set.questions}
    moved = {key: it for key, it in whole.items() if parts and scopes.get(key) is Scope.PART}
    whole = {key: it for key, it in whole.items() if key not in moved}
    parts = [(part, moved | own) for part, own in parts]
    reached: set[str] = set()
    for index, (part, own) in enumerate(parts or [("", {})]):
        given = {key: stored_answer(answer) for key, answer in (whole | own).items()}
        asked = {question.key for question in asked_questions(rule_set.questions, given).questions}
        reached |= asked
        if own.keys() - asked:
            notes.add(_NOT_ASKED, name)
            parts[index] = part, {key: it for key, it in own.items() if key in asked}
    if whole.keys() - reached:
        notes.add(_NOT_ASKED, name)
    body: dict[str, Any] = {"process": name, "answers": {key: it for key, it in whole.items() if key in reached}}
    return body | ({"parts": [{"part": part, "answers": own} for part, own in parts]} if parts else {})


def _answers(holder: Mapping[str, Any]) -> dict[str, Any]:
    """Answers by question; a visitor's file has a list of them, each with its question in words."""
    found = holder.get("answers", {})
    if isinstance(found, list):
        return {str(it["question"]): it.get("answer") for it in found if isinstance(it, dict) and "question" in it}
    return dict(found) if isinstance(found, dict) else {}


class _Notes:
    """What is left out of which processes."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}

    def add(self, what: str, name: object) -> None:
        names = self._names.setdefault(what, [])
        if (shown := quote(name)) not in names:
            names.append(shown)

    def sentences(self) -> list[str]:
        found = []
        for what, names in self._names.items():
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            found.append(f"{what}: {', '.join(names[:_NAMED])}{more}.")
        return found
