"""Files that commands read and write, and the words for input that cannot be used."""

import os
import secrets
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from advisor.engine.model.errors import Problem
from advisor.exchange.file_input import escape_invisible
from advisor.exchange.sheets.csv_files import BYTE_ORDER_MARK

STANDARD = "-"
"""How standard input and output are named."""

file_argument = click.Path(dir_okay=False, allow_dash=True, path_type=Path)
"""A file to read; a dash is standard input."""

out_option = click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Write to this file instead of standard output; it is there whole, or not at all.",
)


class BadInput(click.ClickException):
    """Input that cannot be used; the command ends with 2 and has changed nothing."""

    exit_code = 2


def name_of(file: Path) -> str:
    """What to call a file when speaking of it."""
    return "standard input" if str(file) == STANDARD else escape_invisible(file.name)


def read_bytes(file: Path) -> bytes:
    """Read a file, or standard input."""
    try:
        return sys.stdin.buffer.read() if str(file) == STANDARD else file.read_bytes()
    except OSError as error:
        raise BadInput(f"{name_of(file)} cannot be read: {error.strerror}.") from error


def write_text(text: str, out: Path | None) -> None:
    """Write UTF-8 to a file at once, or to standard output."""
    write_bytes(text.encode(), out)


def write_bytes(data: bytes, out: Path | None) -> None:
    """Write a file at once, or to standard output; what is no text goes to no terminal."""
    try:
        if out is None or str(out) == STANDARD:
            if data.startswith(b"PK") and sys.stdout.isatty():
                raise BadInput("A workbook is not text that a terminal can show. Name a file with -o.")
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        else:
            _replace(out.resolve(), data)
    except BrokenPipeError:
        raise  # the reader has seen enough; click ends quietly
    except OSError as error:
        raise BadInput(f"The output cannot be written: {error.strerror}.") from error


def write_sheet(text: str, out: Path | None) -> None:
    """Write CSV; into a file with the mark by which spreadsheets know UTF-8, which programs in a pipe do not expect."""
    write_text(text if out is None or str(out) == STANDARD else BYTE_ORDER_MARK + text, out)


def print_problems(heading: str, problems: Iterable[Problem]) -> None:
    """List problems on standard error, with nothing in them that a terminal would obey.

    What is wrong in several places is said once, with all of them under it.
    """
    places: dict[str, list[str]] = {}
    for problem in problems:
        places.setdefault(f"{problem.text} {problem.mend}".rstrip(), []).append(problem.place)
    click.echo(heading, err=True)
    for message, wrong in places.items():
        if len(wrong) == 1:
            click.echo(f"  {escape_invisible(f'{wrong[0]}: {message}')}", err=True)
            continue
        click.echo(f"  {escape_invisible(message)}", err=True)
        for place in wrong:
            click.echo(f"    {escape_invisible(place)}", err=True)


def _replace(file: Path, data: bytes) -> None:
    if file.exists() and not file.is_file():  # a device or a pipe cannot be replaced
        file.write_bytes(data)
        return
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(4)}.unfinished")
    try:
        with unfinished.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if file.exists():
            unfinished.chmod(stat.S_IMODE(file.stat().st_mode))  # what was private stays so
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
