import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from advisor.models import Database, IdempotencyKey
from advisor.models.accounts.removal import purge
from advisor.models.base import hash_of
from advisor.models.idempotency import (
    Attempt,
    KeyReused,
    idempotent,
    idempotent_call,
    idempotent_save,
    new_key,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def make_attempt(content: str = "a text", *, key: str = "key", owner: str = "owner", after: float = 0) -> Attempt:
    """An attempt that arrived so many seconds after noon."""
    return Attempt(owner, key, content, NOON + timedelta(seconds=after))


class Page:
    """A text that a form saves over, as one of two admins may also do."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.text = "as it was opened"
        self.saved: list[str] = []

    def send(self, text: str, *, after: float) -> str:
        """Save a text by one form that was opened on the first one; refused where somebody else's stands there."""

        def save(left: str) -> tuple[str, str]:
            if self.text not in {"as it was opened", left}:
                raise LookupError(self.text)
            self.text = text
            self.saved.append(text)
            return f"/of/{text}", text

        with self.database.write() as session:
            return idempotent_save(session, make_attempt(text, after=after), save)


def run_together(acts: list[Callable[[], object]]) -> None:
    """Do all of them at the same moment."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        gate.wait(20)
        act()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


# ---- a form that makes something ---------------------------------------------------------------------------------


def test_f9_a_form_that_is_sent_again_leads_where_the_first_sending_led(database: Database) -> None:
    places = iter(["/first", "/second"])
    for _ in range(3):
        with database.write() as session:
            assert idempotent(session, make_attempt(), lambda: next(places)) == "/first"


def test_f9_other_content_under_the_same_key_acts_by_itself_and_once_as_well(database: Database) -> None:
    places = iter(["/of/one", "/of/two", "/of/three"])
    led: dict[str, set[str]] = {}
    for content in ("one", "two", "two", "three", "one", "three", "two"):
        with database.write() as session:
            led.setdefault(content, set()).add(idempotent(session, make_attempt(content), lambda: next(places)))
    assert led == {"one": {"/of/one"}, "two": {"/of/two"}, "three": {"/of/three"}}


@pytest.mark.parametrize("contents", [["one"] * 6, ["one", "two"] * 3])
def test_f9_forms_sent_at_the_same_moment_act_once_for_each_content(database: Database, contents: list[str]) -> None:
    acted: list[str] = []
    led: list[tuple[str, str]] = []

    def act(content: str) -> str:
        acted.append(content)
        return f"/of/{content}/{len(acted)}"

    def send(content: str) -> None:
        with database.write() as session:
            led.append((content, idempotent(session, make_attempt(content), lambda: act(content))))

    run_together([lambda content=content: send(content) for content in contents])  # type: ignore[misc]
    assert sorted(acted) == sorted(set(contents))
    assert len(led) == len(contents)
    assert len(set(led)) == len(set(contents))


def test_f9_the_key_of_a_form_that_failed_can_be_used_again(database: Database) -> None:
    def fail() -> str:
        raise RuntimeError

    with pytest.raises(RuntimeError), database.write() as session:
        idempotent(session, make_attempt("a slip"), fail)
    with database.write() as session:
        assert idempotent(session, make_attempt("mended"), lambda: "/now") == "/now"
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1


def test_a_key_means_nothing_to_another_owner(database: Database) -> None:
    with database.write() as session:
        assert idempotent(session, make_attempt(owner="one"), lambda: "/of/one") == "/of/one"
        assert idempotent_call(session, make_attempt("else", owner="two"), lambda: "/of/two") == "/of/two"
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 2


def test_f9_a_key_that_has_expired_is_as_good_as_new(database: Database) -> None:
    with database.write() as session:
        assert idempotent_call(session, make_attempt(), lambda: "/first") == "/first"
    with database.write() as session:
        purge(session, assessments_after=timedelta(days=30), keys_after=timedelta(0))
    with database.write() as session:
        assert idempotent_call(session, make_attempt("else", after=1), lambda: "/second") == "/second"


def test_f11_whatever_comes_under_a_key_of_the_release_before_is_a_repeat(database: Database) -> None:
    row = IdempotencyKey(key_hash=hash_of("owner key"), owner_hash="owner", location="/before", created_at=NOON)
    with database.write() as session:
        session.add(row)
    with database.write() as session:
        for again in (idempotent, idempotent_call):
            assert again(session, make_attempt(), lambda: "/again") == "/before"
        assert idempotent_save(session, make_attempt(), lambda _left: ("/again", "")) == "/before"


def test_every_form_gets_a_key_of_its_own() -> None:
    assert len({new_key() for _ in range(100)}) == 100


# ---- a form that saves over something ----------------------------------------------------------------------------


def test_f9_the_second_text_of_a_form_is_saved_over_its_own_first(database: Database) -> None:
    page = Page(database)
    assert page.send("first", after=0) == "/of/first"
    assert page.send("second", after=5) == "/of/second"
    assert page.send("second", after=6) == "/of/second"
    assert page.saved == ["first", "second"]


def test_f9_the_first_text_sent_again_after_the_second_is_saved_again(database: Database) -> None:
    page = Page(database)
    for at, text in enumerate(["first", "second", "first", "first", "third", "first"]):
        assert page.send(text, after=at) == f"/of/{text}"
        assert page.text == text
    assert page.saved == ["first", "second", "first", "third", "first"]


def test_p3_a_text_is_not_saved_over_what_somebody_else_saved_in_between(database: Database) -> None:
    page = Page(database)
    page.send("first", after=0)
    page.text = "of somebody else"
    with pytest.raises(LookupError):
        page.send("second", after=5)
    assert page.text == "of somebody else"


@pytest.mark.parametrize("late", ["first", "never seen"])
def test_p3_what_was_sent_before_does_not_take_the_place_of_what_was_sent_after(database: Database, late: str) -> None:
    page = Page(database)
    if late == "first":
        page.send("first", after=0)
    page.send("second", after=5)
    with pytest.raises(LookupError):
        page.send(late, after=3)
    assert page.text == "second"


def test_p3_of_texts_sent_at_the_same_moment_the_one_sent_last_stands_there(database: Database) -> None:
    page = Page(database)
    refused: list[str] = []

    def send(text: str, after: float) -> None:
        try:
            page.send(text, after=after)
        except LookupError:
            refused.append(text)

    sendings = [("first", 0), ("first", 1), ("second", 2), ("second", 3)]
    run_together([lambda one=one: send(*one) for one in sendings])  # type: ignore[misc]
    assert page.text == "second"
    assert page.saved.count("second") == 1
    assert "second" not in refused


# ---- a program ---------------------------------------------------------------------------------------------------


def test_f9_other_content_under_the_key_of_a_program_is_refused(database: Database) -> None:
    with database.write() as session:
        assert idempotent_call(session, make_attempt(), lambda: "/first") == "/first"
    with pytest.raises(KeyReused), database.write() as session:
        idempotent_call(session, make_attempt("else"), lambda: "/second")
    with database.write() as session:
        assert idempotent_call(session, make_attempt(), lambda: "/third") == "/first"
