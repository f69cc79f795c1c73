"""A rule set as decision tables that simple readers of DMN take: version 1.1, and nothing that is not a table.

Cells hold values, ranges and lists of values; each table gives one thing, which has the name of its decision, since
some readers go by the one and some by the other. A several-choice question becomes a yes or no for each option.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import TypeAlias

from advisor.engine.model.errors import Problem, RuleSetError
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Condition
from advisor.engine.model.row_sentences import with_sentences
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Leave, Measure, Side
from advisor.exchange.dmn import feel
from advisor.exchange.dmn.elements import MODEL_1_1, Column, DecisionTable, DmnDocument, TableRow
from advisor.exchange.dmn.logic import Logic, answer_lines
from advisor.exchange.dmn.policy_rows import PolicyRow, looked_at, policy_table

LOST = (
    "Of this plain form are lost: which rules matched, and the reasons of rules and of policy rows as results; that a "
    "list holds at most so many choices; the types of the answers; the diagram. The risks, the guidance and the claims "
    "are left out, as from every model."
)
"""What the plain form does not say."""

_WANTED = (
    "It wants the inputs below. A question with several choices is an input for each option that counts: true where it "
    "is chosen, false where it is not, and all of them left out or null where the question is not answered. Some "
    "readers ask for every input and want null; some fail where null stands for a number, and want it left out."
)

_LEAVE, _KIND, _STRENGTH, _OUTCOME = "leave", "kind", "strength", "outcome"

_Place: TypeAlias = tuple[str, str]
"""What a column looks at: a question, and one of its options where it has several choices."""

_WAYS_LIMIT = 200
"""The most rows of one rule."""


def write_plain_dmn(rule_set: RuleSet, about: Sequence[tuple[str, str]] = ()) -> bytes:
    """Write a rule set that ``check`` does not block as plain tables. ``about`` says where it comes from."""
    return _PlainModel(rule_set, about).to_bytes()


class _PlainModel:
    """The model while it grows."""

    def __init__(self, rule_set: RuleSet, about: Sequence[tuple[str, str]]) -> None:
        self._rule_set = rule_set
        self._logic = Logic(rule_set)
        lines = [*(f"{name}: {value}" for name, value in about), LOST, _WANTED]
        self._document = DmnDocument(MODEL_1_1, "\n".join(lines))
        names = feel.FeelNames((*Measure, *map(_points, Side), _LEAVE, _KIND, _STRENGTH, _OUTCOME))
        self._columns: dict[_Place, Column] = {}
        for question in self._logic.questions:
            if question.type is AnswerType.CHOICES:
                for option in question.options:
                    name = names.new(f"{question.key}_{option.key}")
                    self._columns[question.key, option.key] = Column(name, name, "boolean")
            else:
                of = "number" if question.type is AnswerType.NUMBER else "string"
                name = names.new(question.key)
                self._columns[question.key, ""] = Column(name, name, of)

    def to_bytes(self) -> bytes:
        rows = [(rule.push.side, row) for rule, conditions in self._logic.rules for row in self._rows(rule, conditions)]
        used = {place for _, (cells, _) in rows for place in cells}
        self._columns = {place: column for place, column in self._columns.items() if place in used}
        for question in self._logic.questions:
            for option in question.options if question.type is AnswerType.CHOICES else (None,):
                column = self._columns.get((question.key, "" if option is None else option.key))
                if column is not None:
                    lines = answer_lines(question) if option is None else [f"{option.label}: true or false."]
                    self._document.add_input(column.expression, column.type, self._logic.describe(question, lines))
        for side in self._logic.sides:
            self._add_points(side, [row for pushed, row in rows if pushed is side])
        self._add_sums()
        self._add_policy(_LEAVE, with_sentences(self._rule_set.leave))
        self._add_policy(_KIND, with_sentences(self._rule_set.kind))
        self._add_policy(_STRENGTH, with_sentences(self._rule_set.kind))
        self._add_outcome()
        return self._document.to_bytes()

    def _rows(
        self, rule: Rule, conditions: Mapping[str, Sequence[Condition]]
    ) -> Iterator[tuple[dict[_Place, str], Rule]]:
        """The rows of a rule, of which one at most fits: what is in a list can be in it in more ways than one."""
        ways: list[dict[_Place, str]] = [{}]
        for question in self._logic.questions:
            own = conditions.get(question.key, ())
            if own and question.type is not AnswerType.CHOICES:
                ways = [{**way, (question.key, ""): feel.cell(question, own)} for way in ways]
                continue
            for condition in own:
                ways = _combine_ways(ways, _ways(condition))
                if len(ways) > _WAYS_LIMIT:
                    said = f"The rule “{rule.key}” would be more than {_WAYS_LIMIT:,} rows of a plain table."
                    raise RuleSetError([Problem("", said, "Export it without --dmn-plain, or split the rule.")])
        return ((way, rule) for way in ways)

    def _add_points(self, side: Side, rows: Sequence[tuple[dict[_Place, str], Rule]]) -> None:
        used = {place for cells, _ in rows for place in cells}
        places = [place for place in self._columns if place in used] or list(self._columns)[:1]
        table_rows = [TableRow([feel.ANY] * len(places), ["0"], "So that there always is a sum.")]
        for cells, rule in rows:
            tests = [cells.get(place, feel.ANY) for place in places]
            table_rows.append(TableRow(tests, [str(rule.push.points)], f"{rule.key}: {rule.because}"))
        columns = [self._columns[place] for place in places]
        needs = [f"{column.expression}.input" for column in columns]
        described = "The points of every rule that matches, to be added up."
        self._add_table(_points(side), "number", described, needs, "COLLECT", columns, table_rows)

    def _add_sums(self) -> None:
        for side in self._logic.sides:
            points = _points(side)
            rows = [TableRow([feel.ANY], [f"sum({points})"])]
            columns, needs = [Column(points, points, "")], [f"{points}.decision"]
            self._add_table(side, "number", "The sum of the points.", needs, "UNIQUE", columns, rows)
        for measure, sign in ((Measure.LEAN, "-"), (Measure.EVIDENCE, "+")):
            rows = [TableRow([feel.ANY, feel.ANY], [f"{Side.BPO} {sign} {Side.KPO}"])]
            columns = [Column(side, side, "number") for side in (Side.BPO, Side.KPO)]
            needs = [f"{Side.BPO}.decision", f"{Side.KPO}.decision"]
            self._add_table(measure, "number", "Of the two sums.", needs, "UNIQUE", columns, rows)

    def _add_policy(self, name: str, rows: Sequence[PolicyRow]) -> None:
        measures = looked_at(rows)
        hit_policy, found = policy_table(rows, measures)
        columns = [Column(measure, measure, "number") for measure in measures]
        given = [TableRow(cells, [feel.text(str(getattr(row, name)))], row.says) for cells, row in found]
        needs = [f"{measure}.decision" for measure in measures]
        self._add_table(name, "string", "From the sums of the points.", needs, hit_policy, columns, given)

    def _add_outcome(self) -> None:
        columns = [Column(name, name, "string") for name in (_LEAVE, _KIND)]
        keep, go = feel.text(Leave.KEEP), feel.text(Leave.GO)
        kinds = dict.fromkeys(feel.text(row.kind) for row in with_sentences(self._rule_set.kind))
        rows = [TableRow([keep, feel.ANY], [keep]), *(TableRow([go, kind], [kind]) for kind in kinds)]
        needs = [f"{_LEAVE}.decision", f"{_KIND}.decision", f"{_STRENGTH}.decision"]
        self._add_table(_OUTCOME, "string", "The advice.", needs, "UNIQUE", columns, rows)

    def _add_table(
        self,
        name: str,
        of: str,
        described: str,
        needs: Sequence[str],
        hit_policy: str,
        columns: Sequence[Column],
        rows: Sequence[TableRow],
    ) -> None:
        whole = "" if hit_policy == "COLLECT" else of
        self._document.add_table(name, whole, described, needs, DecisionTable(hit_policy, columns, {name: of}, rows))


def _points(side: Side) -> str:
    """The name of the table of the points for a side."""
    return f"{side}_points"


def _ways(condition: Condition) -> list[dict[_Place, str]]:
    """The ways in which a condition on a several-choice question can hold, of which one at most does."""
    places = [(condition.question, str(value)) for value in condition.values]
    if condition.test == "includes_any":
        return [{**dict.fromkeys(places[:at], "false"), place: "true"} for at, place in enumerate(places)]
    return [dict.fromkeys(places, "false" if condition.test == "none_of" else "true")]


def _combine_ways(some: Iterable[dict[_Place, str]], others: Sequence[dict[_Place, str]]) -> list[dict[_Place, str]]:
    """The ways in which both can hold."""
    pairs = product(some, others)
    return [one | other for one, other in pairs if all(one.get(place, cell) == cell for place, cell in other.items())]
