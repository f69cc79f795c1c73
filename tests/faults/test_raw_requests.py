"""I1, I3, P12, S8: what a browser would never send, to the real server."""

import http.client
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.web.access.security import HEADERS
from tests.serving import ServerProcess, environment


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("server")
    with ServerProcess(environment(f"sqlite:///{folder / 'a.db'}", folder)) as server:
        yield server


@pytest.fixture(scope="module")
def server_behind_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The server as it runs behind one proxy."""
    folder = tmp_path_factory.mktemp("behind")
    public = {"ADVISOR_ALLOWED_HOSTS": "advisor.example.org", "ADVISOR_TRUSTED_PROXIES": "1"}
    with ServerProcess(environment(f"sqlite:///{folder / 'a.db'}", folder, **public)) as server:
        yield server


def send(server: ServerProcess, raw: bytes) -> tuple[int, bytes]:
    """Send bytes, and return the status and everything that came back."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(raw)
        with http.client.HTTPResponse(connection) as answer:
            answer.begin()
            return answer.status, bytes(str(answer.headers), "latin-1") + answer.read()


def found_in(page: bytes, pattern: bytes) -> bytes:
    """The one thing in a page that a test goes on with."""
    match = re.search(pattern, page)
    assert match, page
    return match[1]


def request(line: bytes, *headers: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join([line + b" HTTP/1.1", b"Host: localhost", *headers, b"", body])


@pytest.mark.parametrize(
    "path", [b"/%00", b"/%1b[31m", b"/%ff", b"/%ed%a0%80", b"/?a=%00", b"/?a=%ff", b"/?%0a=1", b"/\xff"]
)
def test_i3_bytes_that_are_no_text_are_refused(server: ServerProcess, path: bytes) -> None:
    status, said = send(server, request(b"GET " + path))
    assert status == 400
    assert b"Traceback" not in said


def test_i1_a_giant_body_is_refused_before_it_is_sent(server: ServerProcess) -> None:
    for path in (b"/api/v1/recommendations", b"/no/such/page", b"/healthz"):
        head = request(b"POST " + path, b"Content-Type: application/json", b"Content-Length: 10000000000")
        assert send(server, head)[0] == 413


def test_i1_a_body_of_unsaid_length_is_read_no_further_than_the_limit(server: ServerProcess) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    head = request(b"POST /api/v1/recommendations", b"Content-Type: application/json", b"Transfer-Encoding: chunked")
    # The end never comes: who reads further than the limit waits for it, and the time-out of send() fails the test.
    assert send(server, head + chunk * 17)[0] == 413


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        request(b"GET /" + b"a" * 9_000),
        request(b"GET /", b"X-Long: " + b"a" * 9_000),
        request(b"GET /", *[b"X-%d: a" % number for number in range(150)]),
        request(b"POST /", b"Content-Length: -1"),
        request(b"POST /", b"Content-Length: 3", b"Transfer-Encoding: chunked", body=b"abc"),
        request(b"B\xffD /"),
        request(b"TRACE /"),
        request(b"GET http://evil.example/"),
    ],
)
def test_p12_nothing_that_is_sent_is_a_mistake_of_ours(server: ServerProcess, raw: bytes) -> None:
    status, said = send(server, raw)
    assert status < 500 or status == 505
    assert b"Traceback" not in said
    assert b".py" not in said


UNREADABLE = {
    400: [
        b"nonsense\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET /SECRET\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"get / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        request(b"GET /", b"Cookie: SECRET\x00"),
        request(b"GET /", b"X-Line: one\rtwo"),
        request(b"GET /", b"X-Folded: one", b" two"),
        request(b"GET /", b"no colon SECRET"),
        request(b"GET /", b"Host: localhost"),
        request(b"POST /", b"Content-Length: -1"),
        request(b"POST /", b"Content-Length: 1", b"Content-Length: 2"),
        request(b"POST /", b"Content-Length: 3", b"Transfer-Encoding: chunked", body=b"abc"),
    ],
    414: [request(b"GET /" + b"a" * 9_000), request(b"GET /?token=SECRET" + b"a" * 5_000)],
    417: [request(b"POST /", b"Expect: SECRET", b"Content-Length: 0")],
    431: [
        request(b"GET /", b"Cookie: SECRET" + b"a" * 9_000),
        request(b"GET /", *[b"X-%d: a" % number for number in range(150)]),
    ],
    501: [request(b"POST /", b"Transfer-Encoding: SECRET")],
    505: [b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", b"GET / HTTP/2.0\r\nHost: localhost\r\n\r\n"],
}
"""What gunicorn, or the application, refuses before anything else, by the status that answers it."""


@pytest.mark.parametrize(("status", "raw"), [(status, raw) for status, many in UNREADABLE.items() for raw in many])
def test_s8_what_the_server_itself_refuses_is_answered_with_our_headers_and_page(
    server: ServerProcess, status: int, raw: bytes
) -> None:
    answered, said = send(server, raw)
    assert answered == status
    for name, value in {**HEADERS, "Cache-Control": "no-store"}.items():
        assert f"{name}: {value}".encode() in said, name
    assert b"<h1>" in said
    assert b"If you report this, please name this reference" in said
    assert b"SECRET" not in said


def test_s19_what_cannot_be_read_is_logged_without_what_was_in_it(tmp_path: Path) -> None:
    with ServerProcess(environment(f"sqlite:///{tmp_path / 'a.db'}", tmp_path)) as server:
        for many in UNREADABLE.values():
            for raw in many:
                send(server, raw)
        server.stop()
    assert server.said.count('"event": "not read"') > 10
    assert "SECRET" not in server.said


FORWARDED = [
    b"fe80::1%eth0", b"fe80::1%25eth0", b"[2001:db8::1]:443", b"192.0.2.1:5678", b"unknown", b"_hidden", b"1.2.3.4.5",
    b"\xff", b"'; --", b"a" * 5_000, b"::ffff:192.0.2.1", b"localhost", b"192.0.2.1, ", b'"[::1]"', b",,,", b"%00",
]  # fmt: skip


@pytest.mark.parametrize("said", FORWARDED)
def test_i3_whatever_a_proxy_says_of_the_caller_is_no_mistake_of_ours(
    server_behind_proxy: ServerProcess, said: bytes
) -> None:
    names = [b"X-Forwarded-For", b"X-Forwarded-Proto", b"X-Forwarded-Host", b"Forwarded"]
    headers = [name + b": " + said for name in names]
    status, page = send(server_behind_proxy, request(b"GET /sign-in", *headers))
    assert status == 200
    assert b"Strict-Transport-Security" in page
    cookie = found_in(page, rb"(__Host-session=[^;]+)")
    token = found_in(page, rb'name="csrf_token"[^>]*value="([^"]+)')
    form = b"email=olga%40example.org&password=not+the+one&csrf_token=" + token
    headers += [b"Cookie: " + cookie, b"Content-Length: %d" % len(form), b"Referer: https://localhost/sign-in"]
    headers += [b"Content-Type: application/x-www-form-urlencoded"]
    status, page = send(server_behind_proxy, request(b"POST /sign-in", *headers, body=form))
    assert status in {422, 429}, page
    assert b"do not belong together" in page or status == 429


def test_s8b_behind_a_proxy_that_leaves_out_the_scheme_the_cookie_stays_secure(
    server_behind_proxy: ServerProcess,
) -> None:
    for headers in ([], [b"X-Forwarded-Proto: https"], [b"X-Forwarded-Proto: HTTPS"], [b"X-Forwarded-Proto: wss"]):
        _, said = send(server_behind_proxy, request(b"GET /assessments/new", *headers))
        assert b"Set-Cookie: __Host-session=" in said
        assert b"; Secure; HttpOnly; Path=/; SameSite=Lax" in said
    _, said = send(server_behind_proxy, request(b"GET /assessments/new", b"X-Forwarded-Proto: http"))
    assert b"Set-Cookie: session=" in said, "a proxy may say that somebody came without TLS"
    assert b"Strict-Transport-Security" not in said


def test_s13_the_address_that_is_printed_is_the_one_that_people_type(
    server: ServerProcess, server_behind_proxy: ServerProcess
) -> None:
    assert f"Ready: {server.url}/ (Ctrl-C stops it)" in server.said
    assert (
        f"Ready: https://advisor.example.org/ (listens on {server_behind_proxy.url}/; Ctrl-C stops it)"
        in server_behind_proxy.said
    )


@pytest.mark.parametrize("header", [b"X-Forwarded-Proto: https", b"X-Forwarded-Ssl: on", b"SCRIPT_NAME: /elsewhere"])
def test_s11_nobody_is_believed_where_no_proxy_is_named(server: ServerProcess, header: bytes) -> None:
    status, said = send(server, request(b"GET /assessments/new", header))
    assert status == 200
    assert b"Strict-Transport-Security" not in said
    assert b"Set-Cookie: session=" in said
    assert b"/elsewhere" not in said


def test_s8_the_real_server_sends_the_headers(server: ServerProcess) -> None:
    for path in (b"/healthz", b"/no/such/page", b"/static/none.css", b"/%ff"):
        _, said = send(server, request(b"GET " + path))
        for name, value in HEADERS.items():
            assert f"{name}: {value}".encode() in said


def test_idle_connections_keep_nobody_waiting(server: ServerProcess) -> None:
    idle = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(60)]
    assert send(server, request(b"GET /healthz"))[0] == 200, "before any of them ends"
    for connection in idle:
        connection.close()
