"""What differs between two rule sets, and what that does to the advice, as text that is read in a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from advisor.engine.analysis.proofs.effect import Effect
from advisor.engine.document.diff import Change, Happened, diff, words
from advisor.engine.document.document import to_plain
from advisor.engine.document.items import NUMBERED
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import NONE_OF_THESE
from advisor.engine.model.rules import RuleSet
from advisor.exchange.percent import percent
from advisor.exchange.shown import visible
from advisor.exchange.words import OUTCOMES


def describe_differences(old: RuleSet, new: RuleSet) -> str:
    """Every change, word by word: [-what went-] and {+what came+}."""
    changes = diff(old, new)
    if not changes:
        return "Nothing differs.\n"
    return "\n".join(line for change in changes for line in _change(change)) + "\n"


def describe_effect(effect: Effect | None) -> str:
    """What the changes do to all answers, each move with answers that show it."""
    return "\n".join(_effect_lines(effect)) + "\n"


def _change(change: Change) -> Iterator[str]:
    number = change.new_at if change.new_at is not None else change.old_at
    name = str((number or 0) + 1) if change.in_list in NUMBERED else change.key
    moved = " and moved" if change.moved and change.happened is not Happened.MOVED else ""
    yield f"{change.happened.value.capitalize()}{moved}: {change.in_list}/{visible(name)}"
    if change.happened is Happened.MOVED:
        yield f"    from place {(change.old_at or 0) + 1} to {(change.new_at or 0) + 1}"
        return
    before, after = _fields(change.old), _fields(change.new)
    names = change.fields or [field for field in (after or before) if field != "options"]
    for field in names:
        one, other = before.get(field, ""), after.get(field, "")
        if one or other:
            yield f"    {field}: {_worded(one, other)}"


def _fields(thing: Any) -> Mapping[str, str]:
    if thing is None:
        return {}
    plain = to_plain(thing)
    return {name: _text(value) for name, value in plain.items()} if isinstance(plain, dict) else {"text": _text(plain)}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return " ".join(f"{name} {_text(inner)}" for name, inner in value.items() if inner not in (None, "", []))
    return "" if value is None else str(value)


def _worded(old: str, new: str) -> str:
    marks = {Happened.REMOVED: "[-%s-]", Happened.ADDED: "{+%s+}"}
    return "".join(marks.get(part.happened, "%s") % visible(part.text) for part in words(old, new))


# ---- what it does ------------------------------------------------------------------------------------------------


def _effect_lines(effect: Effect | None) -> Iterator[str]:
    if effect is None:
        yield "What this does to the advice is not known: there is too much to count."
        return
    if effect.is_alike:
        yield "This changes no advice: all that decides is the same (proved)."
        return
    what = "complete sets of answers, for a process in one piece"
    if effect.is_exact:
        yield f"{_share(effect, effect.changed)} of all {effect.space:,} {what}, get another outcome (exact)."
    else:
        yield f"{_share(effect, effect.changed)} of all {effect.space:,} {what}, get another outcome:"
        yield f"an estimate from {effect.size:,} of them, with the range in which it lies with 99% certainty."
    for (was, is_now), count in sorted(effect.moves.items(), key=lambda move: -move[1]):
        if (was, is_now) in effect.witnesses:
            yield f"  {OUTCOMES[was]} -> {OUTCOMES[is_now]}: {_share(effect, count)}"
            yield f"    Shown by: {_answers(effect.witnesses[was, is_now])}"
    if effect.incomplete is not None:
        yield "Incomplete answers can get another outcome."
        yield f"    Shown by: {_answers(effect.incomplete)}"
    elif not effect.changed and effect.is_settled:
        yield "No incomplete answers do, either. Reasons, points or strength may differ."


def _share(effect: Effect, count: int) -> str:
    share = percent(effect.share(count))
    if effect.is_exact:
        return share
    low, high = effect.interval(count)
    return f"about {share} ({percent(low)} to {percent(high)})"


def _answers(answers: Mapping[str, Answer]) -> str:
    return " ".join(f"{key}={_answer(answer)}" for key, answer in answers.items())


def _answer(answer: Answer) -> str:
    if isinstance(answer, Sequence) and not isinstance(answer, str):
        return ";".join(answer) or NONE_OF_THESE
    return str(answer)
