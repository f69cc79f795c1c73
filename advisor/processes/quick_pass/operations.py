"""What a quick pass stores: processes that are begun, and answers with the first advice on them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from advisor.assessments.context import find_own
from advisor.assessments.operations import AnsweredElsewhere, NotAsked, advise_early, begin_all, record_answer
from advisor.engine.document.text import match_key
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import Answer
from advisor.models import Assessment, Owner
from advisor.models.assessment import own_assessments


def present_names(session: Session, owner: Owner) -> dict[str, UUID]:
    """The processes in the owner's list, by the keys of their names."""
    found = own_assessments(owner).with_only_columns(Assessment.process_name, Assessment.id)
    return {match_key(row.process_name): row.id for row in session.execute(found)}


def begin(session: Session, owner: Owner, items: Sequence[WorkItem], limit: int) -> list[UUID]:
    """Begin what is not in the owner's list yet, each name once; gives all of it, in its order. Raises TooMany."""
    by_key = {match_key(item.process): item for item in items}
    present = present_names(session, owner)
    new = [item for key, item in by_key.items() if key not in present]
    for mine in begin_all(session, owner, new, limit):
        present[match_key(mine.process_name)] = mine.id
    return [present[key] for key in by_key]


def record_answers(session: Session, owner: Owner, answers: Mapping[UUID, Mapping[str, Answer]]) -> int:
    """Keep the answers to open questions, and give advice on each process that got any.

    What was answered otherwise meanwhile, or is not asked any more, stays as it is; gives how many answers that were.
    """
    left = 0
    for key, given in answers.items():
        mine = find_own(session, owner, key)
        for question, answer in given.items():
            try:
                record_answer(session, mine, question, None, answer=answer, opened="", goes_on=True)
            except (AnsweredElsewhere, NotAsked):
                left += 1
        advise_early(session, mine)
    return left
