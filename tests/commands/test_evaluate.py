"""`advisor questions` and `advisor evaluate`."""

import csv
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result
from flask.testing import FlaskClient

from advisor import starter
from advisor.engine.document.document import to_plain
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.rules import TestCase
from advisor.exchange.results import advised_document
from tests.commands.conftest import Advisor
from tests.exchange.item_sheets import csv_of, open_document_of, workbook_of
from tests.exchange.samples import SMALL_FILE, as_request
from tests.exchange.sheets import open_document

RULE_SET = starter.rule_set()
EDGE = RULE_SET.questions[1].key


def item_of(case: TestCase) -> WorkItem:
    return WorkItem(case.process, case.answers, tuple((part.part, part.answers) for part in case.parts))


ITEMS = [item_of(case) for case in RULE_SET.cases]


def name_items(items: list[WorkItem]) -> list[WorkItem]:
    """The same items with names that no two share: in a sheet they would be parts of one process."""
    return [WorkItem(f"{number} {item.process}", item.answers, item.parts) for number, item in enumerate(items)]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_questionnaire_as_json_is_the_list_of_the_document(advisor: Advisor) -> None:
    questions = json.loads(advisor("questions").stdout)
    assert questions == to_plain(RULE_SET.questions)
    assert {"key", "text", "options"} <= set(questions[1])
    assert {"key", "label"} <= set(questions[1]["options"][0])


def test_the_questionnaire_as_csv_is_a_header_row_ready_to_fill_in(advisor: Advisor) -> None:
    text = advisor("questions", "--format", "csv").stdout
    assert text.strip().split(",") == ["process", "part", *(question.key for question in RULE_SET.questions)]


def test_the_services_of_the_documents_come_out_where_the_documents_place_them(
    advisor: Advisor, tmp_path: Path
) -> None:
    """The sheet on offer is filled in by hand here, not by the code that reads it."""
    columns = advisor("questions", "--format", "csv").stdout.strip().split(",")
    placed = [case for case in RULE_SET.cases if any(source.startswith("D") for source in case.sources)]
    assert len(placed) > 20
    lines = [",".join(columns)]
    for number, case in enumerate(placed):
        for part, own in [(part.part, part.answers) for part in case.parts] or [("", {})]:
            answers = {**case.answers, **own}
            cells = ("" if key not in answers else _cell(answers[key]) for key in columns[2:])
            lines.append(",".join([f'"{number} {case.process}"', f'"{part}"', *cells]))
    sheet = tmp_path / "processes.csv"
    sheet.write_text("\n".join(lines))
    given = json.loads(advisor("evaluate", sheet).stdout)
    assert [advice["outcome"] for advice in given] == [case.outcome for case in placed]


def _cell(answer: Any) -> str:
    if answer is None:
        return "not-sure"
    return ";".join(answer) or "none" if isinstance(answer, tuple) else str(answer)


def test_p6_the_same_answers_give_the_same_advice_by_every_way(
    advisor: Advisor, client: FlaskClient, tmp_path: Path
) -> None:
    items = name_items(ITEMS)
    told = client.post("/api/v1/recommendations", json=[as_request(item) for item in items]).get_json()
    by_api = [advised_document(item, advice) for item, advice in zip(items, told, strict=True)]
    (tmp_path / "items.json").write_text(json.dumps([as_request(item) for item in items]))
    (tmp_path / "items.csv").write_text(csv_of(RULE_SET, items))
    (tmp_path / "items.xlsx").write_bytes(workbook_of(RULE_SET, items))
    (tmp_path / "items.ods").write_bytes(open_document_of(RULE_SET, items))
    assert json.loads(advisor("evaluate", "items.json").stdout) == by_api
    assert json.loads(advisor("evaluate", "items.csv").stdout) == by_api
    assert json.loads(advisor("evaluate", "items.xlsx").stdout) == by_api
    assert json.loads(advisor("evaluate", "items.ods").stdout) == by_api
    single = advisor("evaluate", "-", sent=json.dumps(as_request(items[0])))
    assert json.loads(single.stdout) == by_api[0]

    sheet = advisor("evaluate", "items.json", "--format", "csv").stdout
    assert advisor("evaluate", "items.csv", "--format", "csv").stdout == sheet
    advisor("evaluate", "items.xlsx", "-o", "advice.xlsx")
    book = openpyxl.load_workbook("advice.xlsx")
    head, *in_book = ([str(cell or "") for cell in row] for row in book["Recommendations"].iter_rows(values_only=True))
    rows = rows_of(sheet)
    for own in ("outcome", "kind", "strength", "advice"):
        assert [row[head.index(own)] for row in in_book] == [row[own] for row in rows]
    wholes = [row for row in rows if not row["part"]]
    parts = [row for row in rows if row["part"]]
    assert len(wholes) == len(by_api)
    for row, given in zip(wholes, by_api, strict=True):
        assert_same(row, given)
        assert row["rules_version"] == str(given["rules_version"])
    for row, part in zip(parts, [part for given in by_api for part in given["parts"]], strict=True):
        assert_same(row, part)


def assert_same(row: dict[str, str], given: dict[str, Any]) -> None:
    assert [row["outcome"], row["kind"], row["strength"]] == [given["outcome"], given["kind"], given["strength"]]
    assert {name: row[name] for name in given["points"]} == {
        name: str(value) for name, value in given["points"].items()
    }
    assert row["unanswered"].split() == given["unanswered"]
    for reason in given["reasons"]:
        assert f"{reason['text']} [{reason['rule']}: " in row["reasons"]
        assert {source["id"] for source in reason["sources"]} <= set(row["sources"].split())


PARITY: list[Any] = [
    [{"answers": {"edgy": 1, EDGE: "sett"}}],
    [{"answers": {}}, {"parts": [{"part": "a", "answers": {EDGE: 5}}, {"part": "a"}]}],
    [{"answers": {}, "outcome": "bpo", "rules_version": 7, "points": {"bpo": 50}}],
    [{"process": "a\x00b"}, {"process": "x" * 300}, {"process": 5}, {"answers": []}, 5],
    {"parts": [{}] * 6},
    [{"process": "\ud800"}],
]


@pytest.mark.parametrize("body", PARITY)
def test_s3_s6_the_command_line_and_the_api_refuse_the_same_in_the_same_words(
    advisor: Advisor, client: FlaskClient, body: Any
) -> None:
    sent = json.dumps(body)
    refused = client.post("/api/v1/recommendations", data=sent, content_type="application/json")
    assert refused.status_code == 422
    said = advisor("evaluate", "-", sent=sent, status=1)
    assert said.stdout == ""
    lines = said.stderr.splitlines()[1:]
    errors = refused.get_json()["errors"]
    messages = dict.fromkeys(f"{error['text']} {error.get('mend', '')}".rstrip() for error in errors)
    telling = [line for line in lines if line.endswith(tuple(messages))]
    assert len(telling) == len(messages), "each message stands once"
    places = [line for line in lines if not line.strip().startswith(tuple(messages))]
    assert len(places) == len(errors)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("{", "file: This is not JSON"),
        ('{"answers": {}, "answers": {}}', "stands twice"),
        ("[" * 50 + "]" * 50, "deeper than 20 levels"),
        ("", "file: The file is empty."),
        ("process,edge\nPayroll,sett\n", "row 2, column edge, value “sett”: This must be one of"),
        ('[{"answers": {}}, {"answers": {"edge": "sett"}}]', "item 2, answers/edge, value “sett”: The answer must be"),
        ('{"process": "\\u001b[31m"}', "process, value “\\u001b[31m”: The name contains characters"),
        ("PK\x03\x04", "file: The archive is broken"),
    ],
)
def test_i4_i8_what_cannot_be_used_is_named_and_ends_with_1(fresh: Advisor, sent: str, said: str) -> None:
    result = fresh("evaluate", "-", sent=sent, status=1)
    assert said in result.stderr
    assert result.stdout == ""
    assert "\x1b" not in result.stderr


def test_i6_what_is_wrong_in_several_rows_is_said_once_with_every_row(fresh: Advisor, tmp_path: Path) -> None:
    sheet = tmp_path / "bad.csv"
    sheet.write_text("process,steps\nA,wrong\nB,set\nC,bad\n")
    said = fresh("evaluate", sheet, status=1).stderr.splitlines()
    assert said[-3].startswith("  This must be one of ")
    assert said[-2:] == ["    row 2, column steps, value “wrong”", "    row 4, column steps, value “bad”"]


def test_i6_every_bad_row_is_named_by_row_column_and_value(fresh: Advisor, tmp_path: Path) -> None:
    sheet = tmp_path / "bad.csv"
    sheet.write_text(f"process,part,{EDGE},steps\nA,,nope,set\nB,,,\nC,,,wrong\nD,,,\n")
    result = fresh("evaluate", sheet, status=1)
    assert [line.strip().split(": ")[0] for line in result.stderr.splitlines()][-2:] == [
        f"row 2, column {EDGE}, value “nope”",
        "row 4, column steps, value “wrong”",
    ]


def test_nothing_is_half_written(fresh: Advisor, tmp_path: Path) -> None:
    out = tmp_path / "advice.json"
    out.write_text("kept")
    fresh("evaluate", "-", "-o", out, sent="process,edge\nA,nope\n", status=1)
    assert out.read_text() == "kept"
    fresh("evaluate", "-", "-o", out, sent='{"answers": {}}')
    assert json.loads(out.read_text())["outcome"] == "unclear"
    assert [file.name for file in tmp_path.iterdir()] == ["advice.json"]


def test_a_link_stays_a_link_and_a_new_file_has_usual_rights(fresh: Advisor, tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    link.symlink_to(target)
    fresh("evaluate", "-", "-o", link, sent='{"answers": {}}')
    assert link.is_symlink()
    assert target.read_bytes().startswith(b"\xef\xbb\xbfprocess,part,outcome")
    mask = os.umask(0)
    os.umask(mask)
    assert target.stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_file_that_is_replaced_stays_as_private_as_it_was(fresh: Advisor, tmp_path: Path) -> None:
    out = tmp_path / "advice.json"
    out.touch(mode=0o600)
    fresh("evaluate", "-", "-o", out, sent='{"answers": {}}')
    assert out.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("out", "status"), [("missing/advice.json", 1), ("/dev/full", 1), (".", 2)])
def test_an_output_that_cannot_be_written_is_said_in_words(fresh: Advisor, out: str, status: int) -> None:
    result = fresh("evaluate", "-", "-o", out, sent='{"answers": {}}', status=status)
    assert "Traceback" not in result.stderr
    assert "cannot be written" in result.stderr or "is a directory" in result.stderr


def test_an_input_that_is_not_there_is_said_in_words(fresh: Advisor) -> None:
    said = fresh("evaluate", "missing.csv", status=1).stderr
    assert "missing.csv was not evaluated:\n  file: It cannot be read: No such file" in said


def test_the_name_of_the_output_decides_the_format_unless_it_is_given(fresh: Advisor, tmp_path: Path) -> None:
    sent = '[{"process": "=Büro"}]'
    fresh("evaluate", "-", "-o", "advice.csv", sent=sent)
    fresh("evaluate", "-", "-o", "advice.txt", "--format", "csv", sent=sent)
    written = (tmp_path / "advice.csv").read_bytes()
    assert (tmp_path / "advice.txt").read_bytes() == written
    assert rows_of(written.decode("utf-8-sig"))[0]["process"] == "'=Büro"
    piped = fresh("evaluate", "-", "--format", "csv", sent=sent).stdout_bytes
    assert piped == written.removeprefix(b"\xef\xbb\xbf"), "what goes into a pipe has no byte order mark"


def test_a_list_in_is_a_list_out_and_an_object_in_an_object(fresh: Advisor) -> None:
    assert json.loads(fresh("evaluate", "-", sent="[]").stdout) == []
    assert json.loads(fresh("evaluate", "-", sent='\ufeff [{"answers": {}}]').stdout)[0]["outcome"] == "unclear"
    assert isinstance(json.loads(fresh("evaluate", "-", sent="{}").stdout), dict)


def test_a_fresh_checkout_uses_the_rules_it_comes_with_and_says_so(fresh: Advisor, tmp_path: Path) -> None:
    for arguments in (("questions",), ("evaluate", "-"), ("rules", "show"), ("rules", "export")):
        result = fresh(*arguments, sent="{}")
        assert "There is no database yet: these are the rules that the product comes with." in result.stderr
    assert json.loads(fresh("evaluate", "-", sent="{}").stdout)["rules_version"] is None
    assert not (tmp_path / "var").exists(), "asking makes no database"


def test_rules_from_a_file_need_no_database(fresh: Advisor) -> None:
    sent = '{"process": "Reports", "answers": {"edge": "no", "steps": "set", "tools": ["lab"]}}'
    result = fresh("evaluate", "-", "--rules", SMALL_FILE, sent=sent)
    given = json.loads(result.stdout)
    assert result.stderr == ""
    assert (given["outcome"], given["points"]["lean"], given["rules_version"]) == ("bpo", 1, None)
    assert given["name_against_content"]["filed_under"] == "kpo"


def test_rules_that_could_not_work_are_refused_with_every_problem(fresh: Advisor, tmp_path: Path) -> None:
    text = SMALL_FILE.read_text().replace('sources = ["S.2"]\nwhen', 'sources = ["S.9"]\nwhen')
    (tmp_path / "rules.toml").write_text(text.replace('{ question = "edge"', '{ question = "egde"'))
    result = fresh("evaluate", "-", "--rules", "rules.toml", sent="{}", status=1)
    assert "S.9" in result.stderr
    assert "egde" in result.stderr
    assert fresh("evaluate", "-", "--rules", "-", sent="{}", status=2).stdout == ""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://nobody@/nothing?host=/nowhere", "unreachable"),
        ("mysql://localhost/x", "must be sqlite:/// or postgresql://"),
        ("no address at all", "DATABASE_URL cannot be used"),
    ],
)
def test_a_database_that_cannot_be_reached_is_an_error_and_no_other_rules_are_used(
    run_in: Callable[[dict[str, str]], Callable[..., Result]], tmp_path: Path, url: str, said: str
) -> None:
    advisor = run_in({"DATABASE_URL": url, "ADVISOR_DATA": str(tmp_path)})
    result = advisor("evaluate", "-", sent="{}", status=1)
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert advisor("evaluate", "-", "--rules", SMALL_FILE, sent="{}").exit_code == 0


def test_a_terminal_shows_progress_and_a_pipe_does_not(fresh: Advisor, tmp_path: Path) -> None:
    items = tmp_path / "items.json"
    items.write_text(json.dumps([{"process": str(number)} for number in range(20)]))
    assert "Evaluating" not in fresh("evaluate", items).stderr
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "advisor", "evaluate", str(items), "--rules", str(SMALL_FILE)]
    root = str(Path(__file__).parents[2])
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, cwd=root, check=True)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "Evaluating" in shown
    assert "100%" in shown
    assert len(json.loads(done.stdout)) == 20


@pytest.mark.parametrize(
    "command", ["questions", "evaluate", "rules check", "rules show", "rules export", "rules import", "rules schema"]
)
def test_every_command_explains_itself_with_an_example(fresh: Advisor, command: str) -> None:
    text = fresh(*command.split(), "--help").stdout
    assert f"  advisor {command} " in text or f"advisor {command} -" in text
    assert "Example" in text


def test_i7_i8_what_is_no_workbook_is_refused_by_its_name_and_nothing_is_written(fresh: Advisor) -> None:
    Path("page.xlsx").write_text("<html><table></table></html>")
    Path("broken.xlsx").write_bytes(b"PK\x03\x04 broken")
    Path("old.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(100))
    Path("page.ods").write_text("<html><table></table></html>")
    Path("sheet.csv").write_bytes(open_document.sheet(""))
    Path("sheet.xlsx").write_bytes(open_document.sheet(""))
    refusals = {
        "page.xlsx": "ends in .xlsx, but this is a web page",
        "page.ods": "ends in .ods, but this is a web page",
        "broken.xlsx": "is broken",
        "old.xlsx": "is not a workbook",
        "sheet.csv": "The file is empty.",
        "sheet.xlsx": "The file is empty.",
    }
    for name, said in refusals.items():
        result = fresh("evaluate", name, "-o", "advice.xlsx", status=1)
        assert said in result.stderr
        assert not Path("advice.xlsx").exists()


def test_rules_may_come_from_a_workbook(fresh: Advisor) -> None:
    fresh("rules", "export", SMALL_FILE, "-o", "small.xlsx")
    sent = json.dumps({"answers": {"edge": "no"}})
    by_toml = fresh("evaluate", "-", "--rules", SMALL_FILE, sent=sent).stdout
    assert fresh("evaluate", "-", "--rules", "small.xlsx", sent=sent).stdout == by_toml
