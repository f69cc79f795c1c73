"""Advice that is asked for several times at the same moment is given once."""

import threading

from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.assessments.advice import advise_when_complete
from advisor.assessments.operations import in_transaction
from advisor.assessments.progress import is_of_part
from advisor.models import Assessment, Database, RecommendationRecord
from advisor.models.rule_sets import rule_set_version as versions
from tests.factories import make_assessment


def test_advice_asked_for_at_the_same_moment_is_given_once(database: Database) -> None:
    with database.read() as session:
        rules = versions.rule_set(session)
    unsure = {question.key: None for question in rules.questions}
    of_part = {key: None for key in unsure if is_of_part(rules, key)}
    of_process = {key: None for key in unsure if key not in of_part}
    assessment_id = make_assessment(database, answers=of_process, parts={"": of_part})
    together = threading.Barrier(6)
    failures: list[BaseException] = []

    def advise(session: Session) -> None:
        advise_when_complete(session, session.get_one(Assessment, assessment_id))

    def run() -> None:
        together.wait()
        try:
            in_transaction(database, advise)
        except BaseException as error:  # noqa: BLE001 - looked at below, in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.read() as session:
        assert session.scalars(select(RecommendationRecord.sequence)).all() == [1]
