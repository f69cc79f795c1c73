"""The `advisor` command."""

import errno
from typing import Any

import click

from advisor._version import __version__
from advisor.commands import accounts, demo, evaluate, manual, operations, rules
from advisor.models.database import DatabaseUnavailable, Unstorable
from advisor.operating import OperatorError
from advisor.settings import SettingError


class Advisor(manual.SummarisedGroup):
    """Says what went wrong in one sentence instead of a traceback, where the operator can mend it."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the operator can mend ends it with code 1."""
        try:
            return super().invoke(ctx)
        except (OperatorError, SettingError, DatabaseUnavailable, Unstorable) as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.filename is None or error.errno == errno.EPIPE:
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}") from error


@click.group(
    cls=Advisor,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\nExit status:\n"
    "  0  All was done, and nothing blocks.\n"
    "  1  Something cannot be used as it is: a file, the rules, the database, a setting. Standard error says what.\n"
    "  2  The command was not given as its help says.",
)
@click.version_option(__version__, "-V", "--version", prog_name=manual.PROGRAM)
def main() -> None:
    """Outsourcing Advisor: does a process belong with a BPO, a KPO, both, or in the house?"""


for command in (
    evaluate.questions,
    evaluate.evaluate,
    rules.rules,
    operations.serve,
    operations.worker,
    operations.migrate,
    operations.backup,
    operations.verify,
    operations.restore,
    operations.check,
    operations.purge,
    accounts.admin,
    accounts.reset_link,
    accounts.set_address,
    demo.demo,
    manual.completion,
    manual.man,
):
    main.add_command(command)
