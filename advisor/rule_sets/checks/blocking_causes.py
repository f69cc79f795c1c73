"""What keeps the draft from being published, as every page lists and counts it: one entry for each cause."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_decimal
from flask_babel import gettext as _

from advisor.engine.evaluation.cases import CaseResult
from advisor.engine.model.errors import Problem
from advisor.rule_sets.checks.missing_items import MissingItem, missing_items
from advisor.rule_sets.editor.inputs.field_text import advice_words, risk_words
from advisor.rule_sets.editor.presenter import ItemLinks, item_links
from advisor.rule_sets.workspace import DraftWorkspace


@dataclass(frozen=True, slots=True)
class FailingCases:
    """Test cases that fail alike: they expect the same, and get the same instead."""

    sentence: str
    cases: ItemLinks


@dataclass(frozen=True, slots=True)
class BlockingCauses:
    """The removed items that are still named, the test cases that fail alike, and every other problem by itself."""

    missing: Sequence[MissingItem] = ()
    failing: Sequence[FailingCases] = ()
    problems: Sequence[Problem] = ()

    @property
    def entries(self) -> list[MissingItem | FailingCases | Problem]:
        """All of them, in the order in which they are listed."""
        return [*self.missing, *self.failing, *self.problems]

    @property
    def number(self) -> int:
        """How many there are to mend."""
        return len(self.entries)


def blocking_causes(workspace: DraftWorkspace, blocking: Sequence[Problem]) -> BlockingCauses:
    """The causes of the problems that block the draft."""
    missing, others = missing_items(workspace, blocking)
    failing, others = _failing_cases(workspace, others)
    return BlockingCauses(missing, failing, others)


def _failing_cases(workspace: DraftWorkspace, problems: Sequence[Problem]) -> tuple[list[FailingCases], list[Problem]]:
    """Test cases of which several fail alike, most of them first, and the problems that are about anything else."""
    alike: dict[str, list[str]] = {}
    for result in workspace.results or ():
        if not result.passed:
            alike.setdefault(_failure_text(workspace, result), []).append(result.case.key)
    several = sorted(((how, keys) for how, keys in alike.items() if len(keys) > 1), key=lambda one: -len(one[1]))
    grouped = {f"cases/{key}" for _how_they_fail, keys in several for key in keys}
    return [
        FailingCases(
            str(_("%(n)s test cases fail alike. %(how)s", n=format_decimal(len(keys)), how=how)),
            item_links(workspace.rules, [("cases", key) for key in keys]),
        )
        for how, keys in several
    ], [problem for problem in problems if problem.place not in grouped]


def _failure_text(workspace: DraftWorkspace, result: CaseResult) -> str:
    """What a test case that fails expects and gets, and what is wrong with its risks."""
    case, sentences = result.case, risk_words(workspace.rules, result)
    if not result.is_expected:
        expected, got = advice_words(case.outcome, case.kind), advice_words(result.outcome, case.kind and result.kind)
        sentences.insert(0, str(_("Expected: %(expected)s. Got: %(got)s.", expected=expected, got=got)))
    return " ".join(sentences)
