"""The description as others read it: validators and makers of clients that are not ours, against a real server."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from advisor import starter
from advisor.engine.document.document import dumps
from advisor.engine.model.answers import plain_answers
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import publish
from tests.api.programs import program_of
from tests.applications import borrow_application, serve_application
from tests.conftest import settings_for
from tests.ensure_tools import CLIENT_TESTS, node_modules
from tests.processes.owner_walker import OwnerWalker
from tests.rule_sets.admins import Admin
from tests.rule_sets.crowded_rules import crowded_rules

QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


@pytest.fixture(scope="module")
def modules() -> Path:
    """What tests/ensure_tools.py installed from npm."""
    folder = node_modules(CLIENT_TESTS)
    if folder is None:
        pytest.fail("The maker of clients and the linter from npm are missing: make tools", pytrace=False)
    return folder


@dataclass(frozen=True)
class Installation:
    """A real server with a process that older rules judge, and who may call it."""

    app: Flask
    address: str
    owner: str
    admin: str

    def description(self) -> dict[str, Any]:
        """What it says of itself."""
        document = self.app.test_client().get("/api/v1/openapi.json").get_json()
        assert isinstance(document, dict)
        return document


@pytest.fixture
def installation(sqlite_url: str, tmp_path: Path) -> Iterator[Installation]:
    """One on SQLite: what programs send is tried on both kinds of database elsewhere."""
    with borrow_application(settings_for(sqlite_url, tmp_path)) as app, serve_application(app) as address:
        app.config["BASE_URL"] = address
        database: Database = app.extensions["database"]
        owner = program_of(app, database, OwnerWalker.signed_in(app, database, "olga@example.com"))
        admin = program_of(app, database, Admin.of(app, database, "ada@example.com"))
        case = starter.rule_set().cases[0]
        owner.make("Old", answers=plain_answers(case.answers))
        with database.write() as session:
            publish(session, dumps(crowded_rules(300)), "So many rules that their check takes long")
        assert owner.token
        assert admin.token
        yield Installation(app, address, owner.token, admin.token)


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """What a program prints, which must end well."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def operations(document: dict[str, Any]) -> list[str]:
    return sorted(operation["operationId"] for methods in document["paths"].values() for operation in methods.values())


def test_two_validators_that_are_not_ours_find_nothing_wrong(
    installation: Installation, modules: Path, tmp_path: Path
) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(installation.description()))
    run(sys.executable, "-m", "openapi_spec_validator", "openapi.json", folder=tmp_path)
    linter, rules = modules / "@redocly/cli/bin/cli.js", CLIENT_TESTS / "redocly.yaml"
    run("node", linter, "lint", tmp_path / "openapi.json", "--config", rules, folder=tmp_path, **QUIET)


def test_a_client_made_for_python_calls_every_operation(installation: Installation, tmp_path: Path) -> None:
    document = installation.description()
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    (tmp_path / "config.yml").write_text("post_hooks: []\n")  # it would else tidy what nobody reads
    said = run(
        *(sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json"),
        *("--output-path", "advisor_client", "--meta", "none", "--config", "config.yml", "--fail-on-warning"),
        folder=tmp_path,
    )
    assert "Unable" not in said
    program = CLIENT_TESTS / "every_operation.py"
    called = run(
        *(sys.executable, "-P", program, tmp_path, installation.address, installation.owner, installation.admin),
        folder=tmp_path,
    )
    assert json.loads(called) == operations(document)


def test_a_client_made_for_typescript_fits_its_types_and_calls_every_operation(
    installation: Installation, modules: Path, tmp_path: Path
) -> None:
    document = installation.description()
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    (tmp_path / "package.json").write_text('{"type": "commonjs"}')
    maker = modules / "@hey-api/openapi-ts/bin/run.js"
    run("node", maker, "-i", "openapi.json", "-o", "made", "-c", "@hey-api/client-fetch", folder=tmp_path)
    shutil.copyfile(CLIENT_TESTS / "every_operation.ts", tmp_path / "every_operation.ts")
    run(
        *("node", modules / "typescript/bin/tsc", "--strict", "--skipLibCheck", "--target", "es2022"),
        *("--module", "commonjs", "--moduleResolution", "node10", "every_operation.ts"),
        folder=tmp_path,
    )
    called = run(
        "node",
        "every_operation.js",
        *(installation.address, installation.owner, installation.admin),
        folder=tmp_path,
    )
    assert json.loads(called) == operations(document)
