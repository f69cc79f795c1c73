"""S4: from all that is told of who is affected, no count below 5 can be worked out. All data there can be is tried."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from random import Random

import pytest
from flask import Flask

from advisor.engine.evaluation.compare import Impact, MinorChange
from advisor.engine.model.vocabulary import Outcome
from advisor.rule_sets.impact.disclosure import FEWEST, DisclosedImpact, Extent, disclose
from advisor.rule_sets.impact.run import (
    ImpactRun,
    asked_sentence,
    headline_count,
    minor_sentences,
    publishing_sentence,
)
from advisor.rule_sets.impact.saved_answers import ExactImpact
from advisor.rule_sets.job_report import job_report

ONE, OTHER, THIRD = (
    (Outcome.BPO, Outcome.KPO),
    (Outcome.KPO, Outcome.BPO),
    (Outcome.KEEP, Outcome.BOTH),
)
STAYS = (Outcome.BPO, Outcome.BPO), (Outcome.KEEP, Outcome.KEEP)
SMALL = set(range(FEWEST))


def worlds(impacts: Iterable[Impact]) -> dict[str, list[Impact]]:
    """All the data that could lie behind each thing that is told."""
    found: dict[str, list[Impact]] = defaultdict(list)
    for impact in impacts:
        found[str(disclose(ExactImpact(impact)).plain())].append(impact)
    return found


def by_moves(size: int, *moves: tuple[Outcome, Outcome]) -> Iterator[Impact]:
    """Everything that so many can do, where only these moves are possible."""
    for counts in product(range(size + 1), repeat=len(moves)):
        if (rest := size - sum(counts)) >= 0:
            yield Impact(size, {**dict(zip(moves, counts, strict=True)), STAYS[0]: rest})


def values(impacts: Iterable[Impact], move: tuple[Outcome, Outcome]) -> set[int]:
    return {impact.moves.get(move, 0) for impact in impacts}


@pytest.mark.parametrize("size", [*range(2 * FEWEST, 26), 31])
@pytest.mark.parametrize("possible", [(ONE,), (ONE, OTHER), (ONE, OTHER, THIRD)], ids=len)
def test_every_small_move_may_be_any_number_below_5(size: int, possible: tuple[tuple[Outcome, Outcome], ...]) -> None:
    # Also where one knows from the rules which moves are possible at all.
    for said, impacts in worlds(by_moves(size, *possible)).items():
        for move in possible:
            could_be = values(impacts, move)
            assert len(could_be) >= FEWEST, said
            assert not could_be & SMALL or could_be >= SMALL, said
        assert len(values(impacts, STAYS[0])) >= FEWEST, f"how many keep their advice can be worked out: {said}"


@pytest.mark.parametrize("size", range(2 * FEWEST, 20))
def test_what_each_rule_does_gives_no_small_move_away(size: int) -> None:
    def impacts() -> Iterator[Impact]:
        for impact in by_moves(size, ONE, OTHER):
            one, other = impact.moves[ONE], impact.moves[OTHER]
            # The change of one rule can make one move, the other both, and whatever one of them does not make is
            # made by the other.
            for both in product(range(one + 1), range(other + 1)):
                rules = {"one-move": {ONE: one - both[0] // 2}, "both-moves": {ONE: both[0], OTHER: both[1]}}
                yield Impact(size, impact.moves, rules, {OTHER: other})

    for said, behind in worlds(impacts()).items():
        for move in (ONE, OTHER):
            could_be = values(behind, move)
            assert not could_be & SMALL or could_be >= SMALL, said


MINOR = MinorChange.STRENGTH, MinorChange.POINTS, MinorChange.NOTHING


@pytest.mark.parametrize("size", [*range(2 * FEWEST, 19), 22])
def test_changes_beside_the_outcome_give_no_small_count_away(size: int) -> None:
    """One move, the minor changes (the last counts only with what is asked), and those in which nothing is new."""

    def impacts() -> Iterator[tuple[tuple[int, ...], Impact]]:
        for counts in product(range(size + 1), repeat=4):
            if (rest := size - sum(counts)) < 0:
                continue
            move, strength, points, asked = counts
            minor = dict(zip(MINOR, (strength, points, asked + rest), strict=True))
            # Whoever moves is asked again, as where an answer was replaced; of the others some are.
            again = {ONE: move, MinorChange.STRENGTH: strength // 2, MinorChange.NOTHING: asked}
            yield (*counts, rest), Impact(size, {ONE: move, STAYS[0]: size - move}, minor=minor, asked=again)

    said: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for counts, impact in impacts():
        said[str(disclose(ExactImpact(impact)).plain())].append(counts)
    for told, behind in said.items():
        for at in range(5):
            could_be = {counts[at] for counts in behind}
            assert len(could_be) >= FEWEST, told
            assert at == 4 or not could_be & SMALL or could_be >= SMALL, told


def test_no_sentence_says_less_than_is_so_nor_none_where_there_is_one(app: Flask) -> None:
    """Over 500 small sets of saved processes: what is said, held against what was counted."""
    random = Random(17)
    seen = set()
    with app.test_request_context():
        for _ in range(500):
            moves = {
                (random.choice(list(Outcome)), random.choice(list(Outcome))): random.randint(1, 9) for _ in range(3)
            }
            moved = sum(count for (was, is_now), count in moves.items() if was is not is_now)
            size = random.randint(moved, moved + 60)
            stays = size - moved
            strength = random.randint(0, stays)
            points = random.randint(0, stays - strength)
            minor = dict(zip(MINOR, (strength, points, stays - strength - points), strict=True))
            moves = {move: count for move, count in moves.items() if move[0] is not move[1]} | {STAYS[0]: stays}
            changes = {move: count for move, count in moves.items() if move is not STAYS[0]} | minor
            asked = {change: random.randint(0, count) for change, count in changes.items()}
            impact = Impact(size, moves, minor=minor, asked=asked)
            told = disclose(ExactImpact(impact))
            sentences = [headline_count(told), asked_sentence(told), *minor_sentences(told)]
            words = " ".join(sentences).lower()
            assert not re.search(r"\b(none|nobody|no change)\b", words), words
            for sentence in sentences:
                seen.add(re.sub(r"\d+", "N", sentence))
            if found := re.search(r"at least (\d+) of (\d+) get different", words):
                assert int(found[1]) <= moved
                assert int(found[2]) == size
            elif told.extent is Extent.COUNTS:
                assert f"some of {size} may get different advice, fewer than 5 in the same way" in words
                assert all(count < FEWEST for move, count in moves.items() if move is not STAYS[0])
            if found := re.search(r"at least (\d+) are asked", words):
                assert 0 < int(found[1]) <= sum(asked.values())
            for change, least in told.minor.items():
                assert 0 < least <= (asked if change is MinorChange.NOTHING else minor)[change]
    assert len(seen) >= 10


def test_that_many_change_is_said_also_where_only_those_of_older_versions_can(app: Flask) -> None:
    with app.test_request_context():
        many = ImpactRun(job_report(None, ""), disclose(ExactImpact(Impact(10, {ONE: 9}))))
        few = ImpactRun(job_report(None, ""), disclose(ExactImpact(Impact(30, {ONE: 3, STAYS[0]: 27}))))
        assert "on many of 10 saved processes" in publishing_sentence(many, 3, "Its advice stays")
        assert publishing_sentence(few, 3, "Its advice stays").startswith("Its advice stays.")


def test_how_many_use_an_older_version_gives_nobody_away() -> None:
    for size in range(2 * FEWEST, 60):
        found: dict[str, set[int]] = defaultdict(set)
        for older in range(size + 1):
            found[str(disclose(ExactImpact(Impact(size), older=older)).plain())].add(older)
        for said, could_be in found.items():
            assert len(could_be) >= FEWEST, said
            assert not could_be & SMALL or could_be >= SMALL, said
            using = {size - older for older in could_be}
            assert not using & SMALL or using >= SMALL, said


def test_below_10_no_count_is_told_and_nobody_at_all_is_told_as_such() -> None:
    said = {
        str(disclose(ExactImpact(impact)).plain()) for size in range(1, 10) for impact in by_moves(size, ONE, OTHER)
    }
    assert len(said) == 1
    assert disclose(ExactImpact(Impact(9, {ONE: 9}), older=9, seconds=2.0)) == DisclosedImpact(Extent.TOO_FEW)
    assert disclose(ExactImpact()) == DisclosedImpact(Extent.NOTHING_SAVED)


def test_what_an_earlier_release_found_is_still_read() -> None:
    plain = disclose(ExactImpact(Impact(60, {ONE: 12, STAYS[0]: 48}))).plain()
    kept = {key: value for key, value in plain.items() if key not in {"minor", "nearly_all", "asked"}}
    assert DisclosedImpact.of_plain(kept).moves == {ONE: 10}


def test_what_is_told_is_true_and_adds_up() -> None:
    random = Random(11)
    outcomes = list(Outcome)
    extents = set()
    for _ in range(400):
        moves = {(random.choice(outcomes), random.choice(outcomes)): random.choice((3, 8, 60)) for _ in range(8)}
        changed = {move: count for move, count in moves.items() if move[0] is not move[1]}
        rule = {move: random.randint(0, count) for move, count in changed.items()}
        impact = Impact(sum(moves.values()), moves, {"rule": rule}, rule)
        shown = disclose(ExactImpact(impact))
        extents.add(shown.extent)
        assert shown.size == impact.size
        assert all(0 < least <= moves[move] and least % 5 == 0 for move, least in shown.moves.items())
        assert shown.least_changed == sum(shown.moves.values()) <= impact.changed_outcomes
        if shown.extent is Extent.COUNTS:
            assert set(shown.moves) == {move for move, count in changed.items() if count >= FEWEST}
            assert shown.rules.get("rule", 0) == shown.policy <= sum(rule.values())
        else:
            assert (shown.moves, shown.rules, shown.policy) == ({}, {}, 0)
        assert DisclosedImpact.of_plain(shown.plain()) == shown
    assert extents == {Extent.COUNTS, Extent.TOO_MANY_MOVE}
