"""One set of answers at a time."""

from functools import partial

from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import RuleSet
from tests.benchmarks.speed.engines import OURS, PEERS, peers
from tests.benchmarks.speed.peers.peer import Peer
from tests.benchmarks.speed.plain import plain_answers
from tests.benchmarks.speed.results import Subject
from tests.benchmarks.speed.sizes import NAMES, items, rule_set
from tests.benchmarks.speed.timing import seconds_each

NAMES_OF_PEERS = tuple(peer.name for peer in PEERS)


NOTE = "Of the starter set the others get answers whose follow-ups are resolved and bands cut; ours does that itself."
ITEMS = 3000
"""More than any of the engines remembers of earlier ones; those that are slow get the first few alone."""


def single() -> tuple[Subject, Subject]:
    """Microseconds with the matched rules, and for outcome and points alone."""
    full = Subject("One set of answers, with the rules that matched, µs", list(NAMES), note=NOTE)
    brief = Subject("One set of answers, outcome and points alone, µs", list(NAMES), note=NOTE)
    for name in NAMES:
        rules, asked = rule_set(name), items(name, ITEMS)
        found = peers(rules, [*items(name, 10, known=0.9), *asked[:5]])
        full.put(OURS, name, 1e6 * seconds_each(partial(_reasons, rules), asked))
        brief.put(OURS, name, 1e6 * seconds_each(partial(_brief, rules), asked))
        given = [plain_answers(rules, answers) for answers in asked]
        for peer in found:
            with_reasons = 1e6 * seconds_each(peer.reasons, given)
            full.put(peer.name, name, with_reasons)
            knows_better = type(peer).outcome is not Peer.outcome
            brief.put(peer.name, name, 1e6 * seconds_each(peer.outcome, given) if knows_better else with_reasons)
    return full, brief


def _reasons(rules: RuleSet, answers: Answers) -> object:
    told = evaluate(rules, answers)
    return told.outcome, told.points, told.matched_rules


def _brief(rules: RuleSet, answers: Answers) -> object:
    told = evaluate(rules, answers)
    return told.outcome, told.points
