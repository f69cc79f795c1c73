"""What a result page can say, and which two of these must not stand together on one page.

A statement is what the page says, in words or by what it shows, or what is true of the answers. All are read from the
plain values that the templates only repeat.
"""

from collections.abc import Callable, Iterator
from typing import Any

from advisor.assessments.progress import Progress
from advisor.engine.model.vocabulary import DoneBy, Outcome, Side
from advisor.wording.vocabulary import NOT_THERE_YET, OUTCOMES
from tests.assessments.result.random_pages import RULES, ToldPage

Statement = Callable[[ToldPage], bool]

ANSWERS_CAN_SAY_PARTS = any(rule.push.side is Side.BOTH for rule in RULES.rules)
"""Whether rules say of answers that the work falls into parts; then balanced answers that do not can be either."""

SAID_OF_PARTS = {"(no answer says that there are parts)", "it could be either", "your answers do not tell"}

STAYS = {Outcome.KEEP, Outcome.UNCLEAR}
OWN = {Outcome.BPO: {Side.BPO}, Outcome.KPO: {Side.KPO}, Outcome.KEEP: {Side.KEEP}}


def says(*words: str) -> Statement:
    """Whether the verdict or the first sentences have some of these words."""
    return lambda page: any(one in " ".join([page.result.verdict, *page.result.lead]) for one in words)


def firmness(start: str) -> Statement:
    """Whether how firm the advice is begins with these words."""
    return lambda page: page.changing.firmness.startswith(start)


def of_whole(test: Statement) -> Statement:
    """Whether it is true of a process in one piece."""
    return lambda page: not page.in_parts and test(page)


def any_piece(test: Callable[[dict[str, Any]], bool]) -> Statement:
    """Whether it is true of the advice on one of the parts, or on the process in one piece."""
    return lambda page: any(test(piece) for piece in page.pieces)


def reasons(piece: dict[str, Any], sides: set[Side]) -> Iterator[dict[str, Any]]:
    """The reasons of a piece for these sides."""
    return (reason for reason in piece["reasons"] if reason["push"]["side"] in sides)


def speaks_against(piece: dict[str, Any]) -> bool:
    """Whether a reason of a piece speaks against what is advised for it."""
    against = {Side.BPO, Side.KPO, Side.KEEP} - OWN.get(piece["outcome"], {Side.BPO, Side.KPO})
    return piece["outcome"] != Outcome.UNCLEAR and any(reasons(piece, against))


def does(page: ToldPage) -> object:
    """Who does it today, where that was said of a process in one piece: one of ``DoneBy``, or own people."""
    option = WHO.option(str(page.given["answers"].get(WHO.key))) if WHO else None
    return option and (option.done_by or "own people")


def lean(page: ToldPage) -> int:
    """By how many points BPO is ahead of KPO."""
    points = page.document["points"]
    return int(points["bpo"] - points["kpo"])


def singles(page: ToldPage) -> set[tuple[str, str]]:
    """The given answers that alone can change the advice, as the page tells them."""
    return {(row.question, row.part) for row in page.changing.singles if row.answer not in {"", "I'm not sure"}}


def deciding_answers(page: ToldPage) -> set[tuple[str, str]]:
    """The answers that are said to decide it."""
    return set(page.changing.deciding_answers.questions) if page.changing.deciding_answers else set()


STATEMENTS: dict[str, Statement] = {
    "keep it in-house": lambda page: page.result.verdict == OUTCOMES[Outcome.KEEP].verdict,
    "your own people do it better": says("better done by your own people"),
    "nobody here does it yet": says(str(NOT_THERE_YET.verdict)),
    "(nobody does it)": of_whole(lambda page: does(page) == DoneBy.NOBODY),
    "(somebody does it)": of_whole(lambda page: does(page) not in {None, DoneBy.NOBODY}),
    "(another firm does it)": of_whole(lambda page: does(page) == DoneBy.ANOTHER_FIRM),
    "it could be either": lambda page: page.result.is_between,
    "your answers do not tell": says("do not tell the two kinds of work apart"),
    "you told us too little": of_whole(says("You have told us too little")),
    "nothing you said tells them apart": says("None of your answers tells"),
    "we can't say yet": lambda page: page.result.verdict == OUTCOMES[Outcome.UNCLEAR].verdict,
    "how clear it is": lambda page: bool(page.result.strength),
    "it is clear": lambda page: page.result.strength == "Clear",
    "it is routine work": says("is routine work", "more routine than"),
    "it is expert work": says("is expert work", "more expert than"),
    "it holds both kinds": says("holds routine work and expert work"),
    "one part BPO, another KPO": lambda page: page.result.verdict == OUTCOMES[Outcome.BOTH].verdict,
    "for the parts that can leave": says("part that can leave", "parts that can leave"),
    "(all of it leaves)": lambda page: not any(piece["outcome"] in STAYS for piece in page.pieces),
    "(it leaves)": lambda page: page.result.outcome not in STAYS,
    "(no answer says that there are parts)": of_whole(
        lambda page: ANSWERS_CAN_SAY_PARTS and not any(reasons(page.document, {Side.BOTH}))
    ),
    "(KPO is ahead)": of_whole(lambda page: lean(page) < 0),
    "(BPO is ahead)": of_whole(lambda page: lean(page) > 0),
    "(neither is ahead)": of_whole(lambda page: not lean(page)),
    "no rule counts against it": says("No rule counts against"),
    "(there is something to do first)": lambda page: bool(page.result.guidance),
    "(a reason speaks against it)": any_piece(speaks_against),
    "if you did hand it over": lambda page: bool(page.result.kind_note),
    "a risk because of its parts": lambda page: any(
        "falls into parts of different kinds" in because for risk in page.result.risks for because in risk.because
    ),
    "(it is one kind of work)": lambda page: {piece["kind"] for piece in page.pieces} in ({"bpo"}, {"kpo"}),
    "no answer was not sure": lambda page: not page.result.not_sure and not page.result.first_advice,
    "some were not sure": lambda page: bool(page.result.not_sure),
    "(a core answer is missing)": any_piece(lambda piece: bool(piece["unanswered"])),
    "(no core answer is missing)": lambda page: not any(piece["unanswered"] for piece in page.pieces),
    "unless your answer turns it": lambda page: bool(page.changing.unless),
    "settled": lambda page: page.changing.is_settled,
    "open questions could turn it": lambda page: bool(page.changing.possible),
    "a further question could move it": lambda page: any(
        row.ways and row.is_extra and row.answer in {"", "I'm not sure"} for row in page.changing.reaches
    ),
    "these answers tell soonest": lambda page: bool(page.changing.would_tell) and not page.result.is_between,
    "one answered differently": firmness("A different answer to one question would have given"),
    "one that is open": firmness("One question that is still open"),
    "it takes several": firmness("It would take"),
    "nothing that fits changes it": firmness("No other answers that fit together"),
    "a single answer changes it": lambda page: bool(page.changing.singles),
    "an open answer changes it": lambda page: any(not row.answer for row in page.changing.singles),
    "(no given answer changes it)": lambda page: not singles(page),
    "a way to other advice": lambda page: bool(page.changing.nearest_advice),
    "these answers decide it": lambda page: bool(deciding_answers(page)),
    "one that does not decide it changes it": lambda page: bool(
        deciding_answers(page) and singles(page) - deciding_answers(page)
    ),
    "an answer can and cannot": lambda page: bool(
        {row.key for row in page.changing.cannot_move} & {row.key for row in page.changing.can_move}
    ),
    "a way, and no way": lambda page: bool(
        {it.outcome for it in page.changing.nearest_advice} & {it.outcome for it in page.changing.out_of_reach}
    ),
    "two answers pull apart": lambda page: any(Progress.of_given(RULES, page.given).contradictions()),
}
"""What the page says; in brackets, what is true."""

NEVER = {"one that does not decide it changes it", "an answer can and cannot", "a way, and no way"}
"""What contradicts itself."""

TOGETHER = {
    ("keep it in-house", "(nobody does it)"),
    ("keep it in-house", "how clear it is"),
    ("keep it in-house", "(it leaves)"),
    ("keep it in-house", "(another firm does it)"),
    ("your own people do it better", "(nobody does it)"),
    ("your own people do it better", "(another firm does it)"),
    ("nobody here does it yet", "(somebody does it)"),
    ("nobody here does it yet", "your own people do it better"),
    ("it could be either", "(a core answer is missing)"),
    ("it could be either", "how clear it is"),
    ("it could be either", "you told us too little"),
    ("it could be either", "unless your answer turns it"),
    ("your answers do not tell", "(a core answer is missing)"),
    ("you told us too little", "(no core answer is missing)"),
    ("you told us too little", "no answer was not sure"),
    ("we can't say yet", "how clear it is"),
    ("we can't say yet", "(it leaves)"),
    ("we can't say yet", "(no core answer is missing)"),
    ("it is clear", "(neither is ahead)"),
    ("it is routine work", "(KPO is ahead)"),
    ("it is expert work", "(BPO is ahead)"),
    ("it holds both kinds", "(no answer says that there are parts)"),
    ("one part BPO, another KPO", "(no answer says that there are parts)"),
    ("for the parts that can leave", "(all of it leaves)"),
    ("no rule counts against it", "(a reason speaks against it)"),
    ("no rule counts against it", "(there is something to do first)"),
    ("if you did hand it over", "(it leaves)"),
    ("a risk because of its parts", "(it is one kind of work)"),
    ("no answer was not sure", "some were not sure"),
    ("no answer was not sure", "(a core answer is missing)"),
    ("settled", "unless your answer turns it"),
    ("settled", "open questions could turn it"),
    ("settled", "a further question could move it"),
    ("settled", "these answers tell soonest"),
    ("settled", "one that is open"),
    ("settled", "an open answer changes it"),
    ("it takes several", "unless your answer turns it"),
    ("it takes several", "a single answer changes it"),
    ("it takes several", "a further question could move it"),
    ("one that is open", "(no core answer is missing)"),
    ("one answered differently", "(no given answer changes it)"),
    ("nothing that fits changes it", "unless your answer turns it"),
    ("nothing that fits changes it", "open questions could turn it"),
    ("nothing that fits changes it", "a further question could move it"),
    ("nothing that fits changes it", "a single answer changes it"),
    ("nothing that fits changes it", "a way to other advice"),
    ("these answers tell soonest", "(no core answer is missing)"),
}
"""Two that contradict each other."""

WHO = next((it for it in RULES.questions if any(option.done_by for option in it.options)), None)

RARE = {
    *NEVER,
    *(SAID_OF_PARTS if not ANSWERS_CAN_SAY_PARTS else ()),
    *({"(another firm does it)"} if not WHO or DoneBy.ANOTHER_FIRM not in {it.done_by for it in WHO.options} else ()),
    "nobody here does it yet",
    "no rule counts against it",
    "nothing you said tells them apart",
    "nothing that fits changes it",
    "one that is open",
}
"""What random answers seldom or never lead to."""


WORDS = {
    ("Settled:", "Could move the advice to|could turn it to|unless your answer|we can say more"),
    ("No answer was “I'm not sure”", r"\d answers? (was|were) “I'm not sure”|First advice, from"),
    ("if you went ahead all the same|If you handed it over", "Strongest against it"),
    ("It would take", "would make it"),
    ("No rule counts against", "Before you act"),
    ("BPO is ahead", "KPO is ahead"),
}
"""Words, as regular expressions, that a page in one piece must not have both of."""


def statements_of(page: ToldPage) -> set[str]:
    """The statements of a page."""
    return {name for name, is_said in STATEMENTS.items() if is_said(page)}


def contradictions(statements: set[str]) -> list[str]:
    """What of these must not be said, or not together."""
    pairs = [f"{one} / {other}" for one, other in sorted(TOGETHER) if {one, other} <= statements]
    return [*sorted(statements & NEVER), *pairs]
