"""Work items written as sheets: one to fill in, and those that were read or saved; ``work_items`` reads them again.

People read words: the text of a question heads its column, and cells hold answers as the pages offer them. Where words
could be taken for something else, the key stands there. A hidden sheet has the key of each word.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat

from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import OPERATORS, Answer, AnswerType
from advisor.engine.model.questions import (
    NONE_OF_THESE,
    NOT_SURE,
    SCOPE_WORDS,
    SECTION_SENTENCES,
    Answers,
    Condition,
    Question,
)
from advisor.engine.model.rules import RuleSet
from advisor.exchange.items.answers import NONE_WORDS, NOT_SURE_WORDS, AnswerWords, UnfitAnswerError
from advisor.exchange.items.header import ANSWER_WORDS, fold
from advisor.exchange.sheets.writer import ColumnHead, WorkbookSheet, Written, write_workbook
from advisor.exchange.work_items import KEYS_HEAD, KEYS_SHEET, PART, PROCESS, PROCESS_ABOVE, SHEET, answer_text

_ABOVE_LIMIT = 160
_GROUPS_ABOVE = "Your own words for it, with a semicolon between them."
_PART_ABOVE = "Only if you split a process: a row for each part."

_HOW_TO = (
    ("Processes", "Fill in the sheet “Processes”: a row for each process, a column for each question."),
    ("Answers", "Choose from the list that each cell offers, or write what it offers. Leave a cell empty where you do"
     f" not know yet what to answer; “{NOT_SURE_WORDS}” is an answer as well."),
    ("Several choices", "Some questions take several answers. Sheets have no lists for that: write the answers with a"
     " semicolon between them. The cell says which there are."),
    ("Only if", "Some questions are asked only after certain answers to others. Above each such column stands after"
     " which. Elsewhere leave the cell empty."),
    ("Parts", "Where pieces of a process differ, give each a row with the same name under “Process” and its own name"
     " under “Part”. A process has at most five."),
    ("Columns of your own", "You can sort rows, and add columns, such as who looks after it. They are left out when the"
     " file is read. Keep the words that head our columns."),
    ("Questions", "The sheet “Questions” explains every question and every answer, with an example."),
    ("To get advice", "advisor evaluate FILE -o advice.xlsx"),
)  # fmt: skip


def item_rows(questions: Sequence[Question], items: Iterable[WorkItem]) -> Iterator[list[str]]:
    """The rows of a sheet with the head of ``work_items.header``: answers by their keys, a row for each part."""
    keys = [question.key for question in questions]
    for item in items:
        for part, own in item.parts or (("", {}),):
            yield [item.process, part, *answer_cells(keys, {**item.answers, **own})]


def answer_cells(keys: Iterable[str], answers: Answers) -> list[str]:
    """Answers by their keys, a cell for each question; an empty one for what is not answered."""
    return [answer_text(answers[key]) if key in answers else "" for key in keys]


def answer_columns(questions: Sequence[Question]) -> list[str]:
    """What heads the answers in a sheet that has other columns as well, in words."""
    return [f"{ANSWER_WORDS}{words}" for words in column_words(questions).values()]


def answers_in_words(offered: Mapping[str, Mapping[str, str]], answers: Answers) -> list[Written]:
    """Answers in words, a cell for each question, whose ``option_words`` are ``offered``; None where not answered."""
    return [answer_words(words, answers[key]) if key in answers else None for key, words in offered.items()]


def write_template(rule_set: RuleSet, about: Sequence[tuple[str, str]] = ()) -> bytes:
    """Write a workbook to fill in. ``about`` says which rules ask.

    Raises RuleSetError where there is more to ask than a sheet can hold.
    """
    sheets = [*items_sheets(rule_set.questions, []), _explanation(rule_set)]
    return write_workbook(sheets, [*_HOW_TO, *about], "How to fill this in", opens_at=SHEET)


def items_sheets(
    questions: Sequence[Question], items: Iterable[WorkItem], groups: Sequence[str] | None = None
) -> list[WorkbookSheet]:
    """The sheet in which the items stand in words, ready to be changed, and the hidden one with the keys.

    ``groups`` are those of each item, which stand in a column of their own.
    """
    names = column_words(questions)
    key_rows, ranges = _keys(questions, names)
    heads = [
        ColumnHead("Process", 30, about="The name, as you call it.", above=PROCESS_ABOVE),
        ColumnHead("Part", 20, about=_PART_ABOVE, above=_PART_ABOVE),
        *([] if groups is None else [ColumnHead("Groups", 20, about=_GROUPS_ABOVE, above=_GROUPS_ABOVE)]),
        *(_head(question, names[question.key], ranges[question.key], questions) for question in questions),
    ]
    key_heads = [ColumnHead(label, 30) for label in KEYS_HEAD]
    return [
        WorkbookSheet(SHEET, heads, _rows(questions, items, groups), frozen=2, is_read=False),
        WorkbookSheet(KEYS_SHEET, key_heads, key_rows, is_read=False, is_hidden=True),
    ]


def column_words(questions: Sequence[Question]) -> dict[str, str]:
    """What heads the column of each question: its text, or its key where the text could be that of another column."""
    names = ({fold(q.key), fold(q.text), fold(q.short)} for q in questions)
    taken = Counter(chain({fold(PROCESS), fold(PART)}, *names))
    return {q.key: q.text if fold(q.text) and taken[fold(q.text)] == 1 else q.key for q in questions}


def option_words(question: Question) -> dict[str, str]:
    """The answers of a question in words, by their keys; a key stands for itself where its words are not read as it."""
    meant: dict[str, Answer] = {option.key: option.key for option in question.options}
    offered = {option.key: option.label for option in question.options}
    if question.type is AnswerType.CHOICES:
        meant = {key: (key,) for key in meant} | {NONE_OF_THESE: ()}
        offered[NONE_OF_THESE] = question.none or NONE_WORDS
        offered = {key: key if ";" in words else words for key, words in offered.items()}
    meant[NOT_SURE], offered[NOT_SURE] = None, NOT_SURE_WORDS
    reader = AnswerWords(question)
    return {key: words if _is_read_as(reader, words, meant[key]) else key for key, words in offered.items()}


def _is_read_as(reader: AnswerWords, words: str, answer: Answer) -> bool:
    try:
        return "\n" not in words and reader.read(words)[0] == answer
    except UnfitAnswerError:
        return False


def answer_words(words: Mapping[str, str], answer: Answer) -> Written:
    """An answer as a sheet for people has it: a number, or in the ``words`` of its question."""
    match answer:
        case None:
            return words[NOT_SURE]
        case tuple() as chosen:
            return "; ".join(words.get(key, key) for key in chosen) or words[NONE_OF_THESE]
        case int() as number:
            return number
        case key:
            return words.get(key, key)


def _rows(
    questions: Sequence[Question], items: Iterable[WorkItem], groups: Sequence[str] | None
) -> Iterator[list[Written]]:
    offered = {question.key: option_words(question) for question in questions}
    for item, words in zip(items, repeat("") if groups is None else groups, strict=False):
        for part, own in item.parts or (("", {}),):
            beside = [] if groups is None else [words]
            yield [item.process, part, *beside, *answers_in_words(offered, {**item.answers, **own})]


def _keys(questions: Sequence[Question], names: dict[str, str]) -> tuple[list[list[Written]], dict[str, str]]:
    """The rows that say which key each word stands for, and where the words of each question stand among them."""
    rows: list[list[Written]] = [[PROCESS, "Process"], [PART, "Part"]]
    ranges: dict[str, str] = {}
    for question in questions:
        words = option_words(question)
        ranges[question.key] = f"={KEYS_SHEET}!$D${len(rows) + 2}:$D${len(rows) + 1 + len(words)}"
        rows += [[question.key, names[question.key], key, words[key]] for key in words]
    return [[*row, *[None] * (4 - len(row))] for row in rows], ranges


def _head(question: Question, name: str, words: str, questions: Sequence[Question]) -> ColumnHead:
    above = "\n".join([SECTION_SENTENCES[question.section], *_only_if(question, questions)])
    if len(above) > _ABOVE_LIMIT:
        others = "”, “".join(
            other.short for other in questions if other.key in {it.question for it in question.asked_when}
        )
        above = (
            f"{SECTION_SENTENCES[question.section]}\nOnly after some answers to “{others}”: see the sheet “Questions”."
        )
    labels = list(option_words(question).values())
    width = min(max(*map(len, labels), 14) + 4, 34)
    match question.type:
        case AnswerType.CHOICE:
            about = "Choose from the list."
            mend = f"The list has the answers. Keep this only if it is one of them, or its key. {name}"
            return ColumnHead(name, width, words, about, above, mend=mend[:250])
        case AnswerType.CHOICES:
            number = "One or more" if question.most is None else f"At most {question.most}"
            listed = "\n".join(f"- {label}" for label in labels)
            about = f"{number}, with a semicolon between them:\n{listed}"
            if len(about) > 255:
                about = f"{number}, with a semicolon between them. The sheet “Questions” has the answers."
            return ColumnHead(name, 34, (), about, above)
        case AnswerType.NUMBER:
            bounds = _bounds(question)
            return ColumnHead(name, width, (), bounds, above, _check(question), bounds)


def _check(question: Question) -> str:
    """The formula that holds of a cell with an answer."""
    limits = {">=": question.minimum, "<=": question.maximum}
    tests = ["{cell}=INT({cell})", *(f"{{cell}}{sign}{limit}" for sign, limit in limits.items() if limit is not None)]
    return f'=IF(ISNUMBER({{cell}}),AND({",".join(tests)}),{{cell}}="{NOT_SURE_WORDS}")'


def _bounds(question: Question) -> str:
    return f"A whole number from {question.minimum} to {question.maximum} {question.unit}".strip() + (
        f", or “{NOT_SURE_WORDS}”."
    )


def _only_if(question: Question, questions: Sequence[Question]) -> list[str]:
    known = {other.key: other for other in questions}
    return [f"Only if {_condition(condition, known.get(condition.question))}." for condition in question.asked_when]


def _condition(condition: Condition, question: Question | None) -> str:
    words = option_words(question) if question else {}
    values = [f"“{words.get(str(value), value)}”" for value in condition.values]
    joiner = " and " if condition.test in {"between", "includes_all"} else " or "
    name = question.short if question else condition.question
    test = OPERATORS[condition.test].words(question.type if question else None)
    return f"“{name}” {test} {joiner.join(values)}"


def _explanation(rule_set: RuleSet) -> WorkbookSheet:
    """Every question, and below it every answer, each with what the pages say about it."""
    example = max((case for case in rule_set.cases if not case.parts), key=lambda case: len(case.answers), default=None)
    name = example.process if example else ""
    heads = [
        ColumnHead("Question", 40),
        ColumnHead("Answer", 44),
        ColumnHead("What it means", 60),
        ColumnHead("Asked", 30),
        ColumnHead(f"An example: {name}" if name else "An example", 40),
        ColumnHead("Key", 20),
    ]
    rows: list[list[Written]] = []
    for question in rule_set.questions:
        asked = "\n".join([f"{SECTION_SENTENCES[question.section]} Asked {SCOPE_WORDS[question.scope]}.",
                           *_only_if(question, rule_set.questions)])  # fmt: skip
        given = example.answers if example else {}
        shown = answer_words(option_words(question), given[question.key]) if question.key in given else None
        about = "\n".join(filter(None, (question.hint, question.why)))
        number = _bounds(question) if question.type is AnswerType.NUMBER else None
        rows.append([question.text, number, about, asked, shown, question.key])
        hints = {option.key: option.hint for option in question.options} | {NONE_OF_THESE: question.none_hint}
        if question.type is not AnswerType.NUMBER:
            rows += [
                [None, words, hints.get(key, ""), None, None, key] for key, words in option_words(question).items()
            ]
    return WorkbookSheet("Questions", heads, rows)
