"""A check of a rule set on a terminal: what is wrong, how its test cases come out, and every combination of answers."""

import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from advisor.commands.rule_sources import Rules, rules_in_force
from advisor.engine.analysis.space import SpaceTooLarge
from advisor.engine.checks.check import failure
from advisor.engine.checks.trial import RuleSetTrial
from advisor.engine.evaluation.cases import CaseResult, case_difference
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import escape_invisible
from advisor.wording.case_run import CaseRun
from advisor.wording.terminal import case_lines, problem_lines, share_lines

if TYPE_CHECKING:  # it loads NumPy, which a command that proves nothing need not wait for
    from advisor.engine.analysis.prove import Proofs


def print_report(problems: Iterable[Problem]) -> None:
    """Print problems, each with answers that show it."""
    for problem in problems:
        for line in problem_lines(problem):
            click.echo(line)


def print_trial(rules: Rules, trial: RuleSetTrial | Problem) -> None:
    """Print how the test cases come out; where something blocks, without it, as the pages of the draft try them."""
    if isinstance(trial, Problem):
        click.echo(f"{CaseRun.of(None).sentence}.")
        return
    if not trial.is_whole:
        click.echo(f"Test cases: {CaseRun.of(trial).sentence}.")
        if trial.left_out:
            click.echo(f"Left out until it is mended: {escape_invisible(', '.join(trial.left_out))}")
        for problem in (failure(result) for result in trial.results if not result.passed):
            click.echo(f"Fails without what blocks: {escape_invisible(f'{problem.place}: {problem.text}')}")
    _print_failures(replace(rules, rule_set=trial.rules), trial.results)


def _print_failures(rules: Rules, results: Iterable[CaseResult]) -> None:
    """Print why test cases come out otherwise than expected; of a draft also what it changed."""
    failing = [result.case for result in results if not result.passed]
    if failing:
        in_force = rules_in_force() if rules.base is not None else rules
        for case in failing:
            differs = case_difference(in_force.rule_set, rules.rule_set, case) if in_force is not rules else None
            before = None if differs is None else (in_force.origin, differs)
            for line in case_lines(rules.rule_set, case, before):
                click.echo(line)


def proofs_of(rule_set: RuleSet) -> "Proofs":
    """Check every combination; where it takes longer than a second, an estimate of the shares is printed first."""
    from advisor.engine.analysis.prove import prove_at_once

    proofs = prove_at_once(rule_set)
    if proofs is None or not proofs.is_complete:
        _print_estimate(rule_set)
        proofs = prove_with_bar(rule_set)
    return proofs


def _print_estimate(rule_set: RuleSet) -> None:
    """Print the shares in a sample on standard error, as what is shown until the result is there."""
    from advisor.engine.analysis.proofs.shares import estimate_shares

    with suppress(SpaceTooLarge):  # the check says so
        for line in share_lines(shares) if (shares := estimate_shares(rule_set)) is not None else ():
            click.echo(line, err=True)


def prove_with_bar(rule_set: RuleSet) -> "Proofs":
    """Check every combination, with a progress bar on a terminal."""
    from advisor.engine.analysis.prove import prove

    length, hidden = 1_000, not sys.stderr.isatty()
    with click.progressbar(length=length, label="Checking combinations", file=sys.stderr, hidden=hidden) as bar:
        proofs = prove(rule_set, lambda done, total: bar.update(done * length // (total or 1) - bar.pos))
        bar.update(length - bar.pos)  # follow-ups that fall away leave fewer combinations than were thought
    return proofs
