"""How a query reads answers from columns, and tests them, with the meaning that the engine gives to both.

A cell says nothing where it is NULL, empty, or "not-sure". Else it is an answer, or it is *unread*: no answer to its
question, which then counts as unknown. An answer to one choice becomes the number of its option; to several, whether
each of the options is chosen; a number itself.
"""

from collections.abc import Mapping, Sequence

from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Condition, Question
from advisor.exchange.sql.names import Names, join_operands, text, texts

GIVEN = "given"
"""The table as it is."""

_UNREAD = -1
_KNOWN = 1
"""Of several choices: that they are an answer."""

_UNREAD_NUMBER = 10**17
"""More than the fifteen digits that are read, all of which a floating-point number holds exactly."""

_WHOLE = "^[+-]?[0-9]{1,15}([.]0+)?$"
_MOST = 10**15 - 1


class AnswerColumns:
    """Expressions on the columns of questions. ``looked_at`` are the options that conditions look at, by question."""

    def __init__(self, names: Names, looked_at: Mapping[str, Sequence[str]]) -> None:
        self._names = names
        self._looked_at = looked_at

    def cell(self, question: Question) -> str:
        """What stands in the table, as text."""
        return f"CAST({self._names.of(GIVEN, question.key)} AS TEXT)"

    def cells(self, question: Question) -> dict[str, str]:
        """The columns that read a cell: an answer, NULL, or what stands for unread."""
        cell = self.cell(question)
        match question.type:
            case AnswerType.CHOICE:
                found = [f"WHEN {text(it.key)} THEN {code}" for code, it in enumerate(question.options, 1)]
                otherwise = f"CASE WHEN NOT ({_says_nothing(cell)}) THEN {_UNREAD} END"
                return {question.key: f"CASE {cell} {' '.join(found)} ELSE {otherwise} END"}
            case AnswerType.NUMBER:
                number = f"TRY_CAST({cell} AS DOUBLE)"
                least = -_MOST if question.minimum is None else question.minimum
                most = _MOST if question.maximum is None else question.maximum
                fits = f"CASE WHEN {number} BETWEEN {least} AND {most} THEN {number} ELSE {_UNREAD_NUMBER} END"
                whole = f"WHEN REGEXP_LIKE({cell}, {text(_WHOLE)}) THEN {fits}"
                nothing = f"WHEN {_says_nothing(cell)} THEN NULL"
                return {question.key: f"CASE {whole} {nothing} ELSE {_UNREAD_NUMBER} END"}
            case AnswerType.CHOICES:
                # Between semicolons, so that no key is found within another.
                chosen = {
                    option_column(question.key, it.key): f"STRPOS(';' || {cell} || ';', {text(f';{it.key};')}) > 0"
                    for it in question.options
                }
                return {question.key: cell, **chosen}

    def choices(self, question: Question, layer: str) -> dict[str, str]:
        """The columns of ``cells``, those of several choices with a number in place of the text: known or unread."""
        of = self._names.of
        if question.type is not AnswerType.CHOICES:
            return {question.key: of(layer, question.key)}
        cell = of(layer, question.key)
        chosen = {it.key: of(layer, option_column(question.key, it.key)) for it in question.options}
        # Each key with its semicolon: that the lengths are equal says that nothing else is there, and nothing twice.
        length = join_operands(
            "+", [f"CASE WHEN {it} THEN {len(key) + 1} ELSE 0 END" for key, it in chosen.items()], "0"
        )
        fits = f"LENGTH({cell}) + 1 = {length}"
        if question.most is not None:
            number = join_operands("+", [f"CASE WHEN {it} THEN 1 ELSE 0 END" for it in chosen.values()], "0")
            fits = f"{fits} AND {number} <= {question.most}"
        state = (
            f"CASE WHEN {_says_nothing(cell)} THEN NULL WHEN {cell} = {text(NONE_OF_THESE)} OR ({fits}) "
            f"THEN {_KNOWN} ELSE {_UNREAD} END"
        )
        kept = {option_column(question.key, key): chosen[key] for key in self._options(question)}
        return {question.key: state, **kept}

    def is_unread(self, question: Question, layer: str) -> str:
        """Whether something stands in a cell that is no answer."""
        return f"{self._names.of(layer, question.key)} = {_unread_code(question)}"

    def counted_columns(
        self, question: Question, leads: Sequence[tuple[Question, Condition]], layer: str
    ) -> dict[str, str]:
        """The columns of answers that count: those that are answers, where all that leads to the question holds."""
        column = self._names.of(layer, question.key)
        asked = [self.holds(other, [condition], layer, is_counted=False) for other, condition in leads]
        if question.type is AnswerType.CHOICES:
            known = " AND ".join([f"{column} = {_KNOWN}", *asked])
            columns = (option_column(question.key, key) for key in self._options(question))
            return {it: f"CASE WHEN {known} THEN {self._names.of(layer, it)} END" for it in columns}
        known = f"NULLIF({column}, {_unread_code(question)})"
        return {question.key: f"CASE WHEN {' AND '.join(asked)} THEN {known} END" if asked else known}

    def holds(self, question: Question, conditions: Sequence[Condition], layer: str, *, is_counted: bool = True) -> str:
        """Whether all conditions on the answer hold; false or NULL where it is unknown or does not count."""
        column = self._names.of(layer, question.key)
        match question.type:
            case AnswerType.CHOICE:
                codes = [
                    str(code)
                    for code, option in enumerate(question.options, 1)
                    if all((option.key in it.values) is (it.test != "none_of") for it in conditions)
                ]
                if not codes:
                    return "FALSE"
                return f"{column} = {codes[0]}" if len(codes) == 1 else f"{column} IN ({', '.join(codes)})"
            case AnswerType.NUMBER:
                number = column if is_counted else f"NULLIF({column}, {_UNREAD_NUMBER})"
                return " AND ".join(_in_range(number, it) for it in conditions)
            case AnswerType.CHOICES:
                tests = [self._on_choices(it, layer) for it in conditions]
                return " AND ".join(tests if is_counted else [f"{column} = {_KNOWN}", *tests])

    def _options(self, question: Question) -> Sequence[str]:
        wanted = self._looked_at.get(question.key, ())
        return [option.key for option in question.options if option.key in wanted]

    def _on_choices(self, condition: Condition, layer: str) -> str:
        chosen = [self._names.of(layer, option_column(condition.question, str(it))) for it in condition.values]
        if condition.test == "includes_all":
            return join_operands("AND", chosen, "TRUE")
        found = join_operands("OR", chosen, "FALSE")
        return f"NOT {found}" if condition.test == "none_of" else found


def option_column(question: str, option: str) -> str:
    """The column that says whether one of several choices is chosen; no key has a colon."""
    return f"{question}:{option}"


def _says_nothing(cell: str) -> str:
    return f"{cell} IS NULL OR {cell} IN ({texts(['', NOT_SURE])})"


def _unread_code(question: Question) -> int:
    return _UNREAD_NUMBER if question.type is AnswerType.NUMBER else _UNREAD


def _in_range(number: str, condition: Condition) -> str:
    match condition.test:
        case "at_least":
            return f"{number} >= {condition.values[0]}"
        case "at_most":
            return f"{number} <= {condition.values[0]}"
    return f"{number} BETWEEN {condition.values[0]} AND {condition.values[1]}"
