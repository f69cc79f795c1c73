"""Items and their fields in words: for lists, for differences, and for the two texts of a clash."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from advisor.engine.document.diff import ChangeType, words
from advisor.engine.document.document import key_of
from advisor.engine.evaluation.cases import CaseResult
from advisor.engine.model.evidence import View
from advisor.engine.model.operators import Answer
from advisor.engine.model.policy import Bound
from advisor.engine.model.questions import Condition, Option
from advisor.engine.model.rules import CasePart, Push, RuleSet
from advisor.wording import rule_set_vocabulary, vocabulary
from advisor.wording.items import shorten
from advisor.wording.rules import bounds_sentence, condition_sentence, push_words, short_condition
from advisor.wording.values import answer_label
from advisor.wording.vocabulary import names

_WORDS: dict[str, Any] = {
    "type": vocabulary.TYPES,
    "scope": vocabulary.SCOPES,
    "section": names(vocabulary.SECTIONS),
    "kind": {**vocabulary.SOURCE_KINDS, **names(vocabulary.KINDS)},
    "filed_under": names(vocabulary.KINDS),
    "done_by": vocabulary.DONE_BY,
    "leave": names(vocabulary.LEAVES),
    "strength": vocabulary.STRENGTHS,
    "firmness": names(vocabulary.FIRMNESS),
    "outcome": names(vocabulary.OUTCOMES),
    "grade": vocabulary.GRADES,
}


_FEW_WORDS = 5
"""Up to so many, what was and what is are read in one line."""


@dataclass(frozen=True, slots=True)
class TextPart:
    """A stretch of text: "same", "added" or "removed"."""

    happened: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field that differs, word by word."""

    label: str
    parts: list[TextPart]

    @property
    def has_two_texts(self) -> bool:
        """Whether both states are texts of several words, each of which is read whole."""
        before, now = (
            "".join(part.text for part in self.parts if part.happened in {"same", of}) for of in ("removed", "added")
        )
        return all(len(text.split()) > _FEW_WORDS for text in (before, now))


def with_removed(rules: RuleSet, *earlier: RuleSet) -> RuleSet:
    """The rules with what is gone from them: to call it by its words, and for nothing else."""
    for before in earlier:
        if before is rules:
            continue
        lists: dict[str, Any] = {}
        for name in ("questions", "sources", "claims", "risks"):
            present, were = getattr(rules, name), getattr(before, name)
            keys = {key_of(item) for item in present} if were is not present else set()
            lists[name] = (*present, *(item for item in were if were is not present and key_of(item) not in keys))
        rules = replace(rules, **lists)
    return rules


def differences(
    before: RuleSet, after: RuleSet, old: Any, new: Any, fields: Sequence[str] | None = None
) -> list[FieldDifference]:
    """What differs between two states of an item, in the words of the rules of each; None is no item at all."""
    if isinstance(old, str) or isinstance(new, str):
        return [FieldDifference(str(_("Sentence")), _parts(old or "", new or ""))]
    if fields is None:
        item = new if old is None else old
        # The answers of a question are items of their own, but where all of it came or went they did too.
        both = old is not None and new is not None
        fields = [name for name in item.__dataclass_fields__ if not (name == "options" and both)]
    found = []
    for name in fields:
        first = "" if old is None else field_words(before, name, getattr(old, name))
        second = "" if new is None else field_words(after, name, getattr(new, name))
        if first != second:
            found.append(FieldDifference(str(rule_set_vocabulary.FIELDS[name]), _parts(first, second)))
    return found


def field_words(rules: RuleSet, name: str, value: Any) -> str:
    """The value of a field as a person reads it."""
    if value is None or value in ("", ()):
        return ""
    if name in {"when", "asked_when"}:
        if isinstance(value[0], Bound):
            return bounds_sentence(value)
        return "\n".join(condition_sentence(rules, condition) for condition in value)
    if name in {"shows", "more", "unless"}:
        groups = ("\n".join(condition_sentence(rules, condition) for condition in group) for group in value)
        return f"\n{_('or')}\n".join(groups)
    if isinstance(value, Push):
        return push_words(value)
    if name == "source":
        source = rules.source(value)
        return source.title if source else str(value)
    if name == "answers":
        return answers_words(rules, value)
    if name == "sources":
        return _claims(rules, value)
    if name in _WORDS:
        return str(_WORDS[name].get(value, value))
    if isinstance(value, tuple):
        return _tuple_words(rules, name, value)
    return str(value)


def advice_words(outcome: Any, kind: Any) -> str:
    """An outcome, with the kind where that is given and says more."""
    if kind is None or str(kind) == str(outcome):
        return str(vocabulary.OUTCOMES[outcome].name)
    words = {"outcome": vocabulary.OUTCOMES[outcome].name, "kind": vocabulary.KINDS[kind].name}
    return str(_("%(outcome)s, kind %(kind)s", **words))


def risk_words(rules: RuleSet, result: CaseResult) -> list[str]:
    """What is wrong with the risks of a test case, a sentence each."""
    said = []
    if result.missing_risks:
        said.append(_("Should be told of %(risks)s, and is not.", risks=_risk_titles(rules, result.missing_risks)))
    if result.unwanted_risks:
        said.append(_("Should not be told of %(risks)s, and is.", risks=_risk_titles(rules, result.unwanted_risks)))
    return [str(sentence) for sentence in said]


def _risk_titles(rules: RuleSet, keys: tuple[str, ...]) -> str:
    titles = {risk.key: risk.title for risk in rules.risks}
    return ", ".join(f"“{titles.get(key, key)}”" for key in keys)


def answers_words(rules: RuleSet, answers: dict[str, Answer]) -> str:
    """Answers, one to a line."""
    lines = []
    for key, answer in answers.items():
        question = rules.question(key)
        lines.append(f"{question.short or key}: {answer_label(question, answer)}" if question else f"{key}: {answer}")
    return "\n".join(lines)


def _tuple_words(rules: RuleSet, name: str, value: tuple[Any, ...]) -> str:
    match value[0]:
        case View():
            return "\n".join(f"{view.text} ({', '.join(view.sources)})" for view in value)
        case CasePart():
            return "\n".join(f"{part.part}: {answers_words(rules, part.answers)}" for part in value)
        case Option():
            return "\n".join(option.label for option in value)
    if name in {"actions", "asks", "links"}:
        return "\n".join(value)
    titles = {risk.key: risk.title for risk in rules.risks} if name in {"risks", "no_risks"} else {}
    tables: Mapping[str, Mapping[Any, Any]] = {"pull": names(vocabulary.PULLS), "outcomes": names(vocabulary.OUTCOMES)}
    tables = {**tables, name: titles} if titles else tables
    return ", ".join(str(tables.get(name, {}).get(item, item)) for item in value)


def _claims(rules: RuleSet, ids: Sequence[str]) -> str:
    """Claims by what they say, one to a line, each with its id."""
    found = ((claim_id, rules.claim(claim_id)) for claim_id in ids)
    return "\n".join(f"{shorten(claim.text)} ({key})" if claim else key for key, claim in found)


def short_conditions(rules: RuleSet, conditions: Sequence[Condition]) -> str:
    """Conditions in few words."""
    return str(_(", and ")).join(short_condition(rules, condition) for condition in conditions)


def _parts(old: str, new: str) -> list[TextPart]:
    stretches = words(old, new)
    same = sum(len(s.text) for s in stretches if s.happened is ChangeType.SAME)
    if old and new and same * 3 < max(len(old), len(new)):  # too little in common to be read in one line
        return [TextPart("removed", old), TextPart("added", new)]
    return [TextPart(stretch.happened.value, stretch.text) for stretch in stretches]
