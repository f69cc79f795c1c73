"""OpenDocument sheets, written by hand as LibreOffice writes them."""

import io
import zipfile
from collections.abc import Mapping, Sequence

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def members(rows: str, name: str = "Processes") -> dict[str, bytes]:
    """The members of a document with one sheet."""
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return {"mimetype": MIMETYPE.encode(), "META-INF/manifest.xml": manifest, "content.xml": content(rows, name)}


def content(rows: str, name: str = "Processes") -> bytes:
    """The member that holds what stands in the sheet."""
    table = f'<table:table table:name="{name}">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    return f"<office:document-content {_NAMES}>{body}</office:document-content>".encode()


def pack(other: Mapping[str, bytes], rows: str = "") -> bytes:
    """A document in which some members are others."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in {**members(rows), **other}.items():
            file.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def sheet(rows: str) -> bytes:
    """A document of one sheet with these rows."""
    return pack({}, rows)


def texts(*cells: str) -> str:
    """A row of texts; blank ones are cells in which nothing stands."""
    made = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        if cell
        else "<table:table-cell/>"
        for cell in cells
    )
    return row(made)


def row(cells: str, times: int = 1) -> str:
    """A row of cells, as often as it stands there."""
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


def blank(times: int) -> str:
    """A cell without anything, as often as it stands there."""
    return f'<table:table-cell table:number-columns-repeated="{times}"/>'


def table(rows: Sequence[Sequence[str]]) -> bytes:
    """A document of rows of texts, with the blank rows below them that LibreOffice adds."""
    return sheet("".join(texts(*cells) for cells in rows) + row(blank(16_384), 1_048_000))
