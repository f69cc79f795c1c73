"""What is kept of advices that were read: each is read once, no list tells another's, and no more than so many stay."""

from sqlalchemy import event, select

from advisor.models import AccountOwner, Database, RecommendationRecord
from advisor.models.process_list import AdviceCache, process_lines
from tests.factories import make_account
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
