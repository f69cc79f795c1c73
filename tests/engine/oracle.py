"""What a recommendation must be, written a second time: slowly, from the design, and with no code of the engine.

It reads plain documents, so that it shares no type with the engine.
"""

from typing import Any

Plain = dict[str, Any]


def holds(test: str, answer: Any, values: list[Any]) -> bool:
    """Whether a known answer passes a test."""
    match test:
        case "any_of":
            return any(answer == value for value in values)
        case "none_of":
            given = [answer] if isinstance(answer, str) else list(answer)
            return all(value not in given for value in values)
        case "includes_any":
            return any(value in answer for value in values)
        case "includes_all":
            return all(value in answer for value in values)
        case "at_least":
            return bool(answer >= values[0])
        case "at_most":
            return bool(answer <= values[0])
        case "between":
            return answer in range(values[0], values[1] + 1)
    raise AssertionError(test)


def state(conditions: list[Plain], answers: Plain) -> str:
    """``matched``, ``not_matched`` or ``unknown``: one failure decides, an unknown one leaves it open."""
    unknown = False
    for condition in conditions:
        answer = answers.get(condition["question"])
        if answer is None:
            unknown = True
        elif not holds(condition["test"], answer, condition["values"]):
            return "not_matched"
    return "unknown" if unknown else "matched"


def counted_answers(document: Plain, answers: Plain) -> tuple[list[str], Plain]:
    """The questions that are asked, and the answers to them that they can have."""
    asked: list[str] = []
    known: Plain = {}
    for question in document["questions"]:
        if state(question.get("asked_when", []), known) != "matched":
            continue
        asked.append(question["key"])
        if question["key"] in answers and _fits(question, answers[question["key"]]):
            known[question["key"]] = answers[question["key"]]
    return asked, known


def advise(document: Plain, answers: Plain) -> Plain:
    """Outcome, kind, strength, points and the state of every rule, for one part."""
    asked, known = counted_answers(document, answers)
    points = {"bpo": 0, "kpo": 0, "keep": 0, "both": 0}
    states = {rule["key"]: state(rule["when"], known) for rule in document["rules"]}
    for rule in document["rules"]:
        if states[rule["key"]] == "matched":
            points[rule["push"]["side"]] += rule["push"]["points"]
    measures = {**points, "lean": points["bpo"] - points["kpo"], "evidence": points["bpo"] + points["kpo"]}
    leave, kind = _first(document["leave"], measures), _first(document["kind"], measures)
    core = [question["key"] for question in document["questions"] if question.get("section", "core") == "core"]
    return {
        "outcome": "keep" if leave["leave"] == "keep" else kind["kind"],
        "kind": kind["kind"],
        "strength": kind["strength"],
        "points": points,
        "states": states,
        "unanswered": [key for key in asked if key in core and known.get(key) is None],
    }


def combine_parts(parts: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    """Outcome, kind and strength of a process of several parts, from those of its parts."""
    outcomes = [outcome for outcome, _, _ in parts]
    kinds = [kind for _, kind, _ in parts]
    if any(outcome in {"bpo", "kpo", "both"} for outcome in outcomes):
        outcome = _join(outcomes)
    else:
        outcome = "keep" if all(outcome == "keep" for outcome in outcomes) else "unclear"
    weakest = next(word for word in ("balanced", "slight", "clear") if word in [strength for _, _, strength in parts])
    return outcome, _join(kinds), weakest


def _join(words: list[str]) -> str:
    speaking = [word for word in words if word in {"bpo", "kpo", "both"}]
    if not speaking:
        return "unclear"
    if all(word == "bpo" for word in speaking):
        return "bpo"
    if all(word == "kpo" for word in speaking):
        return "kpo"
    return "both"


def _first(rows: list[Plain], measures: dict[str, int]) -> Plain:
    def fits(row: Plain) -> bool:
        return all(
            bound.get("at_least", -(10**9)) <= measures[bound["measure"]] <= bound.get("at_most", 10**9)
            for bound in row["when"]
        )

    return next(row for row in rows if fits(row))


def _fits(question: Plain, answer: Any) -> bool:
    if answer is None:
        return True
    keys = [option["key"] for option in question.get("options", [])]
    match question.get("type", "choice"):
        case "choice":
            return type(answer) is str and answer in keys
        case "choices":
            fits = type(answer) is tuple and all(answer.count(key) == 1 and key in keys for key in answer)
            return fits and len(answer) <= question.get("most", len(keys))
        case _:
            return type(answer) is int and question["minimum"] <= answer <= question["maximum"]
