"""The two policy tables: the last row of each always fits, and each row can be the first that fits."""

from collections.abc import Iterator, Mapping, Sequence
from math import inf

from advisor.engine.model.errors import TABLES, Problem
from advisor.engine.model.policy import KIND_MEASURES, Bound, KindRow, LeaveRow
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import MEASURE_WORDS, Measure

Box = Mapping[Measure, tuple[float, float]]
"""For each measure the least and the greatest number that it can have."""

_ROUNDS = 64
"""How often the measures are held against each other; fewer would do, and any number is safe."""


def policy_problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find tables with holes, rows that come too late, and bounds that mean nothing."""
    yield from _table(rule_set.leave, "leave")
    yield from _table(rule_set.kind, "kind")
    for index, row in enumerate(rule_set.kind):
        for number, bound in enumerate(row.when):
            if bound.measure not in KIND_MEASURES:
                looks = f"Row {index + 1} of the second table looks at {MEASURE_WORDS[bound.measure]}"
                mend = "Let it look at the points for BPO, KPO or both, at the lean, or at the evidence."
                yield Problem(f"kind/{index}/when/{number}/measure", f"{looks}, which say nothing of the kind.", mend)


def _table(rows: Sequence[LeaveRow | KindRow], table: str) -> Iterator[Problem]:
    if not rows:
        yield Problem(table, f"The {TABLES[table]} is empty, so there would be no advice.", "Add a row without bounds.")
        return
    if not covers(rows[-1].when, box(())):
        text = f"The last row of the {TABLES[table]} does not always fit, so some answers would get no advice."
        yield Problem(f"{table}/{len(rows) - 1}/when", text, "Add a row without bounds at the end.")
    boxes: list[Box | None] = []
    for index, row in enumerate(rows):
        faults = list(_bounds(row.when, f"{table}/{index}/when", f"Row {index + 1} of the {TABLES[table]}"))
        yield from faults
        boxes.append(None if faults else box(row.when))
        if not faults:
            yield from _late(rows, boxes, index, table)


def _bounds(bounds: Sequence[Bound], place: str, name: str) -> Iterator[Problem]:
    for number, bound in enumerate(bounds):
        least, most = bound.at_least, bound.at_most
        if least is None and most is None:
            text = f"{name} has a bound on {MEASURE_WORDS[bound.measure]} without a number."
            yield Problem(f"{place}/{number}", text, "Say at least or at most how much, or take the bound out.")
        elif least is not None and most is not None and least > most:
            text = (
                f"{name} can never fit: {MEASURE_WORDS[bound.measure]} cannot be at least {least} and at most {most}."
            )
            yield Problem(f"{place}/{number}", text, "Write the smaller number first.")


def _late(rows: Sequence[LeaveRow | KindRow], boxes: Sequence[Box | None], index: int, table: str) -> Iterator[Problem]:
    """The row at ``index`` can never decide, because nothing fits it or an earlier row fits first: of no harm."""
    place, this = f"{table}/{index}", f"Row {index + 1} of the {TABLES[table]}"
    own = boxes[index]
    if own is None or is_empty(own):
        text = f"{this} can never fit: no points meet all of its bounds."
        yield Problem(f"{place}/when", text, "Change or remove one of them.", blocks=False)
        return
    for earlier, row in enumerate(rows[:index]):
        if boxes[earlier] is not None and covers(row.when, own):
            text = f"{this} can never decide: row {earlier + 1} fits whenever it does, and comes first."
            yield Problem(place, text, "Take it out, or move it up.", blocks=False)
            return


def box(bounds: Sequence[Bound]) -> Box:
    """The range of each measure where all ``bounds`` hold, never too narrow.

    Points are 0 or more, lean is bpo minus kpo, and evidence bpo plus kpo: what one of them allows narrows the others.
    """
    found: dict[Measure, tuple[float, float]] = {
        measure: (-inf if measure is Measure.LEAN else 0, inf) for measure in Measure
    }
    for bound in bounds:
        least = -inf if bound.at_least is None else bound.at_least
        most = inf if bound.at_most is None else bound.at_most
        found[bound.measure] = _both(found[bound.measure], (least, most))
    for _ in range(_ROUNDS):
        before = dict(found)
        bpo, kpo, lean, evidence = (found[m] for m in (Measure.BPO, Measure.KPO, Measure.LEAN, Measure.EVIDENCE))
        found[Measure.BPO] = _both(_both(bpo, _add(lean, kpo)), _take(evidence, kpo))
        found[Measure.KPO] = _both(_both(kpo, _take(bpo, lean)), _take(evidence, bpo))
        found[Measure.LEAN] = _both(lean, _take(bpo, kpo))
        found[Measure.EVIDENCE] = _both(evidence, _add(bpo, kpo))
        if found == before or is_empty(found):
            break
    return found


def is_empty(of: Box) -> bool:
    """Whether no points lie in the box."""
    return any(least > most for least, most in of.values())


def covers(bounds: Sequence[Bound], of: Box) -> bool:
    """Whether all ``bounds`` hold everywhere in the box."""
    return all(
        (bound.at_least is None or of[bound.measure][0] >= bound.at_least)
        and (bound.at_most is None or of[bound.measure][1] <= bound.at_most)
        for bound in bounds
    )


def _both(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return max(one[0], other[0]), min(one[1], other[1])


def _add(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return one[0] + other[0], one[1] + other[1]


def _take(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return one[0] - other[1], one[1] - other[0]
