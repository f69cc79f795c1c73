"""Names and rows that were pasted, as the sheet that they are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import quote
from advisor.exchange.items.header import HeadingWords, fold
from advisor.exchange.sheets.csv_files import DELIMITERS, write_rows
from advisor.exchange.work_items import PROCESS

_BULLET = re.compile(r"\s*[•·▪◦‣∙*–—-]\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class PastedText:
    """A text as the bytes of a sheet: ``added`` rows stand above it, ``notes`` say what was changed."""

    data: bytes
    name: str
    added: int = 0
    notes: tuple[str, ...] = ()


def pasted_list(rule_set: RuleSet, text: str) -> PastedText:
    """A pasted text as a sheet: as it stands where it has columns, else with each line as the name of a process."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    marked = [line for line in lines if _BULLET.match(line)]
    notes: tuple[str, ...] = ()
    if marked and len(marked) == sum(1 for line in lines if line.strip()):
        lines = [_BULLET.sub("", line, count=1) for line in lines]
        notes = (_("The mark that stands before each name is left out, as in %(line)s.", line=quote(marked[0])),)
    if any("\t" in line.strip() for line in lines):
        return PastedText("\n".join(lines).encode(), "pasted.tsv", notes=notes)
    words = HeadingWords(rule_set)
    head = next((line for line in lines if line.strip()), "")
    if any(_is_header(words, head.split(mark)) for mark in DELIMITERS):
        return PastedText("\n".join(lines).encode(), "pasted.csv", notes=notes)
    named = [line.strip() for line in lines]
    added = 0 if fold(head) in {PROCESS, "processes", "name"} else 1
    rows = [[PROCESS]] * added + [[name] for name in named]
    if not added:
        rows[named.index(head.strip())] = [PROCESS]
        notes = (*notes, _("%(line)s is read as the heading, not as a name.", line=quote(head.strip())))
    return PastedText(write_rows(rows).encode(), "", added, notes)


def _is_header(words: HeadingWords, cells: Sequence[str]) -> bool:
    found = words.find([(1, cells)])
    return found is not None and not found.problems and sum(map(bool, found.stands_for)) > 1
