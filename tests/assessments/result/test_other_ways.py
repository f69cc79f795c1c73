"""The ways to other advice: all of them listed, each leads where it says, and those not written out are counted."""

from dataclasses import replace

import pytest
from flask import Flask

from advisor import starter
from advisor.engine.analysis.explain import what_would_change
from advisor.engine.model.vocabulary import Outcome
from advisor.wording.vocabulary import OUTCOMES
from advisor.wording.what_would_change import SINGLES_SHOWN, WordingContext, other_advices
from tests.assessments.walker import EXPERT, MIXED, ROUTINE, Walker
from tests.visiting import text_of

SHOWN = 1


def test_every_way_to_other_advice_is_listed_and_leads_there(walker: Walker) -> None:
    walker.finish(MIXED)
    told = tried(walker, ".towards a, .singles a")
    walker.open(f"{walker.at}/other-ways")
    assert walker.heading == "Answers that lead to other advice"
    ways = {
        str(link["href"]): Outcome(str(section["id"]))
        for section in walker.page.select("main section[id]")
        for link in section.select(".ways a")
    }
    assert told
    assert told <= {*ways, *tried(walker, ".reaches a")}
    assert len(set(ways.values())) > 2
    for address, outcome in ways.items():
        walker.open(address)
        assert text_of(walker.page.select_one(".then .words strong")) == OUTCOMES[outcome].verdict


def tried(walker: Walker, links: str) -> set[str]:
    """The addresses at which changes are tried, of these links of the page."""
    return {str(link["href"]) for link in walker.page.select(links) if "change=" in str(link["href"])}


def test_ways_that_would_make_two_answers_pull_apart_are_not_offered(walker: Walker) -> None:
    """With fixed steps, "an expert" is such an answer: it turns nothing alone, and no way asks for it."""
    walker.finish(ROUTINE)
    for page in ("result", "other-ways"):
        walker.open(f"{walker.at}/{page}")
        ways = [text_of(way) for way in walker.page.select(".ways li, .towards li, .singles li, .reaches li")]
        assert ways
        fixed = ("Always the same", "Mostly the same")
        for way in ways:
            unchanged = "How fixed the steps are" not in way and "How fixed are the steps?" not in way
            assert not ("An expert" in way and (unchanged or any(words in way for words in fixed))), way


def test_no_more_is_told_with_the_advice_than_a_few_answers_and_one_way_to_each_other_advice(walker: Walker) -> None:
    walker.finish(MIXED)
    assert 0 < len(walker.page.select(".singles > li")) <= SINGLES_SHOWN
    for other in walker.page.select(".towards > li"):
        assert len(other.select(".trace a")) == 1
    others = [text_of(it) for it in walker.page.select(".towards strong")]
    assert str(OUTCOMES[Outcome.UNCLEAR].name) not in others


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
        told = {one.outcome: one.more for one in other_advices(replace(would, targets=targets), around, SHOWN)}
    assert any(len(target.sets) > SHOWN for target in targets)
    for target in targets:
        if left := len(target.sets) - SHOWN:
            counted = f"{left} other way{'s' if left > 1 else ''}"
            assert told[target.outcome] == (counted if is_complete else f"at least {counted}")
        else:
            assert told[target.outcome] == ("" if is_complete else "perhaps other ways")
