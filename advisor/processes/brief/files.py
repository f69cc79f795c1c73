"""A brief to be taken along: as a document that people edit, as PDF, and as plain text."""

from flask_babel import format_date
from flask_babel import gettext as _

from advisor.exchange.pdf.paper import Block, ListBlock, Paper, Text, TextBlock, TextRun, TextStyle, TitleBlock
from advisor.processes.brief.presenter import BriefPaper, BriefPaperLine


def brief_paper(brief: BriefPaper) -> Paper:
    """The brief as a paper; what marks its owner's own words is not in it."""
    blocks: list[Block] = [TitleBlock(brief.title, 1), TextBlock(_version_words(brief), TextStyle.SMALL)]
    for section in brief.sections:
        blocks.append(TitleBlock(section.heading, 2))
        if section.lines:
            blocks.append(ListBlock([_line(line) for line in section.lines]))
        else:
            blocks.append(TextBlock(_("Nothing from our sources. To be filled in:"), TextStyle.SMALL))
            blocks.append(TextBlock("_" * 60))
    if brief.sources:
        blocks.append(TitleBlock(_("Where this comes from"), 2))
        blocks += [TextBlock(f"{source.title}: {source.codes}", TextStyle.SMALL) for source in brief.sources]
        blocks.append(TextBlock(_rules_words(brief), TextStyle.SMALL))
    return Paper(title=brief.title, foot=brief.title, blocks=blocks)


def brief_text(brief: BriefPaper) -> str:
    """The same as plain text, to be pasted anywhere."""
    rows = [brief.title, _version_words(brief)]
    for section in brief.sections:
        rows += ["", section.heading]
        rows += [f"- {line.text}{f' ({line.codes})' if line.claims else ''}" for line in section.lines]
        if not section.lines:
            rows.append(str(_("Nothing from our sources. To be filled in:")))
    if brief.sources:
        rows += ["", str(_("Where this comes from"))]
        rows += [f"{source.title}: {source.codes}" for source in brief.sources]
        rows.append(_rules_words(brief))
    return "\n".join(rows) + "\n"


def _line(line: BriefPaperLine) -> Text:
    return [line.text, TextRun(f" ({line.codes})", is_pale=True)] if line.claims else line.text


def _version_words(brief: BriefPaper) -> str:
    if not brief.number:
        return str(_("Brief for providers"))
    date = format_date(brief.at, "d MMMM yyyy")
    return str(_("Brief for providers, version %(n)d of %(date)s", n=brief.number, date=date))


def _rules_words(brief: BriefPaper) -> str:
    return str(_("By version %(version)d of the rules of the Outsourcing Advisor.", version=brief.rules))
