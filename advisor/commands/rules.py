"""`advisor rules`: rule sets, on a file or on the database."""

import json
from pathlib import Path
from typing import Any

import click

from advisor import settings as installation
from advisor.commands.files import (
    STANDARD,
    BadInput,
    file_argument,
    format_named,
    name_of,
    out_option,
    print_problems,
    refuse_to_overwrite,
    write_bytes,
    write_text,
)
from advisor.commands.manual import SummarisedGroup
from advisor.commands.rule_checks import print_report, print_trial, proofs_of, prove_with_bar
from advisor.commands.rule_sources import (
    VERSION,
    Rules,
    accepted_reasons,
    is_draft,
    open_database,
    rules_in_force,
    rules_named,
    rules_of_draft,
    rules_of_file,
)
from advisor.engine.analysis.space import SpaceTooLarge
from advisor.engine.checks.check import examine
from advisor.engine.checks.trial import trial_of
from advisor.engine.document.document import dumps, json_schema, sha256
from advisor.engine.document.text import LINE_LIMIT, text_fault
from advisor.engine.model.errors import RuleSetError
from advisor.exchange.dmn.plain import LOST
from advisor.exchange.file_input import escape_invisible
from advisor.exchange.rule_sets import FORMATS, PLAIN_DMN, write_rule_set
from advisor.exchange.sql.query import DIALECTS, TABLE, QueryForm, write_sql
from advisor.exchange.work_items import PART, PROCESS
from advisor.models.audit import OPERATOR, audit
from advisor.models.rule_sets import rule_set_version as versions
from advisor.operating.installation_check import record_act
from advisor.wording.terminal import (
    describe,
    describe_differences,
    describe_effect,
    share_lines,
)

rules_argument = click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=str), required=False)
version_option = click.option("--version", "number", type=VERSION, help="This published version.")


@click.group(cls=SummarisedGroup)
def rules() -> None:
    """Check, show, export and import rule sets."""


@rules.command()
@click.argument("file", type=file_argument, required=False)
def check(*, file: Path | None) -> None:
    """Name everything that is wrong with a rule set, run its test cases, and check every combination of answers.

    The rule set is that of FILE (JSON, TOML or a workbook; a dash is standard input), the draft by the word draft,
    or the one in force. Of a test case that fails it says which rules match in it, and of the draft's also which of
    its changes bear on it. Where something else blocks, they are run without it. Every combination of answers is
    checked, also where test cases fail; what is found comes with answers that show it, and with the share of each
    outcome among complete answers. The list is that of the page with the draft's problems, what blocks first; a
    warning that an admin accepted comes last, with the reason. Where checking takes longer than a second, an
    estimate of the shares comes first, on standard error. The exit status is 1 where anything blocks its
    publication.

    \b
    Examples:
      advisor rules check my-rules.toml
      advisor rules check draft
    """  # noqa: D301 - click looks for the character
    try:
        if file is not None and is_draft(file):
            rules = rules_of_draft(sound=False)
        else:
            rules = rules_in_force() if file is None else rules_of_file(file)
    except RuleSetError as error:
        print_report(error.problems)
        raise SystemExit(1) from None
    examination = examine(rules.rule_set)
    proofs = proofs_of(rules.rule_set) if examination.can_prove else None
    found = [*examination.problems, *(proofs.problems if proofs is not None else ())]
    found.sort(key=lambda problem: not problem.blocks)
    accepted = accepted_reasons(rules, found)
    print_report(rules.places.at_nearest_places(problem for problem in found if problem not in accepted))
    for problem, reason in accepted.items():
        click.echo(f"Accepted: {escape_invisible(str(problem))}\n  Because: {escape_invisible(reason)}")
    print_trial(rules, trial_of(rules.rule_set, examination))
    if proofs is None:
        click.echo("The combinations of answers were not checked: that can be done when nothing else blocks.")
    for line in share_lines(proofs.shares) if proofs is not None and proofs.shares is not None else ():
        click.echo(line)
    if any(problem.blocks for problem in found):
        raise SystemExit(1)
    cases = len(rules.rule_set.cases)
    click.echo(f"{rules.origin}: nothing blocks. All {cases} test cases give what they expect.")


@rules.command()
@rules_argument
@version_option
def show(*, file: str | None, number: int | None) -> None:
    """Print a rule set for people: each question, each rule with its points and claims, and the policy in words.

    It is the one in force, that of FILE, or that of a version by its number; ./3 is a file that is named like one.

    \b
    Example:
      advisor rules show 1 | less
    """  # noqa: D301 - click looks for the character
    rules = _rules_of_option(file, number)
    since = f", published {rules.published_at:%Y-%m-%d %H:%M} UTC" if rules.published_at else ""
    note = f"\nNote: {escape_invisible(rules.note)}" if rules.note else ""
    write_text(f"{rules.origin}{since}\nSHA-256 {rules.sha256}{note}\n\n{describe(rules.rule_set)}", None)


_SQL = "sql"


@rules.command()
@rules_argument
@version_option
@click.option(
    "--format", "file_format", type=click.Choice([*FORMATS, _SQL]), help="json, or what the output's name says."
)
@click.option("--dmn-plain", is_flag=True, help="DMN 1.1 as plain tables, for simple readers; what is lost is said.")
@click.option("--dialect", type=click.Choice(DIALECTS), help="Of SQL: what the engine speaks.")
@click.option("--table", metavar="NAME", help="Of SQL: the table of answers, or what else can stand behind FROM.")
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="COLUMN",
    help="Of SQL: a column that says which row it is, or with --combined which process; may be repeated.",
)
@click.option("--combined", is_flag=True, help="Of SQL: one row for each process, its parts combined.")
@click.option("--reasons", is_flag=True, help="Of SQL: also the keys of the rules that matched.")
@click.option("--unquoted", is_flag=True, help="Of SQL: the names of columns without quotation marks.")
@out_option
def export(
    *,
    file: str | None,
    number: int | None,
    file_format: str | None,
    dmn_plain: bool,
    out: Path | None,
    **of_sql: Any,
) -> None:
    """Write a rule set as JSON, TOML or a workbook, to be read, edited and imported again.

    As DMN 1.3 it can be opened in a modeller and evaluated by another engine; there is no way back from that, and the
    risks, the guidance and the claims are left out. The rule set is the one in force, another version, that of FILE, or
    the draft by the word draft.

    As SQL it is one query over a table with the columns of `advisor questions --format csv`: whatever engine holds the
    rows advises on them. It gives the columns process and part, or those named by --key, with outcome, kind, strength
    and points; unread names the columns of a row that hold something that is no answer.

    \b
    Examples:
      advisor rules export -o rules.xlsx
      advisor rules export draft -o draft.xlsx
      advisor rules export --version 3 --format json
      advisor rules export --format dmn --dmn-plain -o rules.dmn
      advisor rules export --format sql --dialect duckdb --table answers -o rules.sql
    """  # noqa: D301 - click looks for the character
    chosen = file_format or format_named(out, {name: name for name in (*FORMATS, _SQL)}, "dmn" if dmn_plain else "json")
    if dmn_plain and chosen != "dmn":
        raise click.UsageError(f"--dmn-plain is a form of the format dmn, not of {chosen}.")
    form = _query_form(chosen, **of_sql)
    refuse_to_overwrite(out, [] if file is None else [Path(file)])
    rules = _rules_of_option(file, number)
    try:
        if form is not None:
            data = write_sql(rules.rule_set, of_sql["dialect"], form, rules.origin_lines()).encode()
        else:
            data = write_rule_set(rules.rule_set, PLAIN_DMN if dmn_plain else chosen, rules.origin_lines())
    except RuleSetError as error:
        raise BadInput(f"It cannot be written as {chosen}. {error}") from None
    if dmn_plain:
        click.echo(LOST, err=True)
    if rules.number is not None or rules.base is not None:
        what = "draft" if rules.number is None else f"version {rules.number}"
        made_from = rules.base if rules.number is None else rules.number
        record_act(installation.load(), "rules exported", what, why=f"As {chosen}", version=made_from)
    write_bytes(data, out)


def _query_form(
    chosen: str,
    *,
    dialect: str | None,
    table: str | None,
    keys: tuple[str, ...],
    combined: bool,
    reasons: bool,
    unquoted: bool,
) -> QueryForm | None:
    """The form of a query, where that is what is wanted. Raises UsageError where options do not go together."""
    given = {"dialect": dialect, "table": table, "key": keys, "combined": combined, "reasons": reasons}
    if chosen != _SQL:
        if wrong := [name for name, value in {**given, "unquoted": unquoted}.items() if value]:
            raise click.UsageError(f"--{wrong[0]} is of the format sql, not of {chosen}.")
        return None
    if dialect is None:
        raise click.UsageError(f"SQL is written for an engine: name its --dialect, one of {', '.join(DIALECTS)}.")
    if combined and reasons:
        raise click.UsageError("The rules matched in one part or another: leave --reasons out, or --combined.")
    usual = (PROCESS,) if combined else (PROCESS, PART)
    return QueryForm(table or TABLE, keys or usual, combined, reasons, not unquoted)


@rules.command()
@click.argument("old")
@click.argument("new")
def diff(*, old: str, new: str) -> None:
    """Show what differs between two rule sets, word by word, and what that does to the advice.

    OLD and NEW are each a file (JSON, TOML or a workbook; a dash is standard input, for one of them), the number of a
    version, or the word draft. A file that is named like a number is meant by ./3. What went is shown as [-went-], what
    came as {+came+}. Then it says which share of all answers gets another outcome, from what to what, each with answers
    that show it.

    \b
    Examples:
      advisor rules diff 3 4
      advisor rules diff 4 draft
      advisor rules diff 4 my-rules.toml
    """  # noqa: D301 - click looks for the character
    from advisor.engine.analysis.proofs.one_rule import effect

    if old == new == STANDARD:
        raise click.UsageError("Standard input cannot be both rule sets.")
    before, after = rules_named(old), rules_named(new)
    write_text(f"From: {before.origin}\nTo: {after.origin}\n\n", None)
    write_text(describe_differences(before.rule_set, after.rule_set), None)
    if before.rule_set == after.rule_set:
        return
    try:
        found = effect(before.rule_set, after.rule_set)
    except SpaceTooLarge:
        found = None
    write_text(f"\n{describe_effect(found)}", None)


@rules.command("import")
@click.argument("file", type=file_argument)
@click.option("--note", default="", help="Why; everybody can read it beside the version.")
def import_(*, file: Path, note: str) -> None:
    """Publish the rule set of FILE (JSON, TOML or a workbook) as a new version, in force at once.

    It is published only where nothing blocks, all of its test cases give what they expect, and every combination of
    answers was checked; else every problem is named, nothing changes, and the exit status is 1. Importing what is in
    force already publishes nothing.

    \b
    Example:
      advisor rules import my-rules.toml --note "Volume counts for more"
    """  # noqa: D301 - click looks for the character
    if (fault := text_fault(note, LINE_LIMIT, one_line=True)) is not None:
        raise click.UsageError(f"The note {fault}.")
    try:
        rules = rules_of_file(file)
        examination = examine(rules.rule_set)
        problems = rules.places.at_nearest_places(examination.problems)
        if examination.results is not None:
            problems += rules.places.at_nearest_places(prove_with_bar(rules.rule_set).problems)
    except RuleSetError as error:
        problems = list(error.problems)
    if any(problem.blocks for problem in problems):
        print_problems(f"{name_of(file)} was not published:", problems)
        raise SystemExit(1)
    if problems:
        print_problems("To be looked at, though it blocks nothing:", problems)
    _publish(rules, note or f"Imported from {name_of(file)}")


@rules.command()
def schema() -> None:
    """Print the JSON Schema of a rule set document.

    \b
    Example:
      advisor rules schema > rule-set.schema.json
    """  # noqa: D301 - click looks for the character
    write_text(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n", None)


def _publish(rules: Rules, note: str) -> None:
    text = dumps(rules.rule_set)
    with open_database() as database:
        if database is None:
            raise click.ClickException("There is no database yet. Run `advisor migrate` first.")
        with database.write() as session:
            try:
                present = versions.in_force(session)
            except LookupError:
                present = None
            if present is not None and present.sha256 == sha256(text):
                click.echo(f"These rules are in force already, as version {present.number}. Nothing was published.")
                return
            published = versions.publish(session, text, note)
            audit(
                session,
                "rules imported",
                who=OPERATOR,
                what=f"version {published.number}",
                before={"in force": present.number if present else None},
                after={"in force": published.number, "sha256": published.sha256},
                version=published.number,
                why=note,
            )
        click.echo(f"Published as version {published.number}, in force now.")


def _rules_of_option(file: str | None, number: int | None) -> Rules:
    if file is None:
        return rules_in_force(number)
    if number is not None:
        raise click.UsageError("Give a file or a version, not both.")
    return rules_named(file)
