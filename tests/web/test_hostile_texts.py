"""I3: every text that enters, by every field, address, header and body there is, on both kinds of database.

The forms are found on the pages, and the pages in the application's own table of routes: what is added is tried, too.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.routing import AnyConverter, Rule

from advisor import create_app
from advisor.engine.document.document import items_of, to_plain
from advisor.engine.model.rules import RuleSet
from advisor.models import Account, Database, LoginSession
from advisor.settings import Settings
from tests.accounts.sign_ins import sign_in
from tests.api.programs import Program, program_of
from tests.applications import borrow_application
from tests.assessments.conftest import small, small_in_force
from tests.assessments.walker import ROUTINE
from tests.conftest import settings_for
from tests.factories import make_account
from tests.operating.test_migrate import dump
from tests.processes.conftest import admin, owner, rival, walker
from tests.processes.owner_walker import OwnerWalker
from tests.reading import HtmlPage
from tests.rule_sets.admins import Admin
from tests.visiting import Visitor, fields_of
from tests.web.test_ownership import Ids, owners_ids

__all__ = ["admin", "owner", "owners_ids", "rival", "small", "small_in_force", "walker"]

MARK = "h0stile"
"""Part of every text that may not be stored."""

REFUSED = {
    "NUL": f"{MARK}\0".encode(),
    "escape": f"{MARK}\x1b[31m".encode(),
    "C1 control": f"{MARK}\x9b".encode(),
    "no UTF-8": MARK.encode() + b"\xff",
    "half of a pair": MARK.encode() + b"\xed\xa0\x80",
    "too long": MARK.encode() + b"x" * 5_000,
}
LEGAL = {
    "emoji": "👩🏽‍💻\u202eשכר a\u0301".encode(),
    "nothing": b"",
    "a number": b"9" * 30,
    "another digit": "٣".encode(),
}

OURS = {"rate_limit", "audit_event", "login_session", "idempotency_key"}
"""Tables that tell of a refusal, or of a visit."""


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Each kind of database has texts of its own that it cannot store."""
    return settings_for(database_url, tmp_path)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The product alone, where nothing is tried too often."""
    often = {name: 100_000 for name in settings if name.endswith("_TRIES") or name in {"REGISTRATIONS", "RESETS"}}
    more = {"SIGN_IN_TRIES_IN_ALL": 100_000, "UPLOADS": 100_000, "TRANSFERS": 100_000, "API_CALLS": 100_000}
    mail = {"MAIL_URL": f"file://{settings['DATA_FOLDER']}", "MAIL_FROM": "a@example.org"}
    with borrow_application({**settings, **often, **more, **mail, "MAIL_TRIES": 1}) as app:
        yield app


@dataclass(frozen=True)
class Form:
    """A form on a page: where it is sent, and what it sends as it is shown."""

    person: Visitor
    page: str
    path: str
    fields: dict[str, Any]
    names: tuple[str, ...]

    def send(self, hostile: dict[str, bytes], *, in_parts: bool = False) -> str:
        """Send it with some texts in place of what it shows, and say how that was answered, with all that led to it."""
        shown = {name: value if isinstance(value, list) else [value] for name, value in self.fields.items()}
        texts = {name: [value.encode() for value in values] for name, values in shown.items() if name not in hostile}
        pairs = [*((name, value) for name, values in texts.items() for value in values), *hostile.items()]
        body = parts(pairs) if in_parts else "&".join(f"{quote_plus(n)}={quote_plus(v)}" for n, v in pairs).encode()
        kind = "multipart/form-data; boundary=x" if in_parts else "application/x-www-form-urlencoded"
        with self.person.client.post(self.path, data=body, content_type=kind) as answer:
            said = f"{self.page}: POST {self.path} {hostile}: {answer.status_code} {answer.headers.get('Location', '')}"
            assert answer.status_code < 500, said
            assert MARK not in answer.headers.get("Location", ""), said
            return said


def parts(pairs: list[tuple[str, bytes]]) -> bytes:
    """The same as a form in parts."""
    sent = [
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in pairs
    ]
    return b"".join([*sent, b"--x--\r\n"])


def pages(app: Flask, ids: Ids, rules: RuleSet) -> list[str]:
    """The address of every page, with what is there in it."""
    found = []
    known = {"question": "steps", "number": 1, "claim_id": rules.claims[0].id}
    known |= {"mark": "0" * 64, "token": "nobodys", "filename": "css/base.css"}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or set()) or rule.endpoint == "static":
                continue
            for choices in _choices(rule):
                key = _key(rules, choices.get("collection", "questions"), rule)
                values = {**known, **ids, "key": key, **choices}
                built = rule.build({name: values[name] for name in rule.arguments})
                assert built is not None, rule
                found.append(built[1])
    return sorted(set(found))


def _choices(rule: Rule) -> list[dict[str, str]]:
    closed = [(name, sorted(kind.items)) for name, kind in rule._converters.items() if isinstance(kind, AnyConverter)]
    return [{name: item} for name, items in closed for item in items] or [{}]


def _key(rules: RuleSet, collection: str, rule: Rule) -> str:
    if "question" in rule.arguments:
        return "set"
    if "questions" in rule.rule:
        return "steps"
    if rule.rule.startswith("/rules"):
        return rules.rules[0].key
    try:
        first = items_of(rules, collection)[0]
    except (KeyError, IndexError):
        return "steps"
    return str(getattr(first, "key", None) or getattr(first, "id", "steps"))


def forms_of(person: Visitor, paths: list[str]) -> Iterator[Form]:
    """Every form that somebody sees who opens these pages; of those that are alike, the first."""
    seen = set()
    for path in paths:
        answer = person.client.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        page = HtmlPage(answer.data if answer.mimetype == "text/html" else b"<p>")
        at = answer.request.path
        for form in page.select("form[method=post]"):
            fields = fields_of(form)
            every = [str(field["name"]) for field in form.select("[name]") if field["name"] != "csrf_token"]
            names = {re.sub(r"\d+", "0", name): name for name in reversed(every)}
            action = str(form.get("action") or at)
            alike = (re.sub(r"[0-9a-f-]{36}|\d+", "0", action), tuple(sorted(names)))
            if alike not in seen:
                seen.add(alike)
                yield Form(person, at, action, fields, tuple(names.values()))


def stored_rows(database: Database) -> dict[str, object]:
    with database.write() as session:  # what an admin opened last is noted with the account
        session.execute(update(Account).values(recent_items=[]))
    return {table: rows for table, rows in dump(database).items() if table not in OURS}


def people(app: Flask, database: Database, owner: OwnerWalker) -> list[Visitor]:
    """A stranger, an owner and an admin at work on a draft."""
    return [Visitor(app.test_client()), owner, Admin.of(app, database, "ann@example.org").start()]


def test_i3_no_field_of_any_form_stores_what_is_no_text_or_is_a_mistake_of_ours(
    app: Flask, database: Database, owners_ids: Ids, owner: OwnerWalker, small: RuleSet
) -> None:
    every = pages(app, owners_ids, small)
    forms = list(chain.from_iterable(forms_of(person, every) for person in people(app, database, owner)))
    assert len(forms) > 60
    assert sum(len(form.names) for form in forms) > 250
    for form in forms:
        form.send(dict.fromkeys(form.names, LEGAL["emoji"]))
        form.send(dict.fromkeys(form.names, LEGAL["a number"]))
        form.send(dict.fromkeys(form.names, REFUSED["too long"]))
        form.send(dict.fromkeys(form.names, REFUSED["C1 control"]), in_parts=True)
        for name in form.names:  # one alone, so that no other field is what the form is refused for
            form.send({name: REFUSED["NUL"]})
    for value in (REFUSED["no UTF-8"], REFUSED["half of a pair"]):
        for in_parts in (False, True):
            assert forms[0].send(dict.fromkeys(forms[0].names, value), in_parts=in_parts).split()[-1] == "400"
    assert MARK not in str(dump(database))


def test_i3_no_name_of_a_field_is_no_text(database: Database, owner: OwnerWalker) -> None:
    owner.begin("Payroll")
    owner.open(f"{owner.at}/name")
    form = next(forms_of(owner, [f"{owner.at}/name"]))
    before = stored_rows(database)
    for name in ("a\0", "a\n", "a\x9b", "a" * 5_000, "👩" * 5_000):
        for in_parts in (False, True):
            assert form.send({name: b""}, in_parts=in_parts).split()[-1] == "400", name
    body = b'--x\r\nContent-Disposition: form-data; name="a\xff"\r\n\r\n\r\n--x--\r\n'
    nameless = body.replace(b'; name="a\xff"', b"")
    latin = body.replace(b"\xff", b"").replace(
        b"\r\n\r\n", b"\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n", 1
    )
    for sent, kind, status in (
        (body, "multipart/form-data; boundary=x", 400),
        (nameless, "multipart/form-data; boundary=x", 400),
        (nameless * 2, "multipart/form-data; boundary=x", 400),
        (latin, "multipart/form-data; boundary=x", 415),
        (body, "multipart/form-data", 400),
        (body, "multipart/form-data; boundary=\xe4", 400),
        (body, "multipart/form-data; boundary=y", 400),
        (b"a=b", "application/x-www-form-urlencoded; charset=iso-8859-1", 415),
    ):
        answer = owner.client.post(form.path, data=sent, content_type=kind)
        assert answer.status_code == status, (sent, kind)
    assert stored_rows(database) == before


QUERY = set(
    re.findall(
        r"""args(?:\.get(?:list)?\(|\[)"(\w+)"|"(\w+)" in request\.args""",
        "".join(file.read_text() for file in Path("advisor").rglob("*.py")),
    )
)
NAMES = sorted(
    {name for pair in QUERY for name in pair if name}
    | {"q", "advice", "decided", "rules", "sort", "who", "what", "kind", "since", "until", "date", "time", "process"}
    | {"side", "question", "claim", "fires", "source", "expected", "result", "changed", "part", "of", "one", "other"}
)
"""Every name that some page reads from its address."""


def test_i3_no_address_is_a_mistake_of_ours(
    app: Flask, database: Database, owners_ids: Ids, owner: OwnerWalker, small: RuleSet
) -> None:
    assert len(NAMES) > 45
    every = pages(app, owners_ids, small)
    stranger, *others = people(app, database, owner)
    before = stored_rows(database)
    for path in every:
        for text in ("9" * 30, "👩🏽‍💻 á"):
            query = dict.fromkeys(NAMES, text)
            for person in others[1:] if path.startswith("/admin") else others[:1]:
                with person.client.get(path, query_string=query) as answer:
                    assert answer.status_code < 500, f"{path} {text}"
    for value in REFUSED.values():
        with stranger.client.get(f"/claims?q={quote_plus(value)}") as answer:
            assert answer.status_code in {400, 414}
    assert stored_rows(database) == before


def test_i3_no_piece_of_an_address_is_a_mistake_of_ours(app: Flask, database: Database, owner: OwnerWalker) -> None:
    _stranger, *others = people(app, database, owner)
    hostile = [REFUSED["NUL"], REFUSED["no UTF-8"], REFUSED["too long"][:300], *LEGAL.values(), b"2147483648"]
    for rule in app.url_map.iter_rules():
        for at in range(len(rule.arguments)):
            for value in hostile:
                path = with_piece(rule.rule, at, quote_plus(value))
                for person in others[1:] if path.startswith("/admin") else others[:1]:
                    with person.client.get(path) as answer:
                        assert answer.status_code < 500, path
    assert MARK not in str(dump(database))


def with_piece(rule: str, at: int, piece: str) -> str:
    """The address of a rule, with that at one of its places, and 1 at the others."""
    between = re.split(r"<[^>]+>", rule)
    pieces = [piece if number == at else "1" for number in range(len(between) - 1)]
    return "".join(chain.from_iterable(zip(between, [*pieces, ""], strict=True)))


HEADERS = [
    "User-Agent", "Idempotency-Key", "Authorization", "Accept", "Accept-Language", "Accept-Encoding", "Accept-Charset",
    "If-Match", "If-None-Match", "If-Modified-Since", "If-Range", "Range", "Cookie", "Referer", "Origin",
    "Sec-Fetch-Site", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port",
    "X-Forwarded-Prefix", "Forwarded", "X-Real-IP", "Content-Type", "Content-Encoding", "Content-Language", "Date",
    "X-Request-ID", "X-HTTP-Method-Override", "Prefer",
]  # fmt: skip


def test_i3_no_header_is_a_mistake_of_ours(settings: Settings, database: Database) -> None:
    app = create_app({**settings, "TRUSTED_PROXIES": 1, "API_CALLS": 100_000})
    client, account = app.test_client(), make_account(database)
    program = program_of(app, database, _Holder(account))  # type: ignore[arg-type]
    values = [REFUSED[kind].decode("latin-1") for kind in ("NUL", "no UTF-8", "too long")]
    values += [LEGAL["emoji"].decode("latin-1"), "bytes=9-1", 'W/";=;,q=x']
    for name in HEADERS:
        for value in values:
            with client.get("/static/css/base.css", environ_overrides={_key_of(name): value}) as answer:
                assert answer.status_code < 500, (name, value)
            sent = {"Authorization": f"Bearer {program.token}", "Content-Type": "application/json", name: value}
            environ = {_key_of(key): text for key, text in sent.items()}
            with client.post("/api/v1/assessments", data=b'{"process": ""}', environ_overrides=environ) as answer:
                assert answer.status_code < 500, (name, value)
    assert MARK not in str(dump(database))
    app.extensions["database"].dispose()


@dataclass
class _Holder:
    account_id: Any


def _key_of(header: str) -> str:
    key = header.upper().replace("-", "_")
    return key if key == "CONTENT_TYPE" else f"HTTP_{key}"


@pytest.mark.parametrize("kind", [kind for kind in REFUSED if kind != "too long"])
def test_i3_what_a_browser_calls_itself_is_kept_only_where_it_is_text(
    client: FlaskClient, database: Database, kind: str
) -> None:
    make_account(database)
    client.environ_base["HTTP_USER_AGENT"] = f"Mozilla/5.0 {REFUSED[kind].decode('latin-1')}"
    sign_in(Visitor(client))
    with database.read() as session:
        kept = session.scalars(select(LoginSession.user_agent)).one()
    assert all(char.isprintable() for char in kept)


def leaves(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the texts of a document are; the names of its fields are texts, too."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*at, key, None)
            yield from leaves(inner, (*at, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value[:2]):
            yield from leaves(inner, (*at, number))
    elif isinstance(value, str):
        yield at


def with_text(value: Any, at: tuple[Any, ...], text: str) -> Any:
    """The same document with another text there; at None, it is the name of the field."""
    copy = json.loads(json.dumps(value))
    *path, last = at
    inner = copy
    for step in path[:-1] if last is None else path:
        inner = inner[step]
    if last is None:
        inner[text] = inner.pop(path[-1])
    else:
        inner[last] = text
    return copy


TEXTS = {"NUL": f"{MARK}\0", "escape": f"{MARK}\x1b", "half of a pair": f"{MARK}\ud800", "too long": MARK + "x" * 5_000}


def test_i3_no_text_of_a_program_is_stored_that_is_none_or_is_a_mistake_of_ours(
    app: Flask, database: Database, owner: OwnerWalker, admin: OwnerWalker, small: RuleSet
) -> None:
    program, other = (program_of(app, database, person) for person in (owner, admin))
    made = program.make(answers=ROUTINE)
    one = f"/api/v1/assessments/{made['id']}"
    in_parts = {"process": "a", "answers": {}, "parts": [{"part": "b", "answers": ROUTINE}]}
    change = {"decision": "bpo", "decided_on": "2026-11-03", "notes": "c", "row_version": made["row_version"]}
    calls: list[tuple[Program, str, str, Any]] = [
        (program, "POST", "/api/v1/assessments", in_parts),
        (program, "PATCH", one, {**in_parts, **change}),
        (program, "POST", "/api/v1/recommendations", in_parts),
        (other, "POST", "/api/v1/rules/check", to_plain(small)),
    ]
    for caller, method, path, body in calls:
        every = list(leaves(body))
        step = max(1, len(every) // 20)
        for at, kind in zip(every[::step], cycle(TEXTS), strict=False):
            with caller.send(method, path, with_text(body, at, TEXTS[kind])) as answer:
                assert answer.status_code in ({200, 202, 400, 422} if "check" in path else {400, 422}), (path, at, kind)
    assert MARK not in str(dump(database))
    assert program.get(f"/{made['id']}") == made
