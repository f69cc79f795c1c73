"""Makes a PDF of a paper, in a process of its own and within limits of time and memory.

The papers are tagged (PDF/UA-1): title, language, headings, lists, tables with their heads, words for pictures. What
nobody has a font for is never a silent box: it stands as "[?]", and the paper says so.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from advisor.engine.document.text import web_host
from advisor.exchange.pdf.paper import (
    Block,
    ListBlock,
    ListEntry,
    PanelBlock,
    Paper,
    PictureBlock,
    TableBlock,
    TermsBlock,
    Text,
    TextBlock,
    TextRun,
    TitleBlock,
)

_PROGRAM = Path(__file__).with_name("maker_process.py")

SECONDS, MEMORY, SIZE_LIMIT = 10, 512 << 20, 2_000_000
"""What one PDF may take: seconds of the processor, bytes of address space, and characters of its text."""

_PATIENCE = 30
_AT_ONCE = threading.BoundedSemaphore(2)
_WAIT = 10


class PdfNotMade(Exception):  # noqa: N818
    """There is no PDF of it: too long, too much at once, or it does not fit one sheet."""


def make_pdf(paper: Paper, made_at: datetime) -> bytes:
    """The paper as PDF. Raises PdfNotMade."""
    sent = json.dumps({**_paper(paper), "made_at": int(made_at.timestamp()), "seconds": SECONDS, "memory": MEMORY})
    if len(sent) > SIZE_LIMIT:
        raise PdfNotMade("too long")
    if not _AT_ONCE.acquire(timeout=_WAIT):
        raise PdfNotMade("too many at once")
    try:
        command = [sys.executable, "-I", str(_PROGRAM)]
        made = subprocess.run(
            command,
            input=sent.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=_PATIENCE,
        )
    except subprocess.SubprocessError as error:
        raise PdfNotMade("it takes too much time or memory, or does not fit one sheet") from error
    finally:
        _AT_ONCE.release()
    return made.stdout


def _paper(paper: Paper) -> dict[str, Any]:
    return {
        "title": paper.title,
        "foot": paper.foot,
        "one_sheet": paper.one_sheet,
        "without_font": paper.without_font,
        "language": paper.language,
        "blocks": _blocks(paper.blocks),
    }


def _blocks(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    return [_block(block) for block in blocks]


def _block(block: Block) -> dict[str, Any]:
    match block:
        case TitleBlock(text, level):
            return {"kind": "title", "runs": _runs(text), "level": level}
        case TextBlock(text, style):
            return {"kind": "text", "runs": _runs(text), "style": style.value}
        case ListBlock(items, is_numbered):
            return {"kind": "list", "items": [_item(item) for item in items], "numbered": is_numbered}
        case TermsBlock(rows):
            return {"kind": "terms", "rows": [{"term": _runs(term), "runs": _runs(text)} for term, text in rows]}
        case TableBlock(head, rows, widths):
            cells = [[_runs(cell) for cell in row] for row in rows]
            return {"kind": "table", "head": [_runs(cell) for cell in head], "rows": cells, "widths": list(widths)}
        case PictureBlock(svg, alt, width):
            return {"kind": "picture", "svg": svg, "alt": alt, "width": width}
        case PanelBlock(within, colour):
            return {"kind": "panel", "blocks": _blocks(within), "colour": colour}
    raise AssertionError(block)


def _item(item: Text | ListEntry) -> list[dict[str, Any]]:
    if isinstance(item, ListEntry):
        return _blocks([TextBlock(item.text), *item.below])
    return _blocks([TextBlock(item)])


def _runs(text: Text) -> list[dict[str, Any]]:
    runs = [text] if isinstance(text, str) else text
    return [_run(TextRun(run) if isinstance(run, str) else run) for run in runs]


def _run(run: TextRun) -> dict[str, Any]:
    url = run.url if web_host(run.url) or run.url.startswith("mailto:") else ""
    return {"text": run.text, "url": url, "strong": run.is_strong, "pale": run.is_pale}
