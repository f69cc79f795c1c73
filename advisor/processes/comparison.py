"""Several processes side by side: a column for each, and rows of what can be held against each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from advisor.assessments.progress import Progress, judged_answers
from advisor.assessments.result.sidebar import LaterAdvice
from advisor.engine.model.questions import Question, Section
from advisor.engine.model.vocabulary import Outcome
from advisor.exchange.recommendation import advised_parts
from advisor.models import Assessment, RecommendationRecord
from advisor.wording.advice.difference import AdviceView
from advisor.wording.advice.first_advice import first_advice
from advisor.wording.advice.result import Balance, balance_of, points_scale
from advisor.wording.advice.verdict import advice_words, strength_words
from advisor.wording.claims import VersionView
from advisor.wording.values import stored_answer_label
from advisor.wording.vocabulary import DECISIONS, SIDES


@dataclass(frozen=True)
class Process:
    """One process as it is compared: with the advice it has, or (``advice`` is None) with its answers so far.

    ``edition`` is the version that gave the advice, else the one that judges it.
    """

    assessment: Assessment
    edition: VersionView
    advice: AdviceView | None
    given: dict[str, Any]
    given_at: datetime | None
    is_stale: bool
    later: LaterAdvice | None = None
    """The advice that is younger than the decision, if it is."""

    @classmethod
    def of(
        cls,
        assessment: Assessment,
        latest: RecommendationRecord | None,
        edition: VersionView,
        advised_by: VersionView,
        later: LaterAdvice | None = None,
    ) -> "Process":
        """Hold together what is stored; ``edition`` is that of the assessment, ``advised_by`` that of the advice."""
        given = Progress.of(edition.rule_set, assessment).as_plain()
        if latest is None:
            return cls(assessment, edition, None, given, None, is_stale=False)
        advice = AdviceView(latest.result, latest.given, advised_by)
        is_stale = judged_answers(latest.given) != judged_answers(given)
        return cls(assessment, advised_by, advice, latest.given, latest.created_at, is_stale, later)

    @property
    def pieces(self) -> list[dict[str, Any]]:
        """The advice on each part, or on the whole; none where there is no advice."""
        if self.advice is None:
            return []
        return advised_parts(self.advice.document)


@dataclass(frozen=True, slots=True)
class ComparisonLine:
    """One line in a cell; ``part`` names the part it is about, ``balance`` is drawn above its words.

    ``at`` says when, and makes no difference to others.
    """

    text: str
    part: str = ""
    balance: Balance | None = None
    at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ComparisonCell:
    """What one process has in a row; ``outcome`` is drawn as a shape."""

    lines: tuple[ComparisonLine, ...]
    outcome: str = ""


BLANK = ComparisonCell((ComparisonLine("–"),))


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One thing that is compared. ``url`` leads to the rule where it is one."""

    name: str
    cells: list[ComparisonCell]
    url: str = ""

    @property
    def differs(self) -> bool:
        """Whether the processes differ in it."""
        return any(cell != self.cells[0] for cell in self.cells)

    def is_blank(self, places: Sequence[int]) -> bool:
        """Whether the processes at these places have nothing in it."""
        return all(self.cells[place] == BLANK for place in places)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    name: str
    rows: list[ComparisonRow] = field(default_factory=list)

    def is_blank(self, places: Sequence[int]) -> bool:
        """Whether the processes at these places have nothing in any of its rows."""
        return all(row.is_blank(places) for row in self.rows)


def compare(processes: Sequence[Process], *, only_differences: bool) -> list[Group]:
    """Hold the processes (two or more) against each other; groups that have no row are left out."""
    groups = [
        Group(str(_("The advice")), list(_advice(processes))),
        Group(str(_("The answers")), list(_answers(processes))),
        Group(str(_("The reasons")), list(_reasons(processes))),
        Group(str(_("What tends to go wrong")), list(_risks(processes))),
    ]
    if only_differences:
        groups = [Group(group.name, [row for row in group.rows if row.differs]) for group in groups]
    return [group for group in groups if group.rows]


def _cell(text: str) -> ComparisonCell:
    return ComparisonCell((ComparisonLine(text),))


# ---- the advice --------------------------------------------------------------------------------------------------


def _advice(processes: Sequence[Process]) -> Iterable[ComparisonRow]:
    most = points_scale(*(process.edition.rule_set for process in processes))
    yield ComparisonRow(str(_("Advice")), [_verdict(process) for process in processes])
    if any(len(process.pieces) > 1 for process in processes):
        yield ComparisonRow(str(_("Its parts")), [_parts(process) for process in processes])
    yield ComparisonRow(str(_("Balance")), [_balance(process, most) for process in processes])
    yield ComparisonRow(str(_("Rules")), [_version(process) for process in processes])
    yield ComparisonRow(str(_("Your decision")), [_decision(process) for process in processes])


def _verdict(process: Process) -> ComparisonCell:
    if process.advice is None:
        return _cell(str(_("Not finished")))
    document = process.advice.document
    outcome = Outcome(document["outcome"])
    lines = [ComparisonLine(_in_short(str(advice_words(document).name), strength_words(document)))]
    if first := first_advice(process.edition.rule_set, process.given):
        lines.append(ComparisonLine(first.words))
    if process.is_stale:
        lines.append(ComparisonLine(str(_("Answers were changed after this advice."))))
    return ComparisonCell(tuple(lines), outcome.value)


def _parts(process: Process) -> ComparisonCell:
    if len(process.pieces) < 2:
        return _cell(str(_("In one piece")))
    return ComparisonCell(
        tuple(ComparisonLine(str(advice_words(piece).part_verdict), piece["part"]) for piece in process.pieces)
    )


def _in_short(advice: str, strength: str) -> str:
    if not strength:
        return advice
    return str(_("%(advice)s (%(strength)s)", advice=advice, strength=strength.lower()))


def _balance(process: Process, most: int) -> ComparisonCell:
    lines = (
        ComparisonLine(_points(piece), piece.get("part", ""), balance_of(piece, most, process.edition.rule_set))
        for piece in process.pieces
    )
    return ComparisonCell(found) if (found := tuple(lines)) else BLANK


def _points(piece: dict[str, Any]) -> str:
    points = {side: piece["points"][side] for side in ("bpo", "kpo", "keep")}
    if both := piece["points"].get("both"):
        return str(
            _("BPO %(bpo)d, KPO %(kpo)d, keep in-house %(keep)d, both part by part %(both)d", both=both, **points)
        )
    return str(_("BPO %(bpo)d, KPO %(kpo)d, keep in-house %(keep)d", **points))


def _version(process: Process) -> ComparisonCell:
    words = str(_("Version %(n)d", n=process.edition.number))
    return ComparisonCell((ComparisonLine(words, at=process.given_at),))


def _decision(process: Process) -> ComparisonCell:
    assessment = process.assessment
    if not assessment.decision:
        return _cell(str(_("Not yet")))
    words = [str(DECISIONS.get(assessment.decision, assessment.decision))]
    if assessment.decided_on:
        words.append(format_date(assessment.decided_on, "d MMM yyyy"))
    if process.later:
        words.append(process.later.words)
    return _cell(", ".join(words))


# ---- the answers -------------------------------------------------------------------------------------------------


def _answers(processes: Sequence[Process]) -> Iterable[ComparisonRow]:
    """Every core question, and every other that one of them answered, in the order and words of the newest version."""
    answered = {key for process in processes for key in _answered_keys(process.given)}
    for question in _questions(processes):
        if question.section is Section.CORE or question.key in answered:
            yield ComparisonRow(question.text, [_answer(process, question.key) for process in processes])


def _questions(processes: Sequence[Process]) -> list[Question]:
    newest_first = sorted(processes, key=lambda process: -process.edition.number)
    found = {
        question.key: question for process in reversed(newest_first) for question in process.edition.rule_set.questions
    }
    order = dict.fromkeys(question.key for process in newest_first for question in process.edition.rule_set.questions)
    return [found[key] for key in order]


def _answered_keys(given: dict[str, Any]) -> set[str]:
    return set(given["answers"]).union(*(part["answers"] for part in given["parts"]))


def _answer(process: Process, key: str) -> ComparisonCell:
    question = process.edition.rule_set.question(key)
    if question is None:
        return _cell(str(_("Not asked by version %(n)d", n=process.edition.number)))
    given = process.given
    if key in given["answers"] or not any(key in part["answers"] for part in given["parts"]):
        return _cell(_answer_text(question, given["answers"]))
    lines = tuple(ComparisonLine(_answer_text(question, part["answers"]), part["part"]) for part in given["parts"])
    alike = len({line.text for line in lines}) == 1
    return _cell(lines[0].text) if alike else ComparisonCell(lines)


def _answer_text(question: Question, answers: dict[str, Any]) -> str:
    words = stored_answer_label(question, answers[question.key]) if question.key in answers else ""
    return words or str(_("Not answered"))


# ---- the reasons -------------------------------------------------------------------------------------------------


def _reasons(processes: Sequence[Process]) -> Iterable[ComparisonRow]:
    """Every rule that counts for one of them, the strongest first, in the words of the newest version that uses it."""
    newest: dict[str, tuple[VersionView, dict[str, Any]]] = {}
    for process in sorted(processes, key=lambda process: process.edition.number):
        for reason in process.advice.document["reasons"] if process.advice else ():
            newest[reason["rule"]] = process.edition, reason
    for key, (edition, reason) in sorted(newest.items(), key=lambda item: -item[1][1]["push"]["points"]):
        cells = [_pulls(process, key, reason["text"]) for process in processes]
        yield ComparisonRow(reason["text"], cells, url=edition.rule_url(key))


def _pulls(process: Process, key: str, text: str) -> ComparisonCell:
    reasons = process.advice.document["reasons"] if process.advice else []
    lines = []
    for reason in (reason for reason in reasons if reason["rule"] == key):
        words = _push(reason["push"])
        if reason["text"] != text:
            words += " " + str(_("(in its words: %(text)s)", text=reason["text"]))
        lines.append(ComparisonLine(words, str(reason.get("part", ""))))
    if len(lines) == len(process.pieces) > 1 and len({line.text for line in lines}) == 1:
        lines = [ComparisonLine(lines[0].text, str(_("every part")))]
    return ComparisonCell(tuple(lines)) if lines else BLANK


def _push(push: dict[str, Any]) -> str:
    side = SIDES[push["side"]].towards
    words = ngettext("%(num)d point towards %(side)s", "%(num)d points towards %(side)s", push["points"], side=side)
    return str(words)


# ---- the risks ---------------------------------------------------------------------------------------------------


def _risks(processes: Sequence[Process]) -> Iterable[ComparisonRow]:
    """Every risk that is told of one of them, in the words of the newest version that tells it."""
    newest: dict[str, str] = {}
    for process in sorted(processes, key=lambda process: process.edition.number):
        newest |= {risk["key"]: risk["title"] for risk in _told_risks(process)}
    for key, title in newest.items():
        yield ComparisonRow(title, [_answer_cell(process, key) for process in processes])


def _told_risks(process: Process) -> list[dict[str, Any]]:
    """The risks that its advice tells; one that was given before there were any tells none."""
    told: list[dict[str, Any]] = process.advice.document.get("risks", []) if process.advice else []
    return told


def _answer_cell(process: Process, key: str) -> ComparisonCell:
    risk = next((risk for risk in _told_risks(process) if risk["key"] == key), None)
    if risk is None:
        return BLANK
    return ComparisonCell(tuple(ComparisonLine(str(_("Named")), part.get("part", "")) for part in risk["parts"]))
