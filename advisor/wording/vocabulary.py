"""The product's fixed words for people: one table for each enumeration. Those of rule sets: rule_set_vocabulary.py.

A row has the words by themselves as ``name``, and other words where a sentence needs them. The texts are looked up in
the language of the reader when they are shown; those for the terminal are English.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol, TypeVar

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from advisor.engine.model.evidence import Firmness, Grade, Pull, SourceKind
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Scope, Section
from advisor.engine.model.vocabulary import (
    OUTCOME_WORDS,
    BriefSection,
    DoneBy,
    Kind,
    Leave,
    Measure,
    Outcome,
    Side,
    Strength,
)

Member = TypeVar("Member")


class _NamedWords(Protocol):
    @property
    def name(self) -> str:
        """The words by themselves."""


def names(table: Mapping[Member, _NamedWords]) -> dict[Member, str]:
    """The words of a table by themselves, such as the choices of a form."""
    return {member: words.name for member, words in table.items()}


# ---- The advice


class SideWords(NamedTuple):
    """A side: by itself, and as what a rule adds points towards."""

    name: str
    towards: str


class KindWords(NamedTuple):
    """A kind: by itself, in a sentence, as the work that is of it, and in the terminal."""

    name: str
    sentence: str
    work: str
    terminal: str


class OutcomeWords(NamedTuple):
    """An outcome: by itself, in the terminal, and as the verdict on a process or on a part of one.

    ``partly`` gives the verdict for so many parts where others stay; what stays itself has none.
    """

    name: str
    terminal: str
    verdict: str
    part_verdict: str
    partly: Callable[[int], str] | None = None


class LeaveWords(NamedTuple):
    """What the first table says: by itself, and in the terminal."""

    name: str
    terminal: str


class MeasureWords(NamedTuple):
    """A measure: as a column, before a range of points (the lean is said by who is ahead), and in the terminal."""

    name: str
    range: str
    terminal: str


SIDES = {
    Side.BPO: SideWords(_l("BPO"), _l("BPO")),
    Side.KPO: SideWords(_l("KPO"), _l("KPO")),
    Side.KEEP: SideWords(_l("Keep in-house"), _l("keeping it in-house")),
    Side.BOTH: SideWords(_l("Both, part by part"), _l("both, part by part")),
}

KINDS = {
    Kind.BPO: KindWords(_l(OUTCOME_WORDS[Outcome.BPO]), _l("BPO"), _l("routine work"), "BPO"),
    Kind.KPO: KindWords(_l(OUTCOME_WORDS[Outcome.KPO]), _l("KPO"), _l("expert work"), "KPO"),
    Kind.BOTH: KindWords(
        _l(OUTCOME_WORDS[Outcome.BOTH]),
        _l("both, BPO for one part of it and KPO for another"),
        _l("routine and expert work together"),
        "both",
    ),
    Kind.UNCLEAR: KindWords(_l(OUTCOME_WORDS[Outcome.UNCLEAR]), _l("we can't say yet"), "", "unclear"),
}

OUTCOMES = {
    Outcome.BPO: OutcomeWords(
        _l(OUTCOME_WORDS[Outcome.BPO]),
        "BPO",
        _l("BPO suits this process"),
        _l("BPO suits this part"),
        lambda n: ngettext("BPO suits the part that can leave", "BPO suits the parts that can leave", n),
    ),
    Outcome.KPO: OutcomeWords(
        _l(OUTCOME_WORDS[Outcome.KPO]),
        "KPO",
        _l("KPO suits this process"),
        _l("KPO suits this part"),
        lambda n: ngettext("KPO suits the part that can leave", "KPO suits the parts that can leave", n),
    ),
    Outcome.BOTH: OutcomeWords(
        _l(OUTCOME_WORDS[Outcome.BOTH]),
        "both",
        _l("Both: BPO for one part of this process, KPO for another"),
        _l("This part holds BPO and KPO work"),
        lambda n: ngettext(
            "Both: BPO and KPO for the part that can leave", "Both: BPO and KPO for the parts that can leave", n
        ),
    ),
    Outcome.KEEP: OutcomeWords(
        _l(OUTCOME_WORDS[Outcome.KEEP]),
        "keep in-house",
        _l("Keep this process in-house for now"),
        _l("Keep this part in-house for now"),
    ),
    Outcome.UNCLEAR: OutcomeWords(
        _l(OUTCOME_WORDS[Outcome.UNCLEAR]), "unclear", _l("We can't say yet"), _l("We can't say yet")
    ),
}

BETWEEN = OutcomeWords(
    _l("It could be either"), "it could be either", _l("It could be either: BPO or KPO"), _l("It could be either")
)
"""What is said instead of "we can't say yet" where everything is answered."""

NOT_THERE_YET = OutcomeWords(
    _l("Build it up, or find a partner"),
    "build it up, or find a partner",
    _l("Build it up yourselves, or find an expert partner"),
    _l("Build it up, or find an expert partner"),
)
"""What is said instead of "keep it" where nobody in the house does the work yet."""

ELSEWHERE = OutcomeWords(
    _l("In your own hands"),
    "in your own hands",
    _l("This process is better in your own hands"),
    _l("This part is better in your own hands"),
)
"""What is said instead of "keep it" where another firm does the work."""

PLACES = {
    Outcome.BPO: _l("hand %(parts)s to a BPO provider"),
    Outcome.KPO: _l("hand %(parts)s to a KPO provider"),
    Outcome.BOTH: _l("split %(parts)s between a BPO and a KPO provider"),
    Outcome.KEEP: _l("keep %(parts)s in-house for now"),
}
"""Where parts go, within a sentence."""

BOTH_WITHIN = {
    frozenset({Outcome.BOTH}): _l("Both: each part holds BPO and KPO work"),
    frozenset({Outcome.BOTH, Outcome.BPO}): _l(
        "Both: BPO for one part of this process, BPO and KPO together for another"
    ),
    frozenset({Outcome.BOTH, Outcome.KPO}): _l(
        "Both: KPO for one part of this process, BPO and KPO together for another"
    ),
}
"""How "both" is said by the advice on the parts, where not every part is one or the other."""

DONE_BY = {DoneBy.NOBODY: _l("Nobody does it yet"), DoneBy.ANOTHER_FIRM: _l("Another firm does it")}
"""What an answer can say of who does the work today."""

STRENGTHS = {Strength.CLEAR: _l("Clear"), Strength.SLIGHT: _l("Slight lean"), Strength.BALANCED: _l("Balanced")}

LEAVES = {
    Leave.GO: LeaveWords(_l("It can leave the house"), "it can leave the house"),
    Leave.KEEP: LeaveWords(_l("Keep it in-house for now"), "keep it in-house"),
}

MEASURES = {
    Measure.BPO: MeasureWords(_l("BPO points"), _l("BPO"), "BPO points"),
    Measure.KPO: MeasureWords(_l("KPO points"), _l("KPO"), "KPO points"),
    Measure.KEEP: MeasureWords(_l("Points for keeping it"), _l("keeping it in-house"), "keep points"),
    Measure.BOTH: MeasureWords(
        _l("Points for both, part by part"), _l("both, part by part"), "the points for both, part by part"
    ),
    Measure.LEAN: MeasureWords(_l("Lean: BPO minus KPO"), "", "the lean (BPO minus KPO)"),
    Measure.EVIDENCE: MeasureWords(
        _l("Evidence: BPO plus KPO"), _l("BPO and KPO together"), "the evidence (BPO plus KPO)"
    ),
}

DECISIONS = {
    "bpo": _l("Hand it to a BPO"),
    "kpo": _l("Hand it to a KPO"),
    "both": _l("Split it between a BPO and a KPO"),
    "keep": _l("Keep it in-house"),
    "later": _l("Wait, and look at it again"),
    "other": _l("Something else"),
}
"""What an owner can say they decided."""


# ---- Questions and evidence


class SectionWords(NamedTuple):
    """A part of the questionnaire: for who edits it, and as a heading with what it is for."""

    name: str
    heading: str
    about: str


class PullWords(NamedTuple):
    """What a claim argues for: by itself, and in a sentence."""

    name: str
    sentence: str


class FirmnessWords(NamedTuple):
    """How firmly a claim is put: in a word, with what that means, and as a sentence."""

    word: str
    name: str
    sentence: str


TYPES = {
    AnswerType.CHOICE: _l("One choice"),
    AnswerType.CHOICES: _l("Several choices"),
    AnswerType.NUMBER: _l("A whole number"),
}

SCOPES = {Scope.PROCESS: _l("Once for the process"), Scope.PART: _l("For each part")}

SECTIONS = {
    Section.NAME: SectionWords(
        _l("With the name"),
        _l("Beside the name"),
        _l("It adds nothing to any side. It only lets us say where our sources file such a process."),
    ),
    Section.CORE: SectionWords(
        _l("On the way to the advice"), _l("On the way to the advice"), _l("Asked of everybody, at most nine.")
    ),
    Section.SHARPEN: SectionWords(
        _l("After the result, to sharpen it"),
        _l("To sharpen it"),
        _l("Offered after the result. Some add points to the same sum, others change what to do first."),
    ),
}

SOURCE_KINDS = {SourceKind.DOCUMENT: _l("A document"), SourceKind.GUIDANCE: _l("General guidance")}

PULLS = {
    Pull.BPO: PullWords(_l("BPO"), _l("BPO")),
    Pull.KPO: PullWords(_l("KPO"), _l("KPO")),
    Pull.BOTH: PullWords(_l("Both together"), _l("both together")),
    Pull.KEEP: PullWords(_l("Keeping it in-house"), _l("keeping it in-house")),
    Pull.EITHER: PullWords(_l("Handing it over, whichever kind it is"), _l("handing it over, whichever kind it is")),
    Pull.LOCATION: PullWords(_l("Where a provider sits"), _l("where a provider sits")),
    Pull.CONTEXT: PullWords(_l("None: it explains, and drives no rule"), _l("neither side: it explains")),
}

FIRMNESS = {
    Firmness.FIRM: FirmnessWords(
        _l("Firm"), _l("Firm: it is stated as the difference"), _l("Firmly: it is stated as the difference.")
    ),
    Firmness.SOFT: FirmnessWords(
        _l("Soft"), _l("Soft: usually, often or likely"), _l("Softly: usually, often or likely.")
    ),
    Firmness.WEAK: FirmnessWords(
        _l("Weak"), _l("Weak: one voice, or one example"), _l("Weakly: one voice, or one example.")
    ),
}

GRADES = {
    Grade.FIRM: _l("What has been published on this is firm."),
    Grade.FAIR: _l("What has been published on this is fair, not firm."),
    Grade.THIN: _l("What has been published on this is thin."),
}
"""How firm the ground of a risk is."""


BRIEF_ADVICE = {
    Outcome.KEEP: _l("our own people do it."),
    Outcome.UNCLEAR: _l("we do not know yet which help it takes."),
    Outcome.BPO: _l("Business process outsourcing (BPO)."),
    Outcome.KPO: _l("Knowledge process outsourcing (KPO)."),
    Outcome.BOTH: _l("Business and knowledge process outsourcing (BPO and KPO)."),
}
"""What a line of the brief says that the advice itself gives."""

BRIEF_SECTIONS = {
    BriefSection.WORK: _l("The work"),
    BriefSection.HELP: _l("The help we look for"),
    BriefSection.SKILLS: _l("Who could do it"),
    BriefSection.STAYS: _l("What stays with us"),
    BriefSection.MEASURE: _l("How we would tell good work"),
    BriefSection.ASK: _l("What we ask you"),
    BriefSection.BEGIN: _l("How we would begin"),
    BriefSection.LEAVE: _l("How it could end"),
    BriefSection.WHERE: _l("Where it would be done"),
    BriefSection.RISKS: _l("What tends to go wrong, and what you would do about it"),
}
"""Sections of the brief, as its readers see them: "we" are its owner, "you" the providers."""
