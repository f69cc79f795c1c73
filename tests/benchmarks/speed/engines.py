"""All engines that ours is measured against, and that they say the same."""

from collections.abc import Sequence

from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import RuleSet
from tests.benchmarks.speed.peers.arrays import Arrays
from tests.benchmarks.speed.peers.business_rules import BusinessRules
from tests.benchmarks.speed.peers.datalogic import DataLogic
from tests.benchmarks.speed.peers.loop import Loop
from tests.benchmarks.speed.peers.peer import ManyPeer, Peer, Told
from tests.benchmarks.speed.peers.rule_engine import RuleEngine
from tests.benchmarks.speed.peers.sql import DuckDb
from tests.benchmarks.speed.peers.zen import Zen
from tests.benchmarks.speed.plain import plain_answers, plain_of

OURS = "ours"
PEERS: tuple[type[Peer], ...] = (DataLogic, Loop, Zen, BusinessRules, RuleEngine)
MANY: tuple[type[ManyPeer], ...] = (Arrays, DuckDb)


def peers(rule_set: RuleSet, sample: Sequence[Answers]) -> list[Peer]:
    """The peers, loaded; each has said the same as ours of the sample: outcome, points and matched rules."""
    plain = plain_of(rule_set)
    at = {rule.key: number for number, rule in enumerate(rule_set.rules)}
    loaded = [kind(plain) for kind in PEERS]
    for peer in loaded:
        peer.load()
    for answers in sample:
        ours, given = evaluate(rule_set, answers), plain_answers(rule_set, answers)
        points = (ours.points.bpo, ours.points.kpo, ours.points.keep, ours.points.both)
        told: Told = (ours.outcome, points, sorted(at[rule.key] for rule in ours.matched_rules))
        for peer in loaded:
            outcome, sums, matched = peer.reasons(given)
            assert (outcome, sums, sorted(matched)) == told, f"{peer.name} differs on {answers}"
            assert peer.outcome(given) == told[:2], f"{peer.name} differs on {answers}"
    return loaded
