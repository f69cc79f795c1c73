"""Files that commands read and write, and the words for input that cannot be used."""

import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click

from advisor.engine.model.errors import Problem
from advisor.exchange.file_input import escape_invisible

STANDARD = "-"
"""How standard input and output are named."""

file_argument = click.Path(dir_okay=False, allow_dash=True, path_type=Path)
"""A file to read; a dash is standard input."""


class _OutputFile(click.Path):
    """A file to write; what ends in a stroke is a folder, also where there is none yet."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if str(value).endswith(os.sep):
            self.fail(f"{escape_invisible(str(value))} is a folder. Name a file in it.", param, ctx)
        return super().convert(value, param, ctx)


out_option = click.option(
    "-o",
    "--output",
    "out",
    type=_OutputFile(dir_okay=False, allow_dash=True, path_type=Path),
    help="Write to this file instead of standard output; it is there whole, or not at all.",
)


class BadInput(click.ClickException):
    """What cannot be used as it is; the command ends with 1 and has changed nothing."""


def name_of(file: Path) -> str:
    """What to call a file when speaking of it."""
    return "standard input" if str(file) == STANDARD else escape_invisible(file.name)


def path_of(file: Path) -> str:
    """A file by its path as it was given, for where it may be sought in the wrong place."""
    return "standard input" if str(file) == STANDARD else escape_invisible(str(file))


def read_bytes(file: Path) -> bytes:
    """Read a file, or standard input."""
    try:
        return sys.stdin.buffer.read() if str(file) == STANDARD else file.read_bytes()
    except OSError as error:
        raise BadInput(f"{path_of(file)} cannot be read: {error.strerror}.") from error


# ---- What is written


def format_named(out: Path | None, endings: Mapping[str, str], otherwise: str) -> str:
    """The format that the name of the output says, by its ending; standard output, or a name without one, says none.

    Raises UsageError where the ending is none of ``endings``.
    """
    if out is None or str(out) == STANDARD or _is_no_file(out):
        return otherwise
    if not out.suffix:
        said = f"{escape_invisible(out.name)} has no ending that names a format: it is written as {otherwise.upper()}."
        click.echo(said, err=True)
        return otherwise
    if (found := endings.get(out.suffix.lower().removeprefix("."))) is not None:
        return found
    known = ", ".join(f".{ending}" for ending in endings)
    said = escape_invisible(out.name)
    raise click.UsageError(f"{said} ends in none of {known}. Give it one of these endings, or name the --format.")


def refuse_to_overwrite(out: Path | None, inputs: Iterable[Path]) -> None:
    """Raise UsageError where the output is one of the inputs, by whatever name."""
    written = _identity(None if out is None or str(out) == STANDARD else out, 1)
    for file in inputs:
        if written is not None and written == _identity(None if str(file) == STANDARD else file, 0):
            raise click.UsageError(f"The output would overwrite {name_of(file)}, which is read. Name another file.")


def _identity(file: Path | None, standard: int) -> tuple[int, int] | None:
    """What tells a file of the disk from every other; None where it is not there, or is a device or a pipe."""
    try:
        found = os.fstat(standard) if file is None else file.stat()
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


@contextmanager
def open_output(out: Path | None, *, is_text: bool = True) -> Iterator[BinaryIO]:
    """A stream to write to. What is written to it appears when the block ends, and not at all where it raises.

    ``is_text`` is False for what no terminal can show.
    """
    is_standard = out is None or str(out) == STANDARD or (_identity(out, 1) or ()) == _identity(None, 1)
    if is_standard and not is_text and sys.stdout.isatty():
        raise click.UsageError("That is not text that a terminal can show. Name a file with -o.")
    try:
        if out is None or is_standard or _is_no_file(out):
            with tempfile.TemporaryFile() as kept:
                yield kept
                kept.seek(0)
                if out is None or is_standard:
                    shutil.copyfileobj(kept, sys.stdout.buffer)
                    sys.stdout.buffer.flush()
                else:
                    with out.open("wb") as stream:
                        shutil.copyfileobj(kept, stream)
        else:
            with _open_unfinished(out.resolve()) as stream:
                yield stream
    except BrokenPipeError:
        raise  # the reader has seen enough; click ends quietly
    except OSError as error:
        where = f" to {path_of(out)}" if out is not None and not is_standard else ""
        raise BadInput(f"The output cannot be written{where}: {error.strerror}.") from error


def write_text(text: str, out: Path | None) -> None:
    """Write UTF-8 to a file at once, or to standard output."""
    write_bytes(text.encode(), out)


def write_bytes(data: bytes, out: Path | None) -> None:
    """Write a file at once, or to standard output; what is no text goes to no terminal."""
    with open_output(out, is_text=not data.startswith(b"PK")) as stream:
        stream.write(data)


def is_sheet_file(out: Path | None) -> bool:
    """Whether CSV goes into a file, where a mark lets spreadsheets know UTF-8; programs in a pipe do not expect it."""
    return out is not None and str(out) != STANDARD and not _is_no_file(out)


def _is_no_file(out: Path) -> bool:
    """Whether it is a device or a pipe, which cannot be replaced."""
    return out.exists() and not out.is_file()


@contextmanager
def _open_unfinished(file: Path) -> Iterator[BinaryIO]:
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(4)}.unfinished")
    try:
        with unfinished.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if file.exists():
            unfinished.chmod(stat.S_IMODE(file.stat().st_mode))  # what was private stays so
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


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
