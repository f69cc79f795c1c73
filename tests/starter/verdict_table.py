"""What the starter rules advise for every combination of wishes, of who does the work, and of how core it is."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, groupby

from advisor import starter
from advisor.engine.evaluation.evaluate import evaluate_parts
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Question
from advisor.engine.model.vocabulary import Outcome

RULE_SET = starter.rule_set()

WORK: Mapping[str, Mapping[str, Answer]] = {
    "routine": {
        "steps": "set",
        "complexity": "simple",
        "output": "transactions",
        "skills": "basic",
        "knowledge": "little",
        "contact": "hardly",
    },
    "parts of both": {
        "steps": "partly",
        "complexity": "varies",
        "output": "mixed",
        "skills": "mixed",
        "knowledge": "some",
        "contact": "some",
    },
    "expert": {
        "steps": "case-by-case",
        "complexity": "complex",
        "output": "findings",
        "skills": "specialist",
        "knowledge": "much",
        "contact": "hardly",
    },
}
"""Three kinds of work: what stands behind the three letters of a cell, in this order."""

LETTERS = {Outcome.BPO: "B", Outcome.KPO: "K", Outcome.BOTH: "2", Outcome.KEEP: "H", Outcome.UNCLEAR: "?"}


def verdict_table() -> str:
    """The table in Markdown: a column for wishes that do alike, a row for all in_house that do."""
    wishes = [wish for size in (0, 1, 2) for wish in combinations(_keys("aims"), size)]
    places = [(edge, in_house) for edge in _keys("edge") for in_house in _keys("in_house")]
    columns: dict[tuple[str, ...], list[str]] = {}
    for wish in wishes:
        column = tuple(_cell(edge, in_house, wish) for edge, in_house in places)
        columns.setdefault(column, []).append(" + ".join(wish) or "nothing")
    lines = [["`edge`", "`in_house`", *(", ".join(names) for names in columns.values())]]
    lines.append(["---"] * len(lines[0]))
    rows = [(edge, in_house, cells) for (edge, in_house), cells in zip(places, zip(*columns, strict=True), strict=True)]
    for edge, of_edge in groupby(rows, lambda row: row[0]):
        alike: dict[tuple[str, ...], list[str]] = {}
        for _, in_house, cells in of_edge:
            alike.setdefault(cells, []).append(in_house)
        lines += [[edge, ", ".join(names), *cells] for cells, names in alike.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _keys(question: str) -> list[str]:
    found: Question | None = RULE_SET.question(question)
    assert found is not None
    return [option.key for option in found.options]


def _cell(edge: str, in_house: str, wish: Iterable[str]) -> str:
    return " ".join(_letters(edge, in_house, tuple(wish)))


def _letters(edge: str, in_house: str, wish: tuple[str, ...]) -> Iterator[str]:
    for work in WORK.values():
        answers: dict[str, Answer] = {**work, "edge": edge, "in_house": in_house, "aims": wish}
        yield LETTERS[evaluate_parts(RULE_SET, answers, ()).outcome]
