"""Many sets of answers at once."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from advisor.engine.evaluation.batch import AnswerTable, Batch, Packed, evaluate_codes, evaluate_many
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from tests.benchmarks.speed.engines import MANY, OURS, peers
from tests.benchmarks.speed.limits import Limits
from tests.benchmarks.speed.peers.peer import Peer
from tests.benchmarks.speed.plain import answer_of, plain_of
from tests.benchmarks.speed.results import Subject
from tests.benchmarks.speed.sizes import NAMES, codes, rule_set, table
from tests.benchmarks.speed.timing import seconds, seconds_of

SIZES = {"10^3": 10**3, "10^4": 10**4, "10^5": 10**5, "10^6": 10**6}
VECTORISED = tuple(peer.name for peer in MANY)
LONGEST = 3.0
"""Seconds that one call may take; more is not measured, but told from ten times fewer."""

LOOPED = 10**5
"""The most sets of answers that engines get which take one at a time."""

FROM_VALUES = f"{OURS}, from values"
FROM_BITMAPS = f"{OURS}, bitmaps kept with the answers"

ADDERS, READING = "limit: the circuit's gates in C", "limit: reading the answers once"


def bulk_speed(limits: Limits) -> list[Subject]:
    """Millions of sets a second, by size, one table for each rule set."""
    return [_bulk_subject(name, limits) for name in NAMES]


def _bulk_subject(name: str, limits: Limits) -> Subject:
    rules, plain = rule_set(name), plain_of(rule_set(name))
    subject = Subject(f"Many sets of answers, {name} rules, million a second", list(SIZES), more=True)
    vectorised = [kind(plain) for kind in MANY]
    loops = peers(rules, [])
    for column, size in SIZES.items():
        asked = codes(name, size)
        held = table(name, asked)
        _rate(subject, OURS, column, partial(_from_table, rules, held))
        _rate(subject, FROM_VALUES, column, partial(_from_values, rules, asked))
        packed: Packed = {}
        _rate(subject, FROM_BITMAPS, column, partial(_from_bitmaps, rules, held, packed))
        batch = evaluate_codes(rules, asked)
        for peer in vectorised:
            peer.hold(asked)
            _rate(subject, peer.name, column, peer.outcomes, partial(_same, peer.name, batch))
        given = _answer_rows(plain.questions, asked) if size <= LOOPED else []
        for one in loops:
            if not given:
                subject.put(one.name, column, "as before")
            elif (expected := _expected_seconds(subject, one, column, given)) > 2 * LONGEST:
                subject.put(one.name, column, f"~{expected:,.0f} s")
            else:
                _same(one.name, batch, _columns(one, given[:20]))
                _rate(subject, one.name, column, partial(one.outcomes, given))
        subject.put(ADDERS, column, limits.sets_a_second(rules) / 1e6, compared=False)
        subject.put(READING, column, size / limits.reading_seconds(asked) / 1e6, compared=False)
    return subject


def _from_table(rules: RuleSet, held: AnswerTable) -> Any:
    return evaluate_many(rules, held).outcomes


def _from_bitmaps(rules: RuleSet, held: AnswerTable, packed: Packed) -> Any:
    return evaluate_many(rules, held, packed=packed).outcomes


def _from_values(rules: RuleSet, asked: Sequence[Any]) -> Any:
    return evaluate_codes(rules, asked).outcomes


def _rate(
    subject: Subject, row: str, column: str, act: Callable[[], Any], check: Callable[[Any], None] | None = None
) -> None:
    """Enter millions a second; or, going by ten times fewer, how long it would take."""
    size = SIZES[column]
    before = subject.value(row, _column_of(size // 10))
    if before is not None and (expected := size / before / 1e6) > LONGEST:
        subject.put(row, column, f"~{expected:,.0f} s")
    elif _column_of(size // 10) and before is None:
        subject.put(row, column, "too long")
    else:
        if check and size <= LOOPED:
            check(act())
        subject.put(row, column, size / seconds(act, rounds=3) / 1e6)


def _expected_seconds(subject: Subject, one: Peer, column: str, given: Sequence[dict[str, str]]) -> float:
    """Seconds, going by ten times fewer, or by two where those took too long."""
    before = subject.value(one.name, _column_of(SIZES[column] // 10))
    return len(given) / before / 1e6 if before else seconds_of(partial(one.outcomes, given[:2])) / 2 * len(given)


def _column_of(size: int) -> str:
    return next((column for column, number in SIZES.items() if number == size), "")


def _same(name: str, batch: Batch, told: Sequence[Any]) -> None:
    ours = (batch.outcomes, *batch.sums)
    for own, theirs in zip(ours, told, strict=True):
        assert np.array_equal(own[: len(theirs)], theirs), f"{name} differs"


def _answer_rows(questions: Sequence[str], columns: Sequence[Any]) -> list[dict[str, str]]:
    words = [answer_of(code) for code in range(256)]
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [{key: words[code] for key, code in zip(questions, row, strict=True) if code} for row in rows]


def _columns(peer: Peer, given: Sequence[dict[str, str]]) -> list[Any]:
    every = list(Outcome)
    return list(zip(*((every.index(outcome), *points) for outcome, points in peer.outcomes(given)), strict=True))
