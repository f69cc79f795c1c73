"""The Outsourcing Advisor: does this process belong with a BPO, a KPO, both, or in the house?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Build the web application from config.py, the environment, and ``overrides`` over both."""
    # Imported here, so that whoever uses the engine alone does not load the web with it.
    from flask import Flask

    from advisor import extensions, paths, settings
    from advisor.accounts.people import views as people
    from advisor.accounts.sign_in import reauthentication
    from advisor.accounts.sign_in import views as accounts
    from advisor.api import views as api
    from advisor.assessments.questions import views as assessments
    from advisor.feedback import views as feedback
    from advisor.pages import health
    from advisor.pages import views as pages
    from advisor.processes import views as processes
    from advisor.rule_sets import home as rule_sets
    from advisor.rule_sets.preview import views as previewing
    from advisor.web import bidi, compression, cookies, errors, filters, identity, logs, rights, security

    app = Flask(__name__, template_folder=str(paths.TEMPLATES))
    app.config.from_mapping(settings.load())
    app.config.from_mapping(overrides or {})
    for part in (
        logs,
        security,
        cookies,
        extensions,
        errors,
        filters,
        bidi,
        compression,
        identity,
        rights,
        reauthentication,
    ):
        part.init_app(app)
    for views in (pages, accounts, people, assessments, processes, feedback, rule_sets, previewing, health, api):
        app.register_blueprint(views.bp)
    return app
