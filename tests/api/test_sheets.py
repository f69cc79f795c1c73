"""A sheet that is posted as it is: read as everywhere, and each problem by its row and column."""

from typing import Any

from flask.testing import FlaskClient

from advisor import starter
from tests.exchange.sheets.test_odd_files import FOLDER

URL = "/api/v1/recommendations/sheet"


def post(client: FlaskClient, data: bytes, kind: str = "text/csv") -> Any:
    return client.post(URL, data=data, content_type=kind)


def test_rows_are_advised_on_as_the_same_answers_in_json(client: FlaskClient) -> None:
    case = next(case for case in starter.rule_set().cases if not case.parts and isinstance(case.answers["steps"], str))
    answers = {key: answer for key, answer in case.answers.items() if isinstance(answer, str)}
    rows = ",".join(["process", *answers]) + "\n" + ",".join(["Payroll", *map(str, answers.values())]) + "\n"
    given = post(client, rows.encode("utf-16"), "application/octet-stream").get_json()
    alone = client.post("/api/v1/recommendations", json={"process": "Payroll", "answers": answers}).get_json()
    assert given["recommendations"] == [alone]
    assert "UTF-16" in " ".join(given["understood"])


def test_the_example_of_the_description_is_advised_on(client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").get_json()["paths"][URL]["post"]
    ((_name, example),) = described["requestBody"]["content"]["application/octet-stream"]["examples"].items()
    given = post(client, example["value"].encode()).get_json()["recommendations"]
    assert [advice["outcome"] for advice in given] == ["bpo"]


def test_what_cannot_be_used_is_told_by_row_and_column(client: FlaskClient) -> None:
    reply = post(client, b"process,edge\nPayroll,core\nPayroll,vital\n\xe2\x80\x8b,core\n")
    assert reply.status_code == 422
    errors = reply.get_json()["errors"]
    assert [error["place"].split(",")[0] for error in errors] == ["row 3", "row 4"]
    for data in (b"", b"\x00\x01", b"PK\x03\x04 nothing", b"a" * 100_000, b"<html></html>"):
        assert post(client, data).status_code == 422, data
    rows = [f"Process {number},core\n" for number in range(1001)]
    assert post(client, f"process,edge\n{''.join(rows[1:])}".encode()).status_code == 200
    too_many = post(client, f"process,edge\n{''.join(rows)}".encode())
    assert too_many.status_code == 422
    assert "1001 rows; at most 1000" in too_many.get_json()["errors"][0]["text"]
    for kind in ("application/json", "text/plain", "multipart/form-data", ""):
        assert post(client, b"process,edge\nA,core\n", kind).status_code == 415


def test_every_odd_file_of_text_comes_out_as_it_does_everywhere(client: FlaskClient) -> None:
    statuses = {file.name: post(client, file.read_bytes()).status_code for file in sorted(FOLDER.glob("*.[ct]sv"))}
    assert set(statuses.values()) == {200, 422}, statuses
