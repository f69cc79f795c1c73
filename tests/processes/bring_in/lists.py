"""What an owner does to bring a list in, and what comes of it."""

import io

from werkzeug.test import TestResponse

from advisor.models import (
    Assessment,
    Database,
)
from advisor.models.processes.assessment import own_assessments
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import Visitor, text_of

HEAD = "process\tgroup\tedge\tsteps\twritten\tskill\n"


def paste(owner: Visitor, names: str, status: int = 200) -> None:
    owner.open("/processes/bring-in")
    owner.submit(names=names, status=status)


def send(owner: Visitor, data: bytes, name: str = "services.csv", status: int = 200) -> None:
    owner.open("/processes/bring-in")
    owner.submit(file=(io.BytesIO(data), name), status=status)


def large(owner: Visitor, size: int) -> TestResponse:
    """Send a large file, written out here: the test client would leave it behind."""
    field = f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{owner.token}\r\n--b\r\n'
    named = 'Content-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
    body = (field + named).encode() + b"x" * size + b"\r\n--b--\r\n"
    return owner.client.post("/processes/bring-in", data=body, content_type="multipart/form-data; boundary=b")


def bring_in(owner: Visitor, status: int = 200, **chosen: object) -> None:
    owner.submit(button="bring", status=status, **chosen)


def processes(database: Database, owner: OwnerWalker) -> list[Assessment]:
    with database.read() as session:
        found = own_assessments(owner.owner).order_by(None).order_by(Assessment.number)
        return list(session.scalars(found))


def names(database: Database, owner: OwnerWalker) -> list[str]:
    return [mine.process_name for mine in processes(database, owner)]


def words(person: Visitor) -> str:
    return text_of(person.page.select_one("main"))


def complaint(person: Visitor) -> str:
    return text_of(person.page.select_one(".problems"))


def ticked_names(person: Visitor) -> list[str]:
    """The names that are ticked."""
    rows = person.page.select("table.preview tbody tr, .rest li")
    return [text_of(row.select_one("label")) for row in rows if row.select_one("input[checked]")]


def press(person: Visitor, words: str) -> None:
    forms = person.page.select("main form")
    index = next(at for at, form in enumerate(forms) if words in text_of(form.select_one("button")))
    person.submit(form=index)
