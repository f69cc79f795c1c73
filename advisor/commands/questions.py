"""`advisor questions`: what is asked."""

import json

import click

from advisor.commands.files import write_text
from advisor.commands.rule_sources import rules_in_force
from advisor.engine.document.document import to_plain
from advisor.exchange import csv_files
from advisor.exchange.work_items import header


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
