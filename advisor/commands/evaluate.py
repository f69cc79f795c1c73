"""`advisor questions` and `advisor evaluate`: what is asked, and advice on the processes in a file."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from advisor.commands.files import (
    BadInput,
    file_argument,
    format_named,
    is_sheet_file,
    name_of,
    out_option,
    print_problems,
    read_bytes,
    refuse_to_overwrite,
    write_bytes,
    write_text,
)
from advisor.commands.rule_sources import VERSION, rules_in_force, sound_rules_of_file
from advisor.engine.document.document import to_plain
from advisor.engine.document.reading import load_json
from advisor.engine.document.text import whole_number
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.errors import Problem, RuleSetError
from advisor.engine.model.rules import RuleSet
from advisor.exchange.explanation import recommend_and_explain
from advisor.exchange.file_input import UnreadableFileError, escape_invisible, file_format, quote
from advisor.exchange.item_sheets import write_template
from advisor.exchange.items.read import open_items
from advisor.exchange.items.summary import summary_lines
from advisor.exchange.json_items import read_items
from advisor.exchange.own_files import as_work_items
from advisor.exchange.recommendation import recommend
from advisor.exchange.results import (
    ROWS_LIMIT,
    advised_document,
    rows_needed,
    write_results,
    write_results_workbook,
)
from advisor.exchange.sheets import csv_files
from advisor.exchange.sheets.csv_files import BYTE_ORDER_MARK
from advisor.exchange.work_items import header
from advisor.wording.verdict import verdict_lines


@click.command(short_help="Print the questionnaire in force.")
@click.option(
    "--format", "file_format", type=click.Choice(["json", "csv", "xlsx"]), help="json, or what the output's name says."
)
@out_option
def questions(*, file_format: str | None, out: Path | None) -> None:
    """Print the questionnaire in force.

    As JSON: the list of questions with their options. As XLSX: a workbook to fill in, for `advisor evaluate`, with
    answers in words to choose from and a sheet that explains them. As CSV: the header row of a sheet.

    Give each process a row, or several rows that share the name in `process` and differ in `part`. Cells hold keys of
    options; leave a cell blank for what is not answered yet, write not-sure for "I'm not sure", none for "none of
    these", and join several choices by a semicolon.

    \b
    Examples:
      advisor questions -o processes.xlsx
      advisor questions --format csv > processes.csv
    """  # noqa: D301 - click looks for the character
    chosen = file_format or format_named(out, {name: name for name in ("json", "csv", "xlsx")}, "json")
    rules = rules_in_force()
    rule_set = rules.rule_set
    match chosen:
        case "csv":
            write_text(csv_files.write_rows([header(rule_set)]), out)
        case "xlsx":
            try:
                write_bytes(write_template(rule_set, rules.about()), out)
            except RuleSetError as error:
                raise BadInput(f"The questions cannot be written as a workbook. {error}") from None
        case _:
            write_text(json.dumps(to_plain(rule_set.questions), ensure_ascii=False, indent=2) + "\n", out)


@click.command(short_help="Advise on the processes in FILE.")
@click.argument("file", type=file_argument)
@click.option("--rules", "rules_file", type=file_argument, help="Use the rule set in this file (JSON, TOML or XLSX).")
@click.option("--rules-version", "number", type=VERSION, help="Use this published version of the rules.")
@click.option(
    "--format", "wanted", type=click.Choice(["json", "csv", "xlsx"]), help="json, or what the output's name says."
)
@click.option("--sheet", "sheets", multiple=True, metavar="NAME", help="Read this sheet of a workbook; repeatable.")
@click.option("--explain", is_flag=True, help="Say what would change the advice, and what settles it (JSON).")
@out_option
def evaluate(
    *,
    file: Path,
    rules_file: Path | None,
    number: int | None,
    wanted: str | None,
    sheets: tuple[str, ...],
    explain: bool,
    out: Path | None,
) -> None:
    """Advise on the processes in FILE, with the reasons and their sources, and what tends to go wrong.

    FILE is a sheet (CSV, XLSX, XLS or ODS, with a header row such as that of `advisor questions --format csv`), or
    JSON: one object, or several in a list, each {"process": ..., "answers": {...}} or
    {"process": ..., "parts": [{"part": ..., "answers": {...}}]}. A dash is standard input.

    The rules are those in force, or those of a file. Where anything in FILE cannot be used, every such place is named
    on standard error, nothing is written, and the exit status is 1.

    \b
    Examples:
      advisor evaluate processes.csv -o advice.csv
      echo '{"process": "Payroll", "answers": {}}' | advisor evaluate -
    """  # noqa: D301 - click looks for the character
    if rules_file is not None and str(file) == str(rules_file) == "-":
        raise click.UsageError("Standard input cannot be both the processes and the rules.")
    if rules_file is not None and number is not None:
        raise click.UsageError("Give a file of rules or a version, not both.")
    wanted = wanted or format_named(out, {name: name for name in ("json", "csv", "xlsx")}, "json")
    refuse_to_overwrite(out, [file, *([rules_file] if rules_file else [])])
    if explain and wanted != "json":
        raise click.UsageError("Explanations are written as JSON only: leave --explain out, or the format.")
    data = read_bytes(file)
    rules = rules_in_force(number) if rules_file is None else sound_rules_of_file(rules_file)
    items, problems, is_list = _read(rules.rule_set, file, data, sheets)
    if problems:
        print_problems(f"{name_of(file)} was not evaluated:", problems)
        raise SystemExit(BadInput.exit_code)
    if wanted == "xlsx" and rows_needed(items) > ROWS_LIMIT:
        most = f"A workbook holds the advice on {ROWS_LIMIT:,} processes and parts, and these are"
        raise BadInput(f"{most} {rows_needed(items):,}. Write it as CSV instead: --format csv.")
    with click.progressbar(items, label="Evaluating", file=sys.stderr, hidden=not sys.stderr.isatty()) as shown_items:
        advise = recommend_and_explain if explain else recommend
        advised = [(item, advise(rules.rule_set, rules.number, item)) for item in shown_items]
    match wanted:
        case "csv":
            sheet = write_results(rules.rule_set, advised, verdict_lines)
            write_text((BYTE_ORDER_MARK if is_sheet_file(out) else "") + sheet, out)
        case "xlsx":
            try:
                write_bytes(write_results_workbook(rules.rule_set, advised, verdict_lines, rules.about()), out)
            except RuleSetError as error:
                raise BadInput(f"The advice cannot be written as a workbook. {error}") from None
        case _:
            documents = [advised_document(item, advice) for item, advice in advised]
            write_text(json.dumps(documents if is_list else documents[0], ensure_ascii=False, indent=2) + "\n", out)


def _read(
    rule_set: RuleSet, file: Path, data: bytes, sheets: Sequence[str]
) -> tuple[list[WorkItem], list[Problem], bool]:
    """Read the work items, what is wrong with them, and whether they are a list rather than a single one."""
    try:
        text = data.removeprefix(b"\xef\xbb\xbf")
        if file.suffix.lower() != ".json" and not text.lstrip().startswith((b"{", b"[")):
            with open_items(rule_set, data, file.name, sheets) as reading:
                items = list(reading)
                for line in [] if reading.problems else summary_lines(reading.summary):
                    click.echo(escape_invisible(line), err=True)
                return items, reading.problems, True
        file_format(data, file.name, ("json",))
    except UnreadableFileError as error:
        return [], list(error.problems), True
    try:
        raw = load_json(text)
    except RuleSetError as error:
        return [], [Problem("file", error.problems[0].text)], True
    raw, notes = as_work_items(rule_set, raw)
    for note in notes:
        click.echo(escape_invisible(note), err=True)
    items, problems = read_items(rule_set, raw)
    return items, [_with_value(problem, raw) for problem in problems], isinstance(raw, list)


def _with_value(problem: Problem, raw: Any) -> Problem:
    """Name the place of a problem by the item's number, counted from 1, and the value that stands there."""
    value, steps = raw, problem.place.split("/") if problem.place else []
    place = "/".join(steps)
    if isinstance(raw, list) and steps:
        place = ", ".join([f"item {int(steps[0]) + 1}", *(["/".join(steps[1:])] if steps[1:] else [])])
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and (number := whole_number(step, most=len(value) - 1)) is not None:
            value = value[number]
        else:
            value = None
    value_words = "" if value is None or isinstance(value, dict | list) else f", value {quote(value)}"
    return Problem((place or "file") + value_words, problem.text, problem.mend)
