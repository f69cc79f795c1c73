"""What is sent compressed, and what is not."""

import gzip

from flask.testing import FlaskClient


def test_style_sheets_are_sent_compressed_to_who_can_read_them(client: FlaskClient) -> None:
    plain = client.get("/static/css/base.css", buffered=True)
    zipped = client.get("/static/css/base.css", headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert len(zipped.data) < len(plain.data) / 2
    assert int(zipped.headers["Content-Length"]) == len(zipped.data)
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in zipped.headers["Vary"]


def test_a_page_with_a_form_is_never_compressed(client: FlaskClient) -> None:
    page = client.get("/assessments/new", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in page.headers
