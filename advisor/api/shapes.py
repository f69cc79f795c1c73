"""What programs send and get about an account's own assessments."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, with_config
from typing_extensions import TypedDict

from advisor.engine.document.text import TEXT_LIMIT
from advisor.engine.model.answers import PARTS_LIMIT
from advisor.engine.model.vocabulary import Kind, Outcome, Strength
from advisor.exchange.json_items import Answers, Name, PartRequest
from advisor.exchange.recommendation import CLOSED, PushDocument, RecommendationDocument
from advisor.models.processes.groups import GROUP_LENGTH, GROUPS_LIMIT
from advisor.wording.vocabulary import DECISIONS

Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
Id = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
Day = Annotated[
    str | None,
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}),
]
DecisionKey = Annotated[
    str | None,
    WithJsonSchema({"anyOf": [{"type": "string", "enum": [*DECISIONS]}, {"type": "null"}]}),
]
Notes = Annotated[
    str,
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": TEXT_LIMIT,
            "pattern": r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$",
        }
    ),
]

Groups = Annotated[
    list[str],
    WithJsonSchema(
        {
            "type": "array",
            "maxItems": GROUPS_LIMIT,
            "items": {
                "type": "string",
                "minLength": 1,
                "maxLength": GROUP_LENGTH,
                "pattern": r"^[^\u0000-\u001f\u007f-\u009f;]*$",
            },
        }
    ),
]


class AssessmentChange(BaseModel):
    """What is to be changed; what is left out stays as it is.

    `answers`, `parts` and `groups` each replace all that was there. `parts: []` makes it one piece again. `row_version`
    is that of the copy which the change is based on, in place of the header `If-Match`.
    """

    model_config = ConfigDict(extra="forbid")

    process: Name = ""
    answers: Answers = Field(default_factory=dict)
    parts: Annotated[list[PartRequest], Field(max_length=PARTS_LIMIT)] = Field(default_factory=list)
    decision: DecisionKey = None
    decided_on: Day = None
    notes: Notes = ""
    groups: Groups = Field(default_factory=list)
    look_again_on: Day = None
    row_version: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)] = 1


@with_config(CLOSED)
class OwnPartDocument(TypedDict):
    """A part of a process, with its own answers."""

    part: str
    answers: dict[str, Any]


@with_config(CLOSED)
class OpenQuestionDocument(TypedDict):
    """A question that waits for an answer; `part` is there where it is asked of one."""

    question: str
    part: NotRequired[str]


@with_config(CLOSED)
class FirstAdviceDocument(TypedDict):
    """Of how many of the questions that were asked on the way to it an advice had an answer, null included."""

    answered: int
    asked: int


@with_config(CLOSED)
class AssessmentDocument(TypedDict):
    """One process of the account.

    `recommendation` is the latest advice, null before every question in `open` is answered for the first time (null is
    an answer: "I'm not sure"); but first advice is given on some of them, and `first_advice` is null for all other. It
    is `stale` where answers were changed after it. `newer_rules` is the number of the version in force where that is
    not the one that judges this process; it never changes by itself. `kept_version` is the newest version over which
    the owner chose to keep the advice.
    """

    id: Id
    process: str
    answers: dict[str, Any]
    parts: list[OwnPartDocument]
    rules_version: int
    newer_rules: int | None
    kept_version: int | None
    row_version: int
    created_at: Moment
    touched_at: Moment
    decision: DecisionKey
    decided_on: Day
    notes: str
    groups: list[str]
    look_again_on: Day
    open: list[OpenQuestionDocument]
    stale: bool
    first_advice: FirstAdviceDocument | None
    recommended_at: Annotated[
        str | None, WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]})
    ]
    recommendation: RecommendationDocument | None


class RulesChoice(BaseModel):
    """The version of the rules that a choice is about: the one in force, as `newer-rules` told of it."""

    model_config = ConfigDict(extra="forbid")

    rules_version: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]


@with_config(CLOSED)
class VersionNote(TypedDict):
    """What the admins wrote when they published a version."""

    rules_version: int
    published_at: Moment
    note: str


@with_config(CLOSED)
class ChangedRule(TypedDict):
    """A rule that counts differently: its points before and after, null where it does not count.

    `alone` says that this change by itself makes the difference.
    """

    rule: str
    part: NotRequired[str]
    text: str
    before: PushDocument | None
    after: PushDocument | None
    alone: bool


@with_config(CLOSED)
class NewerRulesDocument(TypedDict):
    """What the rules in force would say of a process that older ones judge.

    All but `rules_version` is null or empty where the process is judged by the rules in force, or has no advice yet.
    `open` are questions to be answered before they can advise; then `recommendation` goes by the answers there are.
    `differs` compares the advice and how clear it is, of the process and of each part; risks that differ are no other
    advice, and stand in `recommendation`.
    """

    rules_version: int
    newer_rules: int | None
    kept_version: int | None
    notes: list[VersionNote]
    open: list[OpenQuestionDocument]
    differs: bool | None
    rules: list[ChangedRule]
    recommendation: RecommendationDocument | None


@with_config(CLOSED)
class AssessmentLine(TypedDict):
    """One process in the list; what is said of the advice is null where none was given yet."""

    id: Id
    process: str
    parts: list[str]
    groups: list[str]
    rules_version: int
    outcome: Outcome | None
    kind: Kind | None
    strength: Strength | None
    first_advice: FirstAdviceDocument | None
    decision: DecisionKey
    decided_on: Day
    look_again_on: Day
    created_at: Moment
    touched_at: Moment


@with_config(CLOSED)
class AssessmentsDocument(TypedDict):
    """One page of the processes of the account."""

    assessments: list[AssessmentLine]
    page: int
    pages: int
    found: int


@with_config(CLOSED)
class RevisionDocument(TypedDict):
    """One advice as it was given, with the answers that it judged."""

    number: int
    given_at: Moment
    rules_version: int
    process: str
    answers: dict[str, Any]
    parts: list[OwnPartDocument]
    first_advice: FirstAdviceDocument | None
    recommendation: RecommendationDocument


@with_config(CLOSED)
class HistoryDocument(TypedDict):
    """One page of the advice given on a process, newest first."""

    history: list[RevisionDocument]
    page: int
    pages: int


@with_config(CLOSED)
class CheckedProblem(TypedDict):
    """One thing to mend: where it is, what is wrong, and how to mend it.

    It is `blocks` where the rule set could not be published. `witness` are answers that show it, by question.
    `also` are the places of the other things that it is about.
    """

    place: str
    text: str
    mend: str
    blocks: bool
    witness: dict[str, Any] | None
    also: list[str]


@with_config(CLOSED)
class CheckedShare(TypedDict):
    """The share of one outcome among all complete answers, 0 to 1, and the range in which it lies."""

    share: float
    low: float
    high: float


@with_config(CLOSED)
class CheckDocument(TypedDict):
    """What is known of a rule set. What is not `done` goes on: ask again at the `Location`.

    `done` and `total` count combinations, 0 where they are not known. `blocks` says whether anything found so far
    keeps it from being published; `found` is how many problems there are, of which at most 1,000 are given, those that
    block first. `shares`, by outcome, are null where something must be mended before they can be counted; where they
    are not `exact` they are an estimate, and `low` and `high` hold with 99 % certainty.
    """

    state: Literal["done", "waiting", "running"]
    done: int
    total: int
    blocks: bool
    found: int
    problems: list[CheckedProblem]
    combinations: int | None
    exact: bool | None
    shares: dict[str, CheckedShare] | None
