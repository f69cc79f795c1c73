"""What a cell says as the answer to a question: keys, and the words and numbers as people write them."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from difflib import get_close_matches
from typing import Final, TypeAlias

from advisor.engine.document.text import TEXT_LIMIT, normalize_line, text_fault, whole_number
from advisor.engine.model.answers import read_answer
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Question
from advisor.exchange.file_input import quote
from advisor.exchange.items.header import fold
from advisor.exchange.sheets.csv_files import unescape_formula
from advisor.exchange.sheets.reader import NotAValue, ShownNumber, Value

CellValue: TypeAlias = Value | ShownNumber


class NotAnswered:
    """What a cell says that answers nothing: blank, "n/a", a dash."""


NOT_SURE_WORDS = "I'm not sure"
NONE_WORDS = "None of these"

NOT_ANSWERED: Final = NotAnswered()

_UNSURE = frozenset(
    {fold(NOT_SURE), "imnotsure", "iamnotsure", "unsure", "dontknow", "idontknow", "donotknow", "idonotknow"}
    | {"notknown", "unknown", "tbc", "tbd", "tobeconfirmed"}
)
_NO_ANSWER = frozenset({"na", "notapplicable", "notavailable", "noanswer", "notanswered", "blank"})
_DASHES = re.compile(r"[-\u2010-\u2015\u2212.\\_\s]+")
_QUESTION_MARKS = re.compile(r"[?¿\uff1f\s]+")
_START = 3
"""Letters of the start of an answer that may end within a word; two must be a word."""

_BETWEEN = (re.compile(r"[;\n]"), re.compile(","), re.compile("/"), re.compile(r"\|"), re.compile(r"[;\n,/|]"))
"""What may stand between several choices."""

_MOST = 10**15 - 1
_BLANKS = " \u00a0\u2007\u2009\u202f'\u2019"
_GROUPED = re.compile(
    rf"([+-]?[1-9][0-9]{{0,2}}(?:([{_BLANKS}])[0-9]{{3}}(?:\2[0-9]{{3}})*))([.,][0-9]{{1,9}})?", re.ASCII
)
_MARKED = re.compile(r"([+-]?[1-9][0-9]{0,2}([.,])[0-9]{3}((?:\2[0-9]{3})*))((?!\2)[.,][0-9]{1,9})?", re.ASCII)
_PLAIN = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?", re.ASCII)
_WITH_UNIT = re.compile(r"(.*[0-9])\s*([^0-9]+)", re.DOTALL)
_SEVERAL = "Several answers begin with"
_LABEL = 40
"""Characters of the words of an answer that a problem shows."""

_NAMED = 6
"""Answers that a problem names where several have one start."""


class UnfitAnswerError(Exception):
    """A cell that is no answer: what it should be, and how to mend it.

    ``is_meant`` says whether it is one all the same, though of several that begin so.
    """

    def __init__(self, text: str, mend: str = "", *, is_meant: bool = False) -> None:
        self.text, self.mend, self.is_meant = text, mend, is_meant
        super().__init__(text)


class AnswerWords:
    """Reads what stands in cells as answers to one question.

    ``grouping`` is the mark that is known to group digits in this column: a comma or a point. ``is_in_words``: the
    column is headed by the words of the question, not by its key, so that problems name answers by their words as well.
    """

    def __init__(self, question: Question, grouping: str = "", *, is_in_words: bool = False) -> None:
        self._question = question
        self._grouping = grouping
        self._is_in_words = is_in_words
        self._options = {option.key: option.label for option in question.options}
        if question.type is AnswerType.CHOICES:
            self._options[NONE_OF_THESE] = question.none or NONE_WORDS
        self._folded = self._unique_names()
        self._starts = [(key, fold(label), _word_ends(label)) for key, label in self._options.items()]

    def read(self, cell: CellValue) -> tuple[Answer | NotAnswered, bool]:
        """What a cell says, and whether it says so otherwise than by keys, words as offered, or digits.

        Raises UnfitAnswerError.
        """
        if isinstance(cell, NotAValue) and cell.text not in {"TRUE", "FALSE"}:
            shows = f", {quote(cell.text)}" if cell.text else ""
            raise UnfitAnswerError(f"Here stands {cell.what}{shows}.", "Put the value itself there.")
        text = cell.text if isinstance(cell, ShownNumber | NotAValue) else str(cell)
        text = normalize_line(unescape_formula(text.strip()))
        if not text:
            return NOT_ANSWERED, False
        if (fault := text_fault(text, TEXT_LIMIT)) is not None:
            raise UnfitAnswerError(f"This {fault}.")
        found, in_words = self._find(text, cell)
        if isinstance(found, NotAnswered):
            return found, in_words
        answer, fault = read_answer(self._question, found)
        if fault:
            raise UnfitAnswerError(f"This must be {self._expectation()}.", self._hint(text, cell))
        return answer, in_words

    def _find(self, text: str, cell: CellValue) -> tuple[object, bool]:
        """What the text says, as JSON would say it."""
        if text == NOT_SURE:
            return None, False
        if _DASHES.fullmatch(text):
            return NOT_ANSWERED, True
        if _QUESTION_MARKS.fullmatch(text):
            return None, True
        found: object = None
        match self._question.type:
            case AnswerType.NUMBER:
                found = self._number(text, cell)
                in_words = isinstance(cell, str) and whole_number(text, -_MOST, _MOST) is None
            case AnswerType.CHOICE:
                found = self._choice(text)
                in_words = found is not None and text not in {found, self._options[found]}
            case AnswerType.CHOICES:
                found = self._choices(text)
                pieces = [piece.strip() for piece in text.split(";") if piece.strip()]
                in_words = pieces not in (found or [], [self._options[key] for key in found or []])
        if found is not None:
            return found, in_words
        if (name := fold(text)) in _UNSURE:
            return None, text != NOT_SURE_WORDS
        if name in _NO_ANSWER:
            return NOT_ANSWERED, True
        hint, is_meant = self._hint(text, cell), False
        if hint.startswith(_SEVERAL):
            is_meant = True
        elif not self._is_in_words and not (self._question.type is AnswerType.NUMBER and re.search("[0-9]", text)):
            hint += (
                f" A column of your own needs another heading than that of the question {quote(self._question.short)}."
            )
        raise UnfitAnswerError(f"This must be {self._expectation()}.", hint.lstrip(), is_meant=is_meant)

    # ---- choices

    def _unique_names(self) -> dict[str, str]:
        """The option that a text names in whatever form: by its key, its label, or another name of it."""
        names: tuple[dict[str, set[str]], ...] = ({}, {}, {})
        for key, label in self._options.items():
            names[1].setdefault(fold(label), set()).add(key)
            names[2].setdefault(fold(key), set()).add(key)
        for option in self._question.options:
            for word in option.words:
                names[0].setdefault(fold(word), set()).add(option.key)
        found = {name: next(iter(keys)) for them in names for name, keys in them.items() if name and len(keys) == 1}
        for name in names[1].keys() & names[2].keys():
            if len(names[1][name] | names[2][name]) > 1:  # the key of one is the label of another
                found.pop(name, None)
        return found

    def _choice(self, text: str) -> str | None:
        """The key of the option that a text names: in any form, or by the start of its label where no other has it."""
        if text in self._options:
            return text
        name = fold(text)
        found = self._folded.get(name)
        if found is not None or name in _UNSURE or name in _NO_ANSWER:
            return found
        keys = self._with_start(name)
        return keys[0] if len(keys) == 1 else None

    def _with_start(self, name: str) -> list[str]:
        if len(name) < 2:
            return []
        return [
            key
            for key, label, ends in self._starts
            if label.startswith(name) and (len(name) >= _START or len(name) in ends)
        ]

    def _choices(self, text: str) -> list[str] | None:
        """The keys that a text names, in the one way in which it can be cut into choices."""
        readings: list[list[str]] = []
        whole = self._choice(text)
        if whole is not None:
            readings.append([whole])
        for mark in _BETWEEN:
            pieces = [piece.strip() for piece in mark.split(text) if piece.strip()]
            keys = [key for key in map(self._choice, pieces) if key is not None]
            if pieces and len(keys) == len(pieces) and keys not in readings:
                readings.append(keys)
        if len(readings) > 1:
            named = " or as ".join("; ".join(map(self._answer_name, keys)) for keys in readings[:2])
            what = "answers" if self._is_in_words else "keys"
            raise UnfitAnswerError(f"This can be read as {named}.", f"Write the {what}, joined by “;”.")
        return readings[0] if readings else None

    # ---- numbers

    def _number(self, text: str, cell: CellValue) -> int | None:
        """The whole number that a text says in one way only."""
        if isinstance(cell, ShownNumber) and not text.endswith("%"):
            return cell.value if isinstance(cell.value, int) else None
        number = whole_number(text, -_MOST, _MOST)
        if number is not None:
            return number
        unit = _WITH_UNIT.fullmatch(text)
        if unit and (unit[2].strip() == self._question.unit or (fold(unit[2]) or "%") == fold(self._question.unit)):
            text = unit[1].strip()
        values = list(_readings(text))
        if len(values) > 1 and self._grouping and self._grouping in text:
            values = values[:1]
        whole = [int(value) for value in values if value == int(value)]
        # "1,200" is no decimal that a whole number could be, but "1,000" may be 1; "1.200" is 1.2 to many.
        if len(values) > 1 and ("." in text or (len(whole) > 1 and all(map(self._question.allows, whole)))):
            named = " or as ".join(f"{value.normalize():f}" for value in values)
            mend = f"It can be read as {named}: write it without a mark between its digits."
            raise UnfitAnswerError(f"This must be {self._expectation()}.", mend)
        return whole[0] if whole else None

    # ---- words for what is expected

    def _expectation(self) -> str:
        question = self._question
        keys = ", ".join(self._answer_name(option.key) for option in question.options)
        unsure = f"“{NOT_SURE_WORDS}”" if self._is_in_words else NOT_SURE
        match question.type:
            case AnswerType.CHOICE:
                return f"one of {keys}, or {unsure}"
            case AnswerType.CHOICES:
                number = "any" if question.most is None else f"at most {question.most}"
                return (
                    f"{number} of {keys}, joined by “;”, each once, or {self._answer_name(NONE_OF_THESE)}, or {unsure}"
                )
            case AnswerType.NUMBER:
                return f"a whole number from {question.minimum} to {question.maximum}, or {unsure}"

    def _answer_name(self, key: str) -> str:
        """An answer as a problem names it: by its key, or by its words where the column has words."""
        return self._label(key) if self._is_in_words else key

    def _label(self, key: str) -> str:
        """The words of an answer, shortened; the start of them is read as well."""
        label = " ".join(self._options[key].split())
        return f"“{label}”" if len(label) <= _LABEL else f"“{label[:_LABEL].rstrip()}…”"

    def _hint(self, text: str, cell: CellValue) -> str:
        """Which answer was probably meant."""
        if self._question.type is AnswerType.NUMBER:
            if isinstance(cell, ShownNumber) and text.endswith("%"):
                return f"It can be read as {text[:-1]} or as {cell.value}: write the number itself."
            return ""
        several = self._question.type is AnswerType.CHOICES
        pieces = [piece.strip() for piece in (_BETWEEN[-1].split(text[:1_000]) if several else [text])]
        for piece in (piece for piece in pieces if piece and self._choice(piece) is None):
            if len(keys := self._with_start(fold(piece))) > 1:
                more = ", …" if len(keys) > _NAMED else ""
                return f"{_SEVERAL} {quote(piece)}: {', '.join(map(self._label, keys[:_NAMED]))}{more}."
            near = get_close_matches(fold(piece)[:100], self._folded, 1)
            if near:
                key = self._folded[near[0]]
                return f"Did you mean {self._label(key) if self._is_in_words else f'“{key}”'}?"
            if len(pieces) > 1:
                return f"{quote(piece)} is none of them."
        return ""


def grouping_mark(cells: Iterable[CellValue]) -> str:
    """The mark by which the digits in a column are grouped, where its cells leave no doubt; else ""."""
    groups, divides = set[str](), set[str]()
    for cell in {cell.strip() for cell in cells if isinstance(cell, str)}:
        values = list(_readings(cell))
        mark = "," if "," in cell else "."
        if len(values) == 1 and mark in cell and not _MARKED.fullmatch(cell):
            divides.add(mark)  # as in "12,5"
        elif (len(values) > 1 and mark == "," and values[1] != int(values[1])) or cell.count(mark) > 1:
            groups.add(mark)  # as in "1,250" or "1.250.000"
    return groups.pop() if len(groups) == 1 and not groups & divides else ""


def _word_ends(label: str) -> frozenset[int]:
    """How many letters and digits a label has up to the end of each of its words."""
    words = re.findall(r"\w+", label)
    return frozenset(len(fold("".join(words[:count]))) for count in range(1, len(words) + 1))


def _readings(text: str) -> Iterator[Decimal]:
    """The numbers that a text can be: blanks and apostrophes group digits, commas and points group or divide them."""
    if found := _GROUPED.fullmatch(text):
        yield Decimal(re.sub(f"[{_BLANKS}]", "", found[1]) + (found[3] or "").replace(",", "."))
    elif found := _MARKED.fullmatch(text):
        whole, mark, further, rest = found.groups()
        yield Decimal(whole.replace(mark, "") + (rest or "").replace(",", "."))
        if not further and not rest:
            yield Decimal(text.replace(",", "."))
    elif _PLAIN.fullmatch(text):
        yield Decimal(text.replace(",", "."))
