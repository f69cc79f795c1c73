import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm.exc import StaleDataError

from advisor.models import Assessment, Database, IdempotencyKey, Part, RecommendationRecord, VisitorOwner
from advisor.models.accounts.removal import delete_all_of, purge
from advisor.models.base import Unchangeable, hash_of, utc_now
from advisor.models.processes.assessment import next_sequence, own_assessment, own_assessments, own_recommendations
from tests.factories import OWNER, make_assessment, make_recommendation

OTHER = VisitorOwner(hash_of("somebody else"))


def test_p4_only_the_owner_finds_an_assessment_and_its_advice(database: Database) -> None:
    mine = make_assessment(database)
    make_recommendation(database, mine)
    with database.read() as session:
        found = session.scalars(own_assessment(OWNER, mine)).one()
        assert len(session.scalars(own_recommendations(OWNER, mine)).all()) == 1
        assert session.scalars(own_assessments(OWNER)).all() == [found]

        assert session.scalars(own_assessment(OTHER, mine)).all() == []
        assert session.scalars(own_recommendations(OTHER, mine)).all() == []
        assert session.scalars(own_assessments(OTHER)).all() == []


def test_f8_of_two_saves_from_the_same_state_the_second_is_told(database: Database) -> None:
    assessment_id = make_assessment(database)
    with database.read() as session:
        one = session.get_one(Assessment, assessment_id)
    with database.read() as session:
        two = session.get_one(Assessment, assessment_id)
    one.answers = {"edge": "yes"}
    two.answers = {"edge": "no"}
    with database.write() as session:
        session.add(one)
    with pytest.raises(StaleDataError), database.write() as session:
        session.add(two)
    with database.read() as session:
        assert session.get_one(Assessment, assessment_id).answers == {"edge": "yes"}


def test_p5_advice_that_was_given_cannot_be_changed(database: Database) -> None:
    advice_id = make_recommendation(database, make_assessment(database))
    with pytest.raises(Unchangeable), database.write() as session:
        session.get_one(RecommendationRecord, advice_id).result = {"outcome": "bpo"}


def test_f17_advice_is_ordered_by_its_number_not_by_the_clock(database: Database) -> None:
    assessment_id = make_assessment(database)
    for outcome in ("keep", "bpo", "kpo"):
        make_recommendation(database, assessment_id, {"outcome": outcome})
    with database.write() as session:
        assessment = session.get_one(Assessment, assessment_id)
        assert next_sequence(session, assessment) == 4
        found = session.scalars(own_recommendations(OWNER, assessment_id)).all()
        assert [advice.result["outcome"] for advice in found] == ["kpo", "bpo", "keep"]


def test_i2_what_was_stored_comes_back_as_it_was(database: Database) -> None:
    odd = "Löhne 👩🏽‍💻 שכר  a\u0301 \u202e"
    assessment_id = make_assessment(database, name=odd, answers={"z": odd, "a": [odd, None, 2**53]})
    with database.read() as session:
        found = session.get_one(Assessment, assessment_id)
        assert found.process_name == unicodedata.normalize("NFC", odd)  # a name has one spelling
        assert list(found.answers.items()) == [("z", odd), ("a", [odd, None, 2**53])]


def test_times_are_kept_in_utc_and_a_time_without_a_zone_is_refused(database: Database) -> None:
    moment = datetime(2026, 3, 1, 14, 2, tzinfo=timezone(timedelta(hours=5)))
    assessment_id = make_assessment(database, touched_at=moment)
    with database.read() as session:
        touched = session.get_one(Assessment, assessment_id).touched_at
    assert touched == moment
    assert touched.utcoffset() == timedelta(0)
    with pytest.raises((ValueError, StatementError), match="zone"):
        make_assessment(database, touched_at=datetime(2026, 3, 1))  # noqa: DTZ001


def test_p7_deleting_takes_everything_of_one_visitor_and_nothing_of_another(database: Database) -> None:
    mine, theirs = make_assessment(database), make_assessment(database, owner=OTHER)
    make_recommendation(database, mine)
    make_recommendation(database, theirs)
    with database.write() as session:
        session.add(IdempotencyKey(key_hash="mine", owner_hash=OWNER.hash, location="/"))
        session.add(IdempotencyKey(key_hash="theirs", owner_hash=OTHER.hash, location="/"))
    with database.write() as session:
        removed = delete_all_of(session, OWNER)
    assert (removed.assessments, removed.one_time_keys) == (1, 1)
    with database.read() as session:
        assert session.scalars(select(Assessment.id)).all() == [theirs]
        for table in (Part, RecommendationRecord, IdempotencyKey):
            assert session.scalar(select(func.count()).select_from(table)) == 1


def test_answers_that_nobody_touched_for_30_days_are_purged(database: Database) -> None:
    old = make_assessment(database, touched_at=utc_now() - timedelta(days=31))
    make_recommendation(database, old)
    recent = make_assessment(database, touched_at=utc_now() - timedelta(days=29))
    with database.write() as session:
        session.add(
            IdempotencyKey(key_hash="old", owner_hash="o", location="/", created_at=utc_now() - timedelta(days=3))
        )
        session.add(IdempotencyKey(key_hash="new", owner_hash="o", location="/"))
    with database.write() as session:
        removed = purge(session, assessments_after=timedelta(days=30), keys_after=timedelta(days=2))
    assert (removed.assessments, removed.one_time_keys) == (1, 1)
    with database.read() as session:
        assert session.scalars(select(Assessment.id)).all() == [recent]
        assert session.scalars(select(RecommendationRecord.id)).all() == []
        assert session.scalars(select(IdempotencyKey.key_hash)).all() == ["new"]


def test_touching_an_assessment_keeps_it_for_another_30_days(database: Database) -> None:
    assessment_id = make_assessment(database, touched_at=utc_now() - timedelta(days=29))
    with database.write() as session:
        session.get_one(Assessment, assessment_id).touch()
    with database.read() as session:
        assert session.get_one(Assessment, assessment_id).touched_at > datetime.now(UTC) - timedelta(minutes=1)
