"""`advisor evaluate` on files of many kinds and lengths, and on several at once."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow
import pytest
from pyarrow import parquet

from advisor import starter
from advisor.commands import evaluate
from advisor.engine.model.answers import WorkItem
from advisor.exchange.results import COLUMNS
from tests.commands.conftest import Advisor
from tests.engine.choices import Dice
from tests.engine.random_rule_sets import made_item
from tests.exchange.item_sheets import csv_of
from tests.exchange.samples import as_request

RULES = starter.rule_set()
ROOT = Path(__file__).parents[2]


def made_items(number: int, seed: int = 1) -> list[WorkItem]:
    dice = Dice(seed)
    return [WorkItem(f"Process {at}", *made_item(dice, RULES)) for at in range(number)]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def lines_of(items: list[WorkItem]) -> str:
    return "".join(json.dumps(as_request(item)) + "\n" for item in items)


def as_parquet(text: str) -> bytes:
    """The rows of CSV with a list where several options are chosen, and null for what is left blank."""
    rows = rows_of(text)
    several = {q.key for q in RULES.questions if q.type == "choices"}
    columns: dict[str, list[Any]] = {}
    for name in rows[0]:
        cells: list[Any] = [row[name] or None for row in rows]
        if name in several:
            cells = [([] if it == "none" else it.split(";")) if it and it != "not-sure" else None for it in cells]
        columns[name] = cells
    out = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), out, row_group_size=7)
    return out.getvalue()


def test_the_same_processes_in_every_kind_of_file_get_the_same_advice(fresh: Advisor) -> None:
    items = [
        WorkItem(it.process, {key: answer for key, answer in it.answers.items() if answer is not None}, it.parts)
        for it in made_items(40)
    ]
    parts = [WorkItem(it.process, it.answers, tuple(p for p in it.parts if p[1])) for it in items]
    items = [it for it in parts if it.answers or it.parts]
    Path("items.jsonl").write_text(lines_of(items))
    Path("items.json").write_text(json.dumps([as_request(item) for item in items], indent=1))
    Path("items.csv").write_text(csv_of(RULES, items))
    wanted = json.loads(fresh("evaluate", "items.json").stdout)
    assert [it["process"] for it in wanted] == [item.process for item in items]
    assert json.loads(fresh("evaluate", "items.jsonl").stdout) == wanted
    assert json.loads(fresh("evaluate", "-", sent=lines_of(items)).stdout) == wanted, "lines are known by their look"
    by_lines = fresh("evaluate", "items.json", "--format", "jsonl").stdout
    assert [json.loads(line) for line in by_lines.splitlines()] == wanted
    sheet = fresh("evaluate", "items.csv", "--format", "csv").stdout
    assert fresh("evaluate", "items.jsonl", "--format", "csv").stdout == sheet
    in_pieces = [WorkItem(it.process, it.answers) for it in items if not it.parts]
    Path("pieces.csv").write_text(csv_of(RULES, in_pieces))
    Path("pieces.parquet").write_bytes(as_parquet(Path("pieces.csv").read_text()))
    assert fresh("evaluate", "pieces.parquet").stdout == fresh("evaluate", "pieces.csv").stdout
    sent = Path("pieces.parquet").read_bytes()
    assert fresh("evaluate", "-", sent=sent).stdout == fresh("evaluate", "pieces.csv").stdout


def test_several_files_are_advised_on_in_their_order_and_their_problems_name_them(fresh: Advisor) -> None:
    items = made_items(9)
    Path("a.jsonl").write_text(lines_of(items[:3]))
    Path("b.json").write_text(json.dumps([as_request(item) for item in items[3:6]]))
    Path("c.csv").write_text(csv_of(RULES, items[6:]))
    told = fresh("evaluate", "a.jsonl", "b.json", "c.csv")
    assert [it["process"] for it in json.loads(told.stdout)] == [item.process for item in items]
    assert "Advised on 9 processes." in told.stderr
    one = json.dumps(as_request(items[0]))
    assert len(json.loads(fresh("evaluate", "-", "a.jsonl", sent=one).stdout)) == 4, "several files are a list"

    Path("b.json").write_text('[{"process": "x"}, {"process": "y", "answers": {"steps": "wrong"}}]')
    Path("c.csv").write_text("process,steps\nA,set\nB,bad\n")
    said = fresh("evaluate", "a.jsonl", "b.json", "c.csv", "gone.csv", "-o", "advice.csv", status=1).stderr
    assert "The files were not evaluated:" in said
    assert "b.json, item 2, answers/steps, value “wrong”" in said
    assert "c.csv, row 3, column steps, value “bad”" in said
    assert "gone.csv: It cannot be read: No such file" in said
    assert not Path("advice.csv").exists()
    fresh("evaluate", "-", "-", status=2)


def test_names_that_stand_twice_are_told_with_their_files(fresh: Advisor) -> None:
    Path("a.csv").write_text("process,steps\nPayroll,set\nLetters,set\n")
    Path("b.jsonl").write_text('{"process": "Payroll", "answers": {}}\n' * 2)
    said = fresh("evaluate", "a.csv", "b.jsonl", "-o", "advice.csv").stderr
    assert "“Payroll” is the name of more than one process, in a.csv and b.jsonl: each is advised on by itself." in said
    assert "cannot be read again" in said
    assert "Letters" not in said
    assert "in b.jsonl: each" in fresh("evaluate", "b.jsonl").stderr
    assert "more than one" not in fresh("evaluate", "a.csv").stderr


def test_what_is_left_out_is_told_also_where_a_file_fails(fresh: Advisor) -> None:
    Path("a.csv").write_text("process,steps,Owner,Start\nA,set,Mary,2024\nB,sett,Open,2025\n")
    said = fresh("evaluate", "a.csv", status=1).stderr
    assert "row 3, column steps, value “sett”" in said
    assert "Columns left out: C “Owner” (“Mary” does not answer" in said
    assert "D “Start” (“2024” does not answer" in said


def test_the_output_says_its_format_or_that_it_is_a_folder(fresh: Advisor) -> None:
    Path("a.csv").write_text("process,steps\nA,set\n")
    assert (
        "out has no ending that names a format: it is written as JSON."
        in fresh("evaluate", "a.csv", "-o", "out").stderr
    )
    assert json.loads(Path("out").read_text())[0]["process"] == "A"
    assert "new/ is a folder" in fresh("evaluate", "a.csv", "-o", "new/", status=2).stderr
    assert not Path("new").exists()
    assert (
        "written to nowhere/x.csv: No such file" in fresh("evaluate", "a.csv", "-o", "nowhere/x.csv", status=1).stderr
    )
    assert "No such file or directory: far/b.csv" in fresh("evaluate", "far/b.csv", status=1).stderr


def test_places_in_json_lines_are_their_lines(fresh: Advisor) -> None:
    sent = '{"process": "A"}\n\n{"process": "B", "answers": {"steps": "sett"}}\n{"process"\n'
    said = fresh("evaluate", "-", sent=sent, status=1).stderr
    assert "line 3, answers/steps, value “sett”" in said
    assert "line 4: This is not JSON that can be read" in said
    Path("one.jsonl").write_text('{"process": "A"}\n')
    assert len(json.loads(fresh("evaluate", "one.jsonl").stdout)) == 1, "a file of lines is a list, however long"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ('[{"process": "A"}, {"process": ]', "item 2: This is not JSON"),
        ('[{"process": "A"} {"process": "B"}]', "item 2: This is not JSON that can be read: a comma or the end"),
        ('[{"process": "A"}', "item 2: This is not JSON"),
        ('[{"process": "A"}] {}', "file: This is not JSON that can be read: something stands after the end"),
        ('[{"a": 1, "a": 2}]', 'item 1: This is not JSON that can be read: the key "a" stands twice'),
        ("[" * 5000, "item 1: This is not JSON"),
        (b'[{"process": "\xff"}]', "file: The file is not UTF-8 text"),
    ],
)
def test_a_list_that_breaks_off_is_told_by_its_item(fresh: Advisor, sent: str | bytes, said: str) -> None:
    assert said in fresh("evaluate", "-", sent=sent, status=1).stderr


def test_what_is_told_of_reasons_is_chosen_and_is_less_for_many(
    fresh: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = made_items(30)
    Path("items.jsonl").write_text(lines_of(items))
    full = rows_of(fresh("evaluate", "items.jsonl", "--format", "csv").stdout)
    assert list(full[0])[: len(COLUMNS)] == list(COLUMNS)
    keys = rows_of(fresh("evaluate", "items.jsonl", "--format", "csv", "--reasons", "keys").stdout)
    none = rows_of(fresh("evaluate", "items.jsonl", "--format", "csv", "--reasons", "none").stdout)
    rule_keys = {rule.key for rule in RULES.rules}
    for row, by_key, bare in zip(full, keys, none, strict=True):
        same = (set(full[0]) - {"reasons", "disagreements"}) & set(bare)
        assert {name: row[name] for name in same} == {name: bare[name] for name in same}
        assert set(by_key["reasons"].replace(":", "").split()) & rule_keys or not row["reasons"]
        assert by_key["sources"] == row["sources"]
        assert by_key["risks"] == row["risks"]
    assert not {"reasons", "sources", "risks"} & set(none[0])
    for wanted in ("none", "keys"):
        brief = json.loads(fresh("evaluate", "items.jsonl", "--reasons", wanted).stdout)
        assert [it["outcome"] for it in brief] == [row["outcome"] for row in full if not row["part"]]
        assert ("reasons" in brief[0]) is (wanted == "keys")
    fresh("evaluate", "items.jsonl", "--reasons", "keys", "--explain", status=2)
    fresh("evaluate", "items.jsonl", "-o", "keys.xlsx", "--reasons", "keys", status=2)
    fresh("evaluate", "items.jsonl", "-o", "none.xlsx", "--reasons", "none")
    book = openpyxl.load_workbook("none.xlsx")
    assert ["Left out", "Reasons with their sources, disagreements and risks."] in [
        [cell.value for cell in row] for row in book["About"].iter_rows()
    ]

    monkeypatch.setattr(evaluate, "ROWS_WITH_REASONS", 20)
    told = fresh("evaluate", "items.jsonl", "--format", "csv")
    assert rows_of(told.stdout) == none
    assert "more than 20 rows: reasons are left out" in told.stderr
    asked = fresh("evaluate", "items.jsonl", "--format", "csv", "--reasons", "full")
    assert rows_of(asked.stdout) == full
    assert "left out" not in asked.stderr


def test_more_than_a_workbook_holds_is_said_before_anything_is_advised(
    fresh: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from advisor.commands import advice_output

    Path("items.jsonl").write_text(lines_of(made_items(30)))
    monkeypatch.setattr(advice_output, "ROWS_LIMIT", 20)
    monkeypatch.setattr(evaluate, "ROWS_LIMIT", 20)
    said = fresh("evaluate", "items.jsonl", "-o", "advice.xlsx", status=1).stderr
    assert "A workbook holds the advice on 20 processes and parts, and these are more. Write it as CSV" in said
    assert not list(Path().glob("*.xlsx"))


def test_parquet_without_its_reader_names_the_extra(tmp_path: Path) -> None:
    file = tmp_path / "items.parquet"
    file.write_bytes(as_parquet(csv_of(RULES, [WorkItem("A", {"steps": "set"})])))
    without = "import sys; sys.modules['pyarrow'] = None; from advisor.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", without, "evaluate", str(file)], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "DATABASE_URL": "", "ADVISOR_DATA": "/nowhere"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "pip install 'outsourcing-advisor[parquet]'" in done.stderr
    assert done.stdout == ""


def test_a_broken_parquet_file_is_said_in_words(fresh: Advisor) -> None:
    Path("broken.parquet").write_bytes(b"PAR1 and no more")
    assert "This Parquet file cannot be read" in fresh("evaluate", "broken.parquet", status=1).stderr


PEAK = """
import pathlib, re, sys
from advisor.cli import main
from advisor.commands import evaluate

def peak():  # of this program alone; ru_maxrss may be that of whoever started it
    return int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])

start = peak()
try:
    main(sys.argv[1:])
except SystemExit as ended:
    assert not ended.code
print((peak() - start) // 1024, file=sys.stderr)
"""


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json", "parquet"])
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, kind: str) -> None:
    """Six times as many rows take hardly more: what was advised on is let go."""
    grown = []
    for number in (4_000, 24_000):
        file = tmp_path / f"{number}.{kind}"
        rows = [(f"Process {at}", "set" if at % 3 else "partly") for at in range(number)]
        match kind:
            case "csv":
                file.write_text("process,steps\n" + "".join(f"{name},{steps}\n" for name, steps in rows))
            case "parquet":
                names, steps = zip(*rows, strict=True)
                parquet.write_table(pyarrow.table({"process": names, "steps": steps}), file)
            case _:
                items = [json.dumps({"process": name, "answers": {"steps": steps}}) for name, steps in rows]
                file.write_text("\n".join(items) if kind == "jsonl" else f"[{','.join(items)}]")
        wanted = "jsonl" if kind == "json" else "csv"
        done = subprocess.run(
            [sys.executable, "-c", PEAK, "evaluate", str(file), "--format", wanted, "--reasons", "none"],
            cwd=ROOT, capture_output=True, text=True, check=False,
            env={**os.environ, "DATABASE_URL": "", "ADVISOR_DATA": "/nowhere"},
        )  # fmt: skip
        assert f"Advised on {number:,} processes." in done.stderr, done.stderr
        assert len(done.stdout.splitlines()) == number + (wanted == "csv")
        grown.append(int(done.stderr.split()[-1]))
    assert grown[1] < grown[0] + 20
    assert grown[1] < 100
