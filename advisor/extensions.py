"""What the application is bound to: its database, the protection of its forms, its language."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from babel.support import NullTranslations
from flask import Flask, current_app
from flask_babel import Babel, Domain
from flask_wtf import CSRFProtect

from advisor.models.database import Database
from advisor.models.readiness import Readiness

csrf = CSRFProtect()
babel = Babel()


def init_app(app: Flask) -> None:
    """Bind all of them to ``app``. No connection is opened yet."""
    # The check of Origin and Sec-Fetch-Site (security.py) does what the strict referrer check would do, and works for
    # people whose browser sends no referrer.
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)
    # Our forms say everything in words of their own; to look for others reads a catalogue from the disk at each form.
    app.config.setdefault("WTF_I18N_ENABLED", False)
    csrf.init_app(app)
    babel.init_app(app)
    if not any(Path(folder).exists() for folder in app.extensions["babel"].translation_directories):
        babel.domain_instance = _OneLanguage()
    bind_database(app)


class _OneLanguage(Domain):  # type: ignore[misc]
    """The words as they stand in the code: while there are no others, nobody's language is looked for."""

    def __init__(self) -> None:
        super().__init__()
        self._as_they_stand = NullTranslations()

    def get_translations(self) -> NullTranslations:
        """What translates nothing."""
        return self._as_they_stand

    def gettext(self, string: str, **variables: object) -> str:
        """The text as it stands, with the variables in their places."""
        return string % variables if variables else string


def one_language() -> NullTranslations | None:
    """What translates nothing, while there are no other words than those in the code; None where there are."""
    domain = vars(babel).get("domain_instance")  # to ask for it would make one
    return domain.get_translations() if isinstance(domain, _OneLanguage) else None


def bind_database(app: Flask) -> None:
    """Bind ``app`` to the database that its config names."""
    bound = app.extensions["database"] = Database.from_settings(app.config)
    app.extensions["readiness"] = readiness_of(bound, app.config)


def readiness_of(bound: Database, settings: Mapping[str, Any]) -> Readiness:
    """What looks whether all is well on that database, as the settings say."""
    return Readiness(
        bound,
        pause=settings["READY_PAUSE"].total_seconds(),
        space=settings["READY_SPACE"],
        job_wait=settings["READY_JOB_WAIT"],
    )


def database() -> Database:
    """The database of the application that answers this request."""
    found = current_app.extensions["database"]
    assert isinstance(found, Database)  # noqa: S101
    return found


def readiness() -> Readiness:
    """What looks whether all is well with the application that answers this request."""
    found = current_app.extensions["readiness"]
    assert isinstance(found, Readiness)  # noqa: S101
    return found
