"""A brief as it is read, on the screen and on paper: plain values, computed once."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from advisor.models.processes.brief_version import BriefVersion
from advisor.wording.brief import EXTRAS, SECTIONS, Brief, BriefLine
from advisor.wording.claims import ClaimRef, VersionView


@dataclass(frozen=True, slots=True)
class BriefPaperLine:
    """A line with the claims it rests on, and the mark of words that are its owner's, which only they see."""

    text: str
    claims: list[ClaimRef]
    mark: str

    @property
    def codes(self) -> str:
        """The claims in short."""
        return ", ".join(claim.id for claim in self.claims)


@dataclass(frozen=True, slots=True)
class BriefPaperSection:
    """A section. ``is_blank`` where no source says anything on it and its owner has not filled it in."""

    key: str
    heading: str
    lines: list[BriefPaperLine]
    is_blank: bool


@dataclass(frozen=True, slots=True)
class BriefPaperSource:
    """A source, and those of its claims that the lines rest on."""

    title: str
    claims: list[ClaimRef]

    @property
    def codes(self) -> str:
        """The claims in short."""
        return ", ".join(claim.id for claim in self.claims)


@dataclass(frozen=True, slots=True)
class BriefPaper:
    """A whole brief. ``number`` is that of its version, 0 where it is not saved yet; ``at`` when it was saved."""

    title: str
    sections: list[BriefPaperSection]
    sources: list[BriefPaperSource]
    number: int
    at: datetime
    rules: int
    has_own_words: bool


def paper(
    brief: Brief, composed: Brief, edition: VersionView, version: BriefVersion | None, at: datetime
) -> BriefPaper:
    """A brief to be read; ``composed`` is what it was made from, ``at`` stands on one that is not saved yet."""
    sections = [
        BriefPaperSection(
            key,
            str(SECTIONS[key]),
            [_line(it, edition) for it in brief.of(key)],
            is_blank=key not in EXTRAS and not composed.of(key),
        )
        for key in brief.sections
    ]
    return BriefPaper(
        title=brief.title,
        # What its owner emptied is left out; what was empty from the start is theirs to fill in.
        sections=[section for section in sections if section.lines or section.is_blank],
        sources=_sources(brief, edition),
        number=version.number if version else 0,
        at=version.created_at if version else at,
        rules=edition.number,
        has_own_words=any(line.is_own for line in brief.all_lines),
    )


def _line(line: BriefLine, edition: VersionView) -> BriefPaperLine:
    mark = _("Changed by you") if line.origin and line.is_changed else "" if line.origin else _("Your words")
    return BriefPaperLine(line.text, [] if line.is_own else edition.refs(line.sources), str(mark))


def _sources(brief: Brief, edition: VersionView) -> list[BriefPaperSource]:
    named = {claim for line in brief.all_lines if not line.is_own for claim in line.sources}
    refs = edition.refs(claim.id for claim in edition.rule_set.claims if claim.id in named)
    titles = dict.fromkeys((ref.source, ref.is_general) for ref in refs)
    return [
        BriefPaperSource(
            str(_("%(title)s, not from our sources", title=title)) if is_general else title,
            [ref for ref in refs if ref.source == title],
        )
        for title, is_general in titles
    ]


@dataclass(frozen=True, slots=True)
class BriefVersionRow:
    """A version in the list of them."""

    number: int
    saved: datetime
    url: str
