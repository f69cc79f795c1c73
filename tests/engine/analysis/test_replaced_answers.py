"""What another answer does is what the slow evaluator says of it, and no smaller set of answers or rules does it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, combinations
from typing import Any

from advisor import starter
from advisor.engine.analysis.replaced_answers import (
    Fewest,
    Place,
    Reach,
    answer_at,
    differing_places,
    fewest_together,
    places_asked,
    replace_answers,
    with_answers,
    without_uncounted,
)
from advisor.engine.document.document import to_plain
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.questions import Scope, Section
from advisor.engine.model.rules import RuleSet
from tests.engine import oracle
from tests.engine.choices import Dice
from tests.engine.random_rule_sets import chosen_answers, made_rule_set

Outcomes = list[str]


def of_parts(item: WorkItem) -> list[dict[str, Any]]:
    return [{**item.answers, **own} for _name, own in item.parts] or [dict(item.answers)]


def advise_slowly(document: dict[str, Any], item: WorkItem) -> list[dict[str, Any]]:
    """The advice on each part."""
    return [oracle.advise(document, answers) for answers in of_parts(item)]


def outcomes(advice: Iterable[dict[str, Any]]) -> Outcomes:
    return [part["outcome"] for part in advice]


def replace_plainly(base: WorkItem, other: WorkItem, places: Iterable[Place]) -> WorkItem:
    """The same as the engine puts together, written plainly."""
    whole, parts = dict(base.answers), [(name, dict(own)) for name, own in base.parts]
    for key, part in places:
        holder = other.answers if part is None else other.parts[part][1]
        (whole if part is None else parts[part][1])[key] = holder[key]
    return WorkItem(base.process, whole, tuple(parts))


def subsets(units: Sequence[Any]) -> Iterable[tuple[Any, ...]]:
    return chain.from_iterable(combinations(units, size) for size in range(1, len(units) + 1))


def outcome_of(document: dict[str, Any], states: Iterable[str]) -> str:
    """The outcome where just these rules match."""
    points = Counter({"bpo": 0, "kpo": 0, "keep": 0, "both": 0})
    for rule in document["rules"]:
        if rule["key"] in states:
            points[rule["push"]["side"]] += rule["push"]["points"]
    measures = {**points, "lean": points["bpo"] - points["kpo"], "evidence": points["bpo"] + points["kpo"]}
    leave, kind = oracle._first(document["leave"], measures), oracle._first(document["kind"], measures)
    return "keep" if leave["leave"] == "keep" else str(kind["kind"])


def two_items(dice: Dice, rules: RuleSet, parts: int) -> tuple[WorkItem, WorkItem]:
    """What two people answer about a process in one piece (1), or in so many parts."""
    made = []
    for _ in range(2):
        scopes = tuple(Scope) if parts == 1 else (Scope.PROCESS,)
        whole = chosen_answers(dice, rules, scopes, {})
        named = [(f"part {n}", chosen_answers(dice, rules, (Scope.PART,), whole)) for n in range(parts)]
        made.append(WorkItem("work", whole, tuple(named) if parts > 1 else ()))
    return made[0], made[1]


def check(rules: RuleSet, base: WorkItem, other: WorkItem) -> Reach:
    """Hold all that is said of one pair against the slow evaluator; gives how far the whole of it reaches."""
    document = to_plain(rules)
    places = places_asked(rules, [base, other])
    assert len(set(places)) == len(places)
    for key, part in places:
        question = rules.question(key)
        assert question is not None
        assert question.section is not Section.NAME
        assert (part is not None) == (bool(base.parts) and question.scope is Scope.PART)
    asked = {
        key
        for item in (base, other)
        for answers in of_parts(item)
        for key in oracle.counted_answers(document, answers)[0]
        if rules.question(key).section is not Section.NAME  # type: ignore[union-attr]
    }
    assert {key for key, _part in places} == asked
    differ = differing_places(base, other, places)
    assert [p for p in places if answer_at(other, p)[0] and answer_at(other, p) != answer_at(base, p)] == list(differ)
    before = advise_slowly(document, base)
    for chosen in [*((place,) for place in differ), differ]:
        found = replace_answers(rules, base, other, chosen)
        after = advise_slowly(document, replace_plainly(base, other, chosen))
        assert [part.outcome for part in found.after.all_parts] == outcomes(after)
        if outcomes(before) != outcomes(after):
            expected = Reach.OUTCOME
        elif any((a["kind"], a["strength"]) != (b["kind"], b["strength"]) for a, b in zip(before, after, strict=True)):
            expected = Reach.STRENGTH
        elif any(a["points"] != b["points"] for a, b in zip(before, after, strict=True)):
            expected = Reach.POINTS
        else:
            expected = Reach.NOTHING
        assert found.reach is expected
        check_rules(document, before, after, [(it.part, it.rule.key, it.comes) for it in found.rules])
    check_together(rules, base, other, differ)
    return found.reach


def check_rules(
    document: dict[str, Any],
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
    said: list[tuple[int, str, bool]],
) -> None:
    was, becomes = (
        [{key for key, state in part["states"].items() if state == "matched"} for part in advice]
        for advice in (before, after)
    )
    turns = [(part, key) for part in range(len(was)) for key in was[part] ^ becomes[part]]
    assert {(part, key) for part, key, _comes in said} <= set(turns)
    assert all(comes == (key in becomes[part]) for part, key, comes in said)
    if outcomes(before) == outcomes(after):
        assert said == []
        return

    def works(chosen: Iterable[tuple[int, str]]) -> bool:
        turned = [keys ^ {key for at, key in chosen if at == part} for part, keys in enumerate(was)]
        return [outcome_of(document, keys) for keys in turned] == outcomes(after)

    assert works([(part, key) for part, key, _comes in said])
    if len(turns) <= 10:
        assert not any(works(chosen) for chosen in subsets(turns) if len(chosen) < len(said)), "fewer would do"


def check_together(rules: RuleSet, base: WorkItem, other: WorkItem, differ: Sequence[Place]) -> None:
    document = to_plain(rules)
    goal = outcomes(advise_slowly(document, replace_plainly(base, other, differ)))
    found = fewest_together(rules, base, other, differ)
    if goal == outcomes(advise_slowly(document, base)):
        assert (found.size, found.sets) == (0, ())
        return
    working = [
        chosen
        for chosen in subsets(differ)
        if outcomes(advise_slowly(document, replace_plainly(base, other, chosen))) == goal
    ]
    least = min(map(len, working))
    assert found.size == least
    assert sorted(found.sets) == sorted(chosen for chosen in working if len(chosen) == least)


def test_every_difference_is_what_the_slow_evaluator_says_on_random_rules() -> None:
    reached = Counter[Reach]()
    together = 0
    for seed in range(160):
        dice = Dice(seed)
        rules = made_rule_set(dice)
        base, other = two_items(dice, rules, parts=1 + seed % 3)
        if len(differing_places(base, other, places_asked(rules, [base, other]))) > 8:
            continue  # by brute force that would take minutes
        reached[check(rules, base, other)] += 1
        together += 1
    assert together > 30
    assert set(reached) == set(Reach), "each of them is met"


def test_every_difference_between_typical_processes_is_what_the_slow_evaluator_says() -> None:
    rules = starter.rule_set()
    cases = [WorkItem(case.process, case.answers) for case in rules.cases if not case.parts]
    sizes = Counter[int]()
    for base, other in zip(cases[::9], cases[4::9], strict=False):
        core = [place for place in places_asked(rules, [base, other]) if _is_core(rules, place)]
        check_together(rules, base, other, differing_places(base, other, core))
        found = fewest_together(rules, base, other, differing_places(base, other, core))
        sizes.update(len(chosen) for chosen in found.sets[:1])
    assert max(sizes) > 1, "some take several answers together"


def _is_core(rules: RuleSet, place: Place) -> bool:
    question = rules.question(place[0])
    return question is not None and question.section is Section.CORE


def test_where_more_would_have_to_be_tried_it_is_said_how_many_it_takes_at_least() -> None:
    rules = starter.rule_set()
    cases = {case.key: WorkItem(case.process, case.answers) for case in rules.cases}
    base, other = cases["payroll"], cases["market-research"]
    places = differing_places(base, other, places_asked(rules, [base, other]))
    least = fewest_together(rules, base, other, places).size
    assert least > 1
    assert fewest_together(rules, base, other, places, tries=1) == Fewest(1, ())
    assert fewest_together(rules, base, other, places, tries=len(places)) == Fewest(2, ())


def test_what_is_not_asked_after_other_answers_does_not_count() -> None:
    rules = starter.rule_set()
    for seed in range(20):
        base, other = two_items(Dice(seed), rules, parts=1 + seed % 3)
        mixed = with_answers(base, other, places_asked(rules, [base, other])[::2])
        kept = without_uncounted(rules, mixed)
        document = to_plain(rules)
        assert outcomes(advise_slowly(document, kept)) == outcomes(advise_slowly(document, mixed))
        for answers in of_parts(kept):
            assert oracle.counted_answers(document, answers)[1] == {
                key: answer for key, answer in answers.items() if key in oracle.counted_answers(document, answers)[0]
            }
        assert without_uncounted(rules, kept) == kept
