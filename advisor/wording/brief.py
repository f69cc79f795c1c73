"""The brief that an owner hands to providers: composed from what the rules say, edited, and composed anew.

Plain values throughout, and the same advice always gives the same brief. It never names a provider: no rule knows any.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from advisor.engine.evaluation.brief import RuleLine, brief_lines
from advisor.engine.evaluation.evaluate import evaluate_parts
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.wording.advice.verdict import quoted_names
from advisor.wording.vocabulary import BRIEF_ADVICE, BRIEF_SECTIONS


class Extra(StrEnum):
    """A section that is in the brief only where its owner ticked it: none of a provider's business otherwise."""

    COSTS = "costs"
    DECISION = "decision"
    NOTES = "notes"
    POINTS = "points"


EXTRAS = {
    Extra.COSTS: _l("What it costs us"),
    Extra.DECISION: _l("What we have decided"),
    Extra.NOTES: _l("Our notes"),
    Extra.POINTS: _l("Why we look for this kind of help"),
}

SECTIONS: dict[str, Any] = {str(key): heading for key, heading in (*BRIEF_SECTIONS.items(), *EXTRAS.items())}
"""Every section in its order, with its heading."""


@dataclass(frozen=True, slots=True)
class BriefLine:
    """A line. ``origin`` says which composed line it is, or was before its owner changed the words; "" for their own.

    ``sources`` are the claims on which the composed line rests.
    """

    text: str
    origin: str = ""
    sources: tuple[str, ...] = ()
    is_changed: bool = False

    @property
    def is_own(self) -> bool:
        """Whether the words are its owner's."""
        return not self.origin or self.is_changed


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief: its title, its lines by section, and the sections beside the usual that its owner ticked."""

    title: str
    lines: Mapping[str, tuple[BriefLine, ...]] = field(default_factory=dict)
    extras: tuple[str, ...] = ()

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> "Brief":
        """Read what is stored."""
        lines = {
            section: tuple(
                BriefLine(it["text"], it.get("origin", ""), tuple(it.get("sources", ())), it.get("changed", False))
                for it in those
            )
            for section, those in plain["sections"].items()
        }
        return cls(plain["title"], lines, tuple(plain.get("with", ())))

    def plain(self) -> dict[str, Any]:
        """The same as it is stored."""
        return {
            "title": self.title,
            "with": list(self.extras),
            "sections": {section: [_plain(line) for line in self.of(section)] for section in self.sections},
        }

    @property
    def sections(self) -> list[str]:
        """The sections that it has, with lines or without."""
        return [section for section in SECTIONS if section not in EXTRAS or section in self.extras]

    def of(self, section: str) -> tuple[BriefLine, ...]:
        """The lines of a section."""
        return self.lines.get(section, ())

    @property
    def all_lines(self) -> list[BriefLine]:
        """The lines of all sections."""
        return [line for section in self.sections for line in self.of(section)]

    @property
    def origins(self) -> set[str]:
        """The composed lines that it holds, changed or not."""
        return {line.origin for line in self.all_lines if line.origin}


def _plain(line: BriefLine) -> dict[str, Any]:
    plain: dict[str, Any] = {"text": line.text}
    if line.origin:
        plain |= {"origin": line.origin, "sources": list(line.sources)}
    return plain | ({"changed": True} if line.is_changed else {})


# ---- composing


def compose(rule_set: RuleSet, item: WorkItem, more: Mapping[Extra, Sequence[BriefLine]] | None = None) -> Brief:
    """The brief for one process, with the lines of what was ticked beside; without a line where nothing leaves."""
    found = brief_lines(rule_set, item.process, evaluate_parts(rule_set, item.answers, item.parts))
    lines: dict[str, tuple[BriefLine, ...]] = {}
    for line in found:
        composed = BriefLine(_words(line), line.key, line.sources)
        lines[line.section] = (*lines.get(line.section, ()), composed)
    lines.update({extra: tuple(those) for extra, those in (more or {}).items()})
    return Brief(item.process, lines, tuple(more or ()))


def _words(line: RuleLine) -> str:
    given = line.key.removeprefix("advice/")
    text = line.text or str(BRIEF_ADVICE[Outcome(given)])
    return f"{quoted_names(line.parts)}: {text}" if line.parts else text


def compose_anew(saved: Brief, was: Brief, now: Brief) -> Brief:
    """``saved``, which was made from ``was``, on the advice that gives ``now``; its owner's own words stay.

    Lines that the advice no longer has go, new ones come last in their section, and what its owner took out stays out.
    """
    newest = {line.origin: line for line in now.all_lines}
    taken_out = was.origins - saved.origins
    lines = {}
    for section in now.sections:
        kept = [line if line.is_own else newest.get(line.origin) for line in saved.of(section)]
        added = [it for it in now.of(section) if it.origin not in saved.origins | taken_out]
        lines[section] = (*filter(None, kept), *added)
    return Brief(now.title if saved.title == was.title else saved.title, lines, now.extras)


# ---- editing: a section is edited as text, a line to each row


ALIKE = 0.5
"""The share of words in common, from 0 to 1, from which on a line counts as another one that was changed."""


def apply_edits(before: Brief, composed: Brief, title: str, texts: Mapping[str, str]) -> Brief:
    """What its owner made of ``before``. A row that stands in it or in ``composed``, anywhere, is that line still.

    Of other rows one that is like a composed line that is gone from its section is that line, changed; else it is new.
    """
    rows = {section: _rows(text) for section, text in texts.items()}
    known = {line.text: line for line in (*composed.all_lines, *before.all_lines)}
    typed = {row for those in rows.values() for row in those}
    lines = {}
    for section, those in rows.items():
        gone = [line for line in before.of(section) if line.origin and line.text not in typed]
        lines[section] = tuple(known.get(row) or _changed_line(row, gone) for row in those)
    return Brief(title, lines, before.extras)


def put_back(brief: Brief, composed: Brief, origins: Iterable[str]) -> Brief:
    """With these composed lines as they were composed: where the owner changed them, or last in their section."""
    wanted = set(origins)
    lines = {}
    for section in brief.sections:
        back = {line.origin: line for line in composed.of(section) if line.origin in wanted}
        stay = [back.pop(line.origin, line) for line in brief.of(section)]
        lines[section] = (*stay, *back.values())
    return replace(brief, lines=lines)


def left_out(brief: Brief, composed: Brief) -> dict[str, list[BriefLine]]:
    """The composed lines that are not in the brief in their words, by section."""
    there = {line.origin for line in brief.all_lines if not line.is_own}
    return {section: [it for it in composed.of(section) if it.origin not in there] for section in brief.sections}


def _rows(text: str) -> list[str]:
    rows = (row.strip().removeprefix("- ").removeprefix("• ").strip() for row in text.splitlines())
    return list(dict.fromkeys(filter(None, rows)))


def _changed_line(row: str, gone: list[BriefLine]) -> BriefLine:
    likeness = [(_likeness(line.text, row), line) for line in gone]
    alike, line = max(likeness, key=lambda pair: pair[0], default=(0.0, None))
    if line is None or alike < ALIKE:
        return BriefLine(row)
    gone.remove(line)
    return replace(line, text=row, is_changed=True)


def _likeness(one: str, other: str) -> float:
    words, others = (Counter(re.findall(r"\w+", text.casefold())) for text in (one, other))
    return 2 * (words & others).total() / max(1, words.total() + others.total())


def as_text(brief: Brief, section: str) -> str:
    """A section as it is edited."""
    return "\n".join(line.text for line in brief.of(section))
