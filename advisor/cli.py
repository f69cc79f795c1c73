"""The `advisor` command."""

import errno
from typing import Any

import click

from advisor._version import __version__
from advisor.commands import accounts, evaluate, operations, rules
from advisor.models.database import DatabaseUnavailable, Unstorable
from advisor.operating import OperatorError
from advisor.settings import SettingError


class Advisor(click.Group):
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


@click.group(cls=Advisor, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="advisor")
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
):
    main.add_command(command)
