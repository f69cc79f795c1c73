"""A recommendation as the bytes of its JSON, character for character what ``json`` makes of ``recommend``, quickly.

Nearly all of it are sentences of the rule set. They are written once for each version, and kept with it. Of answers
only those are kept with which a reason or a risk was told, and never those of one process together.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from operator import itemgetter
from typing import Any, Generic, TypeVar

from advisor import metrics
from advisor.engine.evaluation.advice import against_usual, disagreements_shown, guidance_shown, usual_process
from advisor.engine.evaluation.compiled_rules import CompiledRules
from advisor.engine.evaluation.evaluate import Recommendation, evaluate
from advisor.engine.evaluation.risks import MOST, PartAtRisk, ShownRisk, risks_shown
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.evidence import Risk
from advisor.engine.model.policy import Points
from advisor.engine.model.questions import Answers, Condition, Section
from advisor.engine.model.rules import Push, Rule, RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome, Side
from advisor.exchange.recommendation import (
    RiskDocument,
    disagreement_document,
    guidance_document,
    name_document,
    points_document,
    policy_document,
    reason_document,
    recommend,
    risk_document,
)

Key = TypeVar("Key")
Value = TypeVar("Value")

_KEPT = 512
"""Of each kind of thing that is kept, so many; of each sentence as many, each with other answers in it."""


def recommendation_json(rule_set: RuleSet, number: int | None, item: WorkItem) -> bytes:
    """The advice for one work item that was read without a problem, under version ``number`` of the rules."""
    writer = _writer(rule_set)
    if item.parts or not writer.can_write:
        return _json(recommend(rule_set, number, item))
    return writer.write(number, item)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


class _Kept(dict[Key, Value], Generic[Key, Value]):
    def get_or_make(self, key: Key, make: Callable[[], Value]) -> Value:
        found = self.get(key)
        if found is None:
            if len(self) >= _KEPT:
                self.clear()
            found = self[key] = make()
        return found


class _Sentence:
    """What is said with the answers to these questions in it."""

    def __init__(self, keys: Sequence[str], make: Callable[[Answers], Any]) -> None:
        self._keys, self._make = keys, make
        self._pick: Callable[[Answers], Any] = itemgetter(*keys) if keys else len
        self._kept: _Kept[Any, bytes] = _Kept()

    def with_answers(self, answers: Answers) -> bytes:
        found = self._kept.get(self._pick(answers))
        return found or self._kept.get_or_make(self._pick(answers), lambda: self._written(answers))

    def _written(self, answers: Answers) -> bytes:
        return _json(self._make({key: answers[key] for key in self._keys}))


class _Writer:
    """What writes advice under one rule set on processes in one piece."""

    def __init__(self, rule_set: RuleSet) -> None:
        self._rule_set = rule_set
        asked = [question.key for question in rule_set.questions]
        self._reasons = {rule.key: _reason(rule_set, rule, asked) for rule in rule_set.rules}
        self._core = [question.key for question in rule_set.section(Section.CORE)]
        told = [*(it.when for it in rule_set.guidance), *(it.when for it in rule_set.disagreements)]
        at_risk = [group for risk in rule_set.risks for group in (*risk.shows, *risk.more, *risk.unless)]
        self._told_groups, self._risk_groups = _compiled(rule_set, told), _compiled(rule_set, at_risk)
        self._decided: _Kept[Points, tuple[bytes, bytes]] = _Kept()
        self._told: _Kept[tuple[int, Outcome, Kind], bytes] = _Kept()
        self._risks: _Kept[tuple[int, Outcome], tuple[_Sentence, ...]] = _Kept()
        self._risk_sentences: _Kept[tuple[str, tuple[str, ...]], _Sentence] = _Kept()
        self._limits = _json(list(rule_set.limits))
        names = {question.key for question in rule_set.section(Section.NAME)}
        leading = {test.question for question in rule_set.questions for test in question.asked_when}
        # A name may stand for an answer, which leads to no question: so none may depend on one.
        self.can_write = names.isdisjoint(rule_set.follow_ups | leading) and rule_set.follow_ups.isdisjoint(self._core)

    def write(self, number: int | None, item: WorkItem) -> bytes:
        rule_set, answers = self._rule_set, item.answers
        advice = evaluate(rule_set, answers)
        metrics.count_evaluation(advice.outcome)
        head, policy = self._decided.get(advice.points) or self._decided.get_or_make(
            advice.points, lambda: self._decision(advice)
        )
        usual = usual_process(rule_set, item.process, answers)
        against = against_usual(usual, advice.kind)
        told = self._told_groups.matched({**answers, usual[0]: usual[1].key} if usual else dict(answers))
        shown = told, advice.outcome, advice.kind
        beside = self._told.get(shown) or self._told.get_or_make(shown, lambda: self._beside(item.process, advice))
        risks = self._risks.get_or_make(
            (self._risk_groups.matched(dict(answers)), advice.outcome), lambda: self._found_risks(advice)
        )
        reasons = [self._reasons[rule.key].with_answers(answers) for rule in advice.matched]
        done_by = rule_set.done_by(answers)
        return b"".join([
            b'{"process": ', _json(item.process), b", ", head,
            b', "reasons": [', b", ".join(reasons),
            b'], "policy": ', policy,
            b', "rules_version": ', b"null" if number is None else b"%d" % number,
            b', "unanswered": ', _json([key for key in self._core if answers.get(key) is None]),
            b', "parts": [], ', beside,
            b', "risks": [', b", ".join([risk.with_answers(answers) for risk in risks]),
            b'], "name_against_content": ', _json(name_document(against)) if against else b"null",
            b', "limits": ', self._limits,
            b', "done_by": ' + _json(done_by) if done_by else b"",
            b"}",
        ])  # fmt: skip

    def _decision(self, advice: Recommendation) -> tuple[bytes, bytes]:
        head = {"outcome": advice.outcome, "kind": advice.kind, "strength": advice.strength}
        return _json({**head, "points": points_document(advice.points)})[1:-1], _json(policy_document(advice))

    def _beside(self, process: str, advice: Recommendation) -> bytes:
        rule_set = self._rule_set
        disagreements = [disagreement_document(it) for it in disagreements_shown(rule_set, process, advice)]
        guidance = [guidance_document(rule_set, it) for it in guidance_shown(rule_set, process, advice)]
        return _json({"disagreements": disagreements, "guidance": guidance})[1:-1]

    def _found_risks(self, advice: Recommendation) -> tuple[_Sentence, ...]:
        found = []
        for shown in risks_shown(self._rule_set, advice)[:MOST]:
            keys = tuple(shown.parts[0].answers)
            found.append(self._risk_sentences.get_or_make((shown.risk.key, keys), partial(_risk, shown.risk, keys)))
        return tuple(found)


_writer = cached_per_rule_set(_Writer)


def _reason(rule_set: RuleSet, rule: Rule, asked: Sequence[str]) -> _Sentence:
    looked_at = {condition.question for condition in rule.when}
    return _Sentence(
        [key for key in asked if key in looked_at], lambda answers: reason_document(rule_set, rule, answers)
    )


def _risk(risk: Risk, keys: Sequence[str]) -> _Sentence:
    def document(answers: Answers) -> RiskDocument:
        return risk_document(ShownRisk(risk, 0, (PartAtRisk("", answers),)), several=False)

    return _Sentence(keys, document)


def _compiled(rule_set: RuleSet, groups: Iterable[Sequence[Condition]]) -> CompiledRules:
    """What tells which groups hold, as the rules of a rule set are told: the same number where the same ones do."""
    each = dict.fromkeys(tuple(group) for group in groups if group)
    rules = [Rule(str(place), group, Push(Side.BPO, 1), "", ()) for place, group in enumerate(each)]
    return CompiledRules(replace(rule_set, rules=tuple(rules)))
