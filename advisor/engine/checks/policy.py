"""The two policy tables: some row of each fits whatever the points, and each row can be the first that fits."""

import re
from collections.abc import Iterator, Mapping, Sequence
from math import inf

from advisor.engine.checks.uncovered_points import NotSettled, Region, reachable_region, uncovered_points
from advisor.engine.model.errors import TABLES, Problem, nearest, quotable
from advisor.engine.model.policy import KIND_MEASURES, Bound, KindRow, LeaveRow, Points
from advisor.engine.model.row_sentences import PLACEHOLDER, is_placeholder, number_of
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import MEASURE_WORDS, Measure

Box = Mapping[Measure, tuple[float, float]]
"""For each measure the least and the greatest number that it can have."""

_ROUNDS = 64
"""How often the measures are held against each other; fewer would do, and any number is safe."""


def policy_problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find tables with holes, rows that come too late, and bounds that mean nothing."""
    within = reachable_region(rule_set)
    yield from _table(rule_set.leave, "leave", within)
    yield from _table(rule_set.kind, "kind", within)
    for index, row in enumerate(rule_set.kind):
        for number, bound in enumerate(row.when):
            if bound.measure not in KIND_MEASURES:
                looks = f"Row {index + 1} of the second table looks at {MEASURE_WORDS[bound.measure]}"
                mend = "Let it look at the points for BPO, KPO or both, at the lean, or at the evidence."
                yield Problem(f"kind/{index}/when/{number}/measure", f"{looks}, which say nothing of the kind.", mend)


def _sentences(rows: Sequence[LeaveRow | KindRow], table: str) -> Iterator[Problem]:
    """Placeholders for which no bound stands, and numbers that no bound has, as after a change of one of the two."""
    for index, row in enumerate(rows):
        place, name = f"{table}/{index}/says", f"The sentence of row {index + 1} of the {TABLES[table]}"
        for placeholder in PLACEHOLDER.findall(row.says):
            asked = quotable(f"{{{placeholder}}}")
            if not is_placeholder(placeholder):
                text = f"{name} has “{asked}”, for which no number stands: it is shown so."
                near = nearest(placeholder, Measure)
                yield Problem(place, text, near or f"Name one of {', '.join(Measure)} there.", blocks=False)
            elif number_of(rows, index, placeholder) is None:
                text = f"{name} asks for “{asked}”, and no bound gives that."
                yield Problem(place, text, "Bound it in this row or in one above, or write the number.")
        known = _numbers(rows, index)
        for number in dict.fromkeys(_NUMBER.findall(PLACEHOLDER.sub("", row.says))) if known else ():
            if int(number) not in known:
                text = f"{name} names {number}, which is the number of no bound of this row or of one above."
                measure = next(bound.measure for above in reversed(rows[: index + 1]) for bound in above.when)
                mend = f"Mend the number. Write {{{measure}}} for it, and it follows the bound from now on."
                yield Problem(place, text, mend, blocks=False)


_NUMBER = re.compile(r"(?<![\w.,])\d{1,6}(?![\w]|[.,]\d)", re.ASCII)


def _numbers(rows: Sequence[LeaveRow | KindRow], at: int) -> set[int]:
    """The numbers by which a sentence may name the bounds of the row at that position, or what those above leave."""
    found: set[int] = set()
    for index, row in enumerate(rows[: at + 1]):
        for bound in row.when:
            for end, is_most in ((bound.at_least, False), (bound.at_most, True)):
                if end is not None:
                    is_above, size = index < at, abs(end)
                    found |= {size, *([size + 1] if is_most else []), *([size - 1] if is_above else [])}
    return found


def _table(rows: Sequence[LeaveRow | KindRow], table: str, within: Region) -> Iterator[Problem]:
    if not rows:
        yield Problem(table, f"The {TABLES[table]} is empty, so there would be no advice.", "Add a row without bounds.")
        return
    yield from _gap(rows, table, within)
    yield from _sentences(rows, table)
    boxes: list[Box | None] = []
    for index, row in enumerate(rows):
        faults = list(_bounds(row.when, f"{table}/{index}/when", f"Row {index + 1} of the {TABLES[table]}"))
        yield from faults
        boxes.append(None if faults else box(row.when))
        if not faults:
            yield from _late(rows, boxes, index, table)


def is_gap(rule_set: RuleSet, problem: Problem) -> bool:
    """Whether a problem of a rule set is that some points, or perhaps some, have no row in one of the tables."""
    tables: dict[str, Sequence[LeaveRow | KindRow]] = {"leave": rule_set.leave, "kind": rule_set.kind}
    table = problem.place.split("/")[0]
    rows = tables.get(table)
    return rows is not None and bool(rows) and problem in _gap(rows, table, reachable_region(rule_set))


def _gap(rows: Sequence[LeaveRow | KindRow], table: str, within: Region) -> Iterator[Problem]:
    """Points that no row fits: answers that add up to them would get no advice."""
    place, mend = f"{table}/{len(rows) - 1}/when", "Add a row without bounds at the end."
    try:
        points = uncovered_points(rows, within)
    except NotSettled:
        text = f"The {TABLES[table]} has too many rows to settle whether one of them fits whatever the points."
        yield Problem(place, text, mend)
        return
    if points is not None:
        text = f"No row of the {TABLES[table]} fits {_sums(points, rows)}: answers that give these get no advice."
        yield Problem(place, text, mend)


def _sums(points: Points, rows: Sequence[LeaveRow | KindRow]) -> str:
    """The sums at which the rows look, in words: "3 BPO points and 1 KPO point"."""
    looked_at = {measure for row in rows for bound in row.when for measure in _SUMMED[bound.measure]}
    sums = [_number_of(getattr(points, measure), measure) for measure in Measure if measure in looked_at]
    return sums[0] if len(sums) == 1 else f"{', '.join(sums[:-1])} and {sums[-1]}"


def _number_of(number: int, measure: Measure) -> str:
    words = MEASURE_WORDS[measure].removeprefix("the ")
    return f"{number} {words.replace('points', 'point') if number == 1 else words}"


_SUMMED = {measure: (measure,) for measure in Measure} | dict.fromkeys(
    (Measure.LEAN, Measure.EVIDENCE), (Measure.BPO, Measure.KPO)
)
"""Of which sums each measure is made."""


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
