from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from advisor.models import Database
from advisor.settings import Settings
from tests.accounts.mailbox import Mailbox
from tests.applications import borrowed
from tests.visiting import Visitor


@pytest.fixture
def posting(settings: Settings, tmp_path: Path) -> Settings:
    """The settings of an installation that sends letters, into a folder."""
    mail = {"MAIL_URL": f"file://{tmp_path / 'mail'}", "MAIL_FROM": "advisor@example.org"}
    return {**settings, **mail, "BASE_URL": "https://advisor.example.org"}


@pytest.fixture
def by_mail(posting: Settings) -> Iterator[Visitor]:
    """Somebody who visits that installation."""
    with borrowed(posting) as app:
        yield Visitor(app.test_client())


@pytest.fixture
def boundless(posting: Settings) -> Iterator[Flask]:
    """An installation that sends letters, whose limits are out of the way."""
    with borrowed({**posting, **dict.fromkeys(("SIGN_IN_TRIES", "RESETS", "REGISTRATIONS"), 10_000)}) as app:
        yield app


@pytest.fixture
def mailbox(database: Database, posting: Settings) -> Mailbox:
    """Where its letters arrive."""
    return Mailbox(database, posting)
