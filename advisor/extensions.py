"""What the application is bound to: its database, the protection of its forms, its language."""

from flask import Flask, current_app
from flask_babel import Babel
from flask_wtf import CSRFProtect

from advisor.models.database import Database, SaveProbe

csrf = CSRFProtect()
babel = Babel()


def init_app(app: Flask) -> None:
    """Bind all of them to ``app``. No connection is opened yet."""
    # The check of Origin and Sec-Fetch-Site (security.py) does what the strict referrer check would do, and works for
    # people whose browser sends no referrer.
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)
    csrf.init_app(app)
    babel.init_app(app)
    bind_database(app)


def bind_database(app: Flask) -> None:
    """Bind ``app`` to the database that its config names."""
    bound = app.extensions["database"] = Database.from_settings(app.config)
    pause, space = app.config["READY_PAUSE"].total_seconds(), app.config["READY_SPACE"]
    app.extensions["save_probe"] = SaveProbe(bound, pause=pause, space=space)


def database() -> Database:
    """The database of the application that answers this request."""
    found = current_app.extensions["database"]
    assert isinstance(found, Database)  # noqa: S101
    return found


def save_probe() -> SaveProbe:
    """What tells whether the application that answers this request could save anything."""
    found = current_app.extensions["save_probe"]
    assert isinstance(found, SaveProbe)  # noqa: S101
    return found
