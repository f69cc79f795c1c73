"""The page for programs: what it shows runs as it stands, and every problem has its words there."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from advisor import starter
from advisor.exchange.json_items import sample_item
from advisor.models import Database
from advisor.web.problems import PROBLEM_TYPES, type_address
from tests.api.programs import program_of
from tests.applications import borrow_application, serve_application
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


def test_the_examples_run_as_they_stand_one_after_the_other(sqlite_url: str, tmp_path: Path) -> None:
    name = sample_item(starter.rule_set()).process
    with borrow_application(settings_for(sqlite_url, tmp_path)) as app, serve_application(app) as address:
        app.config["BASE_URL"] = address
        database: Database = app.extensions["database"]
        program = program_of(app, database, OwnerWalker.signed_in(app, database, "olga@example.com"))
        page = HtmlPage(app.test_client().get("/programs").text)
        assert len(page.select("pre")) == 2 * len(LANGUAGES), "every block is run here"

        def run(task: str, language: str, token: str, code_at_end: int = 0) -> str:
            code = page.select_one(f"#{task}-{language} code")
            assert code is not None
            command, ending = LANGUAGES[language]
            file = tmp_path / f"{task}{ending}"
            file.write_text(code.text)
            done = subprocess.run(
                [*command, str(file)],
                env={"PATH": os.environ["PATH"], "ADVISOR_TOKEN": token},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == code_at_end, done.stderr
            return done.stdout if code_at_end == 0 else done.stderr

        for language in LANGUAGES:
            assert name in run("advice", language, "")
        assert program.get("")["found"] == 0, "nothing is kept"
        begun = 0
        for language in LANGUAGES:
            assert name in run("own", language, program.token or "")
            begun += 2
            lines = program.get("")["assessments"]
            assert len(lines) == begun, "each begins its own"
            renamed = "Invoices" if language == "curl" else "Incoming invoices"
            assert {line["process"] for line in lines[:2]} == {name, renamed}
        run("own", "curl", program.token or "")
        assert program.get("")["found"] == begun, "the same key"
        run("own", "python", program.token or "")
        assert program.get("")["found"] == begun + 2, "a key of each run"
        said = run("own", "python", "wrong", 1)
        assert "This token is not known" in said
        assert "Traceback" not in said
