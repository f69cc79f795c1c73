"""The fixed words of the product: everything else that decides stands in the rule set."""

from enum import StrEnum


class State(StrEnum):
    """How a condition or a rule stands against a set of answers."""

    MATCHED = "matched"
    NOT_MATCHED = "not_matched"
    UNKNOWN = "unknown"


class Side(StrEnum):
    """Where a rule pushes its points. BOTH: the answers say that the work falls into parts of both kinds."""

    BPO = "bpo"
    KPO = "kpo"
    KEEP = "keep"
    BOTH = "both"


class Kind(StrEnum):
    """What kind of hand-over the content of the work speaks for."""

    BPO = "bpo"
    KPO = "kpo"
    BOTH = "both"
    UNCLEAR = "unclear"


class Outcome(StrEnum):
    """The advice."""

    BPO = "bpo"
    KPO = "kpo"
    BOTH = "both"
    KEEP = "keep"
    UNCLEAR = "unclear"


class Leave(StrEnum):
    """Whether the process should leave the house."""

    GO = "go"
    KEEP = "keep"


class DoneBy(StrEnum):
    """Who does the work today, where that is not the people of whoever asks."""

    NOBODY = "nobody"
    ANOTHER_FIRM = "another-firm"


class Strength(StrEnum):
    """How clearly the points speak for the kind; declared from the weakest to the strongest."""

    BALANCED = "balanced"
    SLIGHT = "slight"
    CLEAR = "clear"


class Measure(StrEnum):
    """What a policy row looks at: a sum, the lean (bpo minus kpo), or the evidence (bpo plus kpo)."""

    BPO = "bpo"
    KPO = "kpo"
    KEEP = "keep"
    BOTH = "both"
    LEAN = "lean"
    EVIDENCE = "evidence"


class BriefSection(StrEnum):
    """A section of the brief for providers, in the order in which they stand there."""

    WORK = "work"
    HELP = "help"
    SKILLS = "skills"
    STAYS = "stays"
    MEASURE = "measure"
    ASK = "ask"
    BEGIN = "begin"
    LEAVE = "leave"
    WHERE = "where"
    RISKS = "risks"


# ---- In English: what the engine's problems call them, and what ``advisor.wording`` writes where it says the same

OUTCOME_WORDS = {
    Outcome.BPO: "BPO",
    Outcome.KPO: "KPO",
    Outcome.BOTH: "Both",
    Outcome.KEEP: "Keep in-house for now",
    Outcome.UNCLEAR: "We can't say yet",
}
"""The advice in a word; kinds have the values of outcomes, and their words."""

MEASURE_WORDS = {
    Measure.BPO: "the BPO points",
    Measure.KPO: "the KPO points",
    Measure.KEEP: "the points for keeping it",
    Measure.BOTH: "the points for both, part by part",
    Measure.LEAN: "the lean",
    Measure.EVIDENCE: "the evidence",
}


def quoted_advice(outcome: Outcome | Kind) -> str:
    """An outcome or a kind, in quotation marks."""
    return f"“{OUTCOME_WORDS[Outcome(outcome)]}”"
