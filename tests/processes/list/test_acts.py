"""Acts on many processes at once: all of them or those that are left, each once, and back with one click."""

from uuid import UUID

import pytest
from sqlalchemy import select

from advisor.models import Assessment, Database, RecommendationRecord
from advisor.models.processes.groups import GROUPS_LIMIT, GROUPS_PER_OWNER
from tests.assessments.walker import EXPERT, ROUTINE
from tests.processes.conftest import Publish
from tests.processes.owner_walker import OwnerWalker
from tests.processes.sample_processes import keep
from tests.processes.test_newer_rules import without_skill
from tests.reading import Tag
from tests.visiting import text_of

NAMES = ["Wages", "Pensions", "Cases at law"]


@pytest.fixture
def ids(owner: OwnerWalker) -> dict[str, str]:
    """Three processes with advice."""
    for name in NAMES:
        owner.finish(EXPERT if name == NAMES[2] else ROUTINE, name=name)
    owner.open("/processes?sort=name")
    return {text_of(row.select_one("th a")): value_of(row) for row in owner.page.select("table.list tbody tr")}


def value_of(row: Tag) -> str:
    box = row.select_one("input[name=of]")
    assert box is not None
    return str(box["value"])


def names(owner: OwnerWalker) -> list[str]:
    return [text_of(cell.a) for cell in owner.page.select("table.list tbody th")]


def act(owner: OwnerWalker, do: str, *of: str, status: int = 200, **more: object) -> None:
    """Tick these in the list that is open, and press a button."""
    forms = owner.page.select("main form")
    place = next(index for index, form in enumerate(forms) if form.has_class("chosen"))
    owner.submit(form=place, button=do, of=list(of), status=status, **more)


def undo(owner: OwnerWalker) -> None:
    forms = owner.page.select("main form")
    owner.submit(form=next(index for index, form in enumerate(forms) if "put-back" in str(form.get("action"))))


def stored_processes(database: Database, owner: OwnerWalker) -> dict[str, Assessment]:
    with database.read() as session:
        found = session.scalars(select(Assessment).where(Assessment.account_id == owner.account_id))
        return {one.process_name: one for one in found}


# ---- delete, and back


def test_many_are_deleted_at_once_and_all_of_them_come_back_with_one_click(
    owner: OwnerWalker, ids: dict[str, str]
) -> None:
    owner.open("/processes?sort=name&q=s")
    act(owner, "delete", ids["Wages"], ids["Pensions"])
    assert "2 processes are in the bin until" in owner.words
    assert owner.response.request.args["q"] == "s", "the list is as it was asked for"
    assert names(owner) == ["Cases at law"]
    again = owner.second_window()
    undo(owner)
    assert "2 processes are back in the list." in owner.words
    assert sorted(names(owner)) == sorted(NAMES)
    undo(again)
    assert sorted(names(again)) == sorted(NAMES), "sent twice it changes nothing"


def test_what_was_deleted_before_is_not_brought_back_along(owner: OwnerWalker, ids: dict[str, str]) -> None:
    for name in ("Wages", "Pensions"):
        owner.open("/processes")
        act(owner, "delete", ids[name])
    assert "“Pensions” is in the bin until" in owner.words
    undo(owner)
    assert sorted(names(owner)) == ["Cases at law", "Pensions"]


def test_s1_nobody_brings_back_what_another_deleted(
    owner: OwnerWalker, rival: OwnerWalker, ids: dict[str, str]
) -> None:
    act(owner, "delete", ids["Wages"])
    at = owner.page.select_one("input[name=at]")
    assert at is not None
    rival.open("/processes")
    assert rival.post("/processes/bin/put-back-several", at=str(at["value"])).status_code == 303
    owner.open("/processes")
    assert "Wages" not in names(owner)
    for wrong in ("", "soon", "-1", "9" * 18):
        assert rival.post("/processes/bin/put-back-several", at=wrong).status_code in {303, 400}
    rival.finish(name="Jam")
    rival.open("/processes")
    assert rival.post("/processes/chosen", do="delete", of=list(ids.values())).status_code == 404
    assert rival.post("/processes/chosen", do="delete", of=[ids["Pensions"], str(rival.id)]).status_code == 303
    owner.open("/processes")
    assert "Pensions" in names(owner)


def test_what_was_deleted_in_another_window_is_named_and_the_rest_is_done(
    owner: OwnerWalker, ids: dict[str, str], database: Database
) -> None:
    other = owner.second_window()
    act(other, "delete", ids["Wages"])
    act(owner, "group", *ids.values(), group="Finance")
    assert "2 processes are in “Finance” now." in owner.words
    assert "“Wages” was deleted in another window before, and is left out." in owner.words
    assert {name: one.groups for name, one in stored_processes(database, owner).items()} == {
        "Wages": [], "Pensions": ["Finance"], "Cases at law": ["Finance"],
    }  # fmt: skip
    owner.open("/processes")
    owner._read(owner.post("/processes/chosen", do="decide", of=list(ids.values())), 200)
    assert "One that you ticked was deleted in another window, and is left out. Wages" in owner.words


# ---- groups


def test_groups_are_put_in_shown_filtered_sorted_and_taken_out(
    owner: OwnerWalker, ids: dict[str, str], database: Database
) -> None:
    assert not owner.page.select("#group"), "no filter for what there is not"
    act(owner, "group", ids["Wages"], ids["Pensions"], group="  Finance ; Leeds ")
    owner.open("/processes?sort=name")
    act(owner, "group", ids["Wages"], ids["Cases at law"], group="finance;Wave 2")
    groups = {name: one.groups for name, one in stored_processes(database, owner).items()}
    assert groups["Wages"] == ["Finance", "Leeds", "Wave 2"], "one group in whatever capitals, as it was first written"
    assert groups["Cases at law"] == ["Finance", "Wave 2"]
    owner.open("/processes?sort=name")
    cells = [[text_of(link) for link in row.select(".groups a")] for row in owner.page.select("tbody tr")]
    assert cells == [["Finance", "Wave 2"], ["Finance", "Leeds"], ["Finance", "Leeds", "Wave 2"]]
    options = [str(option["value"]) for option in owner.page.select("#group option")]
    assert options == ["", "Finance", "Leeds", "Wave 2", ";"]
    for address, found in (
        ("group=FINANCE", ["Cases at law", "Pensions", "Wages"]),
        ("group=Leeds", ["Pensions", "Wages"]),
        ("group=Leeds&advice=kpo", []),
        ("group=%3B", []),
        ("group=Nowhere", []),
    ):
        owner.open(f"/processes?{address}&sort=name")
        assert names(owner) == found, address
    owner.open("/processes?sort=name")
    act(owner, "ungroup", *ids.values(), group="FINANCE")
    act(owner, "ungroup", *ids.values(), group="Leeds")
    owner.open("/processes?sort=group")
    assert names(owner) == ["Wages", "Cases at law", "Pensions"], "those in no group last"
    owner.open("/processes?group=%3B")
    assert names(owner) == ["Pensions"]
    owner.open(f"/processes/copy?of={ids['Wages']}")
    owner.submit(process_name="Wages abroad")
    assert stored_processes(database, owner)["Wages abroad"].groups == ["Wave 2"]


def test_what_no_group_can_be_is_told_with_the_ticks_still_there(
    owner: OwnerWalker, ids: dict[str, str], database: Database
) -> None:
    many = ";".join(f"g{n}" for n in range(GROUPS_LIMIT + 1))
    for typed, words in (
        ("", "Enter a group"),
        (" ; ", "Enter a group"),
        ("x" * 61, "at most 60 can be stored"),
        (many, f"a process can be in {GROUPS_LIMIT} groups, not {GROUPS_LIMIT + 1}"),
    ):
        owner.open("/processes")
        act(owner, "group", ids["Wages"], group=typed, status=422)
        assert words in owner.complaint
        assert len(owner.page.select("table.list input[checked]")) == 1
        assert owner.page.select_one("#into")["value"] == typed  # type: ignore[index]
    act(owner, "group", status=422, group="Finance")
    assert "Tick at least one process for that." in owner.complaint
    with database.write() as session:
        session.get_one(Assessment, UUID(ids["Pensions"])).groups = [f"g{n}" for n in range(GROUPS_LIMIT)]
    act(owner, "group", ids["Wages"], ids["Pensions"], group="One more", status=422)
    assert f"“Pensions” would be in more than {GROUPS_LIMIT} groups, so nothing was done." in owner.complaint
    assert stored_processes(database, owner)["Wages"].groups == []
    keep(database, owner.owner, GROUPS_PER_OWNER // 10)
    with database.write() as session:
        rows = [row for row in session.scalars(select(Assessment)) if not row.groups]
        for number, row in enumerate(rows):
            if str(row.id) not in ids.values():
                row.groups = [f"h{number} {n}" for n in range(10)]
    owner.open("/processes")
    act(owner, "group", ids["Wages"], group="One more", status=422)
    assert f"You would have more than {GROUPS_PER_OWNER} groups." in owner.complaint


def test_a_group_is_renamed_everywhere_and_two_are_put_together_only_when_that_is_wanted(
    owner: OwnerWalker, ids: dict[str, str], database: Database, rival: OwnerWalker
) -> None:
    act(owner, "group", ids["Wages"], ids["Pensions"], group="Finanse")
    act(owner, "group", ids["Cases at law"], group="Law; Finanse")
    act(owner, "delete", ids["Pensions"])
    rival.finish(name="Jam")
    rival.open("/processes")
    act(rival, "group", str(rival.id), group="Finanse")
    page = owner.open("/processes/groups")
    assert [text_of(item.h2) for item in page.select("ul.processes li")] == ["Finanse", "Law"]
    owner.submit(form=0, name="x;y", status=422)
    assert "Enter one name, without a semicolon" in owner.complaint
    owner.open("/processes/groups")
    owner.submit(form=0, name="Finance")
    assert {name: one.groups for name, one in stored_processes(database, owner).items()} == {
        "Wages": ["Finance"], "Pensions": ["Finance"], "Cases at law": ["Law", "Finance"],
    }  # fmt: skip
    owner.submit(form=0, name="LAW", status=409)
    assert "There is a group “Law” with one process. Put “Finance” together with it?" in owner.words
    assert stored_processes(database, owner)["Wages"].groups == ["Finance"]
    owner.submit(form=0)
    assert {name: one.groups for name, one in stored_processes(database, owner).items()} == {
        "Wages": ["LAW"], "Pensions": ["LAW"], "Cases at law": ["LAW"],
    }  # fmt: skip
    assert stored_processes(database, rival)["Jam"].groups == ["Finanse"]


# ---- decisions


def test_one_decision_is_noted_for_many_and_no_other_decision_or_note_is_lost(
    owner: OwnerWalker, ids: dict[str, str], database: Database
) -> None:
    owner.open(f"/assessments/{ids['Pensions']}/decision")
    owner.submit(made="keep", decided_on="1/11/2026", notes="Ours.")
    owner.open("/processes?sort=name")
    act(owner, "decide", *ids.values())
    assert owner.heading == "A decision for 3 processes"
    assert "One has a decision already Pensions Keep it in-house" in owner.words
    owner.submit(made="", decided_on="3/11/2026", notes="Board.", status=422)
    assert "Select what you decided" in owner.complaint
    owner.submit(made="bpo")
    assert "The decision is noted for 2 processes. One has another, and keeps it." in owner.words
    made = {
        name: (one.decision, str(one.decided_on), one.notes) for name, one in stored_processes(database, owner).items()
    }
    assert made == {
        "Wages": ("bpo", "2026-11-03", "Board."),
        "Cases at law": ("bpo", "2026-11-03", "Board."),
        "Pensions": ("keep", "2026-11-01", "Ours."),
    }
    owner.open("/processes?decided=bpo&sort=name")
    assert names(owner) == ["Cases at law", "Wages"]
    owner.open("/processes?sort=name")
    act(owner, "decide", *ids.values())
    window = owner.second_window()
    owner.submit(made="kpo", decided_on="4/11/2026", notes="Again.", others="replace")
    pensions = stored_processes(database, owner)["Pensions"]
    assert (pensions.decision, pensions.notes) == ("kpo", "Ours.\n\nAgain.")
    window.submit(made="both", decided_on="4/11/2026", notes="", others="replace", status=409)
    assert "One of them was changed in another window, so nothing was done." in window.complaint
    assert stored_processes(database, owner)["Pensions"].decision == "kpo"
    window.submit()
    assert stored_processes(database, owner)["Pensions"].decision == "both"


def test_notes_that_would_be_too_long_are_refused_with_nothing_done(
    owner: OwnerWalker, ids: dict[str, str], database: Database
) -> None:
    with database.write() as session:
        session.get_one(Assessment, UUID(ids["Pensions"])).notes = "x" * 3_999
    owner.open("/processes")
    act(owner, "decide", *ids.values())
    owner.submit(made="bpo", decided_on="3/11/2026", notes="Board.", status=422)
    assert "The notes of “Pensions” would be too long" in owner.complaint
    assert {one.decision for one in stored_processes(database, owner).values()} == {None}


# ---- newer rules


def test_many_move_to_newer_rules_and_the_page_says_before_what_becomes_of_each(
    owner: OwnerWalker, ids: dict[str, str], newer: Publish, database: Database
) -> None:
    newer()
    owner.begin("Letters")
    owner.open("/processes")
    act(owner, "rules", *ids.values(), str(owner.id))
    assert owner.heading == "Move 3 processes to rules version 3"
    headings = [text_of(heading) for heading in owner.page.select("main h2")]
    assert headings == [
        "2 get other advice",
        "One gets the same advice",
        "One has no advice yet, or these rules already",
    ]
    window = owner.second_window()
    owner.submit()
    assert "3 processes have rules version 3 now." in owner.words
    assert {one.version_number for one in stored_processes(database, owner).values()} == {3}
    window.submit()
    with database.read() as session:
        assert len(session.scalars(select(RecommendationRecord)).all()) == 6, "each was advised on once more"


def test_what_needs_a_question_answered_again_is_named_and_left_as_it_is(
    owner: OwnerWalker, ids: dict[str, str], newer: Publish, database: Database, small: object
) -> None:
    newer(without_skill(small))  # type: ignore[arg-type]
    owner.begin("Letters")
    owner.go_through({key: answer for key, answer in ROUTINE.items() if key != "skill"})
    letters = str(owner.id)
    newer(small)
    owner.open("/processes")
    act(owner, "rules", letters, ids["Wages"])
    assert "One needs a question answered again, and stays as it is Letters" in owner.words
    window = owner.second_window()
    newer()
    window.submit(status=409)
    assert "The rules have changed once more since you opened this page." in window.complaint
    window.submit()
    assert {name: one.version_number for name, one in stored_processes(database, owner).items()} == {
        "Wages": 5, "Pensions": 2, "Cases at law": 2, "Letters": 3,
    }  # fmt: skip


# ---- ticks


def test_all_of_a_page_or_all_that_is_found_are_ticked_by_links(owner: OwnerWalker, database: Database) -> None:
    keep(database, owner.owner, 130)
    page = owner.open("/processes?sort=name&page=2")
    links = {text_of(link): str(link["href"]) for link in page.select(".ticks a")}
    assert "Ticks count for this page alone." in owner.words
    assert list(links) == ["Tick all 50 on this page", "Tick all 130 found"]
    page = owner.open(links["Tick all 50 on this page"])
    assert len(page.select("table.list input[checked]")) == 50
    page = owner.open(links["Tick all 130 found"])
    assert "All 130 are ticked, on the other pages too." in owner.words
    left = value_of(page.select("table.list tbody tr")[0])
    ticked = [value_of(row) for row in page.select("table.list tbody tr")][1:]
    stale = owner.second_window()
    act(owner, "group", *ticked, group="All")
    assert "129 processes are in “All” now." in owner.words
    owner.open("/processes?group=%3B")
    assert [value_of(row) for row in owner.page.select("table.list tbody tr")] == [left]
    owner.finish(name="Brand new")
    act(stale, "delete", *ticked, status=422)
    assert "What the list finds has changed since all of it was ticked, so nothing was done." in stale.complaint


def test_only_what_is_ticked_is_exported(owner: OwnerWalker, ids: dict[str, str]) -> None:
    reply = owner.post("/processes/chosen", do="csv", of=[ids["Wages"], ids["Cases at law"]])
    assert reply.headers["Content-Disposition"] == 'attachment; filename="your-processes.csv"'
    assert "Wages" in reply.text
    assert "Pensions" not in reply.text
    assert owner.post("/processes/chosen", do="xlsx", of=[ids["Wages"]]).data[:2] == b"PK"


def test_the_quick_pass_asks_about_what_is_ticked(owner: OwnerWalker, ids: dict[str, str]) -> None:
    act(owner, "quick", ids["Wages"], ids["Pensions"])
    assert owner.path == "/processes/quick-pass/answers"
    assert owner.response.request.args.getlist("of") == [ids["Wages"], ids["Pensions"]]
