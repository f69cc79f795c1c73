"""What the test cases of a rule set do not try yet, and few further cases that would.

Things are named by their places: "rules/steps-set", "questions/steps/options/set", "leave/0", "kind/2", "outcomes/bpo".
A case in parts tries what any of its parts tries, and the outcome that it expects. Questions that are asked with the
name decide nothing, and need no case.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advisor.engine.analysis.answer_numbers import AnswerNumbers, NumberedAnswers
from advisor.engine.analysis.policy_ranges import Ints, by_rows
from advisor.engine.analysis.processes import table_of_cases
from advisor.engine.analysis.proofs.reach import reach
from advisor.engine.analysis.proofs.rule_pairs import Box, box_of, intersection
from advisor.engine.analysis.proofs.states import any_sample, with_sums
from advisor.engine.analysis.space import Codes, Space, Test, space_of
from advisor.engine.evaluation.batch import KINDS, OUTCOMES, evaluate_codes, table_of
from advisor.engine.evaluation.cases import answers_of
from advisor.engine.model.caching import cached_per
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import asked_questions
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome

_BENT = 12
"""Cases that are bent to try one place that none tries."""

_GATHERED, _OTHERS, _USUAL = 60, 2, 0.5
"""Things that one case may be bent to try, and how many of the answers that most cases give may change for that."""

_RANDOM = 2_048
"""Complete answers that are tried for what those leave."""

_DRAWN, _STATES = 4_096, 300_000
"""What is looked through for a row that none of those leads to: about a quarter of a second."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Answers to try, the advice that the rules give for them now, and the places that it would be the first to try."""

    answers: Mapping[str, Answer]
    outcome: Outcome
    kind: Kind
    tries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The ``places`` that cases can try, those that none tries, and of these the ones for which no case was found.

    A risk is tried by a case that expects it. Which ones a case should expect is for people to say: none is proposed.
    """

    places: tuple[str, ...]
    missing: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    not_found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Bend:
    """The values, and the answers chosen among those that conditions do not tell apart, that a case is to have."""

    box: Box
    chosen: Mapping[int, int]


def coverage(rule_set: RuleSet) -> Coverage:
    """Find what no test case tries, of a rule set that ``check`` does not block. Raises SpaceTooLarge."""
    space = space_of(rule_set)
    answer_numbers = AnswerNumbers(space, table_of_cases(rule_set)[0])
    tried = {
        place for place, where in _what_is_tried(rule_set, answer_numbers, answer_numbers.usual).items() if where.any()
    }
    tried = {place for place in tried if not place.startswith(("questions/", "outcomes/"))}
    tried |= _chosen_options(rule_set) | {f"outcomes/{case.outcome}" for case in rule_set.cases}
    tried |= {f"risks/{key}" for case in rule_set.cases for key in case.risks}
    places = tuple(_places(rule_set, space))
    missing = tuple(place for place in places if place not in tried)
    wanted = tuple(place for place in missing if not place.startswith("risks/"))
    proposals = tuple(_proposals(rule_set, answer_numbers, wanted)) if wanted else ()
    found = {place for proposal in proposals for place in proposal.tries}
    return Coverage(places, missing, proposals, tuple(place for place in wanted if place not in found))


def _places(rule_set: RuleSet, space: Space) -> Iterator[str]:
    yield from (f"outcomes/{outcome}" for outcome in OUTCOMES)
    yield from (f"leave/{index}" for index in range(len(rule_set.leave)))
    yield from (f"kind/{index}" for index in range(len(rule_set.kind)))
    yield from (f"rules/{rule.key}" for rule in rule_set.rules)
    yield from (f"risks/{risk.key}" for risk in rule_set.risks)
    for variable in space.variables:
        question = variable.question
        yield from (f"questions/{question.key}/options/{option.key}" for option in question.options)


@cached_per("questions", "cases")
def _chosen_options(rule_set: RuleSet) -> frozenset[str]:
    """The options that are chosen where they are asked for."""
    found: set[tuple[str, str]] = set()
    for case in rule_set.cases:
        for numbered in answers_of(rule_set, case):
            for key, answer in asked_questions(rule_set.questions, numbered).answers.items():
                if isinstance(answer, tuple):
                    found.update((key, option) for option in answer)
                elif isinstance(answer, str):
                    found.add((key, answer))
    return frozenset(f"questions/{key}/options/{option}" for key, option in found)


def _what_is_tried(rule_set: RuleSet, answer_numbers: AnswerNumbers, numbered: NumberedAnswers) -> dict[str, Ints]:
    """For each place, whether each of the sets of answers tries it."""
    space = answer_numbers.space
    sample = with_sums(rule_set, answer_numbers.codes(numbered))
    rows = by_rows(rule_set)(sample.sums, sample.sums)
    outcomes = evaluate_codes(rule_set, sample.codes).outcomes
    found: dict[str, Ints] = {f"outcomes/{outcome}": outcomes == at for at, outcome in enumerate(OUTCOMES)}
    found |= {f"leave/{index}": rows // len(rule_set.kind) == index for index in range(len(rule_set.leave))}
    found |= {f"kind/{index}": rows % len(rule_set.kind) == index for index in range(len(rule_set.kind))}
    for rule, tests in zip(rule_set.rules, space.rules, strict=True):
        found[f"rules/{rule.key}"] = sample.all_hold(tests)
    for index, variable in enumerate(space.variables):
        for option in variable.question.options:
            place = f"questions/{variable.question.key}/options/{option.key}"
            found[place] = np.isin(numbered[index], answer_numbers.numbers_with(index, option.key))
    return found


# ---- cases that would try what is missing --------------------------------------------------------------------------


def _proposals(rule_set: RuleSet, answer_numbers: AnswerNumbers, missing: Sequence[str]) -> Iterator[Proposal]:
    """Few sets of answers: of those that are like a case as few as can be found, then others for what these leave."""
    left = list(missing)
    looks = (_like_cases, _random, _search) if rule_set.cases else (_random, _like_cases, _search)
    for look in looks:
        numbered = look(rule_set, answer_numbers, left) if left else None
        if numbered is None:
            continue
        picked = _fewest_sets(_what_is_tried(rule_set, answer_numbers, numbered), left)
        chosen = [numbers[list(picked)] for numbers in numbered]
        batch = evaluate_codes(rule_set, answer_numbers.codes(chosen))
        for number, places in enumerate(picked.values()):
            outcome, kind = OUTCOMES[int(batch.outcomes[number])], KINDS[int(batch.kinds[number])]
            yield Proposal(answer_numbers.at(chosen, number), outcome, kind, tuple(places))
            left = [place for place in left if place not in places]


def _fewest_sets(tried: Mapping[str, Ints], wanted: Sequence[str]) -> dict[int, list[str]]:
    """The sets that try what is wanted, the one that tries the most first, each with what is new in it."""
    tries = np.array([tried[place] for place in wanted])
    left = np.ones(len(wanted), bool)
    counts = tries.sum(axis=0)
    picked: dict[int, list[str]] = {}
    while counts.any():
        best = int(counts.argmax())
        new = tries[:, best] & left
        picked[best] = [wanted[int(at)] for at in new.nonzero()[0]]
        counts = counts - tries[new].sum(axis=0)
        left &= ~new
    return picked


def _like_cases(rule_set: RuleSet, answer_numbers: AnswerNumbers, left: Sequence[str]) -> NumberedAnswers:
    """The answers of cases, bent towards each item that is left."""
    count = len(answer_numbers.usual[0]) if answer_numbers.usual else 0
    bases = [numbers[np.linspace(0, count - 1, min(count, _BENT), dtype=np.intp)] for numbers in answer_numbers.usual]
    if not count:
        bases = [numbers[:1] for numbers in answer_numbers.random(1)]
    bends = [bend for place in left if (bend := _bend(rule_set, answer_numbers, place)) is not None]
    together = [_combine(bends[at:] + bends[:at], answer_numbers) for at in range(len(bends))]
    bent = [answer_numbers.with_values(bases, bend.box, bend.chosen) for bend in (*together, *bends)]
    return _join([answer_numbers.complete(bases), *bent])


def _random(_rule_set: RuleSet, answer_numbers: AnswerNumbers, _left: Sequence[str]) -> NumberedAnswers:
    return answer_numbers.random(_RANDOM)


def _join(pools: Sequence[NumberedAnswers]) -> NumberedAnswers:
    return [np.concatenate(numbers) for numbers in zip(*pools, strict=True)]


def _bend(rule_set: RuleSet, answer_numbers: AnswerNumbers, place: str) -> _Bend | None:
    """What it takes to try a rule or an option; None where no answers do."""
    space = answer_numbers.space
    match place.split("/"):
        case ["rules", key]:
            index = next(at for at, rule in enumerate(rule_set.rules) if rule.key == key)
            box = box_of(space, space.rules[index])
            return None if box is None else _Bend(box, {})
        case ["questions", question, "options", option]:
            variable = space.positions[question]
            number = answer_numbers.numbers_with(variable, option)[0]
            box = box_of(space, [Test(variable, frozenset({answer_numbers.code(variable, number)}))])
            return None if box is None else _Bend(box, {variable: number})
    return None


def _combine(bends: Sequence[_Bend], answer_numbers: AnswerNumbers) -> _Bend:
    """The first, and as many of those after it as go with it and leave the case what it is.

    Answers that few cases give are free; of those that most give, no more than a few may be others.
    """
    usual = {index for index, numbers in enumerate(answer_numbers.usual) if (numbers > 0).sum() > _USUAL * len(numbers)}
    box, chosen = bends[0].box, dict(bends[0].chosen)
    for bend in bends[1:_GATHERED]:
        meet = intersection(box, bend.box)
        if meet is None or any(chosen.get(variable, number) != number for variable, number in bend.chosen.items()):
            continue
        if any(answer_numbers.code(variable, number) not in meet[variable] for variable, number in chosen.items()):
            continue
        if len(usual & meet.keys()) <= max(_OTHERS, len(usual & bends[0].box.keys())):
            box, chosen = meet, {**chosen, **bend.chosen}
    return _Bend(box, chosen)


def _search(rule_set: RuleSet, answer_numbers: AnswerNumbers, left: Sequence[str]) -> NumberedAnswers | None:
    """Answers that lead to an outcome or a row to which no complete ones were found to lead, as many as can be."""
    if not any(place.startswith(("outcomes/", "leave/", "kind/")) for place in left):
        return None
    space = answer_numbers.space
    found = reach(rule_set, space, any_sample(rule_set, space, _DRAWN), _STATES)
    examples: dict[str, Codes] = {f"outcomes/{outcome}": codes for outcome, codes in found.outcomes.items()}
    examples |= {f"leave/{row}": codes for row, codes in found.leave.items()}
    examples |= {f"kind/{row}": codes for row, codes in found.kind.items()}
    filled = [_fill(rule_set, answer_numbers, examples[place], place) for place in left if place in examples]
    return _join(filled) if filled else None


def _fill(rule_set: RuleSet, answer_numbers: AnswerNumbers, codes: Codes, place: str) -> NumberedAnswers:
    """The same answers with as many more as still lead there, one question after the other."""
    numbered: NumberedAnswers = answer_numbers.numbers_of(table_of([answer_numbers.space.answers(codes)]))
    for variable, answers in enumerate(answer_numbers.answers):
        if numbered[variable][0]:
            continue
        more = [np.repeat(numbers, len(answers)) for numbers in numbered]
        more[variable] = np.arange(len(answers))
        more = list(answer_numbers.without_unasked(more))
        leads = _what_is_tried(rule_set, answer_numbers, more)[place] & (more[variable] > 0)
        if leads.any():
            numbered = [numbers[[int(leads.argmax())]] for numbers in more]
    return numbered
