"""What a run tells of who is affected: counts that give nobody away, and nothing else (S4)."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select, update

from advisor.engine.document.document import options_of
from advisor.engine.document.edit import change_meaning
from advisor.models import Assessment, Database, Job
from advisor.models.base import utc_now
from advisor.models.rule_sets import draft as drafts
from advisor.rule_sets import worker
from advisor.rule_sets.impact.saved_answers import find_affected
from advisor.settings import Settings
from tests.factories import make_assessment
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.impact.runs import CASES, MARK, PAGE, SAVED, STARTER, edit, fewer, press, run, task
from tests.visiting import text_of


def test_two_sets_of_data_of_which_the_same_is_told_have_the_same_page(
    admin_with_changes: Admin, database: Database, settings: Settings
) -> None:
    pages: dict[str, set[str]] = {}
    exact = set()
    for _ in range(8):
        page = run(admin_with_changes, database, settings)
        with database.read() as session:
            draft = drafts.find_draft(session)
            result = session.scalars(select(Job.result).order_by(Job.number.desc()).limit(1)).one()
        assert draft is not None
        assert result is not None
        exact.add(find_affected(database, draft.rule_set, step=1000).impact.changed_outcomes)
        pages.setdefault(str({**result, "seconds": 0, "engine_share": 0}), set()).add(page)
        fewer(database, 1)
    assert len(exact) > len(pages) > 1
    assert all(len(same) == 1 for same in pages.values())


def test_below_10_saved_no_count_is_told_and_the_page_says_why(
    admin_with_changes: Admin, database: Database, settings: Settings
) -> None:
    with database.write() as session:
        for one in session.scalars(select(Assessment).order_by(Assessment.process_name).offset(9)):
            one.deleted_at = utc_now()
    page = run(admin_with_changes, database, settings)
    assert "Too little is saved to tell" in page
    assert "Fewer than 10 processes are saved in accounts." in page
    assert not re.search(r"\b9\b|at least|nine", page)
    assert task(admin_with_changes) == "Too little is saved to tell"
    admin_with_changes.open(f"{DRAFT}/publish")
    assert "Too little is saved to tell on how much version 2 would advise differently" in admin_with_changes.text


def test_where_hardly_anybody_keeps_their_advice_no_count_is_told(
    admin_with_changes: Admin, database: Database, settings: Settings
) -> None:
    with database.write() as session:
        for one in session.scalars(select(Assessment)):
            if not one.answers:
                one.deleted_at = utc_now()
    page = run(admin_with_changes, database, settings)
    assert f"Many of {len(CASES)} get different advice" in page
    assert "at least" not in page
    admin_with_changes.open(f"{DRAFT}/publish")
    assert f"Version 2 would advise differently on many of {len(CASES)} saved processes." in admin_with_changes.text


def test_what_fewer_than_5_share_is_not_told_apart_from_nothing(
    admin_with_changes: Admin, database: Database, settings: Settings
) -> None:
    fewer(database, len(CASES) - 3)
    some = run(admin_with_changes, database, settings)
    fewer(database, 3)
    assert run(admin_with_changes, database, settings) == some
    assert f"Some of {SAVED} may get different advice, fewer than 5 in the same way" in some
    assert "How many they are, and whether there are any, is not told" in some
    admin_with_changes.open(f"{DRAFT}/publish")
    assert (
        f"may advise differently on some of {SAVED} saved processes, on fewer than 5 in the same way"
        in admin_with_changes.text
    )


def test_where_nothing_that_decides_changed_every_page_says_that_the_advice_stays(
    admin: Admin, database: Database, settings: Settings, saved_processes: UUID
) -> None:
    assert saved_processes
    admin.start().edit(f"risks/{STARTER.risks[0].key}", title="Another title.")
    page = run(admin, database, settings)
    stays = "Questions, rules and tables are those of version 1, so its advice stays"
    assert text_of(admin.page.select_one("#counts")) == stays
    assert "may get different advice" not in page
    assert stays in task(admin)
    admin.open(f"{DRAFT}/publish")
    assert f"{stays}." in admin.text
    assert "may advise differently" not in admin.text


def test_whoever_is_asked_something_again_is_counted_though_no_advice_changes(
    admin: Admin, database: Database, settings: Settings, saved_processes: UUID
) -> None:
    admin.start()
    question = next(question for question in STARTER.questions if question.key == "steps")
    chosen = Counter(case.answers.get("steps") for case in CASES).most_common(1)[0]
    option = question.option(str(chosen[0]))
    assert option is not None
    assert chosen[1] >= 5
    edit(
        database,
        lambda rules: change_meaning(rules, options_of("steps"), option.key, replace(option, key="other-steps")),
    )
    page = run(admin, database, settings)
    least = chosen[1] // 5 * 5
    assert f"At least {least} are asked something again." in page
    admin.open(f"{DRAFT}/publish")
    assert f"At least {least} would be asked something again." in admin.text
    assert saved_processes


def test_s4_nothing_that_belongs_to_anybody_is_shown_or_kept(
    admin_with_changes: Admin, database: Database, settings: Settings, saved_processes: UUID
) -> None:
    with database.write() as session:  # at another time than the run itself, whose own time is told
        session.execute(update(Assessment).values(created_at=datetime(2026, 1, 2, 3, 14, 15, tzinfo=UTC)))
    press(admin_with_changes, "start")
    worker.work_due(database, settings)
    shown = admin_with_changes.open(PAGE).text + str(admin_with_changes.page)
    with database.read() as session:
        kept = str(session.scalars(select(Job.result)).one())
        times = [f"{assessment.created_at:%H:%M:%S}" for assessment in session.scalars(select(Assessment))]
        ids = [str(assessment.id) for assessment in session.scalars(select(Assessment))]
    for text in (shown, kept):
        assert MARK not in text
        assert str(saved_processes) not in text
        assert "olga" not in text
        assert not any(secret in text for secret in [*times, *ids])


def test_visitors_answers_and_what_is_in_the_bin_are_not_counted(
    admin_with_changes: Admin, database: Database, settings: Settings
) -> None:
    make_assessment(database, answers=dict(CASES[0].answers))
    with database.write() as session:
        first = session.scalars(select(Assessment).where(Assessment.account_id.is_not(None)).limit(1)).one()
        first.deleted_at = utc_now()
    press(admin_with_changes, "start")
    worker.work_due(database, settings)
    assert f"of {SAVED - 1} get different advice" in task(admin_with_changes)
