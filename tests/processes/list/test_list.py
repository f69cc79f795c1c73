"""Your processes: found, filtered and sorted, in a page that stays light."""

import gzip

import pytest
from sqlalchemy import select

from advisor.models import Assessment, Database, Part, RecommendationRecord
from advisor.models.base import utc_now
from tests.assessments.walker import CORE, EXPERT, MIXED, ROUTINE
from tests.effort import limit_processor_time
from tests.processes.conftest import Publish
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import text_of


def names(owner: OwnerWalker) -> list[str]:
    return [text_of(cell.a) for cell in owner.page.select("table.list tbody th")]


def test_the_empty_list_says_so_and_offers_to_add(owner: OwnerWalker) -> None:
    owner.open("/processes")
    assert "No processes yet. Describe the first, which takes about three minutes" in owner.words
    assert not owner.page.select("table")
    add = owner.page.select_one("main a.button")
    assert add is not None
    assert add["href"] == "/assessments/new"


def test_each_process_stands_with_its_advice_how_clear_its_rules_and_the_decision(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE, name="Wages")
    owner.begin("Letters")
    owner.open("/processes")
    rows = [[text_of(cell) for cell in row.select("td, th")] for row in owner.page.select("table.list tbody tr")]
    today = utc_now().strftime("%-d %b %Y")
    assert ["", "1", "Wages", "BPO", "Clear BPO 7, KPO 0", today] in rows
    assert ["", "2", "Letters", "Not finished", "–", today] in rows
    assert "Rules version 2, which is in force. Nothing is decided yet." in owner.words


def test_a_row_opens_the_process(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE, name="Wages")
    owner.open("/processes")
    owner.open(str(owner.page.select_one("table.list tbody th a")["href"]))  # type: ignore[index]
    assert owner.key == "result"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=wag", ["Wages"]),
        ("q=WAGES+", ["Wages"]),
        ("q=law+cases", ["Cases at law"]),
        ("q=keying", ["Mixed bag"]),
        ("advice=kpo", ["Cases at law"]),
        ("advice=keep", ["Our core"]),
        ("advice=unfinished", ["Letters"]),
        ("advice=both&q=wages", []),
        ("decided=yes", []),
        ("decided=no&q=core", ["Our core"]),
        ("advice=nonsense", ["Cases at law", "Letters", "Mixed bag", "Our core", "Wages"]),
    ],
)
def test_search_and_filter(owner: OwnerWalker, query: str, found: list[str]) -> None:
    owner.finish(ROUTINE, name="Wages")
    owner.finish(EXPERT, name="Cases at law")
    owner.finish(CORE, name="Our core")
    owner.begin("Letters")
    owner.finish(MIXED, name="Mixed bag")
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1="Keying", part_2="Advising")
    owner.open(f"/processes?{query}&sort=name")
    assert names(owner) == found


def test_the_filter_is_a_form_that_keeps_what_was_asked(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE, name="Wages")
    owner.finish(EXPERT, name="Cases at law")
    owner.open("/processes?sort=name")
    owner.submit(q="law", advice="kpo")
    assert names(owner) == ["Cases at law"]
    assert owner.page.select_one("#q")["value"] == "law"  # type: ignore[index]
    assert owner.page.select_one("#advice option[selected]")["value"] == "kpo"  # type: ignore[index]
    assert "1 of 2 processes." in owner.words
    assert owner.page.select_one("th[aria-sort=ascending]") is not None


def test_every_column_sorts_both_ways_and_says_so(owner: OwnerWalker) -> None:
    for name, answers in (("B", EXPERT), ("a", ROUTINE), ("C", CORE)):
        owner.finish(answers, name=name)
    owner.open("/processes?sort=name")
    assert names(owner) == ["a", "B", "C"]
    head = owner.page.select_one("th[aria-sort] a")
    assert head is not None
    owner.open(str(head["href"]))
    assert names(owner) == ["C", "B", "a"]
    owner.open("/processes?sort=advice")
    assert names(owner) == ["a", "B", "C"]
    owner.open("/processes")
    assert names(owner)[0] == "C"
    for key in ("used", "clear", "version", "decided"):
        for sort in (key, f"-{key}"):
            owner.open(f"/processes?sort={sort}")
            assert sorted(names(owner)) == ["B", "C", "a"]


def test_a_process_keeps_its_number_however_the_list_is_sorted(owner: OwnerWalker) -> None:
    for name in ("B", "A"):
        owner.finish(name=name)
    owner.open("/processes?sort=name")
    assert [text_of(cell) for cell in owner.page.select("td.count")] == ["2", "1"]


def test_what_newer_rules_would_say_differently_is_tagged_and_can_be_filtered(
    owner: OwnerWalker, newer: Publish
) -> None:
    owner.finish(ROUTINE, name="Wages")
    owner.finish(CORE, name="Our core")
    newer()
    owner.open("/processes")
    tags = {text_of(row.select_one("th a")): text_of(row.select_one(".tag")) for row in owner.page.select("tbody tr")}
    assert tags["Wages"].startswith("would differ with version 3")
    assert tags["Our core"] == ""
    owner.open("/processes?rules=changed")
    assert names(owner) == ["Wages"]
    owner.open(str(owner.page.select_one(".tag")["href"]))  # type: ignore[index]
    assert owner.heading.startswith("Our rules changed")


def test_s1_the_list_holds_ones_own_processes_alone(owner: OwnerWalker, rival: OwnerWalker) -> None:
    owner.finish(name="Marmalade")
    rival.finish(name="Jam")
    rival.open("/processes")
    assert names(rival) == ["Jam"]
    assert "Marmalade" not in rival.response.text
    owner.open("/processes?q=jam")
    assert names(owner) == []


def test_500_processes_come_in_pages_of_eighty_under_15_kb(owner: OwnerWalker, database: Database) -> None:
    owner.finish(ROUTINE, name="Wages 0")
    multiply(database, owner, 499)
    with limit_processor_time(2):
        owner.open("/processes?sort=name")
    assert len(names(owner)) == 80
    assert "500 processes. Page 1 of 7." in owner.words
    assert len(gzip.compress(owner.response.data)) < 15_000
    owner.open(str(owner.page.select_one("a[rel=next]")["href"]))  # type: ignore[index]
    assert "Page 2 of 7" in owner.words
    owner.open("/processes?page=99&sort=name")
    assert "Page 7 of 7" in owner.words
    assert names(owner)[-1] == "Wages 0"


def test_500_processes_by_older_rules_are_held_against_the_newer_ones_in_time(
    owner: OwnerWalker, database: Database, newer: Publish
) -> None:
    owner.finish(ROUTINE, name="Wages 0")
    multiply(database, owner, 499)
    newer()
    with limit_processor_time(2):
        owner.open("/processes?rules=changed")
    assert "of 500 processes." in owner.words
    assert all(owner.page.select("tbody .tag"))


def multiply(database: Database, owner: OwnerWalker, times: int) -> None:
    """Store that many more processes; two of three have the advice of the one that is there."""
    with database.write() as session:
        model = session.scalars(select(RecommendationRecord)).one()
        for number in range(1, times + 1):
            made = Assessment(
                account_id=owner.account_id,
                process_name=f"Process {number} of the {number % 7}th department",
                version_number=model.version_number,
                parts=[Part(position=0)],
            )
            session.add(made)
            session.flush()
            if number % 3:
                advice = {"given": model.given, "result": model.result, "version_number": model.version_number}
                session.add(
                    RecommendationRecord(assessment_id=made.id, sequence=1, process_name=made.process_name, **advice)
                )
