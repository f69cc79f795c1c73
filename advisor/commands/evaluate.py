"""`advisor questions` and `advisor evaluate`: what is asked, and advice on the processes in files."""

import gc
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisor.commands.advice_output import ENDINGS, advice_writer, refuse_too_many_rows
from advisor.commands.files import (
    STANDARD,
    BadInput,
    file_argument,
    format_named,
    is_sheet_file,
    name_of,
    open_output,
    out_option,
    print_problems,
    refuse_to_overwrite,
    write_bytes,
    write_text,
)
from advisor.commands.item_files import ItemFiles
from advisor.commands.rule_sources import VERSION, rules_in_force, sound_rules_of_file
from advisor.engine.document.document import to_plain
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.errors import RuleSetError
from advisor.exchange.advice_rows import Reasons
from advisor.exchange.explanation import recommend_and_explain
from advisor.exchange.file_input import escape_invisible
from advisor.exchange.item_sheets import write_template
from advisor.exchange.recommendation import recommend
from advisor.exchange.results import ROWS_LIMIT, rows_needed
from advisor.exchange.sheets import csv_files
from advisor.exchange.work_items import header

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar


@click.command()
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
                write_bytes(write_template(rule_set, rules.origin_lines()), out)
            except RuleSetError as error:
                raise BadInput(f"The questions cannot be written as a workbook. {error}") from None
        case _:
            write_text(json.dumps(to_plain(rule_set.questions), ensure_ascii=False, indent=2) + "\n", out)


ROWS_WITH_REASONS = 10_000
"""Processes and parts up to which reasons are written unless asked for otherwise: more are read by programs."""

_MANY = 2_000
"""Rows of a workbook that take a while to write."""

_STEPS = 1_000
"""Of the bar that shows progress."""

_FORMATS = tuple(dict.fromkeys(ENDINGS.values()))


@click.command()
@click.argument("files", metavar="FILE...", type=file_argument, nargs=-1, required=True)
@click.option("--rules", "rules_file", type=file_argument, help="Use the rule set in this file (JSON, TOML or XLSX).")
@click.option("--rules-version", "number", type=VERSION, help="Use this published version of the rules.")
@click.option("--format", "wanted", type=click.Choice(_FORMATS), help="json, or what the output's name says.")
@click.option(
    "--reasons",
    "chosen",
    type=click.Choice([reasons.value for reasons in Reasons]),
    help=f"What is told of the reasons; full for up to {ROWS_WITH_REASONS:,} rows, none for more.",
)
@click.option(
    "--sheet", "sheets", multiple=True, metavar="NAME", help="Read this sheet of a workbook; may be repeated."
)
@click.option("--explain", is_flag=True, help="Say what would change the advice, and what settles it (JSON).")
@out_option
def evaluate(
    *,
    files: tuple[Path, ...],
    rules_file: Path | None,
    number: int | None,
    wanted: str | None,
    chosen: str | None,
    sheets: tuple[str, ...],
    explain: bool,
    out: Path | None,
) -> None:
    """Advise on the processes in each FILE, with the reasons and their sources, and what tends to go wrong.

    FILE is a sheet (CSV, TSV, XLSX, XLS or ODS, with a header row such as that of `advisor questions --format csv`),
    Parquet with the same columns, or JSON: one object, several in a list, or one on each line (JSON Lines), each
    {"process": ..., "answers": {...}} or {"process": ..., "parts": [{"part": ..., "answers": {...}}]}. A dash is
    standard input. The advice comes in the order of the files.

    Files of any length are read and written a little at a time, but for workbooks. With --reasons full the advice
    comes with every reason, its claims, what the sources differ on, and the risks; with keys it has the keys of all
    these; with none it has the advice, the points and what is unanswered.

    The rules are those in force, those of another version, or those of a file. Where anything cannot be used, every
    such place is named on standard error, nothing is written, and the exit status is 1.

    \b
    Examples:
      advisor evaluate processes.csv -o advice.csv
      advisor evaluate north.csv south.xlsx --reasons keys -o advice.jsonl
      echo '{"process": "Payroll", "answers": {}}' | advisor evaluate -
    """  # noqa: D301 - click looks for the character
    wanted = wanted or format_named(out, ENDINGS, "json")
    _refuse_contradictions(files, rules_file, number, wanted, chosen, out, explain=explain)
    rules = rules_in_force(number) if rules_file is None else sound_rules_of_file(rules_file)
    shows = sys.stderr.isatty()
    if shows:
        click.echo(f"Reading {', '.join(map(name_of, files))}", err=True)
    with ItemFiles(rules.rule_set, files, sheets) as read:
        with open_output(out, is_text=wanted != "xlsx") as stream, _progress(hidden=not shows) as bar:
            chunks = _items_with_bar(read, bar)
            first = _first_rows(chunks, ROWS_LIMIT if wanted == "xlsx" else 0 if chosen else ROWS_WITH_REASONS)
            rows = sum(map(rows_needed, first))
            if wanted == "xlsx" and not read.problems:
                refuse_too_many_rows(rows)
            reasons = Reasons(chosen) if chosen else Reasons.FULL if explain else _usual_reasons(rows)
            advise = recommend_and_explain if explain else recommend
            single, in_file = read.is_single, is_sheet_file(out)
            writer = advice_writer(wanted, stream, rules, reasons, advise, is_single=single, is_file=in_file)
            advised = 0
            gc.freeze()  # what is there already stays, and need not be looked through over and over
            for some in chain(first, chunks):
                if not read.problems:  # else nothing will be written, and reading on finds the rest of them
                    writer.write(some)
                advised += len(some)
            if read.problems:
                bar.finish()
                print_problems(f"{_all_named(files)} not evaluated:", read.problems)
                _print_lines(read.left_out)
                raise SystemExit(BadInput.exit_code)
            if wanted == "xlsx" and rows >= _MANY:
                click.echo("\n" * shows + f"Writing the workbook, {rows:,} rows of advice.", err=True)
            writer.finish()
            bar.update(_STEPS - bar.pos)
        _print_lines(read.notes)
        if not single:
            click.echo(f"Advised on {advised:,} {'process' if advised == 1 else 'processes'}.", err=True)


def _print_lines(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(escape_invisible(line), err=True)


def _refuse_contradictions(
    files: Sequence[Path],
    rules_file: Path | None,
    number: int | None,
    wanted: str,
    chosen: str | None,
    out: Path | None,
    *,
    explain: bool,
) -> None:
    """Raise UsageError where options do not go together."""
    inputs = [*files, *([rules_file] if rules_file else [])]
    if sum(str(file) == STANDARD for file in inputs) > 1:
        raise click.UsageError("Standard input can be read once alone: name it once, for processes or for rules.")
    if rules_file is not None and number is not None:
        raise click.UsageError("Give a file of rules or a version, not both.")
    if explain and wanted not in {"json", "jsonl"}:
        raise click.UsageError("Explanations are written as JSON only: leave --explain out, or the format.")
    if explain and chosen not in {None, Reasons.FULL}:
        raise click.UsageError("Explanations come with full reasons: leave --explain out, or --reasons.")
    if wanted == "xlsx" and chosen == Reasons.KEYS:
        raise click.UsageError("A workbook has full reasons or none: leave --reasons out, or the format.")
    refuse_to_overwrite(out, inputs)


def _usual_reasons(rows: int) -> Reasons:
    if rows <= ROWS_WITH_REASONS:
        return Reasons.FULL
    said = f"These are more than {ROWS_WITH_REASONS:,} rows: reasons are left out. Ask for them with --reasons."
    click.echo(said, err=True)
    return Reasons.NONE


def _progress(*, hidden: bool) -> "ProgressBar[int]":
    return click.progressbar(length=_STEPS, label="Evaluating", file=sys.stderr, hidden=hidden)


def _items_with_bar(read: ItemFiles, bar: "ProgressBar[int]") -> Iterator[Sequence[WorkItem]]:
    """The work items, the bar moving as they are read; what is left of it is for what comes after the last."""
    for some in read:
        bar.update(int(read.share_read * _STEPS * 0.99) - bar.pos)
        yield some


def _first_rows(chunks: Iterator[Sequence[WorkItem]], most: int) -> list[Sequence[WorkItem]]:
    """The first items, until they are more than ``most`` rows."""
    first: list[Sequence[WorkItem]] = []
    rows = 0
    for some in chunks:
        first.append(some)
        rows += rows_needed(some)
        if rows > most:
            break
    return first


def _all_named(files: Sequence[Path]) -> str:
    return f"{name_of(files[0])} was" if len(files) == 1 else "The files were"
