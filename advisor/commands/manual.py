"""What the commands say of themselves: full summaries in --help, scripts that complete words, and the manual page."""

import inspect
import re
from collections.abc import Iterator

import click
from click.shell_completion import get_completion_class

from advisor._version import __version__

PROGRAM = "advisor"

SHELLS = ("bash", "zsh", "fish")

_NO_END = 10_000
"""Characters of a summary: more than any has."""


class SummarisedGroup(click.Group):
    """A group that lists its commands with their whole summaries, which click would cut off at the end of a line."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command and its summary."""
        rows = [(name, summary(command)) for name, command in _commands(self, ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


SummarisedGroup.group_class = SummarisedGroup


def summary(command: click.Command) -> str:
    """The first sentence of a command's help."""
    return command.get_short_help_str(_NO_END)


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(*, shell: str) -> None:
    """Print a script with which SHELL completes the words of this command: bash, zsh or fish.

    \b
    Examples:
      eval "$(advisor completion bash)"            in ~/.bashrc
      eval "$(advisor completion zsh)"             in ~/.zshrc
      advisor completion fish > ~/.config/fish/completions/advisor.fish
    """  # noqa: D301 - click looks for the character
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    made = found(click.get_current_context().find_root().command, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE")
    click.echo(made.source_template % made.source_vars())


@click.command()
def man() -> None:
    """Print the manual page, which is made from these helps.

    \b
    Example:
      advisor man > advisor.1 && man ./advisor.1
    """  # noqa: D301 - click looks for the character
    root = click.get_current_context().find_root().command
    click.echo("\n".join(_page(click.Context(root, info_name=PROGRAM))))


# ---- The manual page, in the macros of man(7)


def _page(root: click.Context) -> Iterator[str]:
    yield f'.TH {PROGRAM.upper()} 1 "" "{PROGRAM} {__version__}" "User Commands"'
    yield from (".SH NAME", f"{PROGRAM} \\- {_text(summary(root.command))}")
    yield from (".SH SYNOPSIS", f".B {PROGRAM}", _text(" ".join(root.command.collect_usage_pieces(root))))
    yield from (".SH DESCRIPTION", *_help(root.command))
    yield from (".SH OPTIONS", *_options(root))
    yield ".SH COMMANDS"
    yield from _of_group(root)
    if isinstance(root.command, click.Group) and root.command.epilog:
        heading, _, rest = root.command.epilog.replace("\b\n", "").partition(":\n")
        yield f".SH {_text(heading.upper())}"
        yield from (f".TP\n.B {_text(code)}\n{_text(said)}" for code, said in re.findall(r"^ *(\d)  (.+)$", rest, re.M))


def _of_group(ctx: click.Context) -> Iterator[str]:
    for name, command in _commands(ctx.command, ctx):
        own = click.Context(command, info_name=name, parent=ctx)
        if isinstance(command, click.Group):
            yield from _of_group(own)
            continue
        yield f".SS {_text(own.command_path)} {_text(' '.join(command.collect_usage_pieces(own)))}"
        yield from _help(command)
        yield from _options(own)


def _commands(group: click.Command, ctx: click.Context) -> Iterator[tuple[str, click.Command]]:
    if isinstance(group, click.Group):
        for name in group.list_commands(ctx):
            command = group.get_command(ctx, name)
            if command is not None and not command.hidden:
                yield name, command


def _help(command: click.Command) -> Iterator[str]:
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        yield ".PP"
        if paragraph.startswith("\b\n"):
            yield from (".nf", *map(_text, paragraph[2:].splitlines()), ".fi")
        else:
            yield _text(" ".join(paragraph.split()))


def _options(ctx: click.Context) -> Iterator[str]:
    for parameter in ctx.command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is not None and record[1] and (ctx.parent is None or "--help" not in parameter.opts):
            yield from (".TP", f".B {_text(record[0])}", _text(record[1]))


def _text(text: str) -> str:
    """Text with nothing in it that the macros would obey."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
