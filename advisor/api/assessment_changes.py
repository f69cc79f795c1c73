"""What a program changes in a process: read from what was sent beside what stays, and stored."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.api.own_assessments import (
    UnusableRequest,
)
from advisor.api.shapes import AssessmentChange
from advisor.assessments.operations import answer_all
from advisor.assessments.progress import Progress
from advisor.engine.document.text import TEXT_LIMIT, text_fault
from advisor.engine.model.answers import WorkItem, read_work_item
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.json_items import items_document
from advisor.exchange.work_items import named_parts
from advisor.models import Assessment, Owner
from advisor.models.processes.groups import (
    GROUPS_PER_OWNER,
    TooManyGroupsError,
    groups_fault,
    read_groups,
    spell_groups,
    unite,
)
from advisor.models.rule_sets import rule_set_version as versions
from advisor.processes.operations import OwnerDecision, days_of_decisions, days_to_look_again, decide
from advisor.wording.vocabulary import DECISIONS


def apply_change(session: Session, owner: Owner, mine: Assessment, change: AssessmentChange) -> None:
    """Store what was sent, and leave the rest. Raises UnusableRequest with every problem of one kind of field."""
    sent = change.model_fields_set
    if sent & {"process", "answers", "parts"}:
        answer_all(session, mine, _changed_item(versions.rule_set(session, mine.version_number), mine, change))
    if sent & {"decision", "decided_on", "notes", "look_again_on"}:
        saved = OwnerDecision.of(mine)
        decide(mine, _decision(saved, change), saved.fingerprint)
    if "groups" in sent:
        _regroup(session, owner, mine, change.groups)


def _regroup(session: Session, owner: Owner, mine: Assessment, groups: Sequence[str]) -> None:
    """Put a process into these groups alone, each as the owner writes it already."""
    wanted = [name for text in groups for name in read_groups(text) or [""]]
    if len(wanted) > len(groups) or "" in wanted:
        raise UnusableRequest([Problem("groups", _("A group has a name, without a semicolon."))])
    if fault := groups_fault(unite(wanted)):
        raise UnusableRequest([Problem("groups", fault)])
    try:
        mine.groups = spell_groups(session, owner, wanted)
    except TooManyGroupsError:
        text = _("The account would have more than %(most)d groups.", most=GROUPS_PER_OWNER)
        raise UnusableRequest([Problem("groups", text)]) from None


def _changed_item(rule_set: RuleSet, mine: Assessment, change: AssessmentChange) -> WorkItem:
    """The name, answers and parts as they shall be: what was sent, beside what stays."""
    sent = change.model_fields_set
    present = Progress.of(rule_set, mine).work_item()
    process = change.process if "process" in sent else present.process
    (plain,) = items_document([present])
    answers: Mapping[str, Any] = change.answers if "answers" in sent else plain["answers"]
    stays = [(part["part"], part["answers"]) for part in plain.get("parts", [])]
    parts, problems = (
        named_parts([(part.part, part.answers) for part in change.parts]) if "parts" in sent else (stays, [])
    )
    item, faults = read_work_item(rule_set, process, answers, parts)
    if not item.process:
        faults.append(Problem("process", _("A process needs a name.")))
    if faults or problems:
        raise UnusableRequest([*problems, *faults])
    return item


def _decision(saved: OwnerDecision, change: AssessmentChange) -> OwnerDecision:
    sent = change.model_fields_set
    made = (change.decision or "") if "decision" in sent else saved.made
    notes = change.notes if "notes" in sent else saved.notes
    day = saved.on
    problems = []
    if made and made not in DECISIONS:
        problems.append(Problem("decision", _("This must be one of %(known)s, or null.", known=", ".join(DECISIONS))))
    if (fault := text_fault(notes, TEXT_LIMIT)) is not None:
        problems.append(Problem("notes", f"This {fault}."))
    if "decided_on" in sent:
        day, fault = _day(change.decided_on, days_of_decisions())
        if fault:
            problems.append(Problem("decided_on", fault))
    again = saved.look_again_on
    if "look_again_on" in sent and change.look_again_on != (again and again.isoformat()):
        again, fault = _day(change.look_again_on, days_to_look_again())
        if fault:
            problems.append(Problem("look_again_on", fault))
    if problems:
        raise UnusableRequest(problems)
    return OwnerDecision(made, day if made else None, notes, again)


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day(sent: str | None, bounds: tuple[date, date]) -> tuple[date | None, str]:
    if sent is None:
        return None, ""
    try:
        day = date.fromisoformat(sent) if _DAY.fullmatch(sent) else None  # by itself it reads weeks, too
    except ValueError:
        day = None
    if day is None:
        return None, _("This must be a day, such as 2026-11-22, or null.")
    earliest, latest = bounds
    if not earliest <= day <= latest:
        return None, _("This must be a day from %(least)s to %(most)s, or null.", least=earliest, most=latest)
    return day, ""
