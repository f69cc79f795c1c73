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
from advisor.exchange.sheets.writer import ColumnHead, WorkbookSheet, write_workbook
from tests.exchange.sheets import open_document

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK, SHEET, TEXTS = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
TOO_MUCH = "takes more time or memory"

_MEASURE = """
import base64, json, re, resource, sys, time
from pathlib import Path
from advisor.engine.model.errors import RuleSetError
from advisor.exchange.rule_sets import read_with_places
from advisor.exchange.sheets.reader import read_sheets

def read(data, name):
    return read_sheets(data, "ods") if name.endswith(".ods") else read_with_places(data, name)

def most():  # of this program alone: what getrusage says begins with the memory of the one that started it
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

def spent():  # with the programs that it ran
    other = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + other.ru_utime + other.ru_stime

files = [base64.b64decode(line) for line in sys.stdin]
before, found = most(), []
for data in files:
    began, said = spent(), ""
    try:
        read(data, sys.argv[1])
    except RuleSetError as error:
        said = str(error)
    other = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # the largest of them; begins with what is here
    found.append({"said": said, "seconds": spent() - began, "megabytes": (most() - before + other) / 1000})
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Refusal:
    """What was said, "" where it was read, and what it took: processor seconds, and megabytes at most so far.

    These are what the program needs more than before, and all that a program needs that it runs.
    """

    said: str
    seconds: float
    megabytes: float


def refusals(files: Iterable[bytes], name: str = "rules.xlsx") -> list[Refusal]:
    """Read files of that name, one after the other, in a process of their own."""
    sent = b"\n".join(map(base64.b64encode, files))
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, name],
        input=sent,
        capture_output=True,
        check=True,
        timeout=120,
        cwd=paths.ROOT,
    )
    return [Refusal(**found) for found in json.loads(done.stdout)]


def plain_workbook() -> bytes:
    """A workbook with one sheet of one cell."""
    return write_workbook([WorkbookSheet("Rules", [ColumnHead("Key")], [["steps"]])])


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


def styles(number: int) -> bytes:
    """The member of styles, of which all are equal."""
    return f"<styleSheet {MAIN}><cellXfs>".encode() + b'<xf numFmtId="14"/>' * number + b"</cellXfs></styleSheet>"


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
    yield "100 MB of nothing", with_members({"xl/media/a": bytes(100_000_000)}), "unpacks to more than 20 MB"
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
    odd = '<row r="1"><c r="A1"><v>1</v></c></row><row><c r = "XFD1048576"><v>1</v></c></row>'
    yield "17 billion cells between two", with_members({SHEET: sheet(odd)}), TOO_MUCH
    corner = f"<row>{'<c><v>1</v></c>' * 100_000}</row>{'<row><c><v>1</v></c></row>' * 100_000}"
    yield "10 billion cells between two", with_members({SHEET: sheet(corner)}), TOO_MUCH
    room = f'<sst {MAIN} uniqueCount="1000000000000000000"></sst>'.encode()
    yield "room for more texts than there is memory", with_members({TEXTS: room}), TOO_MUCH
    one = texts(b"<si><t>" + b"long" * 8_000 + b"</t></si>")
    row = "<row>" + '<c t="s"><v>0</v></c>' * 99 + "</row>"
    yield "a long text in every cell", with_members({TEXTS: one, SHEET: sheet(row * 3_000)}), TOO_MUCH
    yield "a long text in some cells", with_members({TEXTS: one, SHEET: sheet(row * 4)}), "more than a workbook"
    plenty = sheet(f"<row>{'<c><v>1</v></c>' * 99}</row>" * 3_100)
    yield "more than 300,000 cells", with_members({SHEET: plenty}), "more than a workbook"
    yield "rows without end", with_members({SHEET: sheet(numbers(b'<row r="%d"/>', 18_000_000, 10))}), "broken"
    many = numbers(b"<si><t>%d</t></si>", 19_000_000, 10)
    yield "texts without end", with_members({TEXTS: texts(many)}), TOO_MUCH
    text = b'<row><c t="inlineStr"><is><t>' + numbers(b"%d", 4_000_000) + b"</t></is></c></row>"
    yield "a text of 4 MB", with_members({SHEET: sheet(text)}), "cell A1: A cell holds at most 32,767 characters"
    yield "no workbook in it", with_members({"_rels/.rels": b"<Relationships/>"}), "is not a workbook"
    twice = '<sheet name="A" sheetId="1" r:id="rId1"/><sheet name="A" sheetId="2" r:id="rId1"/>'
    book = f'<workbook {MAIN} xmlns:r="{RELATIONS}"><sheets>{twice}</sheets></workbook>'.encode()
    yield "two sheets of one name", with_members({WORKBOOK: book}), "two sheets of one name"
    binary = with_members({"xl/workbook.bin": b"\x83\x01\x00", "_rels/.rels": b"<Relationships/>"})
    yield "a workbook of another kind", binary, "is not a workbook"
    yield "a sheet of another kind in it", with_members({**open_document.members(""), WORKBOOK: b"<"}), "not a workbook"
    broken = plain_workbook()
    yield "half a workbook", broken[: len(broken) // 2], "broken"
    yield "an archive of nothing", b"PK\x05\x06" + bytes(18), "not a workbook"


def odd_but_harmless() -> Iterator[tuple[str, bytes]]:
    """What no workbook has and takes little: what it is about is not looked at."""
    yield "cells without end", with_members({SHEET: sheet(numbers(b'<c s="%d"/>', 6_000_000, 10))})
    named = b"".join(b"<a%d/>" % n for n in range(400_000))
    yield "elements of any name", with_members({SHEET: sheet(named)})
    yield "a tag of 4 MB", with_members({SHEET: sheet(b"<c " + numbers(b'a%d="" ', 4_000_000, 10**9) + b"/>")})
    spread = b"".join(b'<c a%d="" b%d="" c%d=""/>' % (n, n, n) for n in range(250_000))
    yield "attributes of any name", with_members({SHEET: sheet(spread)})
    deep = b"<a>" * 400_000 + b"</a>" * 400_000
    yield "400,000 levels", with_members({SHEET: sheet(numbers(b"<b>%d</b>", 2_000_000) + deep)})
    yield "10,000 members", with_members({f"a/{n}": b"" for n in range(10_000)})
    yield "900,000 styles", with_members({STYLES: styles(900_000)})
    yield "an archive in the archive", with_members({"xl/a.xml.zip": with_members({"a.xml": bytes(15_000_000)})})
    vast = f'<worksheet {MAIN}><dimension ref="A1:XFD1048576"/><sheetData></sheetData></worksheet>'.encode()
    yield "a sheet that says it is vast", with_members({SHEET: vast})


def open_document_bombs() -> Iterator[tuple[str, bytes, str]]:
    """The same of OpenDocument sheets."""
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="5000">{cell}</table:table-row>'
    yield "a cell that stands everywhere", open_document.sheet(row), TOO_MUCH
    row = f"<table:table-row>{cell}</table:table-row>" * 10_000
    yield "many rows of it", open_document.sheet(row), TOO_MUCH
    blanks = open_document.texts('a<text:s text:c="2000000000"/>b')
    yield "two billion blanks", open_document.sheet(blanks), TOO_MUCH
    cut = open_document.content("").partition(b"</table:table>")[0]
    yield "no end", open_document.pack({"content.xml": cut}), TOO_MUCH
    note = '<table:table-row><table:table-cell office:value-type="string"><office:annotation>'
    yield "a note without end", open_document.sheet(note), TOO_MUCH
    far = '<table:table-row table:number-rows-repeated="6000"><table:table-cell/></table:table-row>'
    yield "a far row", open_document.sheet(far + open_document.texts("a")), "cell A6001: A sheet may have 5,000 rows"
    laughing = f"<!DOCTYPE a [{laughs()}]>".encode() + open_document.content(open_document.texts("&j;"))
    yield "a million laughs", open_document.pack({"content.xml": laughing}), "document types or entities"
    locked = b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    yield "a password", open_document.pack({"META-INF/manifest.xml": locked}), "locked by a password"
