"""The ways to other advice: all of them listed, each leads where it says, and those not written out are counted."""

from dataclasses import replace

import pytest
from flask import Flask

from advisor import starter
from advisor.engine.analysis.explain import what_would_change
from advisor.engine.model.vocabulary import Outcome
from advisor.wording.vocabulary import OUTCOMES
from advisor.wording.what_would_change import WordingContext, other_advices
from tests.assessments.walker import EXPERT, MIXED, Walker
from tests.visiting import text_of

SHOWN = 1


def test_every_way_to_other_advice_is_listed_and_leads_there(walker: Walker) -> None:
    walker.finish(MIXED)
    told = {str(link["href"]) for link in walker.page.select(".ways a, .reaches a") if "change=" in str(link["href"])}
    walker.open(f"{walker.at}/other-ways")
    assert walker.heading == "Answers that lead to other advice"
    ways = {
        str(link["href"]): Outcome(str(section["id"]))
        for section in walker.page.select("main section")
        for link in section.select(".ways a")
    }
    assert told
    assert told <= set(ways)
    assert len(set(ways.values())) > 2
    for address, outcome in ways.items():
        walker.open(address)
        assert text_of(walker.page.select_one(".then .words strong")) == OUTCOMES[outcome].verdict


def test_without_advice_there_are_no_ways_to_another_one(walker: Walker) -> None:
    walker.begin()
    walker.open(f"{walker.at}/other-ways")
    assert walker.key == "edge"


def test_after_an_answer_was_changed_nothing_of_the_old_advice_can_be_tried(walker: Walker) -> None:
    walker.finish(EXPERT | {"skill": "basic"})
    walker.question("steps")
    walker.answer("set")
    walker.open(f"{walker.at}/other-ways")
    assert walker.page.select(".ways li")
    assert not walker.page.select(".ways a")


@pytest.mark.parametrize("is_complete", [True, False], ids=["all are known", "there may be more"])
def test_ways_that_are_not_written_out_are_counted_and_no_more_is_claimed_than_is_known(
    app: Flask, *, is_complete: bool
) -> None:
    rules = starter.rule_set()
    would = what_would_change(rules, MIXED)
    targets = tuple(replace(target, is_complete=is_complete) for target in would.targets)
    around = WordingContext(rules, [], lambda *_: (False, None), lambda _: "", lambda *_: "")
    with app.test_request_context():
        told = {one.outcome: one.more for one in other_advices(replace(would, targets=targets), around, SHOWN, SHOWN)}
    assert any(len(target.sets) > SHOWN for target in targets)
    for target in targets:
        if left := len(target.sets) - SHOWN:
            counted = f"{left} other way{'s' if left > 1 else ''}"
            assert told[target.outcome] == (counted if is_complete else f"at least {counted}")
        else:
            assert told[target.outcome] == ("" if is_complete else "perhaps other ways")
