from pathlib import Path

import pytest
from flask import Flask

from advisor.models import Database
from advisor.settings import Settings
from tests.accounts.mailbox import Mailbox


@pytest.fixture
def mailbox(database: Database, settings: Settings, tmp_path: Path) -> Mailbox:
    """Where the letters of the installation arrive."""
    mail = {"MAIL_URL": f"file://{tmp_path / 'letters'}", "MAIL_FROM": "advisor@example.org"}
    return Mailbox(database, {**settings, **mail})


@pytest.fixture
def approval(app: Flask) -> Flask:
    """An installation in which another admin has to approve."""
    app.config["TWO_ADMINS"] = True
    return app
