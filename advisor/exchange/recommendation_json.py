"""A recommendation as the bytes of its JSON, character for character what ``json`` makes of ``recommend``, quickly.

Nearly all of it are sentences of the rule set. They are written once for each version, and kept with it. Of answers
only those are kept with which a reason or a risk was told, and never those of one process together.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from operator import itemgetter
from typing import Any, Generic, TypeVar

from advisor import metrics
from advisor.engine.evaluation.advice import against_usual, disagreements_shown, guidance_shown, usual_process
from advisor.engine.evaluation.compiled_rules import CompiledRules, Mask
from advisor.engine.evaluation.evaluate import Recommendation, combine, evaluate
from advisor.engine.evaluation.risks import MOST, AdvisedPart, PartAtRisk, ShownRisk, risks_of_parts, risks_shown
from advisor.engine.model.answers import WorkItem, plain_answers
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.evidence import Risk
from advisor.engine.model.policy import Points
from advisor.engine.model.questions import Answers, Condition, Option, Section
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
    if len(item.parts) == 1 or not writer.can_write:
        return _json(recommend(rule_set, number, item))
    return writer.write_parts(number, item) if item.parts else writer.write(number, item)


_encode = json.JSONEncoder(ensure_ascii=False).encode
"""What ``json.dumps`` would make anew at each call."""


def _json(value: Any) -> bytes:
    return _encode(value).encode()


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
    """What writes advice under one rule set."""

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
        self._told_of_parts: _Kept[Any, bytes] = _Kept()
        self._part_risks: _Kept[Any, tuple[tuple[bytes, tuple[tuple[int, _Sentence], ...]], ...]] = _Kept()
        self._because_of: _Kept[tuple[str, ...], _Sentence] = _Kept()
        self._risk_sentences: _Kept[tuple[str, tuple[str, ...]], _Sentence] = _Kept()
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
        told = self._told_with(answers, usual)
        shown = told, advice.outcome, advice.kind
        beside = self._told.get(shown) or self._told.get_or_make(shown, lambda: self._beside(item.process, advice))
        risks = self._risks.get_or_make(
            (self._risk_groups.matched(dict(answers)), advice.outcome), lambda: self._found_risks(advice)
        )
        reasons = [self._reasons[rule.key].with_answers(answers) for rule in advice.matched]
        return b"".join([
            b'{"process": ', _json(item.process), b", ", head,
            b', "reasons": [', b", ".join(reasons),
            b'], "policy": ', policy,
            b', "rules_version": ', b"null" if number is None else b"%d" % number,
            b', "unanswered": ', self._unanswered([answers]),
            b', "parts": [], ', beside,
            b', "risks": [', b", ".join([risk.with_answers(answers) for risk in risks]),
            *self._end(usual, advice, [answers]),
        ])  # fmt: skip

    def write_parts(self, number: int | None, item: WorkItem) -> bytes:
        """The advice on a process of several parts, each read without a problem: so all of its answers count."""
        names = [_json(name) for name, _ in item.parts]
        answers = [{**item.answers, **own} for _, own in item.parts]
        advised = [evaluate(self._rule_set, each, name) for each, (name, _) in zip(answers, item.parts, strict=True)]
        advice = combine(advised)
        metrics.count_evaluation(advice.outcome)
        head, policy = _head(advice), _json(policy_document(advice))
        usual = usual_process(self._rule_set, item.process, answers[0])
        told = tuple(
            (self._told_with(each, usual), part.outcome, part.kind) for each, part in zip(answers, advised, strict=True)
        )
        beside = self._told_of_parts.get_or_make((told, advice.outcome), lambda: self._beside(item.process, advice))
        ranked: list[tuple[int, bytes]] = []
        parts = []
        for name, each, part in zip(names, answers, advised, strict=True):
            told_of = [(rule, self._reasons[rule.key].with_answers(each)) for rule in part.matched]
            ranked += [(-rule.push.points, b'%s, "part": %s}' % (text[:-1], name)) for rule, text in told_of]
            parts.append(self._part(name, each, part, [text for _, text in told_of]))
        ranked.sort(key=itemgetter(0))
        return b"".join([
            b'{"process": ', _json(item.process), b", ", head,
            b', "reasons": [', b", ".join([text for _, text in ranked]),
            b'], "policy": ', policy,
            b', "rules_version": ', b"null" if number is None else b"%d" % number,
            b', "unanswered": ', self._unanswered(answers),
            b', "parts": [', b", ".join(parts),
            b"], ", beside,
            b', "risks": [', b", ".join(self._risks_of_parts(names, answers, advised, advice)),
            *self._end(usual, advice, answers),
        ])  # fmt: skip

    def _part(self, name: bytes, answers: Answers, part: Recommendation, reasons: Sequence[bytes]) -> bytes:
        head, policy = self._decision_of(part)
        done_by = self._rule_set.done_by(answers)
        return b"".join([
            b'{"part": ', name, b", ", head,
            b', "reasons": [', b", ".join(reasons),
            b'], "policy": ', policy,
            b', "unanswered": ', self._unanswered([answers]),
            b', "done_by": ' + _json(done_by) if done_by else b"",
            b"}",
        ])  # fmt: skip

    def _risks_of_parts(
        self,
        names: Sequence[bytes],
        answers: Sequence[Answers],
        advised: Sequence[Recommendation],
        advice: Recommendation,
    ) -> list[bytes]:
        groups = tuple(
            (self._risk_groups.matched(dict(each)), part.outcome) for each, part in zip(answers, advised, strict=True)
        )
        found = self._part_risks.get_or_make((groups, advice.outcome), lambda: self._found_part_risks(advice))
        return [
            head
            + b", ".join([at.with_answers(answers[i])[:-1] + b', "part": ' + names[i] + b"}" for i, at in parts])
            + b"]}"
            for head, parts in found
        ]

    def _found_part_risks(self, advice: Recommendation) -> tuple[tuple[bytes, tuple[tuple[int, _Sentence], ...]], ...]:
        """Each risk up to its parts, and of each of these its place and what it rests on."""
        parts = [AdvisedPart(str(at), it.outcome, it.answers) for at, it in enumerate(advice.parts)]
        found = []
        for shown in risks_of_parts(self._rule_set.risks, advice.outcome, parts)[:MOST]:
            head = _json(risk_document(replace(shown, parts=()), several=True))
            at_risk = [
                (int(it.part), self._because_of.get_or_make(tuple(it.answers), partial(_because_of, tuple(it.answers))))
                for it in shown.parts
            ]
            found.append((head.removesuffix(b"]}"), tuple(at_risk)))
        return tuple(found)

    def _told_with(self, answers: Answers, usual: tuple[str, Option, bool] | None) -> Mask:
        return self._told_groups.matched({**answers, usual[0]: usual[1].key} if usual else dict(answers))

    def _unanswered(self, pieces: Sequence[Answers]) -> bytes:
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
        return self._decided.get(advice.points) or self._decided.get_or_make(
            advice.points, lambda: (_head(advice), _json(policy_document(advice)))
        )

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


def _head(advice: Recommendation) -> bytes:
    head = {"outcome": advice.outcome, "kind": advice.kind, "strength": advice.strength}
    return _json({**head, "points": points_document(advice.points)})[1:-1]


def _reason(rule_set: RuleSet, rule: Rule, asked: Sequence[str]) -> _Sentence:
    looked_at = {condition.question for condition in rule.when}
    return _Sentence(
        [key for key in asked if key in looked_at], lambda answers: reason_document(rule_set, rule, answers)
    )


def _risk(risk: Risk, keys: Sequence[str]) -> _Sentence:
    def document(answers: Answers) -> RiskDocument:
        return risk_document(ShownRisk(risk, 0, (PartAtRisk("", answers),)), several=False)

    return _Sentence(keys, document)


def _because_of(keys: Sequence[str]) -> _Sentence:
    return _Sentence(keys, lambda answers: {"because_of": plain_answers(answers)})


def _compiled(rule_set: RuleSet, groups: Iterable[Sequence[Condition]]) -> CompiledRules:
    """What tells which groups hold, as the rules of a rule set are told: the same number where the same ones do."""
    each = dict.fromkeys(tuple(group) for group in groups if group)
    rules = [Rule(str(place), group, Push(Side.BPO, 1), "", ()) for place, group in enumerate(each)]
    return CompiledRules(replace(rule_set, rules=tuple(rules)))
