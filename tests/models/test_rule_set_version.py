import json
import threading

import pytest
from sqlalchemy import select

from advisor import starter
from advisor.engine.document.document import sha256
from advisor.models import Database, RuleSetVersion
from advisor.models.base import Unchangeable
from advisor.models.rule_sets.rule_set_version import in_force, publish, publish_first, rule_set, version, versions


def test_a_fresh_installation_has_the_starter_rules_in_force_as_version_1(database: Database) -> None:
    with database.read() as session:
        present = in_force(session)
        assert present.number == 1
        assert present.document == starter.text()
        assert present.sha256 == sha256(starter.text())
        assert rule_set(session) == starter.rule_set()


def test_the_highest_number_is_in_force_and_older_ones_stay_as_they_were(database: Database) -> None:
    changed = starter.text().replace('"format":1', '"format": 1')
    with database.write() as session:
        assert publish(session, changed, "A space", "somebody").number == 2
    with database.read() as session:
        assert in_force(session).number == 2
        assert [found.number for found in session.scalars(versions())] == [2, 1]
        first = version(session, 1)
        assert first is not None
        assert first.document == starter.text()
        assert rule_set(session, 1) == rule_set(session, 2)
        assert version(session, 3) is None
        assert version(session, 10**30) is None
        assert version(session, -1) is None
        with pytest.raises(LookupError):
            rule_set(session, 3)


def test_p8_a_published_version_cannot_be_changed_or_deleted(database: Database) -> None:
    with pytest.raises(Unchangeable), database.write() as session:
        in_force(session).note = "other"
    with pytest.raises(Unchangeable), database.write() as session:
        session.delete(in_force(session))


def test_f13_publishing_at_once_leaves_no_gap_and_no_repeat(database: Database) -> None:
    document = json.dumps({})

    def publish_one() -> None:
        with database.write() as session:
            publish(session, document, "at once")

    threads = [threading.Thread(target=publish_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert sorted(session.scalars(select(RuleSetVersion.number))) == list(range(1, 10))


def test_the_starter_rules_are_published_only_where_there_are_none(database: Database) -> None:
    with database.write() as session:
        assert publish_first(session, starter.text(), "again") is None
