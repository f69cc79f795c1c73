"""The ways to other advice: all of them listed, each leads where it says, and those not written out are counted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from flask import Flask

from advisor import starter
from advisor.assessments.progress import Progress
from advisor.engine.analysis.explain import AnswerChange, what_settles, what_would_change
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import Answer
from advisor.engine.model.vocabulary import Outcome
from advisor.exchange.recommendation import recommend
from advisor.wording.advice.advice_names import advice_name, changes_by_name
from advisor.wording.advice.other_advice import WordingContext, other_advices
from advisor.wording.advice.verdict import advice_words
from advisor.wording.advice.what_would_change import SINGLES_SHOWN
from advisor.wording.vocabulary import BETWEEN, ELSEWHERE, NOT_THERE_YET, OUTCOMES
from tests.assessments.foretold import VERDICT_OF
from tests.assessments.result.random_pages import LIMITS, RULES, random_given
from tests.assessments.walker import EXPERT, MIXED, ROUTINE, Walker
from tests.visiting import text_of

SHOWN = 1


def test_every_way_to_other_advice_is_listed_and_leads_there(walker: Walker) -> None:
    walker.finish(MIXED)
    told = trial_addresses(walker, ".towards a, .singles a")
    walker.open(f"{walker.at}/other-ways")
    assert walker.heading == "Answers that lead to other advice"
    assert len({section["id"] for section in walker.page.select("main section[id]")}) > 2
    ways = {
        str(link["href"]): text_of(link).removeprefix("Try it : ").rsplit(", ", 1)[0]
        for link in walker.page.select("main section[id] .ways a")
    }
    assert told
    assert told <= {*ways, *trial_addresses(walker, ".reaches a")}
    assert len(set(ways.values())) > 2
    for address, name in ways.items():
        walker.open(address)
        assert text_of(walker.page.select_one(".then .words strong")) == VERDICT_OF[name]


def test_what_an_advice_is_foretold_to_be_called_is_what_it_is_called_when_it_is_tried(app: Flask) -> None:
    dice, met = Random(15), set[str]()
    with app.test_request_context():
        for _ in range(30):
            item = Progress.of_given(RULES, random_given(dice)).work_item()
            would = what_would_change(RULES, item.answers, item.parts, LIMITS)
            sets = [(target.outcome, found.changes) for target in would.targets for found in target.sets]
            sets += [(move.outcome, (move.change,)) for reach in would.reaches for move in reach.moves]
            for outcome, changes in sets:
                by_name = changes_by_name(RULES, outcome, item, changes)
                met |= set(by_name)
                told = [(name, chosen) for name, named in by_name.items() for chosen in each_answer(named)]
                assert len(told) == len(set(told)) == len(list(each_answer([changes])))
                for name, chosen in told:
                    assert name == advice_alone(replace_answers(item, chosen)), (item, chosen)
            for left in what_settles(RULES, item.answers, item.parts, LIMITS).possible:
                parts = tuple((f"Part {at}", part) for at, part in enumerate(left.parts))
                name = advice_name(RULES, left.outcome, left.answers, left.parts)
                assert name == advice_alone(WorkItem("", left.answers, parts))
    assert met == {str(words.name) for words in (*OUTCOMES.values(), NOT_THERE_YET, ELSEWHERE, BETWEEN)}


def each_answer(sets: Sequence[tuple[AnswerChange, ...]]) -> Iterator[tuple[tuple[str, int | None, Answer], ...]]:
    """Every combination of the answers that do: question, part and answer of each change."""
    for changes in sets:
        yield from product(*([(it.question, it.part, answer) for answer in it.answers] for it in changes))


def replace_answers(item: WorkItem, chosen: Iterable[tuple[str, int | None, Answer]]) -> WorkItem:
    """The work item with other answers."""
    answers, parts = dict(item.answers), [(name, dict(of_part)) for name, of_part in item.parts]
    for question, part, answer in chosen:
        (answers if part is None else parts[part][1])[question] = answer
    return WorkItem(item.process, answers, tuple(parts))


def advice_alone(item: WorkItem) -> str:
    """The advice on it, by itself."""
    return str(advice_words(recommend(RULES, 1, item)).name)


def trial_addresses(walker: Walker, links: str) -> set[str]:
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
    around = WordingContext(rules, WorkItem("", MIXED), lambda _: "", lambda *_: "")
    with app.test_request_context():
        told = {one.outcome: one.more for one in other_advices(replace(would, targets=targets), around, SHOWN)}
    assert any(len(target.sets) > SHOWN for target in targets)
    for target in targets:
        if left := len(target.sets) - SHOWN:
            counted = f"{left} other way{'s' if left > 1 else ''}"
            assert told[target.outcome] == (counted if is_complete else f"at least {counted}")
        else:
            assert told[target.outcome] == ("" if is_complete else "perhaps other ways")
