"""A note with answers becomes a test case of the draft."""

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.engine.document import edit
from advisor.engine.model.answers import stored_answers
from advisor.engine.model.questions import Scope, asked_questions
from advisor.engine.model.rules import CasePart, RuleSet, TestCase
from advisor.engine.model.vocabulary import Outcome
from advisor.models.audit import Actor
from advisor.models.feedback import Feedback
from advisor.models.rule_sets import draft as drafts


class HasCase(Exception):  # noqa: N818
    """The note has become a test case already."""


def make_case(session: Session, who: Actor, note: Feedback, outcome: Outcome) -> str:
    """Add a case that expects ``outcome`` to the draft, which is started where there is none; give its key.

    Each note becomes one case. The note must have answers. Raises HasCase.
    """
    if note.case_key is not None:
        raise HasCase
    key = ""

    def act(rules: RuleSet) -> RuleSet:
        nonlocal key
        key = edit.free_key(rules, "cases", f"note {note.created_at:%Y-%m-%d}")
        return edit.add(rules, "cases", _case(rules, note, key, outcome))

    drafts.start(session, who)
    drafts.edit(session, who, act, kind="draft added to", what=f"cases/note {note.id}")
    note.case_key = key
    return key


def _case(rules: RuleSet, note: Feedback, key: str, outcome: Outcome) -> TestCase:
    """The answers that these rules still know and ask for; what was sent may be older than they are."""
    sent = note.answers or {"answers": {}, "parts": []}
    whole = stored_answers(sent["answers"])
    parts = [
        (str(_("Part %(number)s", number=part["part"])), stored_answers(part["answers"])) for part in sent["parts"]
    ]
    reached = [asked_questions(rules.questions, {**whole, **own}).answers for _name, own in parts or [("", {})]]
    of_part = {question.key for question in rules.questions if question.scope is Scope.PART}
    shared = {
        answered: answer
        for found in reached
        for answered, answer in found.items()
        if not (parts and answered in of_part)
    }
    return TestCase(
        key=key,
        process=str(_("A process of an owner")),
        answers=shared,
        outcome=outcome,
        because=str(_("From a note of an owner, %(date)s.", date=format_date(note.created_at, "d MMMM yyyy"))),
        parts=tuple(
            CasePart(name, {answered: found[answered] for answered in found if answered in of_part})
            for (name, _own), found in zip(parts, reached, strict=False)
        ),
    )
