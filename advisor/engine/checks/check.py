"""Everything that can be seen to be wrong with a rule set by reading it: its size, its test cases, and all the rest."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, fields, replace

from advisor.engine.checks import conditions, evidence, policy, questions, risks, texts
from advisor.engine.checks.causes import ambiguous_names, root_problems
from advisor.engine.checks.conditions import paths, questions_without_options
from advisor.engine.checks.subjects import NOUNS, RISK_GROUPS, subjects
from advisor.engine.document.document import to_plain
from advisor.engine.document.text import LINE_LIMIT, text_fault
from advisor.engine.evaluation.cases import CaseResult, read_case
from advisor.engine.model.answers import PARTS_LIMIT
from advisor.engine.model.caching import cached_per
from advisor.engine.model.errors import Problem, quotable
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Question, Scope
from advisor.engine.model.rules import RuleSet, TestCase
from advisor.engine.model.vocabulary import quoted_advice

# ---- How much one rule set may hold, so that every check of it ends soon (docs/decisions/0019)

ITEMS_LIMIT = {
    "questions": 200,
    "rules": 5_000,
    "leave": 100,
    "kind": 100,
    "sources": 500,
    "claims": 5_000,
    "disagreements": 500,
    "tensions": 500,
    "guidance": 500,
    "risks": 200,
    "limits": 100,
    "cases": 5_000,
}
"""The most items in each list of the document."""

OPTIONS_LIMIT = 200
"""The most options of one question."""

CONDITIONS_LIMIT = 50
"""The most conditions of one item; more than one on the same question are rarely of use."""

RISK_LIMIT = 200
"""The most conditions, and the most groups of them, of one risk."""

_WORDS = {
    "leave": "rows in the table that decides whether it leaves",
    "kind": "rows in the table that decides the kind of work",
    "cases": "test cases",
    "guidance": "pieces of guidance",
    "limits": "sentences on what the advice does not tell",
}


def size_problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find lists that are too long. The rest of a rule set that has one could take minutes to check."""
    for name, most in ITEMS_LIMIT.items():
        if (number := len(getattr(rule_set, name))) > most:
            yield _too_many(name, "The rule set", number, most, _WORDS.get(name, name))
    for question in subjects(rule_set.questions[: ITEMS_LIMIT["questions"]], "questions"):
        if (number := len(question.item.options)) > OPTIONS_LIMIT:
            yield _too_many(f"{question.place}/options", question.start, number, OPTIONS_LIMIT, "options")
        if (number := len(question.item.asked_when)) > CONDITIONS_LIMIT:
            yield _too_many(f"{question.place}/asked_when", question.start, number, CONDITIONS_LIMIT, "conditions")
    for name in ("rules", "disagreements", "tensions", "guidance"):
        for item in subjects(getattr(rule_set, name)[: ITEMS_LIMIT[name]], name):
            if (number := len(item.item.when)) > CONDITIONS_LIMIT:
                yield _too_many(f"{item.place}/when", item.start, number, CONDITIONS_LIMIT, "conditions")
    for risk in subjects(rule_set.risks[: ITEMS_LIMIT["risks"]], "risks"):
        groups = sum(len(getattr(risk.item, name)) for name in RISK_GROUPS)
        for number, what in ((len(risk.item.conditions), "conditions"), (groups, "groups of conditions")):
            if number > RISK_LIMIT:
                yield _too_many(risk.place, risk.start, number, RISK_LIMIT, what)


def _too_many(place: str, subject: str, number: int, most: int, what: str) -> Problem:
    text = f"{subject} has {number:,} {what}; {most:,} is the most."
    return Problem(place, text, "Take some out, then check again: nothing else was looked at.")


# ---- Test cases that nobody could answer so, or that are there twice


@cached_per("questions", "cases")
def case_problems(rule_set: RuleSet) -> tuple[Problem, ...]:
    """Find answers that would be refused from a person too, and cases that repeat another."""
    return tuple(_problems(rule_set))


def _problems(rule_set: RuleSet) -> Iterator[Problem]:
    # A follow-up whose conditions cannot be used is a problem of its own, and none of the cases.
    path_tests = paths(rule_set)
    questions = tuple(q if path_tests[q.key] is not None else replace(q, asked_when=()) for q in rule_set.questions)
    readable = replace(rule_set, questions=questions)
    glance = _Glance(questions)
    without_options = questions_without_options(rule_set)
    found: dict[object, str] = {}
    for case in subjects(rule_set.cases, "cases"):
        if not glance.suffices(case.item):
            _, refused = read_case(readable, case.item, case.place)
            for problem in refused:
                if problem.place.rsplit("/", 1)[-1] not in without_options:
                    yield replace(problem, text=_refusal(readable, case.start, problem))
        parts = tuple((part.part, frozenset(part.answers.items())) for part in case.item.parts)
        first = found.setdefault((case.item.process, frozenset(case.item.answers.items()), parts), case.key)
        if first != case.key:
            text = f"{case.start} is the same as test case “{quotable(first)}”."
            yield Problem(case.place, text, "Take one of them out.", blocks=False)


def _refusal(rule_set: RuleSet, case: str, problem: Problem) -> str:
    """What is wrong with an answer of a test case, said with the question that it answers."""
    match problem.missing.split("/"):
        case ["questions", key]:
            return f"{case} answers “{quotable(key)}”, which is not a question."
        case ["questions", key, "options", option]:
            return f"{case}: “{quotable(option)}” is not an option of question “{quotable(key)}”."
    text = f"{problem.text[0].lower()}{problem.text[1:]}".replace(", or null", "")
    question = rule_set.question(problem.place.rsplit("/", 1)[-1]) if "/answers/" in problem.place else None
    if question is None:
        return f"{case}: {text}"
    if text.startswith("the answer must be a list"):
        number = "" if question.most is None else f"at most {question.most}, "
        text = f"choose {number}each of its options at most once."
    return f"{case}, question “{quotable(question.key)}”: {text}"


class _Glance:
    """Sees of most cases that nothing in them would be refused: reading thousands of them would take its time."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = {question.key: question for question in questions}
        always = {question.key for question in questions if not question.asked_when}
        self._of_part = {key for key in always if self._questions[key].scope is Scope.PART}
        self._of_whole, self._always = always - self._of_part, always
        self._fit: set[tuple[str, Answer]] = set()

    def suffices(self, case: TestCase) -> bool:
        """Whether the case is seen to be sound. Where it is not, reading it tells."""
        names = [case.process, *(part.part for part in case.parts)]
        return (
            case.answers.keys() <= (self._of_whole if case.parts else self._always)
            and all(part.answers.keys() <= self._of_part for part in case.parts)
            and len(case.parts) <= PARTS_LIMIT
            and all(text_fault(name, LINE_LIMIT, one_line=True) is None for name in names)
            and all(map(self._fits, [case.answers, *(part.answers for part in case.parts)]))
        )

    def _fits(self, answers: dict[str, Answer]) -> bool:
        return self._fit.issuperset(answers.items()) or all(self._allows(key, answers[key]) for key in answers)

    def _allows(self, key: str, answer: Answer) -> bool:
        allowed = self._questions[key].allows(answer)
        if allowed and not isinstance(answer, int):  # True is equal to 1, and no number
            self._fit.add((key, answer))
        return allowed


# ---- Everything together

_EACH_BY_ITSELF = (texts.key_problems, texts.text_problems)

_TOGETHER = (
    questions.question_problems,
    conditions.condition_problems,
    questions.follow_up_problems,
    conditions.rule_problems,
    risks.risk_problems,
    policy.policy_problems,
    evidence.evidence_problems,
    evidence.unused_problems,
    case_problems,
)


def check(rule_set: RuleSet) -> tuple[Problem, ...]:
    """Give every problem of a rule set that can be read, in the order of the document; none where it is sound.

    A rule set without a problem that blocks can be evaluated with any answers. What only follows from a key that is
    missing or there twice is left out. Where it holds too much, that is all that is said: looking at the rest could
    take minutes.
    """
    if too_large := tuple(size_problems(rule_set)):
        return in_order(rule_set, too_large)
    found = [problem for problems in _EACH_BY_ITSELF for problem in problems(rule_set)]
    more = [problem for problems in _TOGETHER for problem in problems(rule_set)]
    if any(problem.place.endswith(texts.ENDS) for problem in found):
        document = to_plain(rule_set)
        more = list(root_problems(document, more, ambiguous_names(document)))
    return in_order(rule_set, dict.fromkeys([*found, *more]))


def in_order(rule_set: RuleSet, found: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems in the order of the document."""
    problems = list(found)
    order = _order(rule_set, {problem.place.split("/")[0] for problem in problems})
    return tuple(sorted(problems, key=lambda problem: order.get("/".join(problem.place.split("/")[:2]), len(order))))


def _order(rule_set: RuleSet, wanted: Set[str]) -> dict[str, int]:
    """The position of each list that is wanted, and of each item in it, by its place."""
    places: dict[str, None] = {}
    for field in fields(RuleSet):
        if field.name not in wanted:
            continue
        items = getattr(rule_set, field.name)
        places[field.name] = None
        keyed = subjects(items, field.name) if field.name in NOUNS else ()
        places.update((subject.place, None) for subject in keyed)
        places.update((f"{field.name}/{index}", None) for index in range(len(items)))
    return {place: position for position, place in enumerate(places)}


# ---- What keeps a rule set from being published


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that is wrong with a rule set and with what it gives; it can be published where nothing blocks.

    ``results`` is None where something else blocks: test cases cannot be run then.
    """

    problems: tuple[Problem, ...]
    results: tuple[CaseResult, ...] | None

    @property
    def can_prove(self) -> bool:
        """Whether every combination of answers can be checked: what is wrong with test cases does not keep it back."""
        return not any(problem.blocks and not problem.place.startswith("cases/") for problem in self.problems)


def examine(rule_set: RuleSet) -> Examination:
    """Check a rule set, and where nothing blocks, run its test cases once."""
    problems = check(rule_set)
    if any(problem.blocks for problem in problems):
        return Examination(problems, None)
    from advisor.engine.analysis.processes import run_together  # it loads NumPy, which most commands do without

    results = run_together(rule_set)
    return Examination((*problems, *(failure(result) for result in results if not result.passed)), results)


def failure(result: CaseResult) -> Problem:
    """The problem that a test case which fails is."""
    case = result.case
    wanted, given = quoted_advice(case.outcome), quoted_advice(result.outcome)
    if case.kind is not None:
        wanted, given = (
            f"{wanted} with kind {quoted_advice(case.kind)}",
            f"{given} with kind {quoted_advice(result.kind)}",
        )
    texts = [f"“{case.process}” should come out as {wanted}, and comes out as {given}."] if wanted != given else []
    if result.missing_risks:
        texts.append(f"“{case.process}” should be told of {_risks(result.missing_risks)}, and is not.")
    if result.unwanted_risks:
        texts.append(f"“{case.process}” should not be told of {_risks(result.unwanted_risks)}, and is.")
    return Problem(f"cases/{case.key}", " ".join(texts), "Mend the rules, or the expectation.")


def _risks(keys: Sequence[str]) -> str:
    named = [f"“{quotable(key)}”" for key in keys]
    return f"risk {named[0]}" if len(named) == 1 else f"risks {', '.join(named[:-1])} and {named[-1]}"
