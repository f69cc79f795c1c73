"""Files that no program for work writes, made on the spot, and what it costs to refuse one."""

import base64
import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from advisor import paths
from advisor.exchange.workbook import Head, Table, write_workbook

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
WORKBOOK, SHEET, TEXTS = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"

_MEASURE = """
import base64, json, re, sys, time
from pathlib import Path
from advisor.engine.errors import RuleSetError
from advisor.exchange.rule_sets import read_with_places

def most():  # of this program alone: what getrusage says begins with the memory of the one that started it
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

files = json.load(sys.stdin)
before, found = most(), []
for data in map(base64.b64decode, files):
    began, said = time.process_time(), ""
    try:
        read_with_places(data, sys.argv[1])
    except RuleSetError as error:
        said = str(error)
    found.append({"said": said, "seconds": time.process_time() - began, "megabytes": (most() - before) / 1000})
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Refusal:
    """What was said, and what it took: processor seconds, and megabytes above those of the program, at most so far."""

    said: str
    seconds: float
    megabytes: float


def refusals(files: Iterable[bytes], name: str = "rules.xlsx") -> list[Refusal]:
    """Read files of that name, one after the other, in a process of their own."""
    sent = json.dumps([base64.b64encode(data).decode() for data in files])
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, name],
        input=sent.encode(),
        capture_output=True,
        check=True,
        timeout=120,
        cwd=paths.ROOT,
    )
    return [Refusal(**found) for found in json.loads(done.stdout)]


def plain_workbook() -> bytes:
    """A workbook with one sheet of one cell."""
    return write_workbook([Table("Rules", [Head("Key")], [["steps"]])])


def with_members(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The plain workbook with other or further members."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain_workbook())) as source, zipfile.ZipFile(out, "w", method) as target:
        for name in [*source.namelist(), *(name for name in members if name not in source.namelist())]:
            target.writestr(name, members[name] if name in members else source.read(name))
    return out.getvalue()


def sheet(rows: str | bytes) -> bytes:
    """The member of a sheet with these rows."""
    inside = rows if isinstance(rows, bytes) else rows.encode()
    return f"<worksheet {MAIN}><sheetData>".encode() + inside + b"</sheetData></worksheet>"


def texts(inside: bytes) -> bytes:
    """The member of shared texts."""
    return f"<sst {MAIN}>".encode() + inside + b"</sst>"


def numbers(pattern: bytes, size: int, most: int = 10**6) -> bytes:
    """``pattern`` with a number in it again and again, up to so many bytes; it hardly packs."""
    chosen = random.Random(1)
    made = bytearray()
    while len(made) < size:
        made += b"".join(pattern % chosen.randrange(most) for _ in range(1000))
    return bytes(made)


def entities(inside: str, where: str = "&i;") -> bytes:
    """The member of a workbook that declares entities."""
    return f"<!DOCTYPE workbook [{inside}]><workbook {MAIN}><sheets>{where}</sheets></workbook>".encode()


def laughs() -> str:
    """Declarations of which each holds ten of the one before."""
    lines = ['<!ENTITY a "ha">']
    lines += [f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)]
    return "".join(lines)


def bombs() -> Iterator[tuple[str, bytes, str]]:
    """What is hostile, the file, and what is said of it."""
    yield "more than 2 MB", b"PK\x03\x04" + bytes(2_000_000), "larger than 2 MB"
    yield "101 members", with_members({f"a/{n}": b"" for n in range(101)}), "members"
    yield "100 MB of nothing", with_members({"xl/media/a": bytes(100_000_000)}), "unpacks to more than 20 MB"
    yield "a ratio of 900", with_members({"xl/media/a": bytes(15_000_000)}), "more than 100 times its size"
    yield "packed in another way", with_members({"xl/a": b"a"}, zipfile.ZIP_LZMA), "packed in a way"
    for name in ("../evil", "/etc/passwd", "a\\b", "C:/a", "a/../../b", "a" * 300, "a\nb"):
        yield f"a member named {name[:20]!r}", with_members({name: b"a"}), "whose name no workbook has"
    yield "two members of one name", with_members({"XL/Workbook.xml": b"a"}), "two members of one name"
    yield "a million laughs", with_members({WORKBOOK: entities(laughs(), "&j;")}), "document types or entities"
    outside = '<!ENTITY i SYSTEM "file:///etc/passwd">'
    yield "an entity from outside", with_members({WORKBOOK: entities(outside)}), "document types or entities"
    yield "a document type alone", with_members({SHEET: b"<!DOCTYPE a>" + sheet("")}), "document types or entities"
    hidden = entities(laughs(), "&j;").decode().encode("utf-16")
    yield "entities in UTF-16", with_members({WORKBOOK: hidden}), "not UTF-8"
    declared = b'<?xml version="1.0" encoding="cp037"?>' + entities(laughs()).decode().encode("cp037")
    yield "entities in EBCDIC", with_members({WORKBOOK: declared}), "not UTF-8"
    row = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 5002))
    yield "5,001 rows", with_members({SHEET: sheet(row)}), "sheet Rules, cell A5001: A sheet may have 5,000 rows"
    wide = "".join(f"<c><v>{n}</v></c>" for n in range(101))
    yield "101 columns", with_members({SHEET: sheet(f"<row>{wide}</row>")}), "sheet Rules, cell CW1: A sheet may have"
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    yield "the farthest cell", with_members({SHEET: sheet(far)}), "cell XFD1048576: A sheet may have"
    for what, pattern in (("cells", b'<c s="%d"/>'), ("rows", b'<row r="%d"/>')):
        yield (
            f"{what} without end",
            with_members({SHEET: sheet(numbers(pattern, 18_000_000, 10))}),
            "more than a workbook",
        )
    named = b"".join(b"<a%d/>" % n for n in range(400_000))
    yield "elements of any name", with_members({SHEET: sheet(named)}), "more than a workbook"
    many = numbers(b"<si><t>%d</t></si>", 19_000_000, 10)
    yield "texts without end", with_members({TEXTS: texts(many)}), "more than a workbook"
    attributes = b"<c " + numbers(b'a%d="" ', 4_000_000, 10**9) + b"/>"
    yield "a tag of 4 MB", with_members({SHEET: sheet(attributes)}), "longer than a cell"
    spread = b"".join(b'<c a%d="" b%d="" c%d=""/>' % (n, n, n) for n in range(250_000))
    yield "attributes of any name", with_members({SHEET: sheet(spread)}), "more than a workbook"
    yield (
        "a text of 4 MB",
        with_members({TEXTS: texts(b"<si><t>" + numbers(b"%d", 4_000_000) + b"</t></si>")}),
        "longer than a cell",
    )
    deep = b"<a>" * 400_000 + b"</a>" * 400_000
    yield "400,000 levels", with_members({SHEET: sheet(numbers(b"<b>%d</b>", 2_000_000) + deep)}), "no such sheet"
    yield "no workbook in it", with_members({"_rels/.rels": b"<Relationships/>"}), "not an Excel workbook"
    broken = plain_workbook()
    yield "half a workbook", broken[: len(broken) // 2], "broken"
    yield "an archive of nothing", b"PK\x05\x06" + bytes(18), "not a workbook"
