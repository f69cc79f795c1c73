"""Admins see who is affected: asked for once, done by a worker, stopped, out of date; counts and nothing else (S4)."""

import os
import re
import signal
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from advisor import starter
from advisor.engine.document.document import options_of
from advisor.engine.document.edit import change_meaning
from advisor.engine.model.rules import Push, RuleSet
from advisor.engine.model.vocabulary import Side
from advisor.models import AccountOwner, Assessment, AuditEvent, Database, Job
from advisor.models.audit import Actor
from advisor.models.base import now
from advisor.models.rule_sets import draft as drafts
from advisor.rule_sets import worker
from advisor.rule_sets.impact import run as impact_run
from advisor.rule_sets.impact.saved_answers import find_affected
from advisor.settings import Settings
from tests.factories import make_account, make_assessment
from tests.rule_sets.admins import DRAFT, Admin
from tests.serving import advisor, environment, wait_for
from tests.visiting import text_of

PAGE = f"{DRAFT}/affected"
STARTER = starter.rule_set()
MARK = "Zebra Ledger"
CASES = [case for case in STARTER.cases if not case.parts][:20]
SAVED = 3 * len(CASES)


def turned(rules: RuleSet) -> RuleSet:
    """A draft in which what pushed to BPO pushes to KPO, and the other way round."""
    other = {Side.BPO: Side.KPO, Side.KPO: Side.BPO, Side.KEEP: Side.KEEP, Side.BOTH: Side.BOTH}
    pushing = (replace(rule, push=Push(other[rule.push.side], rule.push.points)) for rule in rules.rules)
    return replace(rules, rules=tuple(pushing), cases=())


@pytest.fixture
def saved(database: Database) -> UUID:
    """An owner with sixty processes, of which two thirds have no answers yet."""
    owner = make_account(database, "olga@example.org")
    for number in range(2 * len(CASES)):
        make_assessment(database, AccountOwner(owner), f"{MARK} {number}", {})
    for case in CASES:
        answers = {key: list(value) if isinstance(value, tuple) else value for key, value in case.answers.items()}
        make_assessment(database, AccountOwner(owner), f"{MARK} {case.process}", answers)
    return owner


@pytest.fixture
def edited(admin: Admin, database: Database, saved: UUID) -> Admin:  # noqa: ARG001 - it must be there
    """An admin with a draft that changes much."""
    admin.start()
    edit(database, turned)
    return admin


def edit(database: Database, act: object) -> None:
    with database.write() as session:
        drafts.edit(session, Actor("admin"), act, kind="draft changed", what="rules")  # type: ignore[arg-type]


def press(admin: Admin, act: str) -> str:
    admin.open(PAGE)
    admin.submit(do=act, form=0)
    return admin.text


def begin(admin: Admin, label: str, **fields: str) -> None:
    """Press the button of a page that is published from."""
    button = next(it for it in admin.page.select("button[form=publishing]") if text_of(it) == label)
    admin.submit(do=str(button["value"]), form=0, **fields)


def task(admin: Admin) -> str:
    admin.open("/admin/rules")
    line = next(li for li in admin.page.select(".tasks li") if "See who is affected" in li.text)
    state, said = text_of(line.select_one(".tag")), text_of(line.select_one(".of"))
    return said if said and state in {"Completed", "Incomplete"} else state


def acts(database: Database) -> list[str]:
    with database.read() as session:
        mine = select(AuditEvent.kind).where(AuditEvent.kind.startswith("impact"))
        return list(session.scalars(mine.order_by(AuditEvent.sequence)))


def test_a_run_goes_from_not_run_to_its_counts(edited: Admin, database: Database, settings: Settings) -> None:
    assert task(edited) == "Incomplete"
    edited.open(f"{DRAFT}/publish")
    assert "Nobody has looked yet at who is affected." in edited.text
    assert "Waiting for its turn." in press(edited, "start")
    assert edited.page.select_one("noscript meta[http-equiv=refresh]")
    assert edited.page.select_one("#job")["data-poll"] == "1000"  # type: ignore[index]
    assert task(edited) == "Waiting for its turn"
    assert worker.work_due(database, settings)
    assert not worker.work_due(database, settings)
    edited.open(PAGE)
    assert "Done, and up to date." in edited.text
    assert not edited.page.select("noscript, [data-poll]")
    words = task(edited)
    at_least, size = re.findall(r"\d+", words)
    assert words == f"At least {at_least} of {size} get different advice"
    assert (int(size), int(at_least) % 5) == (SAVED, 0)
    assert 5 < int(at_least) <= len(CASES)
    edited.open(PAGE)
    assert words in edited.text
    with database.read() as session:
        moves = (session.scalars(select(Job.result)).one() or {})["moves"]
    assert sum(count for *_, count in moves) == int(at_least), "the total is the sum of what is told"
    cells = [words for cell in edited.page.select(".move-table td") if (words := text_of(cell)) != "–"]
    said = [text_of(share) for share in edited.page.select(".move-list .how-many")]
    assert sorted(cells) == sorted(said) == sorted(f"at least {count}" for *_, count in moves)
    edited.open(f"{DRAFT}/publish")
    assert f"Version 2 would advise differently on at least {at_least} of {size} saved processes." in edited.text
    assert "Nobody's saved advice changes until they choose." in edited.text
    assert acts(database) == ["impact run asked for"]


def run(admin: Admin, database: Database, settings: Settings) -> str:
    """Have a run done, and read its page, without the moment and the seconds."""
    press(admin, "start")
    worker.work_due(database, settings)
    admin.open(PAGE)
    shown = admin.page.select_one("main")
    assert shown is not None
    for moment in shown.select("form, .job .of, [aria-labelledby=counts] .of"):
        moment.decompose()
    return str(shown)


def fewer(database: Database, number: int) -> None:
    """Put so many that have answers into the bin, and as many without any in their place."""
    with database.write() as session:
        answered = [one for one in session.scalars(select(Assessment)) if one.answers and one.deleted_at is None]
        owner = answered[0].account_id
        for one in answered[:number]:
            one.deleted_at = now()
    assert owner is not None
    for at in range(number):
        make_assessment(database, AccountOwner(owner), f"{MARK} more {at}", {})


def test_two_sets_of_data_of_which_the_same_is_told_have_the_same_page(
    edited: Admin, database: Database, settings: Settings
) -> None:
    pages: dict[str, set[str]] = {}
    exact = set()
    for _ in range(8):
        page = run(edited, database, settings)
        with database.read() as session:
            draft = drafts.find_draft(session)
            result = session.scalars(select(Job.result).order_by(Job.number.desc()).limit(1)).one()
        assert draft is not None
        assert result is not None
        exact.add(find_affected(database, draft.rule_set, step=1000).impact.changed)
        pages.setdefault(str({**result, "seconds": 0, "engine_share": 0}), set()).add(page)
        fewer(database, 1)
    assert len(exact) > len(pages) > 1
    assert all(len(same) == 1 for same in pages.values())


def test_below_10_saved_no_count_is_told_and_the_page_says_why(
    edited: Admin, database: Database, settings: Settings
) -> None:
    with database.write() as session:
        for one in session.scalars(select(Assessment).order_by(Assessment.process_name).offset(9)):
            one.deleted_at = now()
    page = run(edited, database, settings)
    assert "Too little is saved to tell" in page
    assert "Fewer than 10 processes are saved in accounts." in page
    assert not re.search(r"\b9\b|at least|nine", page)
    assert task(edited) == "Too little is saved to tell"
    edited.open(f"{DRAFT}/publish")
    assert "Too little is saved to tell on how much version 2 would advise differently" in edited.text


def test_where_hardly_anybody_keeps_their_advice_no_count_is_told(
    edited: Admin, database: Database, settings: Settings
) -> None:
    with database.write() as session:
        for one in session.scalars(select(Assessment)):
            if not one.answers:
                one.deleted_at = now()
    page = run(edited, database, settings)
    assert f"Many of {len(CASES)} get different advice" in page
    assert "at least" not in page
    edited.open(f"{DRAFT}/publish")
    assert f"Version 2 would advise differently on many of {len(CASES)} saved processes." in edited.text


def test_what_fewer_than_5_share_is_not_told_apart_from_nothing(
    edited: Admin, database: Database, settings: Settings
) -> None:
    fewer(database, len(CASES) - 3)
    some = run(edited, database, settings)
    fewer(database, 3)
    assert run(edited, database, settings) == some
    assert f"Some of {SAVED} may get different advice, fewer than 5 in the same way" in some
    assert "How many they are, and whether there are any, is not told" in some
    edited.open(f"{DRAFT}/publish")
    assert f"may advise differently on some of {SAVED} saved processes, on fewer than 5 in the same way" in edited.text


def test_where_nothing_that_decides_changed_every_page_says_that_the_advice_stays(
    admin: Admin, database: Database, settings: Settings, saved: UUID
) -> None:
    assert saved
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
    admin: Admin, database: Database, settings: Settings, saved: UUID
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
    assert saved


def test_s4_nothing_that_belongs_to_anybody_is_shown_or_kept(
    edited: Admin, database: Database, settings: Settings, saved: UUID
) -> None:
    with database.write() as session:  # at another time than the run itself, whose own time is told
        session.execute(update(Assessment).values(created_at=datetime(2026, 1, 2, 3, 14, 15, tzinfo=UTC)))
    press(edited, "start")
    worker.work_due(database, settings)
    shown = edited.open(PAGE).text + str(edited.page)
    with database.read() as session:
        kept = str(session.scalars(select(Job.result)).one())
        times = [f"{assessment.created_at:%H:%M:%S}" for assessment in session.scalars(select(Assessment))]
        ids = [str(assessment.id) for assessment in session.scalars(select(Assessment))]
    for text in (shown, kept):
        assert MARK not in text
        assert str(saved) not in text
        assert "olga" not in text
        assert not any(secret in text for secret in [*times, *ids])


def test_visitors_answers_and_what_is_in_the_bin_are_not_counted(
    edited: Admin, database: Database, settings: Settings
) -> None:
    make_assessment(database, answers=dict(CASES[0].answers))
    with database.write() as session:
        first = session.scalars(select(Assessment).where(Assessment.account_id.is_not(None)).limit(1)).one()
        first.deleted_at = now()
    press(edited, "start")
    worker.work_due(database, settings)
    assert f"of {SAVED - 1} get different advice" in task(edited)


def test_two_who_ask_get_one_run_and_one_entry(edited: Admin, other_admin: Admin, database: Database) -> None:
    edited.open(PAGE)
    other_admin.open(PAGE)
    edited.submit(do="start", form=0)
    other_admin.submit(do="start", form=0)
    assert acts(database) == ["impact run asked for"]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_a_run_is_stopped_once_and_only_the_one_that_was_shown(
    edited: Admin, other_admin: Admin, database: Database, settings: Settings
) -> None:
    press(edited, "start")
    other_admin.open(PAGE)
    assert "Stopped before its end." in press(edited, "cancel")
    assert not worker.work_due(database, settings)
    press(edited, "start")
    other_admin.submit(do="cancel", form=0)
    assert worker.work_due(database, settings), "the newer run was not the one that was shown"
    assert acts(database) == ["impact run asked for", "impact run cancelled", "impact run asked for"]


def test_a_run_that_is_stopped_while_it_works_leaves_no_result(
    edited: Admin, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(edited, "start")
    reports = []

    class Told(worker._Report):
        def __call__(self, done: int, total: int) -> None:
            reports.append((done, total))
            if len(reports) == 2:
                press(edited, "cancel")
            self._next = 0
            super().__call__(done, total)

    monkeypatch.setattr(worker, "_Report", Told)
    worker.work_due(database, {**settings, "JOB_STEP": 5})
    assert reports == [(5, 60), (10, 60)]
    edited.open(PAGE)
    assert "Stopped before its end." in edited.text
    assert not edited.page.select("#counts")
    assert task(edited) == "Incomplete"


def test_the_counts_are_out_of_date_once_the_draft_moves_on(
    edited: Admin, database: Database, settings: Settings
) -> None:
    press(edited, "start")
    worker.work_due(database, settings)
    edit(database, lambda rules: replace(rules, rules=rules.rules[1:]))
    assert task(edited) == "Out of date"
    edited.open(PAGE)
    assert "Out of date: the draft was changed after this run." in edited.text
    assert "get different advice" in edited.text
    edited.open(f"{DRAFT}/publish")
    assert "before the draft was changed last" in edited.text
    press(edited, "start")
    assert "get different advice" in edited.text, "the last counts stay in view"
    worker.work_due(database, settings)
    assert "get different advice" in task(edited)


def test_publishing_begins_another_run_where_the_last_is_out_of_date_and_keeps_the_note(
    edited: Admin, database: Database, settings: Settings
) -> None:
    edited.open(f"{DRAFT}/publish")
    begin(edited, "Find out who is affected", note="It weighs more.")
    assert edited.path == PAGE
    assert "Waiting for its turn." in edited.text
    edited.open(f"{DRAFT}/publish")
    assert "Waiting for its turn" in edited.text
    assert not edited.page.select('button[value="run"]'), "one run is under way already"
    worker.work_due(database, settings)
    edited.open(f"{DRAFT}/publish")
    assert "would advise differently" in edited.text
    assert not edited.page.select('button[value="run"]')
    edit(database, lambda rules: replace(rules, rules=rules.rules[1:]))
    edited.open(f"{DRAFT}/publish")
    begin(edited, "Run it again")
    worker.work_due(database, settings)
    edited.open(f"{DRAFT}/publish")
    assert "would advise differently" in edited.text
    assert edited.page.select_one("#note").text.strip() == "It weighs more."  # type: ignore[union-attr]
    assert acts(database) == ["impact run asked for"] * 2


def test_bringing_back_shows_the_same_steps_and_keeps_what_is_typed(
    edited: Admin, other_admin: Admin, database: Database, settings: Settings
) -> None:
    with database.write() as session:
        found = drafts.find_draft(session)
        assert found is not None
        drafts.publish(session, Actor("operator"), "It turns.", expected=found.fingerprint, in_force=1)
        session.execute(update(Assessment).values(version_number=2))
    back = "/admin/rules/versions/1/bring-back"
    for admin in (edited, other_admin):
        admin.open(back)
        assert "Nobody has looked yet at who is affected." in admin.text
    begin(edited, "Find out who is affected", note="It turned too far.")
    begin(other_admin, "Find out who is affected")
    assert acts(database) == ["impact run asked for"], "two who ask get one run"
    assert "Waiting for its turn" in edited.text
    begin(edited, "Look again")
    assert worker.work_due(database, settings)
    begin(edited, "Look again")
    at_least = re.search(r"Version 3 would advise differently on at least (\d+) of 60", edited.text)
    assert at_least
    assert int(at_least[1]) % 5 == 0
    assert edited.page.select_one("#note").text.strip() == "It turned too far."  # type: ignore[union-attr]
    edited.open(back)
    edited.submit(note="It turned too far.")
    assert "Version 3" in edited.text


def test_a_draft_that_moves_on_while_its_run_waits_says_so(
    edited: Admin, database: Database, settings: Settings
) -> None:
    press(edited, "start")
    edit(database, lambda rules: replace(rules, rules=rules.rules[1:]))
    edited.open(PAGE)
    assert worker.work_due(database, settings)
    edited.open(PAGE)
    assert "Failed. The draft was changed before it began." in edited.text
    assert task(edited) == "There is a problem"


def test_a_draft_that_something_blocks_cannot_be_run(edited: Admin, database: Database) -> None:
    edited.open(PAGE)
    edit(database, lambda rules: replace(rules, kind=()))
    edited.submit(do="start", form=0, status=422)
    assert "Fix its problems first" in edited.errors
    assert not edited.page.select('button[value="start"]')
    assert acts(database) == []
    assert task(edited) == "Cannot start yet"


def test_a_run_leaves_out_what_cannot_stand_and_says_so(edited: Admin, database: Database, settings: Settings) -> None:
    edit(database, lambda rules: replace(rules, questions=rules.questions[2:]))
    press(edited, "start")
    worker.work_due(database, settings)
    edited.open(PAGE)
    assert "They are left out here." in edited.text
    assert "different advice" in task(edited)


def test_a_mistake_in_a_run_is_told_in_plain_words(
    edited: Admin, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(edited, "start")
    monkeypatch.setattr(impact_run, "find_affected", lambda *_given, **_more: 1 // 0)
    worker.work_due(database, settings)
    edited.open(PAGE)
    assert "A mistake of ours stopped it" in edited.text
    assert "ZeroDivisionError" not in edited.text


def test_nobody_has_saved_anything(admin: Admin, database: Database, settings: Settings) -> None:
    admin.start()
    press(admin, "start")
    worker.work_due(database, settings)
    admin.open(PAGE)
    assert "Nothing is saved yet" in admin.text
    assert task(admin) == "Nothing is saved yet"


def test_s5_who_is_affected_is_for_admins(app: Flask, edited: Admin, database: Database) -> None:
    edited.open(PAGE)
    owner = Admin.of(app, database, "otto@example.com", role="owner")
    assert owner.client.get(PAGE).status_code == 403
    assert owner.client.post(PAGE, data={"do": "start"}).status_code in {400, 403}
    nobody = app.test_client()
    assert nobody.get(PAGE).status_code == 302
    assert nobody.post(PAGE, data={"do": "start"}).status_code in {400, 401, 403}
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0


@pytest.mark.parametrize("run", ["", "x", "²", "-1", "9" * 40, "0"])
def test_a_run_that_there_is_not_is_not_stopped(edited: Admin, database: Database, run: str) -> None:
    press(edited, "start")
    edited.open(PAGE)
    edited.submit(do="cancel", form=0, run=run)
    assert acts(database) == ["impact run asked for"]


STUCK = """
import sys, time
from pathlib import Path
from advisor import settings
from advisor.models import Database
from advisor.rule_sets import worker
def report(self, done, total):
    Path(sys.argv[1]).touch()
    time.sleep(120)
worker._Report.__call__ = report
found = settings.load()
worker.work_due(Database.from_settings(found), found)
"""


def test_a_run_whose_worker_is_killed_is_finished_by_another(
    edited: Admin, database: Database, settings: Settings, database_url: str, tmp_path: Path
) -> None:
    press(edited, "start")
    reached = tmp_path / "reached"
    command = [*advisor()[:-2], "-c", STUCK, str(reached)]
    first = subprocess.Popen(command, env=environment(database_url, tmp_path), stdin=subprocess.DEVNULL)
    wait_for(reached, first)
    edited.open(PAGE)
    assert "Running." in edited.text
    os.kill(first.pid, signal.SIGKILL)
    first.wait()

    assert not worker.work_due(database, settings), "its lease has not run out yet"
    with database.write() as session:
        session.scalars(select(Job)).one().leased_until = now()
    assert worker.work_due(database, settings)
    assert "get different advice" in task(edited)
    with database.read() as session:
        assert session.scalars(select(Job)).one().tries == 2
