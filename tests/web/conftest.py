from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask, abort, jsonify, render_template_string, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from advisor import create_app
from advisor.models import DatabaseUnavailable
from advisor.settings import Settings
from advisor.web.access import cookies
from advisor.web.access.rights import PUBLIC
from advisor.web.access.security import may_repeat
from tests.applications import borrow_application
from tests.conftest import settings_for

FORM = '<form method="post"><input name="csrf_token" value="{{ csrf_token() }}"><input name="text"></form>'

probe = Blueprint("probe", __name__)
"""Pages that do what a page may do wrong, and that no visitor has."""


@probe.route("/probe/form", methods=["GET", "POST"])
@may_repeat("several-*")
def form() -> ResponseReturnValue:
    if request.method == "GET":
        cookies.ensure_visitor_hash()
        return render_template_string(FORM)
    return jsonify(request.form.to_dict(flat=False))


@probe.get("/probe/fails/<kind>")
@probe.get("/api/v1/probe/fails/<kind>")
def fails(kind: str) -> ResponseReturnValue:
    if kind == "mistake":
        raise ValueError("a visitor's secret answer")
    if kind == "stale":
        raise StaleDataError
    if kind in {"busy", "full", "down"}:
        raise DatabaseUnavailable(kind)  # type: ignore[arg-type]
    abort(int(kind))


@probe.get("/probe/cookie")
def cookie() -> ResponseReturnValue:
    return jsonify(dict(session))


@probe.post("/probe/forget")
def forget() -> ResponseReturnValue:
    cookies.forget_visitor()
    return "gone"


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """None of this depends on the kind of database, so one kind is enough."""
    return settings_for(sqlite_url, tmp_path)


def with_probe(settings: Settings) -> Flask:
    app = create_app(settings)
    app.register_blueprint(probe)
    for endpoint in app.view_functions:
        if endpoint.startswith("probe."):
            app.extensions["rights"][endpoint] = PUBLIC
    return app


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with borrow_application(settings, with_probe) as app:
        yield app
