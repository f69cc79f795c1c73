"""The Outsourcing Advisor: does this process belong with a BPO, a KPO, both, or in the house?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Build the web application from config.py, the environment, and ``overrides`` over both."""
    # Imported here, so that whoever uses the engine alone does not load the web with it.
    from advisor import extensions, links, paths, rooms, settings
    from advisor.accounts.sign_in import reauthentication
    from advisor.web import compression, errors, filters, forms, logs, menu, moments, public_pages, request_metrics
    from advisor.web.access import cookies, identity, quotas, rights, security, spaces
    from advisor.web.application import Application

    app = Application(__name__, template_folder=str(paths.TEMPLATES))
    app.config.from_mapping(settings.load())
    app.config.from_mapping(overrides or {})
    for part in (public_pages, request_metrics, logs, security, cookies, extensions, forms, errors, filters):
        part.init_app(app)
    for part in (moments, menu, compression):
        part.init_app(app)
    for part in (identity, quotas, spaces, rights, reauthentication):  # who asks, and whether they may
        part.init_app(app)
    links.init_app(app, rooms.LINKS)
    for blueprint in rooms.blueprints():
        app.register_blueprint(blueprint)
    spaces.add_addresses(app)
    return app
