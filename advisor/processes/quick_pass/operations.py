"""What a quick pass stores: processes that are begun, and answers with the first advice on them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.advice import NotAsked, advise_early
from advisor.assessments.context import find_own
from advisor.assessments.operations import AnsweredElsewhere, begin_all, record_answer
from advisor.engine.document.text import match_key
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import Answer
from advisor.models import Owner
from advisor.models.audit import Actor
from advisor.models.processes.process_import import SavedOwner, new_import
from advisor.models.processes.process_list import present_names
from advisor.processes.bring_in.operations import find_import, note_begun, note_continued


def begin(
    session: Session, owner: SavedOwner, items: Sequence[WorkItem], limit: int, account_id: UUID, who: Actor
) -> tuple[list[UUID], UUID | None]:
    """Begin what is not in the owner's list yet, each name once. Raises TooMany.

    Gives all of it in its order, and the list by which what was begun is undone; None where all was there.
    """
    by_key = {match_key(item.process): item for item in items}
    present = present_names(session, owner)
    begun = begin_all(session, owner, [item for key, item in by_key.items() if key not in present], limit)
    for mine in begun:
        present[match_key(mine.process_name)] = mine.id
    ids = [present[key] for key in by_key]
    if not begun:
        return ids, None
    found = new_import(session, owner, account_id, _("Quick pass"))
    note_begun(session, found, begun, who)
    return ids, found.id


def record_answers(
    session: Session, owner: Owner, answers: Mapping[UUID, Mapping[str, Answer]], begun: UUID | None
) -> int:
    """Keep the answers to open questions, and give advice on each process that got any.

    What was answered otherwise meanwhile, or is not asked any more, stays as it is; gives how many answers that were.
    They are undone with the list ``begun``, where the processes came of it.
    """
    left = 0
    before: dict[str, int] = {}
    processes = {key: find_own(session, owner, key) for key in answers}
    for key, mine in processes.items():
        before[str(key)] = mine.row_version
        for question, answer in answers[key].items():
            try:
                record_answer(session, mine, question, None, answer=answer, opened="", goes_on=True)
            except (AnsweredElsewhere, NotAsked):
                left += 1
        advise_early(session, mine)
    session.flush()
    if begun is not None and isinstance(owner, SavedOwner) and (found := find_import(session, owner, begun)):
        note_continued(found, {key: (was, processes[UUID(key)].row_version) for key, was in before.items()})
    return left
