"""The summary above the list counts what the list shows, and each of its counts leads to exactly so many."""

import re
from collections.abc import Iterator

from advisor.engine.model.rules import RuleSet
from advisor.models import Database
from tests.assessments.walker import CORE, EXPERT, ROUTINE
from tests.processes.conftest import Publish
from tests.processes.owner_walker import OwnerWalker
from tests.processes.sample_processes import keep
from tests.reading import Tag
from tests.risks import with_risks
from tests.visiting import text_of


def counts(owner: OwnerWalker, group: str = "") -> dict[str, int]:
    """The counts of the page, or of one of their groups, by their labels."""
    return {text_of(row.select_one("span")): int(text_of(row.select_one("b"))) for row in lines(owner, group)}


def lines(owner: OwnerWalker, group: str = "") -> Iterator[Tag]:
    for found in owner.page.select(".overview > div"):
        if group in ("", text_of(found.select_one("h3"))):
            yield from found.select("li")


def test_it_counts_advice_decisions_and_what_is_not_finished(owner: OwnerWalker) -> None:
    for name, answers in (("Wages", ROUTINE), ("Bills", ROUTINE), ("Law", EXPERT), ("Core", CORE)):
        owner.finish(answers, name=name)
    owner.begin("Letters")
    owner.open("/processes")
    assert counts(owner, "Advice") == {"BPO": 2, "KPO": 1, "Keep in-house for now": 1}
    assert counts(owner, "Still open") == {"Not finished": 1, "Not decided yet": 5}
    assert sum(counts(owner, "How clear").values()) == 3, "what stays in the house has no strength"
    assert "Most often the advice is “BPO”: 2 of 4." in owner.words
    owner.open("/processes?q=w")  # Wages and Law
    assert counts(owner, "Advice") == {"BPO": 1, "KPO": 1}
    assert "Most often the advice is “BPO” and “KPO”: 1 each of 2." in owner.words


def test_a_list_of_one_needs_no_summary(owner: OwnerWalker) -> None:
    owner.open("/processes")
    assert not owner.page.select(".overview")
    owner.finish(ROUTINE, name="Wages")
    owner.open("/processes")
    assert not owner.page.select(".overview")
    owner.begin("Letters")
    owner.open("/processes")
    assert "The advice is “BPO” for all that have any." in owner.words


def test_what_has_no_advice_at_all_is_said_so(owner: OwnerWalker) -> None:
    owner.begin("Letters")
    owner.begin("Post")
    owner.open("/processes")
    assert "None of them has advice yet." in owner.words
    assert counts(owner) == {"Not finished": 2, "Not decided yet": 2}


def test_every_count_leads_to_so_many_processes_whatever_is_asked_of_the_list(
    owner: OwnerWalker, database: Database, newer: Publish, small: RuleSet
) -> None:
    newer(with_risks(small))
    keep(database, owner.owner, 30, unfinished=4)
    newer()
    for asked in ("", "?decided=no", "?q=n&sort=name"):
        owner.open(f"/processes{asked}")
        links = {str(link["href"]): int(text_of(link.select_one("b"))) for link in owner.page.select(".overview a")}
        assert {f"{name}=" for name in ("advice", "clear", "decided", "rules", "risk")} <= set(
            re.findall(r"\w+=", str(links))
        )
        for url, count in links.items():
            owner.open(url)
            assert len(owner.page.select("table.list tbody tr")) == count, url
            assert ("with the risk" in owner.words) == ("risk=" in url)


def test_a_risk_in_the_address_that_nobody_tells_finds_nothing(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE, name="Wages")
    owner.open("/processes?risk=nothing")
    assert "0 of 1 processes." in owner.words
