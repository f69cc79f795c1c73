"""Which inputs each kind of item is edited with."""

from flask_babel import lazy_gettext as _l

from advisor.engine.model.policy import KIND_MEASURES
from advisor.engine.model.vocabulary import Measure
from advisor.rule_sets.editor.inputs.case_inputs import AnswersInput, PartsInput, RisksInput
from advisor.rule_sets.editor.inputs.claim_inputs import CLAIM_INPUTS, ClaimsInput, ViewsInput
from advisor.rule_sets.editor.inputs.kinds import (
    REASON_HELP,
    ChoiceInput,
    FormInput,
    IntegerInput,
    KeyInput,
    LineInput,
    LinesInput,
    MultiChoiceInput,
    NameOfProcess,
    PushInput,
    TextInput,
)
from advisor.rule_sets.editor.inputs.row_inputs import BoundsInput, ConditionGroupsInput, ConditionsInput
from advisor.wording import vocabulary
from advisor.wording.vocabulary import names

_KEY = KeyInput(
    "key", about=_l("What addresses and saved answers name it by. Leave it empty, and we make one from the text.")
)
_SHOWN_WHEN = (
    ConditionsInput(
        "when", _l("Told when"), _l("All must hold. Without any, it is always told."), on_name=True, optional=True
    ),
    MultiChoiceInput("outcomes", about=_l("Without any, whatever the advice is."), choices=names(vocabulary.OUTCOMES)),
)

_SENTENCE = _l(
    "The row in one sentence. {keep} or {lean} there is the number of its bound, or of that of a row above; "
    "{lean - 1} is one less, and {lean before} the number of the row before."
)

EDITORS: dict[str, tuple[FormInput, ...]] = {
    "rules": (
        TextInput("because", _l("Reason shown to people"), REASON_HELP),
        PushInput("push"),
        ConditionsInput("when", about=_l("All of these must hold.")),
        ClaimsInput("sources", _l("Claims it rests on"), _l("At least one.")),
        LineInput("says", about=_l("A clause such as “each case ends with something done”."), optional=True),
        TextInput("weighed", about=_l("For colleagues, and for whoever asks."), optional=True),
        _KEY,
    ),
    "questions": (
        TextInput("text", _l("Question"), _l("As people read it.")),
        LineInput("short", about=_l("A few words for lists, such as “How often it comes”.")),
        TextInput("hint", optional=True),
        TextInput("missing", about=_l("Such as “Select how often it comes”.")),
        TextInput("why", optional=True),
        ChoiceInput("type", choices=vocabulary.TYPES),
        ChoiceInput("scope", choices=vocabulary.SCOPES, default="part"),
        ChoiceInput("section", choices=names(vocabulary.SECTIONS), default="core"),
        ConditionsInput(
            "asked_when",
            about=_l("All must hold, on questions that come before it. Without any, it is asked of everybody."),
            earlier_only=True,
            optional=True,
        ),
        IntegerInput("minimum", about=_l("For a number only.")),
        IntegerInput("maximum", about=_l("For a number only.")),
        LineInput("unit", _l("Unit, such as “cases”"), _l("For a number only."), optional=True, is_short=True),
        IntegerInput("most", about=_l("For several choices only. Without it, any number.")),
        LineInput("none", about=_l("For several choices only, in place of “None of these”."), optional=True),
        LineInput("none_hint", about=_l("For several choices only."), optional=True),
        _KEY,
    ),
    "options": (
        TextInput("label"),
        TextInput("hint", optional=True),
        _KEY,
    ),
    "leave": (
        BoundsInput("when", about=_l("All of these must fit. A row without any always fits.")),
        ChoiceInput("leave", choices=names(vocabulary.LEAVES)),
        TextInput("says", about=_SENTENCE),
    ),
    "kind": (
        BoundsInput(
            "when",
            about=_l("All of these must fit. A row without any always fits."),
            measures=tuple(measure for measure in Measure if measure in KIND_MEASURES),
        ),
        ChoiceInput("kind", choices=names(vocabulary.KINDS)),
        ChoiceInput("strength", choices=vocabulary.STRENGTHS),
        TextInput("says", about=_SENTENCE),
    ),
    "claims": (
        *CLAIM_INPUTS,
        TextInput("note", about=_l("What a reader must know of its wording or reading."), optional=True),
        TextInput("withdrawn", about=_l("With a reason here it counts no more."), optional=True),
        LinesInput("links", about=_l("Where it can be read, one to a line."), optional=True),
        KeyInput("id", about=_l("Such as D2.04. Leave it empty, and we give it the next number of its source.")),
    ),
    "sources": (
        LineInput("title"),
        ChoiceInput(
            "kind",
            _l("What it is"),
            _l("People see which: what rests on general guidance is marked as not from a document."),
            choices=vocabulary.SOURCE_KINDS,
        ),
        TextInput("about", about=_l("What a reader gets, and whether we hold a copy.")),
        LinesInput("links", about=_l("Where it can be read, one to a line."), optional=True),
        KeyInput("key", about=_l("The ids of its claims begin with it, such as D3. Leave it empty, and we make one.")),
    ),
    "disagreements": (
        LineInput("topic"),
        ViewsInput("views", about=_l("Two at least.")),
        TextInput("settled"),
        *_SHOWN_WHEN,
        _KEY,
    ),
    "guidance": (
        LineInput("title"),
        TextInput("text"),
        ClaimsInput("sources", _l("Claims it rests on")),
        *_SHOWN_WHEN,
        ChoiceInput("brief", no_choice=_l("Not a line of the brief"), choices=vocabulary.BRIEF_SECTIONS),
        _KEY,
    ),
    "risks": (
        LineInput("title", about=_l("A short clause, such as “The know-how leaves with the work”.")),
        TextInput("happens", about=_l("Two sentences at most.")),
        ConditionGroupsInput("shows", about=_l("All conditions of a group must hold; one group is enough.")),
        MultiChoiceInput(
            "outcomes", _l("Shows with"), _l("This advice shows it too."), choices=names(vocabulary.OUTCOMES)
        ),
        ConditionGroupsInput("more", about=_l("Each group that holds adds weight."), optional=True),
        ConditionGroupsInput("unless", about=_l("One group that holds is enough."), optional=True),
        LinesInput("actions", about=_l("Two or three, one to a line.")),
        LinesInput("asks", about=_l("For the brief to providers, one to a line."), optional=True),
        ChoiceInput("grade", choices=vocabulary.GRADES, optional=False),
        ClaimsInput("sources", _l("Claims it rests on"), _l("At least one.")),
        _KEY,
    ),
    "tensions": (
        ConditionsInput("when", about=_l("Exactly two, on different questions.")),
        TextInput("text", about=_l("Names both answers, and says when both can be true.")),
        _KEY,
    ),
    "limits": (TextInput("text", _l("Sentence")),),
    "cases": (
        NameOfProcess("process", _l("Name of the process")),
        ChoiceInput("outcome", choices=names(vocabulary.OUTCOMES)),
        ChoiceInput("kind", _l("Expected kind"), no_choice=_l("Not checked"), choices=names(vocabulary.KINDS)),
        TextInput("because", _l("Where the expectation comes from")),
        AnswersInput("answers", about=_l("What is not answered counts as unknown.")),
        PartsInput("parts", about=_l("For a process in one piece, none.")),
        RisksInput("risks", about=_l("They must be among those that are told.")),
        RisksInput("no_risks"),
        ClaimsInput("sources", _l("Claims that say so"), optional=True),
        _KEY,
    ),
}  # fmt: skip
"""The inputs of each kind of item, in their order."""

DONE_BY = ChoiceInput(
    "done_by",
    about=_l("The advice then does not speak of keeping what your own people do. It adds no points."),
    no_choice=_l("It says nothing of that, or own people do"),
    choices=vocabulary.DONE_BY,
)
"""What an answer of a question has besides, but of one that is asked with the name."""

OF_NAME_OPTIONS: tuple[FormInput, ...] = (
    LinesInput("words", about=_l("One to a line. They are looked for in the name of a process.")),
    ChoiceInput(
        "filed_under",
        no_choice=_l("Nowhere"),
        choices={k: v for k, v in names(vocabulary.KINDS).items() if k != "unclear"},
    ),
    ClaimsInput("sources", _l("Claims that say so"), optional=True),
)
"""What an answer of a question has besides that is asked with the name."""
