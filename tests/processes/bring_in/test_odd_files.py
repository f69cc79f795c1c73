"""Every odd file is sent through the page: none breaks it, and nothing of any is dropped without a word.

docs/odd-files.md is the table of what is made of each; with RENEW=1 in the environment this writes it.
"""

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from advisor.engine.document.document import dumps
from advisor.engine.model.answers import WorkItem, stored_answers
from advisor.models import Database, ProcessImport
from advisor.models.rule_sets.rule_set_version import publish
from advisor.processes.bring_in.selection import Candidate, candidates_of, same_names
from tests.exchange.sheets.odd_workbooks import odd_workbooks
from tests.exchange.sheets.test_odd_files import EXPECTED, RULE_SET, TEXTS, words
from tests.processes.owner_walker import OwnerWalker
from tests.reading import HtmlPage
from tests.visiting import text_of

TABLE = Path(__file__).parents[3] / "docs" / "odd-files.md"
COMMAND_LINE = ("`advisor", "--", "name it:")
ABOUT = """# Odd files, and what is made of each

Each file in `tests/exchange/sheets/odd_files`, and each workbook in `odd_workbooks.py` beside it, is named after what
is odd about it. A test sends them all through the page on which an owner brings a list in, and holds this table to what
came of it. The questions are those of `tests/exchange/sheets/odd_files/rules.toml`.

| file | what is made of it |
|---|---|
"""


@pytest.fixture
def owner(app: Flask, database: Database) -> OwnerWalker:
    """An owner under the rules of the odd files, who may send as many as there are."""
    app.config["UPLOADS"] = 1_000
    with database.write() as session:
        publish(session, dumps(RULE_SET), "For odd files.")
    return OwnerWalker.signed_in(app, database, "olga@example.com")


def item_of(found: Candidate) -> WorkItem:
    parts = tuple((name, stored_answers(own)) for name, own in found.parts)
    return WorkItem(found.process, stored_answers(found.answers), parts)


def problems_of(preview: Mapping[str, Any]) -> list[str]:
    """Every problem that the page tells, as the reader has it."""
    told = [*(it["faults"] for it in preview["candidates"]), *(it["problems"] for it in preview["refused"])]
    return [f"{it['place']}: {it['text']} {it['mend']}".rstrip() for them in told for it in them]


def list_words(what: Sequence[str], most: int = 4) -> str:
    return ", ".join(what[:most]) + (f" and {len(what) - most} more" if len(what) > most else "")


def made_of(preview: Mapping[str, Any]) -> str:
    """What is made of a file, in short."""
    candidates = candidates_of(preview)
    names = same_names(RULE_SET, candidates)
    asked = {row.index for name in names for row in name.rows}
    sound = [it.process for it in candidates if not it.faults and it.index not in asked]
    understood = preview["understood"]
    columns = [
        f"{column['letter']} “{column['heading']}”" if column["heading"] else column["letter"]
        for sheet in understood["sheets"]
        for column in sheet["columns"]
        if not column["meaning"]
    ]
    faulty = [it for it in candidates if it.faults]
    first = [one["problems"][0] for one in preview["refused"][:2]]
    said = [
        f"Brought in: {list_words(sound)}" if sound else "",
        f"Asked what becomes of several rows: {list_words([name.rows[0].process for name in names])}" if names else "",
        *(f"Only without the answer, if wanted: {it.process} ({it.faults[0]['place']})" for it in faulty[:2]),
        *(f"Not brought in: {it['place']}: {it['text']}" for it in first),
        f"Groups: {list_words(sorted({name for it in candidates for name in it.groups}))}"
        if any(it.groups for it in candidates)
        else "",
        f"Columns left out: {list_words(columns)}" if columns else "",
        *(f"Sheet left out: “{name}”, {why}" for name, why in understood["sheets_left_out"][:2]),
        *(note.rstrip(".") for note in understood["notes"] if not note.startswith(("No column", "Sheet")))
    ]  # fmt: skip
    return ". ".join(it.rstrip(".") for it in said if it) + "."


def cell(text: str) -> str:
    shown = "".join(char if char.isprintable() else "�" for char in text)
    return shown.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "\\`")


def send(owner: OwnerWalker, name: str, data: bytes) -> bool:
    """Send a file; whether anything of it could be brought in."""
    owner.open("/processes/bring-in")
    reply = owner.post("/processes/bring-in", file=(io.BytesIO(data), name))
    assert reply.status_code in {303, 422}, name
    if reply.status_code == 303:
        owner.open(str(reply.headers["Location"]))
    else:
        owner.page = HtmlPage(reply.get_data(as_text=True))
    return reply.status_code == 303


def problem_start(text: str) -> str:
    """What a problem says, without the mend that a page has in other words."""
    for mend in (" If a hidden", " `advisor", "; `advisor"):
        text = text.split(mend, maxsplit=1)[0]
    return " ".join(text.split())


def check(name: str, shown: str, preview: Mapping[str, Any]) -> None:
    """Nothing of a file is dropped: what can be read is offered or asked about, and every problem is told."""
    expected, candidates = EXPECTED[name], candidates_of(preview)
    told = problems_of(preview)
    asked = any(same_names(RULE_SET, candidates))
    for problem in expected.get("problems", []):
        if not (asked and "Another row has this process" in problem):  # which is asked about instead
            assert problem in told, name
            assert problem_start(problem.partition(": ")[2]) in shown, problem
    lines = [line for it in candidates for line in words(item_of(it))]
    if "problems" not in expected:
        assert sorted(lines) == sorted(expected["items"]), name
        assert asked or lines == expected["items"], name
        assert told == [], name
    assert all(" ".join(it.process.split()) in shown for it in candidates), name


def test_every_odd_file_goes_through_the_page(owner: OwnerWalker, database: Database) -> None:
    files = {**TEXTS, **{name: build() for name, build in odd_workbooks(RULE_SET).items()}}
    rows = []
    for name in sorted(files):
        is_read = send(owner, name, files[name])
        shown = text_of(owner.page.main).replace(" : ", ": ")
        assert not [it for it in COMMAND_LINE if it in shown], name
        if is_read:
            with database.read() as session:
                (kept,) = session.scalars(select(ProcessImport).order_by(ProcessImport.created_at.desc()).limit(1))
            assert kept.preview is not None
            check(name, shown, kept.preview)
            rows.append((name, made_of(kept.preview)))
            continue
        for problem in EXPECTED[name]["problems"]:
            place, _, said = problem.partition(": ")
            assert f"{place}: {problem_start(said)}" in shown, problem
        rows.append((name, f"Refused. {text_of(owner.page.select_one('.faults li'))}".replace(" : ", ": ")))
    table = ABOUT + "".join(f"| {cell(name)} | {cell(made)} |\n" for name, made in rows)
    if os.environ.get("RENEW"):
        TABLE.write_text(table, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == table, "What is made of odd files has changed; renew the table."
