"""S12: known and unknown addresses get the same words, the same status and the same work, 20 times each."""

import re
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import argon2
import pytest
from flask import Flask

from advisor.models import Database
from advisor.settings import Settings
from tests.accounts.sign_ins import sign_in as come_in
from tests.applications import borrow_application
from tests.factories import PASSWORD, make_account
from tests.visiting import Visitor, text_of

SAMPLES = 20
COSTS = {"PASSWORD_MEMORY": 19_456, "PASSWORD_PASSES": 2}
"""What a password costs in earnest: beside it nothing else in a request counts."""

RATIO = 1.6
"""By how much the medians of processor time may differ. Without the hashing of one side it is four and more."""

OLGA = "olga@example.org"
"""Whoever changes an address."""

KNOWN, UNKNOWN = "known{}@example.org", "nobody{}@example.org"


@pytest.fixture
def earnest(settings: Settings, tmp_path: Any) -> Iterator[Flask]:
    """An installation with mail and passwords at their real costs, whose limits are out of the way."""
    mail = {"MAIL_URL": f"file://{tmp_path / 'mail'}", "MAIL_FROM": "a@example.org"}
    limits = dict.fromkeys(("SIGN_IN_TRIES", "RESETS", "REGISTRATIONS"), 1_000)
    with borrow_application({**settings, **mail, **limits, **COSTS}) as app:
        yield app


@pytest.fixture
def argon2_runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Every run of argon2 and its costs, as the library is asked for it; it runs all the same."""
    runs: list[tuple[str, str]] = []

    def watch(name: str, costs: Callable[[str, tuple[Any, ...]], str]) -> None:
        original = getattr(argon2.PasswordHasher, name)

        def run(hasher: argon2.PasswordHasher, *given: Any) -> Any:
            try:
                result = original(hasher, *given)
            finally:
                runs.append((name, costs(given[0], given)))
            return result

        monkeypatch.setattr(argon2.PasswordHasher, name, run)

    watch("verify", lambda stored, _given: stored.split("$")[3])
    watch("hash", lambda _password, _given: "as set")
    return runs


def sign_in(person: Visitor, email: str) -> tuple[Any, ...]:
    person.open("/sign-in")
    return send_form(person, 422, email=email, password="wrong " * 4)


def forget(person: Visitor, email: str) -> tuple[Any, ...]:
    person.open("/forgotten-password")
    return send_form(person, 200, email=email)


def register(person: Visitor, email: str) -> tuple[Any, ...]:
    person.open("/register")
    return send_form(person, 200, email=email, password="nine blue chairs at night")


def change_address(person: Visitor, email: str) -> tuple[Any, ...]:
    if not person.client.get_cookie("session"):
        come_in(person, OLGA)
    person.open("/account/email")
    return send_form(person, 200, email=email, password=PASSWORD)


def send_form(person: Visitor, status: int, **answers: str) -> tuple[Any, ...]:
    """Send the form. Returns what is seen of the reply, without what was typed, and the time that it took."""
    began = time.process_time()
    person.submit(status=status, **answers)
    took = time.process_time() - began
    headers = frozenset(person.response.headers.keys())
    words = text_of(person.page).replace(answers["email"], "…")
    fields = re.sub(r'(value|id)="[^"]*"', "", str(person.page.select("main form")))
    return (person.response.status_code, person.path, words, len(fields), headers), took


@pytest.mark.parametrize("ask", [sign_in, forget, register, change_address])
def test_s12_nobody_learns_whether_an_address_has_an_account(
    earnest: Flask,
    database: Database,
    argon2_runs: list[tuple[str, str]],
    ask: Callable[[Visitor, str], tuple[Any, ...]],
) -> None:
    stored = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash("seven green lamps in a row")
    make_account(database, OLGA, password_hash=argon2.PasswordHasher(2, 19_456, 1).hash(PASSWORD))
    for number in range(SAMPLES):
        make_account(database, KNOWN.format(number), password_hash=stored)
    person = Visitor(earnest.test_client())
    ask(person, "first@example.com")  # whatever is compiled or read the first time
    replies, times, runs = [], [], []
    for number in range(SAMPLES):
        for address in (KNOWN, UNKNOWN):
            argon2_runs.clear()
            reply, took = ask(person, address.format(number))
            replies.append(reply)
            times.append(took)
            runs.append(list(argon2_runs))
    assert len(set(replies)) == 1
    assert all(run == runs[0] for run in runs), "the same work, at the same costs"
    assert len(runs[0]) == (0 if ask is forget else 1)
    known, unknown = statistics.median(times[::2]), statistics.median(times[1::2])
    assert max(known, unknown) / min(known, unknown) < RATIO, (known, unknown)


def test_s12_the_first_try_after_a_start_costs_no_more(
    earnest: Flask, database: Database, argon2_runs: list[tuple[str, str]]
) -> None:
    """A hash that stands for nobody's is there at once: made when it is first needed, it would tell."""
    make_account(database, "other@example.org")
    argon2_runs.clear()
    sign_in(Visitor(earnest.test_client()), "nobody@example.org")
    assert argon2_runs == [("verify", "m=19456,t=2,p=1")]
