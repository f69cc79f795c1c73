"""For the starter set every explanation is exact: none of them ends at a limit."""

from advisor import starter
from advisor.engine.analysis.explain import what_settles, what_would_change
from advisor.engine.analysis.explain.sums import sums_of
from advisor.engine.evaluation.cases import read_case


def test_every_test_case_of_the_starter_set_is_explained_exactly() -> None:
    rule_set = starter.rule_set()
    assert sums_of(rule_set) is not None
    for case in rule_set.cases:
        item, _ = read_case(rule_set, case)
        change = what_would_change(rule_set, item.answers, item.parts)
        assert change.distance is not None, case.key
        settles = what_settles(rule_set, item.answers, item.parts)
        assert not settles.undecided
        assert settles.suffices.is_smallest
        assert settles.next_questions is not None
        if not item.parts:
            assert all(target.size is not None or target.at_least is None for target in change.targets)
