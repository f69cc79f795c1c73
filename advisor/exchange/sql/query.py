"""A rule set as one SQL query over a table of answers: the engine that holds the rows advises on them.

The table has the columns of ``advisor questions --format csv``. The query is a chain of layers, each of which reads
the one before it: cells, answers that count, points, decision. ``sqlglot`` writes it in the dialect that is wanted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from advisor.engine.model.errors import Problem, RuleSetError
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.policy import Bound, KindRow, LeaveRow
from advisor.engine.model.questions import NONE_OF_THESE, Condition, Question, Scope
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Kind, Leave, Measure, Outcome, Side, Strength
from advisor.exchange.dmn.logic import Logic, answer_lines
from advisor.exchange.file_input import quote
from advisor.exchange.sql.answers import GIVEN, AnswerColumns
from advisor.exchange.sql.names import Names, join_operands, named_where, text, texts
from advisor.exchange.work_items import PART, PROCESS

DIALECTS = ("bigquery", "duckdb", "postgres", "spark")
"""Dialects in which a query is offered; others that ``sqlglot`` knows can be written, and are not tried."""

RESULTS = (
    *("outcome", "kind", "strength"),
    *("bpo", "kpo", "keep", "both", "lean", "evidence"),
    *("reasons", "unread", "parts", "differ"),
)
"""The columns that a query adds, named as in the advice of `advisor evaluate` where it has them."""

TABLE = "answers"
"""The table where no other is named."""

_PLACE = "table_of_answers"
_STRENGTHS = list(Strength)


@dataclass(frozen=True, slots=True)
class QueryForm:
    """What a query reads and gives. ``table`` is what stands behind FROM, in the dialect of the query.

    ``keys`` are the columns that say which row it is; they come first in the result. With ``is_combined``, rows that
    agree in all of them are the parts of one process, which gets one row. ``has_reasons`` adds the keys of the rules
    that matched. ``is_quoted`` is False where the names of columns stand without quotation marks.
    """

    table: str = TABLE
    keys: tuple[str, ...] = (PROCESS, PART)
    is_combined: bool = False
    has_reasons: bool = False
    is_quoted: bool = True


def write_sql(rule_set: RuleSet, dialect: str, form: QueryForm, about: Sequence[tuple[str, str]] = ()) -> str:
    """Write the query of a rule set that ``check`` does not block. ``about`` says where it comes from.

    Raises RuleSetError where the table or its keys cannot be used.
    """
    import sqlglot

    table = _table(form.table, dialect)
    query = _Query(rule_set, form)
    _refuse_keys(form, query.logic.questions)
    # PostgreSQL writes one layer into the next, as often as it is looked at, unless the one has layers of its own.
    # OFFSET 0 would hinder it as well, but also from seeing which partitions of the table are wanted.
    tree = sqlglot.parse_one(query.text(nested=dialect == "postgres"))
    for place in [it for it in tree.find_all(sqlglot.exp.Table) if it.name == _PLACE]:
        place.replace(table)
    return f"{query.comments(about)}{tree.sql(dialect, pretty=True)}\n"


def _table(written: str, dialect: str) -> Any:
    """What stands behind FROM."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    refused = RuleSetError([Problem("--table", f"{quote(written)} cannot stand behind FROM.", "Name one table.")])
    try:
        found: Any = sqlglot.parse(f"SELECT * FROM {written}", dialect=dialect)
    except SqlglotError:
        raise refused from None
    exp = sqlglot.exp
    if len(found) != 1 or not isinstance(found[0], exp.Select):
        raise refused
    source = found[0].args.get("from_") or found[0].args.get("from")
    others = {name for name, value in found[0].args.items() if value} - {"expressions", "from_", "from", "kind"}
    if source is None or others or not isinstance(source.this, exp.Table | exp.Subquery) or source.this.alias:
        raise refused
    table = source.this
    if table.args.get("joins") or table.args.get("laterals"):
        raise refused
    return table


def _refuse_keys(form: QueryForm, questions: Sequence[Question]) -> None:
    """Raise RuleSetError for columns that would stand twice, as engines see names: in capitals or not."""
    taken = {it.key.lower(): "a question that decides" for it in questions}
    taken.update(dict.fromkeys(RESULTS, "a column of the advice"))
    problems = []
    for key in form.keys:
        if not key or key.lower() in taken:
            what = taken.get(key.lower(), "no name")
            problems.append(Problem("--key", f"{quote(key)} is {what}.", "Give that column another name."))
        taken[key.lower()] = "a key already"
    if form.is_combined and not form.keys:
        problems.append(Problem("--key", "No column says which rows are one process."))
    if problems:
        raise RuleSetError(problems)


@dataclass(frozen=True, slots=True)
class _Layer:
    name: str
    columns: Mapping[str, str]


class _Query:
    """The query before it is written in a dialect."""

    def __init__(self, rule_set: RuleSet, form: QueryForm) -> None:
        self.logic = Logic(rule_set)
        self._rule_set, self._form = rule_set, form
        self._names = Names(quoted=form.is_quoted)
        self._questions = {question.key: question for question in self.logic.questions}
        looked_at: dict[str, list[str]] = {}
        conditions = chain(*(rule.when for rule in rule_set.rules), *(it.asked_when for it in self.logic.questions))
        for condition in conditions:
            looked_at.setdefault(condition.question, []).extend(map(str, condition.values))
        self._answers = AnswerColumns(self._names, looked_at)
        self._of_process = [it for it in self.logic.questions if it.scope is Scope.PROCESS and form.is_combined]

    def text(self, *, nested: bool) -> str:
        """The query."""
        rows = self._in_steps(nested=nested)
        return self._combine_parts(rows) if self._form.is_combined else rows

    def comments(self, about: Sequence[tuple[str, str]]) -> str:
        """Where it comes from, and what it reads and gives."""
        lines = [f"{name}: {value}" for name, value in about]
        lines.append("It reads these columns, as text or numbers. NULL, '' and 'not-sure' are not answered.")
        lines += [f"{question.key}: {_answers_of(question)}" for question in self.logic.questions]
        lines.append(
            "What stands in a column and is no answer to it counts as not answered; unread names such columns."
        )
        return "".join(f"-- {' '.join(line.split())}\n" for line in lines)  # no text of a rule set ends the comment

    # ---- The layers

    def _layers(self) -> list[_Layer]:
        questions, answers = self.logic.questions, self._answers
        layers = [_Layer("cells", _merge_columns(map(answers.cells, questions)))]
        if any(question.type is AnswerType.CHOICES for question in questions):
            layers.append(_Layer("choices", _merge_columns(answers.choices(it, "cells") for it in questions)))
        read = layers[-1].name
        counted = _merge_columns(answers.counted_columns(it, self._leads(it), read) for it in questions)
        unread = named_where([(it.key, answers.is_unread(it, read)) for it in questions])
        layers.append(_Layer("answers", {**counted, ":unread": unread}))
        sums = {str(side): self._sum(side, "answers") for side in Side}
        reasons = {":reasons": self._reasons("answers")} if self._form.has_reasons else {}
        layers.append(_Layer("points", {**sums, **reasons, ":unread": self._names.of("answers", ":unread")}))
        carried = {it: self._names.of("points", it) for it in layers[-1].columns}
        leave = _first_that_fits(self._rule_set.leave, "leave", self._names)
        kind = _first_that_fits(self._rule_set.kind, "kind", self._names)
        strength = _first_that_fits(self._rule_set.kind, "strength", self._names)
        layers.append(_Layer("decision", {**carried, ":leave": leave, "kind": kind, "strength": strength}))
        return layers

    def _leads(self, question: Question) -> list[tuple[Question, Condition]]:
        """All that must hold for a question to be asked, with that for the questions it looks at."""
        found: dict[Condition, None] = {}
        for condition in question.asked_when:
            found[condition] = None
            found.update(dict.fromkeys(it for _, it in self._leads(self._questions[condition.question])))
        return [(self._questions[it.question], it) for it in found]

    def _sum(self, side: Side, layer: str) -> str:
        rules = [rule for rule in self._rule_set.rules if rule.push.side is side]
        each = [f"CASE WHEN {self._matches(rule, layer)} THEN {rule.push.points} ELSE 0 END" for rule in rules]
        return join_operands("+", each, "0")

    def _reasons(self, layer: str) -> str:
        ranked = sorted(self._rule_set.rules, key=lambda rule: -rule.push.points)
        return named_where([(rule.key, self._matches(rule, layer)) for rule in ranked])

    def _matches(self, rule: Rule, layer: str) -> str:
        own: dict[str, list[Condition]] = {}
        for condition in rule.when:
            own.setdefault(condition.question, []).append(condition)
        return " AND ".join(self._answers.holds(self._questions[key], its, layer) for key, its in own.items())

    def _result(self) -> dict[str, str]:
        """The columns of the advice on a row, from the last of the layers."""
        found = {name: self._names.of("decision", name) for name in ("kind", "strength", *map(str, Side))}
        keeps = f"{self._names.of('decision', ':leave')} = {text(Leave.KEEP)}"
        outcome = f"CASE WHEN {keeps} THEN {text(Outcome.KEEP)} ELSE {found['kind']} END"
        told = ("reasons", "unread") if self._form.has_reasons else ("unread",)
        return {
            "outcome": outcome,
            **found,
            **self._differences("decision"),
            **{name: self._names.of("decision", f":{name}") for name in told},
        }

    def _differences(self, layer: str) -> dict[str, str]:
        of = self._names.of
        bpo, kpo = of(layer, Side.BPO), of(layer, Side.KPO)
        return dict(zip((Measure.LEAN, Measure.EVIDENCE), (f"{bpo} - {kpo}", f"{bpo} + {kpo}"), strict=True))

    # ---- How they stand one behind the other

    def _carried_columns(self) -> dict[str, str]:
        """What goes through all layers as it is: the keys, and what is to be compared between parts."""
        keys = {key: self._names.of(GIVEN, key) for key in self._form.keys}
        cells = {f"{it.key}:cell": f"COALESCE({self._answers.cell(it)}, '')" for it in self._of_process}
        return {**keys, **cells}

    def _in_steps(self, *, nested: bool) -> str:
        """Each layer is a WITH of the one after it, or all of them are of the last."""
        source, before, carried = f"SELECT * FROM {_PLACE}", GIVEN, self._carried_columns()
        steps = []
        for layer in [*self._layers(), _Layer("", self._result())]:
            head = f"WITH {before} AS ({source}) " if nested else ""
            steps.append(f"{before} AS ({source})")
            source = f"{head}SELECT {self._list({**carried, **layer.columns})} FROM {before}"
            before, carried = layer.name, {name: self._names.of(layer.name, name) for name in carried}
        return source if nested else f"WITH {', '.join(steps)} {source}"

    def _list(self, columns: Mapping[str, str]) -> str:
        return ", ".join(f"{expression} AS {self._names(name)}" for name, expression in columns.items())

    # ---- Several parts

    def _combine_parts(self, rows: str) -> str:
        """One row for a process, from those of its parts, as ``combine`` says."""
        of = self._names.of
        keys = {key: of("part_advice", key) for key in self._form.keys}
        outcome, kind = of("part_advice", "outcome"), of("part_advice", "kind")
        leaving = f"CASE WHEN {outcome} NOT IN ({texts([Outcome.KEEP, Outcome.UNCLEAR])}) THEN {outcome} END"
        known = f"CASE WHEN {kind} <> {text(Kind.UNCLEAR)} THEN {kind} END"
        ranks = " ".join(f"WHEN {text(it)} THEN {rank}" for rank, it in enumerate(_STRENGTHS))
        together = {
            **keys,
            ":leaving": f"MIN({leaving})",
            ":leaving_too": f"MAX({leaving})",
            ":unkept": f"SUM(CASE WHEN {outcome} = {text(Outcome.KEEP)} THEN 0 ELSE 1 END)",
            "kind": f"MIN({known})",
            ":kind_too": f"MAX({known})",
            "strength": f"MIN(CASE {of('part_advice', 'strength')} {ranks} END)",
            **{str(side): f"SUM({of('part_advice', side)})" for side in Side},
            "unread": f"MAX({of('part_advice', 'unread')})",
            "parts": "COUNT(*)",
            "differ": self._differ(),
        }
        grouped = f"SELECT {self._list(together)} FROM ({rows}) AS part_advice GROUP BY {', '.join(keys.values())}"
        one, too, kinds, kinds_too = (of("whole", it) for it in (":leaving", ":leaving_too", "kind", ":kind_too"))
        strengths = " ".join(f"WHEN {rank} THEN {text(it)}" for rank, it in enumerate(_STRENGTHS))
        result = {
            **{key: of("whole", key) for key in self._form.keys},
            "outcome": (
                f"CASE WHEN {one} <> {too} THEN {text(Outcome.BOTH)} WHEN {one} IS NOT NULL THEN {one} "
                f"WHEN {of('whole', ':unkept')} = 0 THEN {text(Outcome.KEEP)} ELSE {text(Outcome.UNCLEAR)} END"
            ),
            "kind": (
                f"CASE WHEN {kinds} <> {kinds_too} THEN {text(Kind.BOTH)} ELSE COALESCE({kinds}, "
                f"{text(Kind.UNCLEAR)}) END"
            ),
            "strength": f"CASE {of('whole', 'strength')} {strengths} END",
            **{str(side): of("whole", side) for side in Side},
            **self._differences("whole"),
            **{name: of("whole", name) for name in ("unread", "parts", "differ")},
        }
        return f"SELECT {self._list(result)} FROM ({grouped}) AS whole"

    def _differ(self) -> str:
        """The questions about the process that its rows answer differently."""
        cells = ((it.key, self._names.of("part_advice", f"{it.key}:cell")) for it in self._of_process)
        return named_where([(key, f"MIN({cell}) <> MAX({cell})") for key, cell in cells])


def _answers_of(question: Question) -> str:
    if question.type is AnswerType.NUMBER:
        return answer_lines(question)[0]
    keys = ", ".join(option.key for option in question.options)
    if question.type is AnswerType.CHOICE:
        return f"one of {keys}"
    number = "any" if question.most is None else f"at most {question.most}"
    return f"{number} of {keys}, joined by a semicolon, or {NONE_OF_THESE}"


def _merge_columns(columns: Any) -> dict[str, str]:
    return {name: expression for some in columns for name, expression in some.items()}


def _first_that_fits(rows: Sequence[LeaveRow | KindRow], gives: str, names: Names) -> str:
    """What the first row of a policy table gives whose bounds hold; the last one always fits."""
    cases: list[str] = []
    for row in rows:
        given = text(str(getattr(row, gives)))
        bounds = [_bound_test(bound, names) for bound in row.when]
        if not bounds:
            return f"CASE {' '.join(cases)} ELSE {given} END" if cases else given
        cases.append(f"WHEN {' AND '.join(bounds)} THEN {given}")
    return f"CASE {' '.join(cases)} END"


def _bound_test(bound: Bound, names: Names) -> str:
    bpo, kpo = names.of("points", Side.BPO), names.of("points", Side.KPO)
    with_kpo = dict(zip((Measure.LEAN, Measure.EVIDENCE), "-+", strict=True)).get(bound.measure)
    number = f"({bpo} {with_kpo} {kpo})" if with_kpo else names.of("points", bound.measure)
    ends = [(">=", bound.at_least), ("<=", bound.at_most)]
    return " AND ".join(f"{number} {sign} {end}" for sign, end in ends if end is not None) or "TRUE"
