import threading

import pytest
from sqlalchemy import func, select

from advisor.models import Database, IdempotencyKey
from advisor.models.once import new_key, once


def test_f9_a_form_that_is_sent_again_leads_where_the_first_sending_led(database: Database) -> None:
    places = iter(["/first", "/second"])
    for _ in range(3):
        with database.write() as session:
            assert once(session, "key", "owner", lambda: next(places)) == "/first"


def test_f9_forms_sent_at_the_same_moment_act_once(database: Database) -> None:
    acted: list[str] = []
    led: list[str] = []
    together = threading.Barrier(6)

    def act() -> str:
        acted.append("acted")
        return f"/place/{len(acted)}"

    def send() -> None:
        together.wait()
        with database.write() as session:
            led.append(once(session, "key", "owner", act))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert acted == ["acted"]
    assert led == ["/place/1"] * 6


def test_f9_the_key_of_a_form_that_failed_can_be_used_again(database: Database) -> None:
    def fail() -> str:
        raise RuntimeError

    with pytest.raises(RuntimeError), database.write() as session:
        once(session, "key", "owner", fail)
    with database.write() as session:
        assert once(session, "key", "owner", lambda: "/now") == "/now"


def test_a_key_means_nothing_to_another_owner(database: Database) -> None:
    with database.write() as session:
        assert once(session, "key", "one", lambda: "/of/one") == "/of/one"
        assert once(session, "key", "two", lambda: "/of/two") == "/of/two"
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 2


def test_every_form_gets_a_key_of_its_own() -> None:
    assert len({new_key() for _ in range(100)}) == 100
