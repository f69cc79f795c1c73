"""The number of a process in the list stays its number, whatever becomes of the others."""

from alembic import command
from sqlalchemy import select, update

from advisor.assessments.operations import create
from advisor.models import AccountOwner, Assessment, Database, schema
from advisor.models.processes.process_list import process_lines
from tests.accounts.recorded_acts.installation import press
from tests.accounts.sign_ins import sign_in
from tests.assessments.walker import EXPERT, ROUTINE, Walker
from tests.factories import make_account
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import text_of


def numbers(owner: OwnerWalker, query: str = "") -> dict[str, str]:
    """The number of each process that the table shows, by its name."""
    rows = owner.open(f"/processes{query}").select("table.list tbody tr")
    return {text_of(row.select_one("th a")): text_of(row.select_one("td.count")) for row in rows}


def on_the_map(owner: OwnerWalker) -> set[str]:
    """What the marks of the map say: the number of a process."""
    return {text_of(mark.select_one("text")) for mark in owner.page.select("svg.process-map a")}


def delete(owner: OwnerWalker, at: str) -> None:
    owner.open(f"{at}/delete")
    owner.submit()


def test_they_stay_when_the_list_is_sorted_filtered_and_another_is_deleted_and_put_back(owner: OwnerWalker) -> None:
    at = {}
    for name, answers in (("Wages", ROUTINE), ("Letters", EXPERT), ("Audits", ROUTINE)):
        owner.finish(answers, name=name)
        at[name] = owner.at
    first = {"Wages": "1", "Letters": "2", "Audits": "3"}
    assert numbers(owner) == numbers(owner, "?sort=name") == numbers(owner, "?sort=-used") == first
    assert numbers(owner, "?q=audits") == {"Audits": "3"}
    delete(owner, at["Wages"])
    assert numbers(owner) == {"Letters": "2", "Audits": "3"}
    assert on_the_map(owner) <= {"2", "3"}
    assert on_the_map(owner), "it has a mark"
    owner.finish(name="Stock")
    assert numbers(owner) == {"Letters": "2", "Audits": "3", "Stock": "4"}
    owner.open("/processes/bin")
    owner.submit()
    assert numbers(owner)["Wages"] == "1"
    delete(owner, at["Wages"])
    owner.open("/processes/bin")
    owner.submit(form=1)
    assert numbers(owner) == {"Letters": "2", "Audits": "3", "Stock": "4"}, "also when it is gone for good"


def test_a_copy_gets_the_next_one(owner: OwnerWalker) -> None:
    owner.finish(name="Wages")
    owner.open(f"/processes/copy?of={owner.id}")
    owner.submit(process_name="Wages abroad")
    assert numbers(owner) == {"Wages": "1", "Wages abroad": "2"}


def test_what_comes_along_at_a_sign_in_is_numbered_behind_what_is_there_and_given_back_without(
    stranger: Walker, database: Database
) -> None:
    owner = AccountOwner(make_account(database))
    with database.write() as session:
        create(session, owner, "Mine", {}, 10)
    for name in ("First here", "Second here"):
        stranger.begin(name)
    sign_in(stranger)
    assert stored_numbers(database) == {"Mine": 1, "First here": 2, "Second here": 3}
    stranger.open("/account/this-browser")
    press(stranger, "Give them back")
    assert stored_numbers(database) == {"Mine": 1, "First here": None, "Second here": None}


def stored_numbers(database: Database) -> dict[str, int | None]:
    with database.read() as session:
        return {row.process_name: row.number for row in session.scalars(select(Assessment))}


def test_those_of_a_release_before_are_numbered_behind_all_others(owner: OwnerWalker, database: Database) -> None:
    for name, answers in (("Wages", ROUTINE), ("Letters", EXPERT), ("Audits", ROUTINE)):
        owner.finish(answers, name=name)
    with database.write() as session:
        session.execute(update(Assessment).where(Assessment.process_name == "Wages").values(number=None))
    assert numbers(owner) == {"Letters": "2", "Audits": "3", "Wages": "4"}


def test_the_upgrade_numbers_what_is_there_account_by_account(
    owner: OwnerWalker, rival: OwnerWalker, database: Database
) -> None:
    for one in (owner, rival, owner):
        one.begin("Payroll")
    config = schema.migration_config(database.engine)
    command.downgrade(config, "20261201l")
    command.upgrade(config, "head")
    with database.read() as session:
        assert [line.number for line in process_lines(session, owner.owner)] == [1, 2]
        assert [line.number for line in process_lines(session, rival.owner)] == [1]
        found = select(Assessment.number).where(Assessment.account_id == owner.account_id).order_by(Assessment.number)
        assert session.scalars(found).all() == [1, 2]
