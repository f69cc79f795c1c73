"""What was decided, when and why: beside the advice ever after."""

import csv
import io
import re
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from advisor.models import Assessment, Database
from advisor.models.base import utc_now
from tests.assessments.questions.test_saves import form_of
from tests.assessments.walker import at_once
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import text_of


def stored_process(database: Database) -> Assessment:
    with database.read() as session:
        return session.scalars(select(Assessment)).one()


def decide(owner: OwnerWalker, **more: object) -> None:
    owner.open(f"{owner.at}/decision")
    owner.submit(**more)


def test_a_decision_stands_beside_the_advice_ever_after(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    assert "Note what you decided" in owner.words
    decide(owner, made="bpo", decided_on="3/11/2026", notes="Two offers.\r\nWe took the second.")
    assert owner.key == "result"
    assert "Your decision Hand it to a BPO" in owner.words
    assert "Two offers. We took the second." in owner.words
    assert "Note what you decided" not in owner.words
    found = stored_process(database)
    assert (found.decision, found.decided_on, found.notes) == (
        "bpo",
        date(2026, 11, 3),
        "Two offers.\nWe took the second.",
    )
    owner.question("edge")
    owner.answer("yes")
    assert "Hand it to a BPO" in owner.words


def test_the_decision_is_in_the_list(owner: OwnerWalker) -> None:
    owner.finish()
    decide(owner, made="keep", decided_on="2026-11-03", notes="")
    owner.open("/processes?decided=yes")
    assert "Keep it in-house 3 Nov 2026" in owner.words


def test_the_form_comes_back_as_it_was_saved(owner: OwnerWalker) -> None:
    owner.finish()
    decide(owner, made="kpo", decided_on="3/11/2026", notes="\nA line after an empty one")
    owner.open(f"{owner.at}/decision")
    assert owner.chosen_values() == ["kpo"]
    assert owner.page.select_one("#decided_on")["value"] == "3 November 2026"  # type: ignore[index]
    assert owner.page.select_one("textarea").get_text().strip() == "A line after an empty one"  # type: ignore[union-attr]


def test_a_decision_without_a_day_was_made_today_and_none_has_no_day(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    decide(owner, made="keep", decided_on="", notes="")
    assert stored_process(database).decided_on in {datetime.now(UTC).date()}
    decide(owner, made="undecided", notes="Thinking")
    assert (stored_process(database).decision, stored_process(database).decided_on) == (None, None)
    assert "Your notes Not decided yet Thinking" in owner.words
    assert "Note what you decided" in text_of(owner.page.select_one(".act")), "that is still to come"


def test_a_decision_that_is_older_than_what_the_advice_says_is_marked(owner: OwnerWalker) -> None:
    owner.finish()
    given = day(utc_now())
    decide(owner, made="bpo", decided_on="", notes="")
    assert f"Decided on {given}." in owner.words
    decide(owner, made="bpo", decided_on="3/11/2026", notes="")
    assert f"You decided this on 3 November 2026, before this advice was given on {given}." in owner.words
    owner.question("edge")
    owner.answer("yes")
    assert owner.heading == "Keep this process in-house for now"
    assert f"You decided this on 3 November 2026, before the advice changed on {given}." in owner.words
    owner.question("written")
    owner.answer("no")
    assert f"before the advice changed on {given}." in owner.words, "it has said so since"
    decide(owner, made="keep", decided_on="", notes="")
    assert f"Decided on {given}." in owner.words


def test_it_is_marked_in_the_same_words_in_the_list_beside_others_and_in_the_sheet(owner: OwnerWalker) -> None:
    owner.finish(name="Letters")
    letters = owner.id
    owner.finish(name="Wages")
    wages = owner.id
    decide(owner, made="bpo", decided_on="3/11/2026", notes="")
    given = day(utc_now())
    assert notes_of_change(owner, wages, letters) == [f"before this advice was given on {given}"] * 3
    owner.question("edge")
    owner.answer("yes")
    assert notes_of_change(owner, wages, letters) == [f"before the advice changed on {given}"] * 3
    decide(owner, made="keep", decided_on="", notes="")
    assert notes_of_change(owner, wages, letters) == [""] * 3, "decided on the advice as it stands"


def notes_of_change(owner: OwnerWalker, decided: UUID, other: UUID) -> list[str]:
    """Before what a process was decided: by the list, beside the other process, and by the spreadsheet."""
    owner.open("/processes")
    row = next(row for row in owner.page.select("table.list tbody tr") if str(decided) in str(row))
    owner.open(f"/processes/compare?of={decided}&of={other}")
    rows = owner.page.select("table.side-by-side tbody tr")
    (cell,) = (row.select("td")[0] for row in rows if text_of(row.th) == "Your decision")
    sheet = owner.client.get("/processes/your-processes.csv").get_data(as_text=True).removeprefix("\ufeff")
    (line,) = (line for line in csv.DictReader(io.StringIO(sheet)) if line["Decision"])
    owner.open(f"/assessments/{decided}/result")
    said = (text_of(row), text_of(cell), line["Older than the advice"])
    return ["".join(re.findall(r"before (?:this|the) advice \D* \d+ \w+ \d{4}", words)) for words in said]


def day(moment: datetime) -> str:
    return f"{moment:%-d %B %Y}"


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"decided_on": "31/2/2026"}, "Enter a day, such as 22 November 2026"),
        ({"decided_on": "soon"}, "Enter a day, such as 22 November 2026"),
        ({"decided_on": "1/1/1066"}, "Enter a day from 1 January 1990"),
        ({"decided_on": "1/1/2999"}, "Enter a day from 1 January 1990"),
        ({"made": "everything"}, "Select what you decided"),
        ({"notes": "x" * 4001}, "at most 4,000 can be stored"),
        ({"notes": "a\x00b"}, "characters that cannot be stored"),
    ],
)
def test_p2_what_does_not_fit_is_refused_and_stays_in_the_form(
    owner: OwnerWalker, database: Database, sent: dict[str, str], complaint: str
) -> None:
    owner.finish()
    owner.open(f"{owner.at}/decision")
    owner.submit(**{"made": "bpo", "decided_on": "1/11/2026", "notes": "Kept", **sent}, status=422)
    assert complaint in owner.complaint
    if "notes" not in sent:
        assert "Kept" in owner.response.text
    assert stored_process(database).decision is None


def test_p3_two_windows_that_decide_differently_show_both(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    other = owner.second_window()
    for window in (owner, other):
        window.open(f"{owner.at}/decision")
    owner.submit(made="bpo", decided_on="1/11/2026", notes="First")
    other.submit(made="keep", decided_on="2/11/2026", notes="Second", status=409)
    assert "changed in another window" in other.complaint
    assert "Hand it to a BPO , 1 November 2026 First" in other.words
    assert other.chosen_values() == ["keep"]
    assert "Second" in other.page.select_one("textarea").get_text()  # type: ignore[union-attr]
    assert stored_process(database).notes == "First"
    other.submit()
    assert (stored_process(database).decision, stored_process(database).notes) == ("keep", "Second")


def test_p3_of_parallel_decisions_from_one_state_exactly_one_is_kept(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    owner.finish()
    owner.open(f"{owner.at}/decision")
    form = form_of(owner)
    choices = ["bpo", "kpo", "keep", "other"]
    sent = {"decided_on": "1/11/2026"}
    replies = at_once(
        app,
        owner,
        4,
        lambda client, n: client.post(
            f"{owner.at}/decision", data={**form, **sent, "made": choices[n], "notes": str(n)}
        ),
    )
    statuses = [reply.status_code for reply in replies]
    assert sorted(statuses) == [303, 409, 409, 409]
    winner = statuses.index(303)
    assert (stored_process(database).decision, stored_process(database).notes) == (choices[winner], str(winner))


def test_a_decision_and_an_answer_saved_at_once_are_both_kept(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    other = owner.second_window()
    owner.open(f"{owner.at}/decision")
    other.question("edge")
    other.answer("yes")
    owner.submit(made="bpo", notes="Kept")
    assert stored_process(database).notes == "Kept"
    assert stored_process(database).answers["edge"] == "yes"
