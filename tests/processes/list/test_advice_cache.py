"""What is kept of advices that were read: each is read once, no list tells another's, and no more than so many stay."""

from flask import Flask
from sqlalchemy import event, select

from advisor.models import (
    AccountOwner,
    Assessment,
    Database,
    OrganisationOwner,
    Owner,
    RecommendationRecord,
    VisitorOwner,
)
from advisor.models.base import hash_of, utc_now
from advisor.models.processes.assessment import count_binned, own_assessments
from advisor.models.processes.process_list import AdviceCache, part_names, process_lines
from tests.factories import make_account, make_assessment, make_organisation, make_signed_in
from tests.processes.sample_processes import keep


def test_a_list_reads_what_the_advice_tells_once_and_tells_it_to_its_owner_alone(database: Database) -> None:
    mine, other = (AccountOwner(make_account(database, email)) for email in ("one@example.org", "two@example.org"))
    keep(database, mine, 3)
    keep(database, other, 2)
    reads: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "recommendation.result" in statement:
            reads.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    with database.read() as session:
        first, again = process_lines(session, mine), process_lines(session, mine)
        assert len(reads) == 1
        assert first == again
        assert all(line.outcome and line.bpo is not None for line in first)
        theirs = process_lines(session, other)
    event.remove(database.engine, "before_cursor_execute", note)
    assert len(reads) == 2
    assert (len(first), len(theirs)) == (3, 2)
    assert not {line.id for line in first} & {line.id for line in theirs}


def test_a_list_asks_as_much_of_the_database_however_long_it_is(app: Flask, database: Database) -> None:
    client, account = make_signed_in(app, database, "one@example.org")
    asked: list[str] = []
    counts = []
    stored = app.extensions["database"]
    event.listen(stored.engine, "before_cursor_execute", lambda *it: asked.append(it[2]))
    stored.plain_reads.append(lambda select, _seconds: asked.append(select))  # what goes straight to the driver
    for number in (2, 30):
        keep(database, AccountOwner(account), number)
        client.get("/processes")
        asked.clear()
        assert client.get("/processes").status_code == 200
        counts.append([statement for statement in asked if statement.startswith("SELECT")])
    assert [len(statements) for statements in counts] == [9, 9], "seven, and two as some of them are decided on"


def test_the_bin_is_counted_for_its_owner_alone(database: Database) -> None:
    one, other = (make_account(database, email) for email in ("one@example.org", "two@example.org"))
    owners: list[Owner] = [
        VisitorOwner(hash_of("one")),
        VisitorOwner(hash_of("two")),
        AccountOwner(one),
        AccountOwner(other),
        OrganisationOwner(make_organisation(database, {one: "owner"})),
        OrganisationOwner(make_organisation(database, {one: "owner"}, "Another")),
    ]
    for number, owner in enumerate(owners):
        for at in range(number + 1):
            key = make_assessment(database, owner, parts={"Front": {}, f"Back {at}": {}})
            if at < number:
                with database.write() as session:
                    session.get_one(Assessment, key).deleted_at = utc_now()
    with database.read() as session:
        assert [count_binned(session, owner) for owner in owners] == [0, 1, 2, 3, 4, 5]
        for owner in owners:
            own = list(session.scalars(own_assessments(owner)))
            assert [line.id for line in process_lines(session, owner)] == [it.id for it in own]
            parts = {it.id: [part.name for part in it.parts] for it in own}
            assert part_names(session, owner) == parts


def test_beyond_so_many_what_was_wanted_longest_ago_is_read_again(database: Database) -> None:
    owner = AccountOwner(make_account(database, "one@example.org"))
    keep(database, owner, 4)
    cache = AdviceCache(2)
    with database.read() as session:
        ids = list(session.scalars(select(RecommendationRecord.id)))
        every = cache.of(session, ids)
        assert len(every) == 4, "more than stay are told all the same"
        assert {key: told for one in ids for key, told in cache.of(session, [one]).items()} == every
    assert len(cache) == 2
