"""Policy tables with holes, and rows that never decide."""

from advisor.engine.model.errors import Problem
from tests.engine.document_edits import Change, add, bound, copy, drop, put, row

DEFECTS: dict[str, tuple[list[Change], list[Problem]]] = {
    "an empty leave table": (
        [put("leave", [])],
        [Problem("leave", "The first table is empty, so there would be no advice.", "Add a row without bounds.")],
    ),
    "an empty kind table": (
        [put("kind", [])],
        [Problem("kind", "The second table is empty, so there would be no advice.", "Add a row without bounds.")],
    ),
    "a leave table whose last row may not fit": (
        [drop("leave/1")],
        [
            Problem(
                "leave/0/when",
                "No row of the first table fits 0 points for keeping it: answers that give these get no advice.",
                "Add a row without bounds at the end.",
            )
        ],
    ),
    "a kind table whose last row may not fit": (
        [drop("kind/3")],
        [
            Problem(
                "kind/2/when",
                "No row of the second table fits 1 BPO point and 1 KPO point: answers that give these get no advice.",
                "Add a row without bounds at the end.",
            )
        ],
    ),
    "a row after one that always fits": (
        [add("kind", row())],
        [
            Problem(
                "kind/4",
                "Row 5 of the second table can never decide: row 4 fits whenever it does, and comes first.",
                "Take it out, or move it up.",
                blocks=False,
            )
        ],
    ),
    "a row after one that fits whenever it does": (
        [copy("kind/1", when=[bound("bpo", 3), bound("kpo", None, 2)])],
        [
            Problem(
                "kind/2",
                "Row 3 of the second table can never decide: row 2 fits whenever it does, and comes first.",
                "Take it out, or move it up.",
                blocks=False,
            )
        ],
    ),
    "a row that lean and evidence leave nothing": (
        [copy("kind/0", when=[bound("evidence", None, 4), bound("lean", 5)])],
        [
            Problem(
                "kind/1/when",
                "Row 2 of the second table can never fit: no points meet all of its bounds.",
                "Change or remove one of them.",
                blocks=False,
            )
        ],
    ),
    "a row that what is implied covers": (
        [copy("kind/0", when=[bound("bpo", None, 0), bound("kpo", None, 0)])],
        [
            Problem(
                "kind/1",
                "Row 2 of the second table can never decide: row 1 fits whenever it does, and comes first.",
                "Take it out, or move it up.",
                blocks=False,
            )
        ],
    ),
    "a leave row that comes too late": (
        [copy("leave/0", when=[bound("keep", 5), bound("lean", None, 0)])],
        [
            Problem(
                "leave/1",
                "Row 2 of the first table can never decide: row 1 fits whenever it does, and comes first.",
                "Take it out, or move it up.",
                blocks=False,
            )
        ],
    ),
    "bounds that no number meets": (
        [copy("kind/0", when=[bound("lean", 4, 2)])],
        [
            Problem(
                "kind/1/when/0",
                "Row 2 of the second table can never fit: the lean cannot be at least 4 and at most 2.",
                "Write the smaller number first.",
            )
        ],
    ),
    "a sentence that names a number which the bounds do not have": (
        [put("leave/0/says", "It reaches 5 points.")],
        [
            Problem(
                "leave/0/says",
                "The sentence of row 1 of the first table names 5, which is the number of no bound of this row or of "
                "one above.",
                "Mend the number. Write {keep} for it, and it follows the bound from now on.",
                blocks=False,
            )
        ],
    ),
    "a sentence that asks for a number which no bound has": (
        [put("leave/0/says", "It reaches {lean} points.")],
        [
            Problem(
                "leave/0/says",
                "The sentence of row 1 of the first table asks for “{lean}”, and no bound gives that.",
                "Bound it in this row or in one above, or write the number.",
            )
        ],
    ),
    "a sentence with something else in braces": (
        [put("leave/0/says", "It reaches {keeps} points.")],
        [
            Problem(
                "leave/0/says",
                "The sentence of row 1 of the first table has “{keeps}”, for which no number stands: it is shown so.",
                "Did you mean “keep”?",
                blocks=False,
            )
        ],
    ),
    "a bound without a number": (
        [copy("kind/2", when=[bound("lean")])],
        [
            Problem(
                "kind/3/when/0",
                "Row 4 of the second table has a bound on the lean without a number.",
                "Say at least or at most how much, or take the bound out.",
            )
        ],
    ),
    "a kind row that looks at keep": (
        [copy("kind/0", when=[bound("keep", 3)])],
        [
            Problem(
                "kind/1/when/0/measure",
                "Row 2 of the second table looks at the points for keeping it, which say nothing of the kind.",
                "Let it look at the points for BPO, KPO or both, at the lean, or at the evidence.",
            )
        ],
    ),
}


NO_GAP = {
    "a last row whose rows above cover the rest": [put("kind/3/when", [bound("lean", 0, 0)])],
    "a first row that leaves the rest to the last": [put("leave/1/when", [bound("keep", None, 3)])],
    "a last row that fits all points that rules push": [put("leave/1/when", [bound("keep", None, 4)])],
    "a last row by what lean and evidence leave": [
        put("kind/3/when", [bound("bpo", 1), bound("kpo", 1), bound("lean", 0)])
    ],
}
"""Tables whose last row does not always fit, and in which each sum of points has a row all the same."""

NEARLY_COVERED = {
    "a row that fits one number more": copy("kind/1", when=[bound("lean", 0)]),
    "a row that fits one number less, but first": copy("kind/0", when=[bound("lean", 2)]),
    "a row that another covers only where evidence is low": copy("kind/0", when=[bound("lean", 0, 0)]),
    "a row on one sum after a row on both": copy("kind/2", when=[bound("bpo", 1)]),
    "a leave row that fits one number more": copy("leave/0", when=[bound("keep", 3)]),
    "a leave row on another measure": copy("leave/0", when=[bound("bpo", None, 0)]),
}
