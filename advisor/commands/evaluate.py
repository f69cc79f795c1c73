"""`advisor questions` and `advisor evaluate`: what is asked, and advice on the processes in a file."""

import json
import sys
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
from advisor.commands.rule_sources import rules_in_force, sound_rules_of_file
from advisor.engine.document.document import to_plain
from advisor.engine.document.reading import load_json
from advisor.engine.document.text import whole_number
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.errors import Problem, RuleSetError
from advisor.engine.model.rules import RuleSet
from advisor.exchange.explanation import recommend_and_explain
from advisor.exchange.file_input import UnreadableFileError, file_format, quote
from advisor.exchange.json_items import read_items
from advisor.exchange.recommendation import recommend
from advisor.exchange.results import write_results, write_results_workbook
from advisor.exchange.sheets import csv_files
from advisor.exchange.sheets.csv_files import BYTE_ORDER_MARK
from advisor.exchange.work_items import header, read_sheet


@click.command(short_help="Print the questionnaire in force.")
@click.option("--format", "file_format", type=click.Choice(["json", "csv"]), default="json", show_default=True)
def questions(*, file_format: str) -> None:
    """Print the questionnaire in force.

    As JSON: the list of questions with their options. As CSV: the header row of a sheet to fill in, for
    `advisor evaluate`. Give each process a row, or several rows that share the name in `process` and differ in `part`.
    Cells hold keys of options; leave a cell blank for what is not answered yet, write not-sure for "I'm not sure", none
    for "none of these", and join several choices by a semicolon.

    \b
    Example:
      advisor questions --format csv > processes.csv
    """  # noqa: D301 - click looks for the character
    rule_set = rules_in_force().rule_set
    if file_format == "csv":
        write_text(csv_files.write_rows([header(rule_set)]), None)
    else:
        write_text(json.dumps(to_plain(rule_set.questions), ensure_ascii=False, indent=2) + "\n", None)


@click.command(short_help="Advise on the processes in FILE.")
@click.argument("file", type=file_argument)
@click.option("--rules", "rules_file", type=file_argument, help="Use the rule set in this file (JSON, TOML or XLSX).")
@click.option(
    "--format", "wanted", type=click.Choice(["json", "csv", "xlsx"]), help="json, or what the output's name says."
)
@click.option("--explain", is_flag=True, help="Say what would change the advice, and what settles it (JSON).")
@out_option
def evaluate(*, file: Path, rules_file: Path | None, wanted: str | None, explain: bool, out: Path | None) -> None:
    """Advise on the processes in FILE, with the reasons and their sources, and what tends to go wrong.

    FILE is a sheet (CSV, XLSX or ODS, with the header row of `advisor questions --format csv`), or JSON: one object, or
    several in a list, each {"process": ..., "answers": {...}} or
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
    wanted = wanted or format_named(out, {name: name for name in ("json", "csv", "xlsx")}, "json")
    refuse_to_overwrite(out, [file, *([rules_file] if rules_file else [])])
    if explain and wanted != "json":
        raise click.UsageError("Explanations are written as JSON only: leave --explain out, or the format.")
    data = read_bytes(file)
    rules = rules_in_force() if rules_file is None else sound_rules_of_file(rules_file)
    items, problems, is_list = _read(rules.rule_set, file, data)
    if problems:
        print_problems(f"{name_of(file)} was not evaluated:", problems)
        raise SystemExit(BadInput.exit_code)
    with click.progressbar(items, label="Evaluating", file=sys.stderr, hidden=not sys.stderr.isatty()) as shown_items:
        advise = recommend_and_explain if explain else recommend
        advices = [advise(rules.rule_set, rules.number, item) for item in shown_items]
    match wanted:
        case "csv":
            write_text((BYTE_ORDER_MARK if is_sheet_file(out) else "") + write_results(advices), out)
        case "xlsx":
            try:
                write_bytes(write_results_workbook(advices, rules.about()), out)
            except RuleSetError as error:
                raise BadInput(f"The advice cannot be written as a workbook. {error}") from None
        case _:
            write_text(json.dumps(advices if is_list else advices[0], ensure_ascii=False, indent=2) + "\n", out)


def _read(rule_set: RuleSet, file: Path, data: bytes) -> tuple[list[WorkItem], list[Problem], bool]:
    """Read the work items, what is wrong with them, and whether they are a list rather than a single one."""
    try:
        found = file_format(data, file.name, ("json", "csv", "xlsx", "ods"))
        text = data.removeprefix(b"\xef\xbb\xbf")
        is_book = found in {"xlsx", "ods"}
        if is_book or (file.suffix.lower() != ".json" and not text.lstrip().startswith((b"{", b"["))):
            return *read_sheet(rule_set, data, found if is_book else "csv"), True
    except UnreadableFileError as error:
        return [], list(error.problems), True
    try:
        raw = load_json(text)
    except RuleSetError as error:
        return [], [Problem("file", error.problems[0].text)], True
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
