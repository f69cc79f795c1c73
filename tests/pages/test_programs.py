"""The page for programs: what it shows runs as it stands, and every problem has its words there."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from advisor import starter
from advisor.exchange.json_items import sample_item
from advisor.models import Database
from advisor.web.problems import PROBLEM_TYPES, type_address
from tests.api.programs import program_of
from tests.applications import borrowed, serving
from tests.conftest import settings_for
from tests.processes.owner_walker import OwnerWalker
from tests.reading import HtmlPage

Visit = Callable[[str], HtmlPage]

LANGUAGES = {"curl": (["bash"], ".sh"), "python": ([sys.executable, "-I"], ".py"), "javascript": (["node"], ".mjs")}


def test_every_problem_leads_to_its_words(app: Flask, visit: Visit) -> None:
    page = visit("/programs")
    for key, kind in PROBLEM_TYPES.items():
        with app.test_request_context():
            assert type_address(key) == f"/programs#{key}"
        words = page.select_one(f"#{key}")
        assert words is not None
        assert str(kind.title) in words.text
        assert str(kind.status) in words.text
    titles = [str(kind.title) for kind in PROBLEM_TYPES.values()]
    assert len(set(titles)) == len(titles)


def test_help_and_every_footer_lead_there(visit: Visit) -> None:
    page = visit("/help")
    assert page.select_one("main a[href='/programs']") is not None
    assert page.select_one("footer a[href='/programs']") is not None


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_examples_run_as_they_stand(sqlite_url: str, tmp_path: Path, language: str) -> None:
    name = sample_item(starter.rule_set()).process
    with borrowed(settings_for(sqlite_url, tmp_path)) as app, serving(app) as address:
        app.config["BASE_URL"] = address
        database: Database = app.extensions["database"]
        program = program_of(app, database, OwnerWalker.signed_in(app, database, "olga@example.com"))
        page = HtmlPage(app.test_client().get("/programs").text)
        assert len(page.select("pre")) == 2 * len(LANGUAGES), "every block is run here"

        def run(task: str) -> str:
            code = page.select_one(f"#{task}-{language} code")
            assert code is not None
            command, ending = LANGUAGES[language]
            file = tmp_path / f"{task}{ending}"
            file.write_text(code.text)
            token = {"ADVISOR_TOKEN": program.token or ""}
            done = subprocess.run(
                [*command, str(file)],
                env={"PATH": os.environ["PATH"], **token},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            return done.stdout

        assert name in run("advice")
        assert program.get("")["found"] == 0, "nothing is kept"
        assert name in run("own")
        renamed = "Invoices" if language == "curl" else "Incoming invoices"
        assert {line["process"] for line in program.get("")["assessments"]} == {name, renamed}
