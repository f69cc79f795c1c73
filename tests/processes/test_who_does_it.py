"""Who does the work is said alike wherever an advice is told, also where no reason looked at that answer."""

from collections.abc import Iterator

import pytest

from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import DoneBy
from tests.assessments.walker import CORE
from tests.processes.conftest import Publish
from tests.processes.list.test_compare import compare, finish, rows
from tests.processes.list.test_sheet import csv_rows
from tests.processes.owner_walker import OwnerWalker
from tests.small import who_does_it
from tests.visiting import text_of

WORDS = {
    "basic": ("Build it up yourselves, or find an expert partner", "Build it up, or find a partner"),
    "expert": ("This process is better in your own hands", "In your own hands"),
}


@pytest.fixture
def rules_that_ask(small: RuleSet, newer: Publish) -> RuleSet:
    """Rules in force by which the last answer says who does the work, and no rule for keeping it looks at that."""
    rules = who_does_it(small, "skill", dict(zip(["basic", "expert"], DoneBy, strict=True)))
    newer(rules, "Who does it is asked.")
    return rules


@pytest.mark.parametrize("answer", WORDS)
def test_every_page_and_sheet_says_what_the_result_says(
    owner: OwnerWalker, rules_that_ask: RuleSet, answer: str
) -> None:
    verdict, name = WORDS[answer]
    first, second = (finish(owner, {**CORE, "skill": answer}, it) for it in ("Wages", "Letters"))
    assert rules_that_ask.question("skill")
    assert owner.heading == verdict

    def told_words() -> Iterator[list[str]]:
        owner.open("/processes")
        yield [text_of(row.select("td")[2]) for row in owner.page.select("table.list tbody tr")]
        yield [row["Advice"] for row in csv_rows(owner)]
        compare(owner, first, second)
        yield rows(owner)["Advice"]

    assert list(told_words()) == [[name, name]] * 3
    owner.open(f"{owner.at}/history")
    assert verdict in text_of(owner.page.select_one(".revisions > li"))
    owner.open(f"{owner.at}/what-if")
    assert text_of(owner.page.select_one(".now .words")) == verdict
    owner.open(f"{owner.at}/other-ways")
    assert verdict in text_of(owner.page.select_one("p.to"))
    owner.open(f"{owner.at}/history/1")
    assert owner.heading == verdict


def test_an_answer_that_says_another_does_it_changes_the_advice_in_words(
    owner: OwnerWalker, rules_that_ask: RuleSet
) -> None:
    assert rules_that_ask.question("skill")
    owner.finish({**CORE, "skill": "basic"})
    owner.question("skill")
    owner.answer("expert")
    assert f"The advice is now “{WORDS['expert'][0]}”. It was “{WORDS['basic'][0]}”." in owner.words


def test_rules_that_ask_nobody_keep_their_words_and_newer_ones_say_that_they_would_differ(
    owner: OwnerWalker, small: RuleSet, newer: Publish
) -> None:
    owner.finish({**CORE, "skill": "basic"})
    assert owner.heading == "Keep this process in-house for now"
    newer(who_does_it(small, "skill", {"basic": DoneBy.NOBODY}), "Who does it is asked.")
    owner.open(f"{owner.at}/result")
    assert owner.heading == "Keep this process in-house for now"
    assert f"it would be: {WORDS['basic'][0]}" in owner.words
    owner.open("/processes")
    assert "would differ" in owner.words
