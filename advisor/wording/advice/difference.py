"""Two advices held against each other: what differs and nothing else, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.engine.model.vocabulary import Side
from advisor.exchange.recommendation import advised_parts
from advisor.wording.advice.first_advice import first_advice
from advisor.wording.advice.verdict import advice_words, strength_words, verdict_words
from advisor.wording.claims import ClaimRef, VersionView
from advisor.wording.values import stored_answer_label
from advisor.wording.vocabulary import SIDES


@dataclass(frozen=True, slots=True)
class AdviceView:
    """One advice, as it was given or as it would be: its document, the answers it judged, and its version."""

    document: dict[str, Any]
    given: dict[str, Any]
    edition: VersionView


@dataclass(frozen=True, slots=True)
class VerdictView:
    """The head of an advice. ``strength`` is empty beside "keep" and "we can't say yet".

    ``first_advice`` marks first advice, with its share of the answers; "" where it is none.
    """

    outcome: str
    words: str
    strength: str
    version: int
    first_advice: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing that differs: what it is, of which part ("" of the process), and both its values; "" where absent."""

    name: str
    part: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RulePair:
    """A rule that counts differently. ``before`` and ``after`` say its points, "" where it does not count.

    ``alone`` marks a rule whose change by itself makes the difference, where one process is held against two rule sets.
    """

    rule: str
    part: str
    text: str
    earlier_text: str
    before: str
    after: str
    rule_url: str
    claims: list[ClaimRef]
    alone: bool = False


@dataclass(frozen=True, slots=True)
class RisksDiffer:
    """The titles of risks that only one of two advices tells of; ``reworded`` those that both tell in other words."""

    came: list[str]
    went: list[str]
    reworded: list[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything in which two advices differ."""

    before: VerdictView
    after: VerdictView
    name: Pair | None
    parts: list[Pair]
    answers: list[Pair]
    moved: list[Pair]
    """Answers that were given for the process and are for its parts, or the other way about."""
    points: list[Pair]
    rules: list[RulePair]
    policy: list[Pair]
    risks: RisksDiffer | None = None
    """None where both tell of the same risks in the same words."""

    @property
    def same_verdict(self) -> bool:
        """Whether both say the same, however they come to it."""
        verdicts = [(side.outcome, side.words, side.strength) for side in (self.before, self.after)]
        return verdicts[0] == verdicts[1] and not any(pair.before and pair.after for pair in self.parts)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all differs."""
        found = (self.parts, self.answers, self.moved, self.points, self.rules, self.policy, self.risks)
        return self.same_verdict and self.name is None and not any(found)


def difference(before: AdviceView, after: AdviceView, alone: Iterable[str] = ()) -> Difference:
    """Hold the advice ``after`` against the one ``before``; ``alone`` are keys of rules to be marked."""
    return Difference(
        before=_verdict(before),
        after=_verdict(after),
        name=next(
            iter(
                _differing_pairs([(_("Name of the process"), "", *(it.document["process"] for it in (before, after)))])
            ),
            None,
        ),
        parts=_parts(before.document, after.document),
        answers=_answers(before, after),
        moved=_moved_answers(before, after),
        points=_points(before.document, after.document),
        rules=_rules(before, after, frozenset(alone)),
        policy=_policy(before, after),
        risks=risks_differ(before.document, after.document),
    )


def risks_differ(before: dict[str, Any], after: dict[str, Any]) -> RisksDiffer | None:
    """In which risks two recommendation documents differ, in the words of each."""
    was, now = ({risk["key"]: risk for risk in document.get("risks", [])} for document in (before, after))
    found = RisksDiffer(
        came=[risk["title"] for key, risk in now.items() if key not in was],
        went=[risk["title"] for key, risk in was.items() if key not in now],
        reworded=[it["title"] for key, it in now.items() if key in was and _risk_fields(it) != _risk_fields(was[key])],
    )
    return found if found.came or found.went or found.reworded else None


def _risk_fields(risk: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(risk[field] for field in ("title", "happens", "actions"))


def _verdict(advice: AdviceView) -> VerdictView:
    document, number = advice.document, advice.edition.number
    first = first_advice(advice.edition.rule_set, advice.given)
    return VerdictView(
        document["outcome"], verdict_words(document), strength_words(document), number, first.words if first else ""
    )


def _differing_pairs(values: Iterable[tuple[str, str, str, str]]) -> list[Pair]:
    """A pair for each name, part, value before and value after where the two values differ."""
    return [Pair(str(name), part, before, after) for name, part, before, after in values if before != after]


def _parts(before: dict[str, Any], after: dict[str, Any]) -> list[Pair]:
    """Parts that came, went, or are advised differently."""
    one, other = ({part["part"]: part for part in document["parts"]} for document in (before, after))
    return _differing_pairs(
        (name, name, _of_part(one.get(name)), _of_part(other.get(name))) for name in {**one, **other}
    )


def _of_part(part: dict[str, Any] | None) -> str:
    if part is None:
        return ""
    strength = strength_words(part)
    verdict = str(advice_words(part).part_verdict)
    return f"{verdict} ({strength})" if strength else verdict


# ---- answers -----------------------------------------------------------------------------------------------------


def _answers(before: AdviceView, after: AdviceView) -> list[Pair]:
    """Answers that differ, in the order in which they are asked: of the process, then part by part."""
    moved = _moved_keys(before, after)
    one, other = (
        {place: answer for place, answer in _by_place(advice.given).items() if place[1] not in moved}
        for advice in (before, after)
    )
    names = list(dict.fromkeys([part for part, _ in one] + [part for part, _ in other]))
    order = {question.key: index for index, question in enumerate(after.edition.rule_set.questions)}
    places = sorted({*one, *other}, key=lambda place: (names.index(place[0]), order.get(place[1], len(order))))
    found = []
    for part, key in places:
        question = after.edition.rule_set.question(key) or before.edition.rule_set.question(key)
        words = _answer_words(before, one, part, key), _answer_words(after, other, part, key)
        found.append((question.text if question else key, part, *words))
    return _differing_pairs(found)


def _moved_keys(before: AdviceView, after: AdviceView) -> set[str]:
    """Questions that were answered for the process and are for its parts, or the other way about."""
    one, other = _by_place(before.given), _by_place(after.given)
    both = {key for _part_of, key in one} & {key for _part_of, key in other}
    return {key for key in both if (("", key) in one) != (("", key) in other)}


def _moved_answers(before: AdviceView, after: AdviceView) -> list[Pair]:
    """A line for each of these whose answer differs in some part, and one for all that keep theirs everywhere."""
    keys = _moved_keys(before, after)
    moved = [question for question in after.edition.rule_set.questions if question.key in keys]
    pairs = _differing_pairs((it.text, "", _everywhere(before, it.key), _everywhere(after, it.key)) for it in moved)
    if same := len(moved) - len(pairs):
        what = ngettext("%(num)d answer, as it was", "%(num)d answers, as they were", same)
        where = [_("for each part") if advice.given["parts"] else _("for the process") for advice in (before, after)]
        pairs.append(Pair(str(what), "", *map(str, where)))
    return pairs


def _everywhere(advice: AdviceView, key: str) -> str:
    """An answer wherever it is given: once where all parts have the same, else in a line for each."""
    places = _by_place(advice.given)
    found = {part: _answer_words(advice, places, part, key) for part, asked in places if asked == key}
    if len(found) == max(1, len(advice.given["parts"])) and len(set(found.values())) == 1:
        return next(iter(found.values()))
    return "\n".join(f"{part}: {words}" for part, words in found.items())


def _by_place(given: dict[str, Any]) -> dict[tuple[str, str], Any]:
    places = {("", key): answer for key, answer in given["answers"].items()}
    for part in given["parts"]:
        places |= {(part["part"], key): answer for key, answer in part["answers"].items()}
    return places


def _answer_words(advice: AdviceView, given: dict[tuple[str, str], Any], part: str, key: str) -> str:
    """An answer in words; "" where none was given, or where this version does not know it any more."""
    if (part, key) not in given:
        return ""
    return stored_answer_label(advice.edition.rule_set.question(key), given[part, key])


# ---- points and rules --------------------------------------------------------------------------------------------


def _points(before: dict[str, Any], after: dict[str, Any]) -> list[Pair]:
    one, other = before["points"], after["points"]
    return _differing_pairs((SIDES[side].towards, "", str(one.get(side, 0)), str(other.get(side, 0))) for side in Side)


def _rules(before: AdviceView, after: AdviceView, alone: frozenset[str]) -> list[RulePair]:
    """Rules that count differently, the largest shift first."""
    one, other = ({(_part(reason), reason["rule"]): reason for reason in _reasons(it)} for it in (before, after))
    found = []
    for place in {**other, **one}:
        was, now = one.get(place), other.get(place)
        if was and now and (was["push"], was["text"]) == (now["push"], now["text"]):
            continue
        shown, edition = (now, after.edition) if now else (was, before.edition)
        assert shown is not None  # noqa: S101 - the place comes from one of the two
        pair = RulePair(
            rule=place[1],
            part=place[0],
            text=shown["text"],
            earlier_text=was["text"] if was and now and was["text"] != now["text"] else "",
            before=_push_words(was),
            after=_push_words(now),
            rule_url=edition.rule_url(place[1]),
            claims=edition.refs([source["id"] for source in shown["sources"]]),
            alone=place[1] in alone,
        )
        found.append((_shift(was, now), pair))
    return [pair for _shift_of, pair in sorted(found, key=lambda item: -item[0])]


def _reasons(advice: AdviceView) -> Sequence[dict[str, Any]]:
    reasons: Sequence[dict[str, Any]] = advice.document["reasons"]
    return reasons


def _part(reason: dict[str, Any]) -> str:
    return str(reason.get("part", ""))


def _push_words(reason: dict[str, Any] | None) -> str:
    if reason is None:
        return ""
    push = reason["push"]
    return str(
        ngettext(
            "%(num)d point towards %(side)s",
            "%(num)d points towards %(side)s",
            push["points"],
            side=SIDES[push["side"]].towards,
        )
    )


def _shift(was: dict[str, Any] | None, now: dict[str, Any] | None) -> int:
    sums = dict.fromkeys(Side, 0)
    for sign, reason in ((-1, was), (1, now)):
        if reason is not None:
            sums[Side(reason["push"]["side"])] += sign * reason["push"]["points"]
    return sum(abs(points) for points in sums.values())


# ---- policy ------------------------------------------------------------------------------------------------------


def _policy(before: AdviceView, after: AdviceView) -> list[Pair]:
    """How the points are read, where that itself was changed between the two versions."""
    pairs: list[Pair] = []
    for table, name in (("leave", _("Whether it leaves the house")), ("kind", _("Which kind of work it is"))):
        if getattr(before.edition.rule_set, table) == getattr(after.edition.rule_set, table):
            continue
        one, other = (_policy_rows(advice.document, table) for advice in (before, after))
        pairs += _differing_pairs((name, part, one.get(part, ""), other.get(part, "")) for part in {**one, **other})
    return pairs


def _policy_rows(document: dict[str, Any], table: str) -> dict[str, str]:
    return {part.get("part", ""): part["policy"][table] or "" for part in advised_parts(document)}
