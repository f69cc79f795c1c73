"""What stands in one cell of a sheet: lists, conditions, ranges of points and answers, written so that people can edit
them and that reading gives back exactly what was written.

    set, unwritten          any of these            >= 100      at least
    not set, unwritten      none of these           <= 40       at most
    includes law, research  at least one of these   2 to 8      between, both included
    includes all law, tax   all of these

A word that could be misread stands in quotation marks, which are doubled inside: "not", "a, b".
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from advisor.engine.document.reading import load_json
from advisor.engine.document.text import whole_number
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE
from advisor.exchange.file_input import quote
from advisor.exchange.places import Plain

_WHOLE = r"[+-]?[0-9]{1,17}"
_MOST = 10**17 - 1
_AT_LEAST = re.compile(rf"(?:>=|≥|at least)\s*({_WHOLE})", re.ASCII | re.IGNORECASE)
_AT_MOST = re.compile(rf"(?:<=|≤|at most)\s*({_WHOLE})", re.ASCII | re.IGNORECASE)
_BETWEEN = re.compile(rf"({_WHOLE})\s*(?:to|–|\.\.)\s*({_WHOLE})", re.ASCII | re.IGNORECASE)
_TESTS = (
    ("none_of", re.compile(r"(?:is\s+)?not(?=\s|$)", re.IGNORECASE)),
    ("includes_all", re.compile(r"includes\s+all(?:\s+of)?(?=\s|$)", re.IGNORECASE)),
    ("includes_any", re.compile(r"includes(?:\s+any)?(?:\s+of)?(?=\s|$)", re.IGNORECASE)),
)
_STARTS = {"any_of": "", "none_of": "not ", "includes_all": "includes all ", "includes_any": "includes "}
_RESERVED = re.compile(r"(?:not|includes|all|any|of|at|is)(?=\s|$)", re.IGNORECASE)
_BARE = re.compile(r"\w(?:[\w .()/&+-]*[\w.()/&+-])?")
_PLAIN_LINE = re.compile(r'(?![\s"])[^\r\n]*(?<!\s)')
_LINE = re.compile(r'[ \t]*"((?:[^"]|"")*+)"[ \t]*(?:\n|\Z)|([^\n]*)(?:\n|\Z)')
_OR, _NOTHING = "or", "nothing"
_JSON = "json:"
_ANY = "any"
_SIGNS = frozenset("<>=≥≤")

CONDITION_HINT = "Write for example: set, unwritten · not set · includes a, b · includes all a, b · >= 5 · 2 to 8"


class CellError(Exception):
    """A cell that cannot be read; its text says what is wrong, ``mend`` how to write it."""

    def __init__(self, text: str, mend: str = "") -> None:
        self.mend = mend
        super().__init__(text)


# ---- lists ---------------------------------------------------------------------------------------------------------


def format_list(items: Iterable[str]) -> str:
    """Words with commas between them."""
    return ", ".join(map(_quote, items))


def read_list(text: str) -> list[str]:
    """The way back of ``format_list``. Raises CellError."""
    return _items(list(_tokens(text, ",")))


def format_lines(texts: Iterable[str]) -> str:
    """Texts, each on a line of its own; one that a line could not say stands in quotation marks."""
    return "\n".join(text if _PLAIN_LINE.fullmatch(text) else '"' + text.replace('"', '""') + '"' for text in texts)


def read_lines(text: str) -> list[str]:
    """The way back of ``format_lines``; blank lines say nothing. Raises CellError."""
    found: list[str] = []
    for line in _LINE.finditer(text):
        quoted_text, bare = line.groups()
        if quoted_text is not None:
            found.append(quoted_text.replace('""', '"'))
        elif bare.strip().startswith('"'):
            raise CellError("A quotation mark is never closed.", 'Write a quotation mark inside a text twice: "".')
        elif bare.strip():
            found.append(bare.strip())
    return found


# ---- conditions ----------------------------------------------------------------------------------------------------


def format_condition(condition: Plain) -> str:
    """The test and the values of a condition; its question is named elsewhere."""
    values = condition["values"]
    match condition["test"]:
        case "at_least":
            return f">= {values[0]}"
        case "at_most":
            return f"<= {values[0]}"
        case "between":
            return f"{values[0]} to {values[1]}"
        case test:
            return _STARTS[test] + format_list(values)


def read_condition(question: str, text: str) -> Plain:
    """The way back of ``format_condition``. Raises CellError."""
    return _condition(question, list(_tokens(text, ",;")))


def format_conditions(conditions: Iterable[Plain]) -> str:
    """Several conditions, each on a line of its own that begins with its question."""
    return "\n".join(f"{_quote(condition['question'])}: {format_condition(condition)}" for condition in conditions)


def read_conditions(text: str) -> list[Plain]:
    """The way back of ``format_conditions``. Raises CellError."""
    return [_condition(question, tokens) for question, tokens in _lines(text)]


def format_groups(groups: Iterable[Iterable[Plain]]) -> str:
    """Groups of conditions, with a line "or" between them; one without conditions is the line "nothing"."""
    return f"\n{_OR}\n".join(format_conditions(group) or _NOTHING for group in groups)


def read_groups(text: str) -> list[list[Plain]]:
    """The way back of ``format_groups``. Raises CellError."""
    groups: list[list[Plain]] = [[]]
    for tokens in _token_lines(text):
        word = tokens[0][1].lower() if len(tokens) == 1 and tokens[0][0] == "bare" else ""
        if word == _OR:
            groups.append([])
        elif word != _NOTHING:
            question, rest = _split_name(tokens)
            groups[-1].append(_condition(question, rest))
    return groups


def _condition(question: str, tokens: list[tuple[str, str]]) -> Plain:
    test = "any_of"
    values: list[str] | list[int] | None = None
    if tokens and tokens[0][0] == "bare":
        first = tokens[0][1]
        if len(tokens) == 1 and (ends := _ends(first)) is not None:
            test, values = _TEST_OF_ENDS[ends[0] is None, ends[1] is None], [end for end in ends if end is not None]
        else:
            for name, start in _TESTS:
                if found := start.match(first):
                    rest = first[found.end() :].strip()
                    test, tokens = name, ([("bare", rest)] if rest else []) + tokens[1:]
                    break
    if values is None:
        values = _items(tokens)
    if not values:
        raise CellError("The condition names nothing that the answer may be.", CONDITION_HINT)
    return {"question": question, "test": test, "values": values}


_TEST_OF_ENDS = {(False, True): "at_least", (True, False): "at_most", (False, False): "between"}


def _ends(text: str) -> tuple[int | None, int | None] | None:
    """The ends of a range, or None where the text is none."""
    if found := _AT_LEAST.fullmatch(text):
        return int(found[1]), None
    if found := _AT_MOST.fullmatch(text):
        return None, int(found[1])
    if found := _BETWEEN.fullmatch(text):
        return int(found[1]), int(found[2])
    return None


# ---- ranges of points ----------------------------------------------------------------------------------------------


def format_bound(bound: Plain) -> str:
    """The ends of a bound; its measure is named elsewhere."""
    least, most = bound.get("at_least"), bound.get("at_most")
    if least is None:
        return _ANY if most is None else f"<= {most}"
    return f">= {least}" if most is None else f"{least} to {most}"


def read_bound(measure: str, text: str) -> Plain:
    """The way back of ``format_bound``. Raises CellError."""
    if text.strip().lower() == _ANY:
        return {"measure": measure}
    ends = _ends(text.strip())
    if ends is None:
        raise CellError(f"{quote(text)} is not a range of points.", "Write for example: >= 4 · <= -1 · 0 to 3")
    return {
        "measure": measure,
        **{n: end for n, end in zip(("at_least", "at_most"), ends, strict=True) if end is not None},
    }


def format_bounds(bounds: Iterable[Plain]) -> str:
    """Several bounds, each on a line of its own that begins with its measure."""
    return "\n".join(f"{bound['measure']}: {format_bound(bound)}" for bound in bounds)


def read_bounds(text: str) -> list[Plain]:
    """The way back of ``format_bounds``. Raises CellError."""
    return [read_bound(measure, "".join(word for _, word in tokens)) for measure, tokens in _lines(text)]


# ---- answers -------------------------------------------------------------------------------------------------------


def format_answer(kind: AnswerType | None, answer: Any) -> str | int:
    """An answer as sheets of work items have it; whatever these cannot say stands as JSON, with a mark before it."""
    match answer:
        case None:
            cell: str | int = NOT_SURE
        case list():
            cell = ";".join(answer) or NONE_OF_THESE
        case _:
            cell = answer
    return (
        cell
        if cell != "" and _same(read_answer(kind, cell), answer)
        else _JSON + json.dumps(answer, ensure_ascii=False)
    )


def read_answer(kind: AnswerType | None, cell: str | int | float) -> Any:
    """What a cell says, as JSON would say it. ``kind`` is None where the question is not known. Raises CellError."""
    if isinstance(cell, str) and cell.startswith(_JSON):
        try:
            return load_json(cell[len(_JSON) :])
        except RuleSetError as error:
            raise CellError(error.problems[0].text) from None
    if kind is AnswerType.NUMBER:
        number = read_number(cell)
        return cell if number is None else number
    text = str(cell)
    if text.strip() == NOT_SURE:
        return None
    if kind is AnswerType.CHOICES:
        return [] if text.strip() == NONE_OF_THESE else [key.strip() for key in text.split(";")]
    return text


def read_number(cell: object) -> int | None:
    """The whole number that a text says, with a sign or without; None where it says none."""
    return whole_number(cell.strip(), -_MOST, _MOST) if isinstance(cell, str) else None


def _same(first: object, second: object) -> bool:
    return type(first) is type(second) and first == second


# ---- words ---------------------------------------------------------------------------------------------------------


def _quote(word: str) -> str:
    if _BARE.fullmatch(word) and not _RESERVED.match(word) and _ends(word) is None:
        return word
    return '"' + word.replace('"', '""') + '"'


def _tokens(text: str, marks: str) -> Iterator[tuple[str, str]]:
    """Split into words in quotation marks ("quoted"), other words ("bare") and ``marks`` (each its own kind)."""
    for found in re.finditer(rf'"((?:[^"]|"")*+)"|([{marks}])|([^"{marks}]+)|"', text):
        inside, mark, bare = found.groups()
        if inside is not None:
            yield "quoted", inside.replace('""', '"')
        elif mark:
            yield mark, mark
        elif bare is None:
            raise CellError("A quotation mark is never closed.", 'Write a quotation mark inside a word twice: "".')
        elif bare.strip():
            yield "bare", bare.strip()


def _items(tokens: Sequence[tuple[str, str]]) -> list[str]:
    items: list[str] = []
    wants_word = True
    for kind, word in tokens:
        if (wants_word and kind == "quoted") or (wants_word and kind == "bare" and word[0] not in _SIGNS):
            items.append(word)
        elif wants_word or kind != ",":
            raise CellError(f"{quote(word)} does not fit here.", CONDITION_HINT if word[:1] in {*_SIGNS, ";"} else "")
        wants_word = not wants_word
    if tokens and wants_word:
        raise CellError("Nothing stands after the last comma.")
    return items


def _lines(text: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Lines of the form "name: rest"."""
    return map(_split_name, _token_lines(text))


def _split_name(line: Sequence[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
    """The name and the rest of a line of that form."""
    if len(line) < 2 or line[0][0] not in {"bare", "quoted"} or line[1][0] != ":":
        raise CellError(f"{quote(line[0][1])} is not followed by a colon.", "Write for example: steps: set")
    return line[0][1], list(line[2:])


def _token_lines(text: str) -> Iterator[list[tuple[str, str]]]:
    """The tokens of each line that has any; a semicolon ends one as well as a new line does."""
    line: list[tuple[str, str]] = []
    for token in [*_tokens(text, ",;:\n"), ("\n", "\n")]:
        if token[0] not in {"\n", ";"}:
            line.append(token)
        elif line:
            yield line
            line = []


def is_blank_row(row: Mapping[int, object]) -> bool:
    """Whether every cell of a row is blank."""
    return not any(str(value).strip() for value in row.values())
