from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from advisor import create_app
from advisor.settings import Settings
from advisor.web.access.security import HEADERS
from tests.effort import limit_processor_time
from tests.reading import HtmlPage

FORM = "/probe/form"

ERRORS = ["/no/such/page", "/probe/fails/mistake", *(f"/probe/fails/{kind}" for kind in ("busy", "stale"))]
CODES = [400, 401, 403, 404, 405, 409, 410, 413, 414, 415, 422, 429, 500, 503]


def token(client: FlaskClient, **options: Any) -> str:
    page = HtmlPage(client.get(FORM, **options).text)
    return str(page.select_one("input[name=csrf_token]")["value"])  # type: ignore[index]


def headers_of(client: FlaskClient, path: str) -> Headers:
    with client.get(path) as answer:  # a static file is open until then
        return answer.headers


def post(client: FlaskClient, data: object = None, **options: Any) -> int:
    sent = {"csrf_token": token(client), **data} if isinstance(data, dict) else data
    return client.post(FORM, data=sent, **options).status_code


@pytest.mark.parametrize(
    "path",
    ["/healthz", "/readyz", "/static/js/app.js", "/static/no.css", FORM, *ERRORS]
    + [f"/probe/fails/{code}" for code in CODES]
    + [f"/api/v1/probe/fails/{code}" for code in CODES],
)
def test_s8_every_reply_carries_the_headers_errors_and_static_files_included(client: FlaskClient, path: str) -> None:
    headers = headers_of(client, path)
    for name, value in HEADERS.items():
        assert headers[name] == value
    assert "Strict-Transport-Security" not in headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_s8_https_is_remembered_for_two_years_with_subdomains(client: FlaskClient) -> None:
    answer = client.get("/healthz", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_s8_nothing_is_kept_by_a_browser_but_static_files_under_the_hash_of_their_content(
    app: Flask, client: FlaskClient
) -> None:
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("js/app.js")  # type: ignore[operator]
    assert "?v=" in address
    assert headers_of(client, address)["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers_of(client, "/static/js/app.js")["Cache-Control"] == "no-cache"
    assert headers_of(client, "/static/js/app.js?v=wrong")["Cache-Control"] == "no-cache"
    for path in ("/healthz", FORM, "/static/no.js?v=1", *ERRORS):
        assert headers_of(client, path)["Cache-Control"] == "no-store"


def test_s8_a_static_file_never_carries_the_cookie(client: FlaskClient) -> None:
    client.get(FORM)
    assert "Set-Cookie" not in headers_of(client, "/static/js/app.js")


def test_s15_a_form_works_with_its_token_and_not_without(client: FlaskClient) -> None:
    assert post(client, {"text": "typed"}) == 200
    assert client.post(FORM, data={"text": "typed"}).status_code == 400
    assert client.post(FORM, data={"csrf_token": "", "text": "typed"}).status_code == 400
    assert client.post(FORM).status_code == 400


def test_s15_the_token_of_another_visitor_does_not_work(app: Flask, client: FlaskClient) -> None:
    theirs = token(app.test_client())
    assert client.post(FORM, data={"csrf_token": theirs}).status_code == 400
    token(client)
    assert client.post(FORM, data={"csrf_token": theirs}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "nonsense"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:8080"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "null"},
        {"Origin": "http://"},
        {"Origin": "http://["},
        {"Origin": "//]"},
    ],
)
def test_s15_what_another_site_sends_is_refused_even_with_a_token(client: FlaskClient, headers: dict[str, str]) -> None:
    assert post(client, {"text": "typed"}, headers=headers) == 403
    assert client.post("/api/v1/assessments", json={"process": "Payroll"}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}]
)
def test_s15_what_our_own_pages_and_programs_send_is_accepted(client: FlaskClient, headers: dict[str, str]) -> None:
    assert post(client, {"text": "typed"}, headers=headers) == 200


def test_s15_no_reply_that_knows_somebody_lets_another_site_read_it(client: FlaskClient) -> None:
    for path in ("/healthz", FORM, "/api/v1/assessments", "/api/v1/rules/check", "/no/such/page"):
        for method in ("get", "options"):
            answer = getattr(client, method)(path, headers={"Origin": "https://evil.example"})
            assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]


def test_s13_only_the_names_of_this_server_are_answered(settings: Settings) -> None:
    app = create_app({**settings, "TRUSTED_HOSTS": ["advisor.example.org"]})
    client = app.test_client()
    assert client.get("/healthz", headers={"Host": "advisor.example.org"}).status_code == 200
    for host in ("evil.example", "advisor.example.org.evil.example", "a b", "", "advisor.example.org:1:2"):
        answer = client.get("/healthz", headers={"Host": host})
        assert answer.status_code == 400
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert client.post(FORM, headers={"Host": host}).status_code == 400


def test_the_word_of_a_proxy_counts_only_where_one_is_configured(settings: Settings) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    alone, behind = create_app(settings), create_app({**settings, "TRUSTED_PROXIES": 1})
    assert "Strict-Transport-Security" not in alone.test_client().get("/healthz", headers=forwarded).headers
    assert "Strict-Transport-Security" in behind.test_client().get("/healthz", headers=forwarded).headers


def test_i1_a_body_that_is_too_large_is_refused_at_once(client: FlaskClient) -> None:
    with limit_processor_time(1):
        assert client.post(FORM, data=b"a" * 1_000_001, content_type="text/plain").status_code == 413
        assert client.post("/no/such/page", data=b"a" * 1_000_001).status_code == 413
        sent = client.post("/api/v1/recommendations", data=b"[" * 1_000_001, content_type="application/json")
        assert sent.status_code == 413
        assert client.post(FORM, data={"text": "a" * 600_000}).status_code == 413


def test_i1_too_many_or_too_large_fields_are_refused(client: FlaskClient) -> None:
    many = {f"field-{number}": "" for number in range(501)}
    assert post(client, many) == 413
    assert post(client, many, content_type="multipart/form-data") == 413
    boundary = f'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n{"a" * 600_000}\r\n--x--\r\n'.encode()
    assert post(client, boundary, content_type="multipart/form-data; boundary=x") == 413
    assert post(client, {f"field-{number}": "" for number in range(400)}) == 200
    assert client.get("/healthz?" + "&".join(f"a{number}" for number in range(501))).status_code == 413
    assert client.get("/healthz?" + "a" * 5_000).status_code == 414


@pytest.mark.parametrize(
    "path", ["/\x00", "/a\x1b[31m", "/\x7f", "/line\nbreak", "/\xff\xfe", "/\xed\xa0\x80", "/\xc2\x85"]
)
def test_i3_a_path_that_is_not_plain_text_is_refused(client: FlaskClient, path: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 400
    assert "cannot be stored" in answer.text


@pytest.mark.parametrize("query", ["a=%00", "%0a=1", "a=%ff", "a=%ED%A0%80", "a=\x01", "a=\xff", "a=%C2%9B"])
def test_i3_a_query_that_is_not_plain_text_is_refused(client: FlaskClient, query: str) -> None:
    answer = client.get("/healthz", environ_overrides={"QUERY_STRING": query})
    assert answer.status_code == 400


@pytest.mark.parametrize("body", [b"text=%ff", b"text=\xff", b"text=%ED%A0%80", b"\xfe=1"])
def test_i3_a_form_in_no_encoding_is_refused(client: FlaskClient, body: bytes) -> None:
    sent = f"csrf_token={token(client)}&".encode() + body
    assert post(client, sent, content_type="application/x-www-form-urlencoded") == 400


def test_i2_odd_but_legal_text_arrives_as_it_was_typed(client: FlaskClient) -> None:
    odd = "Löhne 👩🏽‍💻 שכר a\u0301 \u202e & + % = ;"
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        data = {"csrf_token": token(client), "text": odd}
        answer = client.post(FORM, data=data, content_type=content_type)
        assert answer.json is not None
        assert answer.json["text"] == [odd]


def test_i10_a_parameter_comes_once_unless_the_page_says_otherwise(client: FlaskClient) -> None:
    assert client.get("/healthz?a=1&a=2").status_code == 400
    assert client.get("/healthz?a=1&b=2").status_code == 200
    assert post(client, {"text": ["a", "b"]}) == 400
    assert post(client, {"text": ["a", "b"]}, content_type="multipart/form-data") == 400
    assert post(client, {"several-skills": ["a", "b"]}) == 200


def test_i10_the_wrong_method_or_type_is_refused(client: FlaskClient) -> None:
    wrong_method = client.post("/healthz", data={"a": "1"})
    assert wrong_method.status_code == 405
    assert "GET" in wrong_method.headers["Allow"]
    for content_type in ("application/json", "text/plain", "application/xml", ""):
        assert post(client, b"{}", content_type=content_type) == 415


def test_a_key_to_sign_with_has_no_default(settings: Settings) -> None:
    with pytest.raises(RuntimeError, match="ADVISOR_SECRET_KEY"):
        create_app({**settings, "SECRET_KEY": None})
