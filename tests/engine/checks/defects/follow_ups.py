"""Follow-ups that nobody sees, and paths that ask too much."""

from advisor.engine.model.errors import Problem
from tests.engine.document_edits import Change, add, condition, drop, move, put, question, rule

WRITTEN = "questions/written/asked_when"

DEFECTS: dict[str, tuple[list[Change], list[Problem]]] = {
    "a follow-up that waits for itself": (
        [put(f"{WRITTEN}/0", condition("written", "any_of", "yes")), drop("cases/hours/answers/written")],
        [
            Problem(
                "questions/written/asked_when/0",
                "Question “written” waits for its own answer.",
                "Take this condition out.",
            )
        ],
    ),
    "follow-ups that wait for each other": (
        [put("questions/steps/asked_when", [condition("written", "any_of", "yes")]), put("cases", [])],
        [
            Problem(
                "questions/steps/asked_when",
                "Questions “the steps” and “the written” wait for each other.",
                "Take a condition out of one of them.",
            )
        ],
    ),
    "three follow-ups in a circle": (
        [
            add(
                "questions",
                question("one", condition("three", "any_of", "yes")),
                question("two", condition("one", "any_of", "yes")),
                question("three", condition("two", "any_of", "yes")),
            ),
            add("rules", rule("r", condition("two", "any_of", "yes"))),
        ],
        [
            Problem(
                "questions/one/asked_when",
                "Questions “one”, “two” and “three” wait for each other.",
                "Take a condition out of one of them.",
            )
        ],
    ),
    "a follow-up that stands before its question": (
        [move("questions/written", 1), drop("cases/hours/answers/written")],
        [
            Problem(
                "questions/written/asked_when/0",
                "Question “written” looks at question “steps”, which is asked after it.",
                "Move question “steps” before it.",
            )
        ],
    ),
    "a follow-up that looks at a later section": (
        [put(f"{WRITTEN}/0", condition("volume", "at_least", 5)), drop("cases/hours/answers/written")],
        [
            Problem(
                "questions/written/asked_when/0",
                "Question “written” looks at question “volume”, which is asked later.",
                "Move one of them: what is asked after the advice comes after what is asked on the way to the advice.",
            )
        ],
    ),
    "a follow-up on the process that looks at a part": (
        [put("questions/written/scope", "process")],
        [
            Problem(
                "questions/written/asked_when/0",
                "Question “written” is asked once for the process, and question “steps” of each part.",
                "Give both the same scope.",
            )
        ],
    ),
    "a follow-up whose conditions exclude each other": (
        [add(WRITTEN, condition("steps", "any_of", "each")), drop("cases/hours/answers/written")],
        [
            Problem(
                "questions/written/asked_when",
                "Nobody can see question “written”: no answer to “the steps” leads to it.",
                "Change or remove one of its conditions.",
            )
        ],
    ),
    "a follow-up that no way leads to": (
        [
            add(
                "questions",
                question("deep", condition("written", "any_of", "no"), condition("steps", "any_of", "each")),
            ),
            add("rules", rule("r", condition("deep", "any_of", "no"))),
        ],
        [
            Problem(
                "questions/deep/asked_when",
                "Nobody can see question “deep”: no answer to “the steps” leads to it.",
                "Change or remove one of its conditions.",
            )
        ],
    ),
    "a follow-up of one that nobody sees": (
        [
            add(WRITTEN, condition("steps", "any_of", "each")),
            drop("cases/hours/answers/written"),
            add("questions", question("deep", condition("written", "any_of", "no"))),
            add("rules", rule("r", condition("deep", "any_of", "no"))),
        ],
        [
            Problem(
                "questions/written/asked_when",
                "Nobody can see question “written”: no answer to “the steps” leads to it.",
                "Change or remove one of its conditions.",
            )
        ],
    ),
    "ten core questions on a path": (
        [
            add("questions", *(question(f"q{n}") for n in range(6))),
            add("rules", *(rule(f"r{n}", condition(f"q{n}", "any_of", "no")) for n in range(6))),
        ],
        [
            Problem(
                "questions",
                "Some answers lead to 10 questions before the advice, at most 9 may be asked: “the edge”, "
                "“the steps”, “the written”, “the needs”, “q0”, “q1”, “q2”, “q3”, “q4”, “q5”.",
                "Ask one after the advice, or after certain answers only.",
            )
        ],
    ),
    "ten core questions on the longer of two paths": (
        [
            add(
                "questions",
                *(question(f"q{n}") for n in range(5)),
                question("left", condition("edge", "any_of", "no")),
                question("right", condition("edge", "any_of", "yes")),
            ),
            add(
                "rules",
                *(
                    rule(f"r-{n}", condition(n, "any_of", "no"))
                    for n in ("q0", "q1", "q2", "q3", "q4", "left", "right")
                ),
            ),
        ],
        [
            Problem(
                "questions",
                "Some answers lead to 10 questions before the advice, at most 9 may be asked: “the edge”, "
                "“the steps”, “the written”, “the needs”, “q0”, “q1”, “q2”, “q3”, “q4”, “right”.",
                "Ask one after the advice, or after certain answers only.",
            )
        ],
    ),
}
