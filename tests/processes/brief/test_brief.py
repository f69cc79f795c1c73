"""The brief for providers: read, edited, kept in versions, composed anew; and what is never in it."""

from sqlalchemy import select

from advisor.models import BriefVersion, Database
from tests.processes.brief.conftest import Make
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import fields_of, text_of


def versions(database: Database) -> list[BriefVersion]:
    with database.read() as session:
        return list(session.scalars(select(BriefVersion).order_by(BriefVersion.number)))


def test_the_brief_is_there_from_the_advice_on_and_saving_makes_versions(
    owner: OwnerWalker, make: Make, database: Database
) -> None:
    make(owner)
    owner.open(f"{owner.at}/result")
    assert owner.page.select_one(f'a[href="{owner.at}/brief"]')
    owner.open(f"{owner.at}/brief")
    assert "Business process outsourcing (BPO)" in owner.words
    assert not versions(database)
    owner.open(f"{owner.at}/brief/edit")
    work = fields_of(owner.page.select("main form")[0])["section-work"]
    owner.submit(**{"section-work": f"{work.strip()}\nWe pay forty people.", "title": "Payroll of the north"})
    assert owner.key == "brief?saved=1" or owner.path.endswith("/brief")
    assert "We pay forty people." in owner.words
    assert [text_of(tag.parent) for tag in owner.page.select(".tag")] == ["We pay forty people. Your words"]
    assert len(versions(database)) == 1
    owner.open(f"{owner.at}/brief/edit")
    owner.submit()
    assert len(versions(database)) == 1, "what says the same is no other version"
