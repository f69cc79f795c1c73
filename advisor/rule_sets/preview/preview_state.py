"""What nobody keeps: a process with its answers that travels in the address of a page, in a preview or as a witness."""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from flask import current_app, url_for
from flask_babel import gettext as _

from advisor.assessments.what_if.trial import raw_answer
from advisor.engine.document.text import LINE_LIMIT, normalize_line, text_fault
from advisor.engine.model.answers import PARTS_LIMIT, WorkItem, read_answer
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Answers, Scope
from advisor.engine.model.rules import RuleSet
from advisor.exchange.work_items import answer_text


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """A part of the process, with the answers that were given for it alone."""

    name: str
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PreviewState:
    """All that such a page knows.

    ``answers`` are those of the process while it is in one piece; a part begins with a copy of what they say of the
    work. ``early``: the advice is wanted though questions are open.
    """

    process: str = ""
    answers: Answers = field(default_factory=dict)
    parts: tuple[PreviewPart, ...] = ()
    early: bool = False

    @classmethod
    def read(cls, sent: Mapping[str, str], rules: RuleSet) -> "PreviewState | None":
        """The way back of ``values``; None where a name is none."""
        if "packed" in sent:
            sent = _unpack(sent["packed"])
        process = normalize_line(sent.get("process", ""))
        names = {number: name for number in _NUMBERS if (name := normalize_line(sent.get(f"part{number}", "")))}
        if any(text_fault(name, LINE_LIMIT, one_line=True) for name in (process, *names.values())):
            return None
        own = {number: read_state(sent.get(f"own{number}", ""), rules) for number in names}
        parts = tuple(PreviewPart(name, own[number]) for number, name in names.items())
        in_parts = parts if len(parts) > 1 else ()
        return cls(process, read_state(sent.get("given", ""), rules), in_parts, "early" in sent)

    def values(self) -> Iterator[tuple[str, str | None]]:
        """What an address carries, by name; None for what there is nothing of. Packed where it would be long."""
        plain = {name: value for name, value in self._plain() if value}
        is_long = len(urlencode(plain)) > _PLAIN_LIMIT
        yield "packed", _pack(plain) if is_long else None
        for name, value in self._plain():
            yield name, None if is_long else value

    def fits(self) -> bool:
        """Whether there is an address that can carry it, wherever it leads."""
        plain = {name: value for name, value in self.values() if value}
        limit: int = current_app.config["MAX_URL_LENGTH"]
        return len(urlencode(plain)) <= limit - _PATH_LIMIT

    def _plain(self) -> Iterator[tuple[str, str | None]]:
        yield "process", self.process or None
        yield "given", encode_answers(self.answers) or None
        yield "early", "1" if self.early else None
        for number, part in zip(_NUMBERS, self.parts, strict=False):
            yield f"part{number}", part.name
            yield f"own{number}", encode_answers(part.answers) or None

    def answered_parts(self, rules: RuleSet) -> Iterator[tuple[str, Answers, Answers]]:
        """Each part of the process, or the only piece, which has no name: all answers on its work, and its own."""
        work = {key: answer for key, answer in self.answers.items() if key in _of_part(rules)}
        for part in self.parts or (PreviewPart("", work),):
            yield part.name, {**work, **part.answers}, part.answers

    def whole(self, rules: RuleSet) -> Answers:
        """The answers on the process as a whole."""
        return {key: answer for key, answer in self.answers.items() if key not in _of_part(rules)}

    def with_answer(self, key: str, answer: Answer, at: int | None) -> "PreviewState":
        """The same with another answer, of the process or of the part at a position."""
        if at is None:
            return replace(self, answers={**self.answers, key: answer})
        changed = replace(self.parts[at], answers={**self.parts[at].answers, key: answer})
        return replace(self, parts=(*self.parts[:at], changed, *self.parts[at + 1 :]))

    def with_names(self, names: Sequence[str]) -> "PreviewState":
        """The same in parts of these names, place by place; an empty one is no part."""
        parts = (
            replace(self.parts[at] if at < len(self.parts) else PreviewPart(""), name=name)
            for at, name in enumerate(names)
            if name
        )
        return replace(self, parts=tuple(parts), early=False)

    def with_answers_of(self, item: WorkItem, rules: RuleSet) -> "PreviewState":
        """The same with the answers of ``item`` in place of those that it has."""
        if not item.parts:
            return replace(self, answers=item.answers)
        work = {key: answer for key, answer in self.answers.items() if key in _of_part(rules)}
        parts = tuple(PreviewPart(name, answers) for name, answers in item.parts)
        return replace(self, answers={**item.answers, **work}, parts=parts)


_NUMBERS = range(1, PARTS_LIMIT + 1)

_PLAIN_LIMIT = 1_000
"""Characters in the query of an address up to which it can be read by people."""

_PATH_LIMIT = 300
"""Characters in an address of the preview beside what it carries: its path, which question, which part."""

_UNPACKED_LIMIT = 20_000
"""Bytes that may come out of what an address carries packed."""


def _pack(values: Mapping[str, str]) -> str:
    """Values as one that is short whatever letters they have: in an address, each would take up to twelve signs."""
    lines = "\n".join(f"{name}={value}" for name, value in values.items())
    return urlsafe_b64encode(zlib.compress(lines.encode(), 9)).decode().rstrip("=")


def _unpack(text: str) -> dict[str, str]:
    """The way back; what cannot be read holds nothing."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        lines = zlib.decompressobj().decompress(data, _UNPACKED_LIMIT).decode()
    except (ValueError, zlib.error):
        return {}
    pairs = (line.partition("=") for line in lines.split("\n"))
    return {name: value for name, _sign, value in pairs}


def _of_part(rules: RuleSet) -> frozenset[str]:
    return frozenset(question.key for question in rules.questions if question.scope is Scope.PART)


def found_url(page: str, answers: Answers) -> str:
    """The page of the preview for answers that nobody gave: they were found to show a problem of the draft."""
    state = PreviewState(str(_("Answers found by the check")), answers, early=True)
    values: dict[str, Any] = dict(state.values())
    return url_for(f"preview.{page}", found=1, **values)


def encode_answers(answers: Answers) -> str:
    """Answers as one value of an address: "steps.set~volume.300~sensitive.none"."""
    return "~".join(f"{key}.{answer_text(answer, '+')}" for key, answer in answers.items())


def read_state(text: str, *rule_sets: RuleSet) -> dict[str, Answer]:
    """The way back. What none of the rule sets knows is left out: it may have been changed meanwhile."""
    pairs = (pair.partition(".") for pair in text.split("~"))
    given: Mapping[str, str] = {key: raw for key, _dot, raw in pairs}
    found: dict[str, Answer] = {}
    for key, raw in given.items():
        for rule_set in rule_sets:
            question = rule_set.question(key)
            if question is not None and key not in found:
                answer, fault = read_answer(question, raw_answer(question, raw))
                if not fault:
                    found[key] = answer
    return found
