"""S4: from all that is told of who is affected, no count below 5 can be worked out. All data there can be is tried."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from random import Random

import pytest

from advisor.engine.evaluation.compare import Impact
from advisor.engine.model.vocabulary import Outcome
from advisor.rule_sets.impact.disclosure import FEWEST, DisclosedImpact, Extent, disclose
from advisor.rule_sets.impact.saved_answers import ExactImpact

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
        assert shown.changed == sum(shown.moves.values()) <= impact.changed
        if shown.extent is Extent.COUNTS:
            assert set(shown.moves) == {move for move, count in changed.items() if count >= FEWEST}
            assert shown.rules.get("rule", 0) == shown.policy <= sum(rule.values())
        else:
            assert (shown.moves, shown.rules, shown.policy) == ({}, {}, 0)
        assert DisclosedImpact.of_plain(shown.plain()) == shown
    assert extents == {Extent.COUNTS, Extent.TOO_MANY_MOVE}
