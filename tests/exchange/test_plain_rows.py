"""Rows that are read column by column are read as one by one, whatever stands among them; and advised on the same."""

import csv
import io
from collections.abc import Callable
from itertools import chain
from random import Random

import pytest

from advisor import starter
from advisor.engine.model.operators import AnswerType
from advisor.exchange.advice_rows import AdviceRows, Reasons
from advisor.exchange.items.item_reading import ItemReading
from advisor.exchange.items.plain_rows import TOGETHER, PlainRows
from advisor.exchange.items.read import open_items
from advisor.exchange.work_items import header
from advisor.wording.advice.verdict import verdict_lines

RULES = starter.rule_set()
WHOLE_HEAD = header(RULES)
HEAD = ["process", "part", "edge", "in_house", "aims", "who_now"]
AT = {name: index for index, name in enumerate(HEAD)}
CHUNKS = 4

NAMES = ("", "", ", and more", ' "so-called"', " =1", ";x")
"""What stands in names that a file of CSV has to mark, or not."""

Row = list[str]


def sound_rows(seed: int, head: list[str] = HEAD) -> list[Row]:
    """Rows of processes in one piece, whose follow-ups are answered where they are asked."""
    chance = Random(seed)
    leads = RULES.question("who_now").asked_when[0].values  # type: ignore[union-attr]
    rows = []
    for number in range(CHUNKS * TOGETHER):
        row = [f"Process {number}{chance.choice(NAMES)}", ""]
        for question in filter(None, map(RULES.question, head)):
            keys = [option.key for option in question.options]
            several = [";".join(keys[:2])] if question.type is AnswerType.CHOICES else []
            row.append(chance.choice([*keys, *several, "", "not-sure"]))
        if "who_now" in head and row[head.index("in_house")] not in leads:
            row[head.index("who_now")] = ""
        rows.append(row)
    return rows


def open_rows(rows: list[Row], head: list[str] = HEAD) -> ItemReading:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([head, *rows])
    return open_items(RULES, out.getvalue().encode())


def put(column: str, text: str) -> Callable[[list[Row]], None]:
    """Write into one cell of a row in the third chunk."""

    def change(rows: list[Row]) -> None:
        rows[2 * TOGETHER + 700][AT[column]] = text

    return change


def part_in_the_next_chunk(rows: list[Row]) -> None:
    for row, part in zip(rows[2 * TOGETHER - 1 : 2 * TOGETHER + 1], "ab", strict=True):
        row[:] = ["In two parts", part, *[""] * 4]


def part_far_away(rows: list[Row]) -> None:
    for at, part in ((100, "a"), (3 * TOGETHER + 5, "b")):
        rows[at] = ["In two parts", part, *[""] * 4]


def asked_of_nobody(rows: list[Row]) -> None:
    row = rows[2 * TOGETHER + 3]
    row[AT["in_house"]], row[AT["who_now"]] = "nobody", RULES.question("who_now").options[0].key  # type: ignore[union-attr]


def named_twice(rows: list[Row]) -> None:
    rows[2 * TOGETHER + 9][0] = rows[2 * TOGETHER + 8][0]


def shorter(rows: list[Row]) -> None:
    rows[2 * TOGETHER + 9] = rows[2 * TOGETHER + 9][:3]


def longer(rows: list[Row]) -> None:
    rows[2 * TOGETHER + 9].append("beyond")


def total(rows: list[Row]) -> None:
    rows.append(["Total", *[""] * (len(HEAD) - 1)])


CHANGES = [
    *(put("edge", text) for text in ("core ", "CORE", "nonsense", "n/a", "Not-Sure", "?")),
    *(put("aims", text) for text in ("cost; time", "time;cost", "none", "cost;cost", "cost;time;better")),
    *(
        put("process", text)
        for text in ("", "=1+1", " Payroll", "Café", "x" * 201, "a\nb", "process", "1,5", 'say "a"')
    ),
    *(put("part", text) for text in ("whole", " ")),
    part_in_the_next_chunk,
    part_far_away,
    asked_of_nobody,
    named_twice,
    shorter,
    longer,
    total,
]


def test_what_stands_among_plain_rows_is_read_and_told_as_one_by_one() -> None:
    rows = sound_rows(1)
    plain = 0
    for change in CHANGES:
        changed = [*map(list, rows)]
        change(changed)
        by_one, by_many = open_rows(changed), open_rows(changed)
        expected, chunks = list(by_one), list(by_many.chunks())
        assert list(chain.from_iterable(chunks)) == expected
        assert by_many.problems == by_one.problems
        assert by_many.summary == by_one.summary
        plain += sum(isinstance(chunk, PlainRows) for chunk in chunks)
    assert plain > len(CHANGES)


def test_a_column_of_ones_own_and_one_without_a_heading_are_told_all_the_same() -> None:
    rows = [[*row, "mine", ""] for row in sound_rows(2)]
    rows[3 * TOGETHER - 9][-1] = "there"
    head = [*HEAD, "My notes", ""]
    by_one, by_many = open_rows(rows, head), open_rows(rows, head)
    expected, chunks = list(by_one), list(by_many.chunks())
    assert list(chain.from_iterable(chunks)) == expected
    assert by_many.summary == by_one.summary
    assert any(isinstance(chunk, PlainRows) for chunk in chunks)


@pytest.mark.parametrize("columns", [HEAD, WHOLE_HEAD])
def test_they_get_the_rows_of_advice_that_each_gets_alone(columns: list[str]) -> None:
    chunks = [chunk for chunk in open_rows(sound_rows(3, columns), columns).chunks() if isinstance(chunk, PlainRows)]
    assert chunks
    maker = AdviceRows(RULES, 3, Reasons.NONE, verdict_lines)
    for chunk in chunks:
        lines, out = "".join(maker.plain_lines(chunk)), io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(maker.rows(list(chunk)))
        assert lines == out.getvalue()
        assert list(maker.documents(chunk)) == list(maker.documents(list(chunk)))
