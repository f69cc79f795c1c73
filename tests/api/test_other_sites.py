"""Pages of other sites may ask for advice and read the rules, without credentials, and nothing else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext

from advisor.api.registry import api

ELSEWHERE = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}


def permissions(headers: Any) -> dict[str, str]:
    """What a reply lets other sites do."""
    begin = "Access-Control-"
    return {name.removeprefix(begin): value for name, value in headers.items() if name.startswith(begin)}


def test_the_operations_without_a_token_are_open_and_no_others(app: Flask, client: FlaskClient) -> None:
    adapter = app.url_map.bind("localhost")
    for operation in api.operations:
        arguments = dict.fromkeys(adapter.map._rules_by_endpoint[f"api.{operation.name}"][0].arguments)
        values: dict[str, Any] = {"number": 1, "mark": "a", "assessment_id": "3b0c8a52-7f0e-4a53-9c7d-5f1d2b6a9e10"}
        path = adapter.build(f"api.{operation.name}", {name: values[name] for name in arguments})
        asked = {**ELSEWHERE, "Access-Control-Request-Method": operation.method}
        preflight, reply = client.options(path, headers=asked), client.open(path, method=operation.method)
        if operation.needs_token:
            assert (permissions(preflight.headers), permissions(reply.headers)) == ({}, {}), operation.name
            continue
        shown = {"Allow-Origin": "*", "Expose-Headers": "ETag, Retry-After, X-Request-ID"}
        assert permissions(reply.headers) == shown, operation.name
        given = permissions(preflight.headers)
        assert operation.method in given.pop("Allow-Methods").split(", ")
        assert given == {**shown, "Allow-Headers": "Content-Type, If-None-Match", "Max-Age": "7200"}
        assert "authorization" not in str(given).lower()


def test_another_site_gets_advice_and_can_read_why_it_is_refused(client: FlaskClient) -> None:
    for body, status in (({"answers": {}}, 200), ({"answers": {"x": 1}}, 422)):
        reply = client.post("/api/v1/recommendations", json=body, headers=ELSEWHERE)
        assert (reply.status_code, reply.headers["Access-Control-Allow-Origin"]) == (status, "*")
    simple = client.post("/api/v1/recommendations", data="{}", content_type="text/plain", headers=ELSEWHERE)
    assert simple.status_code == 415
    assert client.post("/api/v1/assessments", json={"process": "Payroll"}, headers=ELSEWHERE).status_code == 403


def test_a_browser_lets_a_page_of_another_site_do_just_that(
    live_server: str, context: BrowserContext, tmp_path: Path
) -> None:
    page = context.new_page()  # it complains of what it blocks, as it should
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "index.html").write_text(
        "<!DOCTYPE html><title>Elsewhere</title><link rel=icon href=data:>"
    )
    fetched = """async ([path, options]) => {
        try { const reply = await fetch(path, options); return [reply.status, await reply.json()]; }
        catch (error) { return [0, error.name]; }
    }"""
    json_type = {"Content-Type": "application/json"}
    with site(tmp_path / "elsewhere") as address:
        page.goto(address)

        def ask(path: str, **options: Any) -> Any:
            return page.evaluate(fetched, [f"{live_server}/api/v1{path}", options])

        body = '{"process": "Payroll", "answers": {}}'
        status, advice = ask("/recommendations", method="POST", body=body, headers=json_type)
        assert (status, advice["outcome"]) == (200, "unclear")
        assert ask("/rules")[0] == 200
        assert ask("/openapi.json")[0] == 200
        assert ask("/recommendations", method="POST", body="{", headers=json_type)[1]["title"]
        with_token = {**json_type, "Authorization": "Bearer x"}
        for path, method in (("/assessments", "GET"), ("/assessments", "POST"), ("/recommendations", "POST")):
            sent = {"body": body} if method == "POST" else {}
            assert ask(path, method=method, headers=with_token, **sent) == [0, "TypeError"]
        assert ask("/rules", credentials="include") == [0, "TypeError"]


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """The address of a site of its own, under another name and port than the server under test."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SilentHandler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class SilentHandler(SimpleHTTPRequestHandler):
    """Serves files without a word on the terminal."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
        """Say nothing."""
