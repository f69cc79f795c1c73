"""A recommendation as the bytes of its JSON, character for character what ``json`` makes of ``recommend``, quickly.

Nearly all of it are sentences of the rule set. They are written once for each version, and kept with it. Of answers
only those are kept with which a reason or a risk was told, and never those of one process together.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

from advisor import metrics
from advisor.engine.evaluation.advice import against_usual, guidance_of_advice, usual_process
from advisor.engine.evaluation.compiled_advice import CompiledItems, CompiledRisks, PartAtRiskBits, ShownBits
from advisor.engine.evaluation.compiled_rules import Mask
from advisor.engine.evaluation.evaluate import Recommendation, combine, evaluate
from advisor.engine.evaluation.risks import ShownRisk
from advisor.engine.model.answers import WorkItem, plain_answers
from advisor.engine.model.caching import Memo, cached_per_rule_set
from advisor.engine.model.evidence import Risk
from advisor.engine.model.policy import Points
from advisor.engine.model.questions import Answers, Option, Section
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.exchange.recommendation import (
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
    if len(item.parts) == 1 or not writer.can_write:
        return _json(recommend(rule_set, number, item))
    return writer.write_parts(number, item) if item.parts else writer.write(number, item)


_encode = json.JSONEncoder(ensure_ascii=False).encode
"""What ``json.dumps`` would make anew at each call."""


def _json(value: Any) -> bytes:
    return _encode(value).encode()


class _Memory(dict[Key, Value], Generic[Key, Value]):
    def get_or_make(self, key: Key, make: Callable[[], Value]) -> Value:
        found = self.get(key)
        if found is None:
            if len(self) >= _KEPT:
                self.clear()
            found = self[key] = make()
        return found


class _Sentence:
    """What is said with the answers to these questions in it."""

    def __init__(self, keys: Sequence[str], make: Callable[[Answers], bytes]) -> None:
        self._keys, self._make = keys, make
        self._pick: Callable[[Answers], Any] = itemgetter(*keys) if keys else len
        self._kept: _Memory[Any, bytes] = _Memory()

    def with_answers(self, answers: Answers) -> bytes:
        found = self._kept.get(self._pick(answers))
        return found or self._kept.get_or_make(self._pick(answers), lambda: self._write(answers))

    def _write(self, answers: Answers) -> bytes:
        return self._make({key: answers[key] for key in self._keys})


class _Writer:
    """What writes advice under one rule set."""

    def __init__(self, rule_set: RuleSet) -> None:
        self._rule_set = rule_set
        asked = [question.key for question in rule_set.questions]
        self._reasons = {rule.key: _reason(rule_set, rule, asked) for rule in rule_set.rules}
        self._core = [question.key for question in rule_set.section(Section.CORE)]
        guidance = guidance_of_advice(rule_set)
        self._beside = CompiledItems(rule_set, [*rule_set.disagreements, *guidance])
        self._disagreements = [_json(disagreement_document(it)) for it in rule_set.disagreements]
        self._guidance = [_json(guidance_document(rule_set, it)) for it in guidance]
        self._risks = CompiledRisks(rule_set)
        self._decided: _Memory[Any, tuple[bytes, bytes]] = _Memory()
        self._points: Memo[Points, bytes] = Memo(_points, 4096)
        self._answers = {key: _answer(key) for key in asked}
        self._rests_on: Memo[Mask, list[_Sentence]] = Memo(
            lambda holding: [self._answers[key] for key in self._risks.looked_at(holding)]
        )
        self._shown_risks: Memo[tuple[Outcome, tuple[tuple[Mask, Outcome], ...]], ShownBits] = Memo(
            lambda advised: self._risks.shown_risks(*advised), _KEPT
        )
        self._told: Memo[Mask, bytes] = Memo(self._write_told, _KEPT)
        self._risk_heads = [_risk_head(risk) for risk in rule_set.risks]
        self._limits = _json(list(rule_set.limits))
        names = {question.key for question in rule_set.section(Section.NAME)}
        leading = {test.question for question in rule_set.questions for test in question.asked_when}
        # A name may stand for an answer, which leads to no question: so none may depend on one.
        self.can_write = names.isdisjoint(rule_set.follow_ups | leading) and rule_set.follow_ups.isdisjoint(self._core)

    def write(self, number: int | None, item: WorkItem) -> bytes:
        """The advice on a process in one piece."""
        answers = item.answers
        advice = evaluate(self._rule_set, answers)
        metrics.count_evaluation(advice.outcome)
        head, policy = self._decision_of(advice)
        usual = usual_process(self._rule_set, item.process, answers)
        shown = self._beside.shown_items(advice.outcome, _add_usual(answers, usual), advice.outcome, advice.kind)
        reasons = [self._reasons[rule.key].with_answers(answers) for rule in advice.matched_rules]
        return b"".join([
            b'{"process": ', _json(item.process), b", ", head,
            b', "reasons": [', b", ".join(reasons),
            b'], "policy": ', policy,
            b', "rules_version": ', b"null" if number is None else b"%d" % number,
            b', "unanswered": ', self._unanswered_keys([answers]),
            b', "parts": [], "disagreements": [', self._told[shown],
            b'], "risks": [', b", ".join(self._risks_of([b""], [answers], [advice], advice)),
            *self._end(usual, advice, [answers]),
        ])  # fmt: skip

    def write_parts(self, number: int | None, item: WorkItem) -> bytes:
        """The advice on a process of several parts, each read without a problem: so all of its answers count."""
        names = [_json(name) for name, _ in item.parts]
        answers = [{**item.answers, **own} for _, own in item.parts]
        advised = [evaluate(self._rule_set, each, name) for each, (name, _) in zip(answers, item.parts, strict=True)]
        advice = combine(advised)
        metrics.count_evaluation(advice.outcome)
        head, policy = _decision(advice) + _points(advice.points), _json(policy_document(advice))
        usual = usual_process(self._rule_set, item.process, answers[0])
        shown = 0
        for each, part in zip(answers, advised, strict=True):
            shown |= self._beside.shown_items(advice.outcome, _add_usual(each, usual), part.outcome, part.kind)
        ranked: list[tuple[int, bytes]] = []
        parts = []
        for name, each, part in zip(names, answers, advised, strict=True):
            told_of = [(rule, self._reasons[rule.key].with_answers(each)) for rule in part.matched_rules]
            ranked += [(-rule.push.points, b'%s, "part": %s}' % (text[:-1], name)) for rule, text in told_of]
            parts.append(self._part(name, each, part, [text for _, text in told_of]))
        ranked.sort(key=itemgetter(0))
        return b"".join([
            b'{"process": ', _json(item.process), b", ", head,
            b', "reasons": [', b", ".join([text for _, text in ranked]),
            b'], "policy": ', policy,
            b', "rules_version": ', b"null" if number is None else b"%d" % number,
            b', "unanswered": ', self._unanswered_keys(answers),
            b', "parts": [', b", ".join(parts),
            b'], "disagreements": [', self._told[shown],
            b'], "risks": [', b", ".join(self._risks_of(names, answers, advised, advice)),
            *self._end(usual, advice, answers),
        ])  # fmt: skip

    def _part(self, name: bytes, answers: Answers, part: Recommendation, reasons: Sequence[bytes]) -> bytes:
        head, policy = self._decision_of(part)
        done_by = self._rule_set.done_by(answers)
        return b"".join([
            b'{"part": ', name, b", ", head,
            b', "reasons": [', b", ".join(reasons),
            b'], "policy": ', policy,
            b', "unanswered": ', self._unanswered_keys([answers]),
            b', "done_by": ' + _json(done_by) if done_by else b"",
            b"}",
        ])  # fmt: skip

    def _risks_of(
        self,
        names: Sequence[bytes],
        answers: Sequence[Answers],
        advised: Sequence[Recommendation],
        advice: Recommendation,
    ) -> list[bytes]:
        groups = tuple(
            [(self._risks.groups_held(each), part.outcome) for each, part in zip(answers, advised, strict=True)]
        )
        return [
            self._risk_heads[place]
            + b", ".join([self._part_at_risk(it, names[it.part], answers[it.part]) for it in at_risk])
            + b"]}"
            for place, at_risk in self._shown_risks[advice.outcome, groups]
        ]

    def _part_at_risk(self, at_risk: PartAtRiskBits, name: bytes, answers: Answers) -> bytes:
        because_of = b", ".join([answer.with_answers(answers) for answer in self._rests_on[at_risk.holding]])
        return b'{"because_of": {%s}%s}' % (because_of, b', "part": ' + name if name else b"")

    def _write_told(self, shown: Mask) -> bytes:
        """The disagreements and the guidance whose bits are set."""
        disagreements = [text for at, text in enumerate(self._disagreements) if shown >> at & 1]
        shown >>= len(self._disagreements)
        guidance = [text for at, text in enumerate(self._guidance) if shown >> at & 1]
        return b", ".join(disagreements) + b'], "guidance": [' + b", ".join(guidance)

    def _unanswered_keys(self, pieces: Sequence[Answers]) -> bytes:
        unknown = [key for answers in pieces for key in self._core if answers.get(key) is None]
        return _json([*dict.fromkeys(unknown)]) if unknown else b"[]"

    def _end(
        self, usual: tuple[str, Option, bool] | None, advice: Recommendation, pieces: Sequence[Answers]
    ) -> Iterator[bytes]:
        against = against_usual(usual, advice.kind)
        done_by = {self._rule_set.done_by(answers) for answers in pieces}
        yield b'], "name_against_content": '
        yield _json(name_document(against)) if against else b"null"
        yield b', "limits": '
        yield self._limits
        if len(done_by) == 1 and None not in done_by:
            yield b', "done_by": ' + _json(done_by.pop())
        yield b"}"

    def _decision_of(self, advice: Recommendation) -> tuple[bytes, bytes]:
        key = advice.outcome, advice.kind, advice.strength, advice.policy_says
        decided, policy = self._decided.get(key) or self._decided.get_or_make(
            key, lambda: (_decision(advice), _json(policy_document(advice)))
        )
        return decided + self._points[advice.points], policy


_writer = cached_per_rule_set(_Writer)


def _decision(advice: Recommendation) -> bytes:
    return _json({"outcome": advice.outcome, "kind": advice.kind, "strength": advice.strength})[1:-1] + b', "points": '


def _points(points: Points) -> bytes:
    return _json(points_document(points))


def _reason(rule_set: RuleSet, rule: Rule, asked: Sequence[str]) -> _Sentence:
    looked_at = {condition.question for condition in rule.when}
    return _Sentence(
        [key for key in asked if key in looked_at], lambda answers: _json(reason_document(rule_set, rule, answers))
    )


def _answer(key: str) -> _Sentence:
    return _Sentence([key], lambda answers: _json(plain_answers(answers))[1:-1])


def _risk_head(risk: Risk) -> bytes:
    """A risk up to the parts in which it shows."""
    return _json(risk_document(ShownRisk(risk, 0, ()), several=True)).removesuffix(b"]}")


def _add_usual(answers: Answers, usual: tuple[str, Option, bool] | None) -> Answers:
    return {**answers, usual[0]: usual[1].key} if usual else answers
