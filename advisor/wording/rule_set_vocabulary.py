"""The words for what stands in a rule set: its lists, its fields, and the values that they can have."""

from flask_babel import lazy_gettext as _l

from advisor.engine.model.evidence import Firmness, Pull, SourceKind
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Scope, Section
from advisor.engine.model.vocabulary import Kind, Leave, Measure, Side
from advisor.wording import vocabulary

SIDES = {Side.BPO: _l("BPO"), Side.KPO: _l("KPO"), Side.KEEP: _l("Keep in-house")}

KINDS = {Kind.BPO: _l("BPO"), Kind.KPO: _l("KPO"), Kind.BOTH: _l("Both"), Kind.UNCLEAR: _l("We can't say yet")}

OUTCOMES = vocabulary.ADVICES

LEAVES = {Leave.GO: _l("It can leave the house"), Leave.KEEP: _l("Keep it in-house for now")}

STRENGTHS = vocabulary.STRENGTHS

MEASURES = {
    Measure.BPO: _l("BPO points"),
    Measure.KPO: _l("KPO points"),
    Measure.KEEP: _l("Points for keeping it"),
    Measure.LEAN: _l("Lean: BPO minus KPO"),
    Measure.EVIDENCE: _l("Evidence: BPO plus KPO"),
}

TYPES = {
    AnswerType.CHOICE: _l("One choice"),
    AnswerType.CHOICES: _l("Several choices"),
    AnswerType.NUMBER: _l("A whole number"),
}

SCOPES = {Scope.PROCESS: _l("Once for the process"), Scope.PART: _l("For each part")}

SECTIONS = {
    Section.NAME: _l("With the name"),
    Section.CORE: _l("On the way to the advice"),
    Section.SHARPEN: _l("After the result, to sharpen it"),
}

SOURCE_KINDS = {SourceKind.DOCUMENT: _l("A document"), SourceKind.GUIDANCE: _l("General guidance")}

PULLS = {
    Pull.BPO: _l("BPO"),
    Pull.KPO: _l("KPO"),
    Pull.BOTH: _l("Both together"),
    Pull.KEEP: _l("Keeping it in-house"),
    Pull.EITHER: _l("Handing it over, whichever kind it is"),
    Pull.LOCATION: _l("Where a provider sits"),
    Pull.CONTEXT: _l("None: it explains, and drives no rule"),
}

FIRMNESS = {
    Firmness.FIRM: _l("Firm: it is stated as the difference"),
    Firmness.SOFT: _l("Soft: usually, often or likely"),
    Firmness.WEAK: _l("Weak: one voice, or one example"),
}

LISTS = {
    "rules": _l("Rules"),
    "questions": _l("Questions"),
    "leave": _l("First table: should it leave the house?"),
    "kind": _l("Second table: what kind of work is it?"),
    "claims": _l("Claims"),
    "sources": _l("Sources"),
    "disagreements": _l("Where the sources disagree"),
    "guidance": _l("What to do next"),
    "tensions": _l("Answers that pull apart"),
    "limits": _l("What the advice does not tell"),
    "cases": _l("Test cases"),
}
"""In the order in which the draft shows them."""

NOUNS = {
    "rules": _l("rule"),
    "questions": _l("question"),
    "options": _l("answer"),
    "leave": _l("row of the first table"),
    "kind": _l("row of the second table"),
    "claims": _l("claim"),
    "sources": _l("source"),
    "disagreements": _l("disagreement"),
    "guidance": _l("piece of guidance"),
    "tensions": _l("pair of answers"),
    "limits": _l("limit"),
    "cases": _l("test case"),
}

FIELDS = {
    "key": _l("Key"),
    "id": _l("Id"),
    "when": _l("When"),
    "asked_when": _l("Asked when"),
    "push": _l("Points"),
    "because": _l("Reason"),
    "sources": _l("Claims"),
    "weighed": _l("Why this many points"),
    "text": _l("Text"),
    "short": _l("Short name"),
    "missing": _l("What people read who continue without an answer"),
    "hint": _l("Hint"),
    "why": _l("Why we ask this"),
    "type": _l("How it is answered"),
    "scope": _l("Asked"),
    "section": _l("Part of the questionnaire"),
    "options": _l("Answers"),
    "minimum": _l("Least number"),
    "maximum": _l("Greatest number"),
    "unit": _l("Unit"),
    "label": _l("Text"),
    "words": _l("Other names for it"),
    "filed_under": _l("Where sources file it"),
    "leave": _l("Then"),
    "kind": _l("Kind"),
    "strength": _l("How clear"),
    "says": _l("In words"),
    "title": _l("Title"),
    "about": _l("About it"),
    "source": _l("Source"),
    "place": _l("Where it stands"),
    "pull": _l("Which way it argues"),
    "firmness": _l("How firmly it is put"),
    "note": _l("Note"),
    "withdrawn": _l("Withdrawn, because"),
    "topic": _l("Topic"),
    "views": _l("Views"),
    "settled": _l("How the advice settles it"),
    "outcomes": _l("Told only with"),
    "process": _l("Process"),
    "answers": _l("Answers"),
    "outcome": _l("Expected advice"),
    "parts": _l("Parts"),
}
