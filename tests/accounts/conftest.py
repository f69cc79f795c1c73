from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from advisor.models import Database
from advisor.settings import Settings
from tests.accounts.mailbox import Mailbox
from tests.applications import borrow_application
from tests.visiting import Visitor


@pytest.fixture
def mail_settings(settings: Settings, tmp_path: Path) -> Settings:
    """The settings of an installation that sends letters, into a folder."""
    mail = {"MAIL_URL": f"file://{tmp_path / 'mail'}", "MAIL_FROM": "advisor@example.org"}
    return {**settings, **mail, "BASE_URL": "https://advisor.example.org"}


@pytest.fixture
def by_mail(mail_settings: Settings) -> Iterator[Visitor]:
    """Somebody who visits that installation."""
    with borrow_application(mail_settings) as app:
        yield Visitor(app.test_client())


@pytest.fixture
def boundless(mail_settings: Settings) -> Iterator[Flask]:
    """An installation that sends letters, whose limits are out of the way."""
    with borrow_application(
        {**mail_settings, **dict.fromkeys(("SIGN_IN_TRIES", "RESETS", "REGISTRATIONS"), 10_000)}
    ) as app:
        yield app


@pytest.fixture
def mailbox(database: Database, mail_settings: Settings) -> Mailbox:
    """Where its letters arrive."""
    return Mailbox(database, mail_settings)
