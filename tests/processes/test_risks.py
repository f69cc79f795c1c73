"""What tends to go wrong, in the history, under newer rules, and side by side."""

from dataclasses import replace

import pytest

from advisor.engine.model.rules import RuleSet
from tests.assessments.walker import EXPERT, ROUTINE
from tests.processes.conftest import Publish
from tests.processes.list.test_compare import compare, rows
from tests.processes.owner_walker import OwnerWalker
from tests.risks import LEAKS, SCRIPTED, with_risks
from tests.visiting import text_of


@pytest.fixture
def risky(owner: OwnerWalker, newer: Publish, small: RuleSet) -> OwnerWalker:
    """An owner whose advice names a risk."""
    newer(with_risks(small))
    owner.finish(ROUTINE)
    return owner


def reword_first_risk(rule_set: RuleSet) -> RuleSet:
    """The rules with risks, the first in other words."""
    first, *others = with_risks(rule_set).risks
    return replace(rule_set, risks=(replace(first, happens="Odd cases are decided wrongly."), *others))


def test_an_earlier_advice_shows_its_risks_in_the_words_of_then(
    risky: OwnerWalker, newer: Publish, small: RuleSet
) -> None:
    newer(small)
    risky.open(f"{risky.at}/newer-rules")
    risky.submit(form=0)
    assert not risky.page.select("#risks")
    risky.open(f"{risky.at}/history/1")
    told = text_of(risky.page.select_one("#risks"))
    assert (
        f"{SCRIPTED} Cases that no step covers come back. "
        "Because you said “Always the same” (how fixed the steps are)." in told
    )


def test_newer_rules_say_which_risk_shows_no_longer(risky: OwnerWalker, newer: Publish, small: RuleSet) -> None:
    newer(small)
    risky.open(risky.at)
    assert "With version 4 the advice would be the same, with other risks." in risky.words
    risky.open(f"{risky.at}/newer-rules")
    assert "With version 4 the advice would be the same, with other risks." in risky.words
    assert f"Shows no longer: {SCRIPTED}" in risky.words
    assert "Shows now" not in risky.words


def test_newer_rules_say_which_risk_shows_now(owner: OwnerWalker, newer: Publish, small: RuleSet) -> None:
    owner.finish(ROUTINE)
    newer(with_risks(small))
    owner.open(f"{owner.at}/newer-rules")
    assert f"What tends to go wrong Shows now: {SCRIPTED}" in owner.words


def test_newer_rules_that_say_a_risk_in_other_words_say_so(risky: OwnerWalker, newer: Publish, small: RuleSet) -> None:
    newer(reword_first_risk(small))
    risky.open(f"{risky.at}/newer-rules")
    assert f"In other words now: {SCRIPTED}" in risky.words


def test_the_history_tells_two_advices_apart_by_their_risks(risky: OwnerWalker) -> None:
    risky.question("touches")
    risky.answer("secret")
    risky.open(f"{risky.at}/history/compare?one=1&other=2")
    assert f"Shows now: {LEAKS}" in risky.words
    assert f"Shows no longer: {SCRIPTED}" in risky.words


def test_processes_side_by_side_have_a_row_for_each_risk(risky: OwnerWalker) -> None:
    wages = risky.id
    risky.finish(EXPERT, name="Cases at law")
    compare(risky, wages, risky.id)
    assert rows(risky)[SCRIPTED] == ["Named", "–"]
