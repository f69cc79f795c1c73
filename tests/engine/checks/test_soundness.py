"""What ``check`` says of whole answer spaces, held against trying them out."""

from dataclasses import replace
from itertools import chain, combinations, product

from hypothesis import assume, given
from hypothesis import strategies as st

from advisor.engine.checks.check import check
from advisor.engine.checks.conditions import names_every_answer, paths, unreachable_questions, unsatisfiable_question
from advisor.engine.checks.policy import box, covers, is_empty
from advisor.engine.checks.questions import OPTION_LIMIT, Path, longest_path
from advisor.engine.checks.uncovered_points import reachable_region, uncovered_points
from advisor.engine.document.document import from_plain
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.policy import Bound, KindRow, Points
from advisor.engine.model.questions import Condition, Question, Scope, Section, asked_questions
from advisor.engine.model.rules import Push, RuleSet
from advisor.engine.model.vocabulary import Kind, Measure, Side, Strength
from tests.engine.document_edits import add, change_document, condition, put, question
from tests.engine.documents import clean_rule_set
from tests.engine.random_rule_sets import bounds_hold
from tests.engine.strategies import PROPERTY

BOUNDS = st.builds(Bound, st.sampled_from(Measure), st.none() | st.integers(-5, 9), st.none() | st.integers(-5, 9))
TABLES = st.lists(st.lists(BOUNDS, max_size=3), min_size=1, max_size=2)
POINTS = [Points(*sums) for sums in product((*range(12), 20, 40), (*range(12), 20, 40), (0, 1, 4, 5, 9, 10, 40))]

CLEAN = clean_rule_set()
SIDES = {"b": "yes", "c": "no"}


def every_answer(question: Question) -> list[Answer]:
    keys = [option.key for option in question.options]
    match question.type:
        case AnswerType.CHOICE:
            return [*keys]
        case AnswerType.CHOICES:
            return list(chain.from_iterable(combinations(keys, size) for size in range(len(keys) + 1)))
        case AnswerType.NUMBER:
            assert question.minimum is not None
            assert question.maximum is not None
            return list(range(question.minimum, question.maximum + 1))


def some_conditions(question: Question) -> st.SearchStrategy[list[Condition]]:
    keys = [option.key for option in question.options]
    some = st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique=True).map(tuple) if keys else st.nothing()
    number = st.integers(question.minimum or 0, question.maximum or 0)
    tests = {
        AnswerType.CHOICE: st.tuples(st.sampled_from(["any_of", "none_of"]), some),
        AnswerType.CHOICES: st.tuples(st.sampled_from(["none_of", "includes_any", "includes_all"]), some),
        AnswerType.NUMBER: st.tuples(st.sampled_from(["at_least", "at_most"]), st.tuples(number))
        | st.tuples(st.just("between"), st.tuples(number, number)),
    }[question.type]
    return st.lists(tests.map(lambda found: Condition(question.key, *found)), min_size=1, max_size=3)


@PROPERTY
@given(st.sampled_from(CLEAN.questions), st.data())
def test_conditions_are_at_odds_exactly_where_no_answer_meets_them_all(question: Question, data: st.DataObject) -> None:
    conditions = data.draw(some_conditions(question))
    met = any(
        all(condition.state({question.key: answer}) == "matched" for condition in conditions)
        for answer in every_answer(question)
    )
    assert unsatisfiable_question(CLEAN, conditions) == ("" if met else question.key)


@PROPERTY
@given(TABLES)
def test_a_row_said_to_be_covered_or_empty_is_never_the_first_that_fits(table: list[list[Bound]]) -> None:
    *earlier, last = table
    dead = is_empty(box(last)) or any(covers(row, box(last)) for row in earlier)
    for points in POINTS if dead else ():
        fits = [bounds_hold(points, row) for row in table]
        assert not fits[-1] or any(fits[:-1])


@PROPERTY
@given(
    st.lists(st.lists(BOUNDS.filter(lambda bound: bound != Bound(bound.measure)), min_size=1, max_size=3), max_size=5),
    st.tuples(*[st.integers(0, 4)] * 4),
)
def test_points_without_a_row_are_found_exactly_where_trying_all_sums_finds_some(
    table: list[list[Bound]], most: tuple[int, int, int, int]
) -> None:
    pushes = [Push(side, 1) for side, number in zip(Side, most, strict=True) for _ in range(number)]
    rules = tuple(replace(CLEAN.rules[0], key=f"r{at}", push=push) for at, push in enumerate(pushes))
    rows = [KindRow(tuple(bounds), Kind.BPO, Strength.CLEAR, "Said.") for bounds in table]
    sums = [Points(*numbers) for numbers in product(*(range(number + 1) for number in most))]
    bare = [points for points in sums if not any(bounds_hold(points, bounds) for bounds in table)]
    found = uncovered_points(rows, reachable_region(replace(CLEAN, rules=rules)))
    assert found in bare if bare else found is None


@PROPERTY
@given(st.sampled_from(CLEAN.questions), st.data())
def test_a_condition_always_holds_exactly_where_every_answer_meets_it(question: Question, data: st.DataObject) -> None:
    small = replace(question, maximum=question.maximum and 3)
    (condition, *_) = data.draw(some_conditions(small))
    always = all(condition.state({small.key: answer}) == "matched" for answer in every_answer(small))
    assert names_every_answer(small, condition) == always


def test_a_table_of_a_hundred_rows_is_followed() -> None:
    """It has every measure in steps, and one point that none of the rows fits."""
    steps = [[Bound(measure, at, at)] for measure in Measure for at in range(1, 18)]
    rows = [KindRow((*bounds,), Kind.BPO, Strength.CLEAR, "Said.") for bounds in steps]
    assert uncovered_points(rows, reachable_region(CLEAN)) == Points(0, 0, 0, 0)


@PROPERTY
@given(st.lists(BOUNDS, max_size=3))
def test_a_box_holds_all_points_that_meet_its_bounds(bounds: list[Bound]) -> None:
    ranges = box(bounds)
    for points in POINTS:
        if bounds_hold(points, bounds):
            assert all(least <= getattr(points, measure) <= most for measure, (least, most) in ranges.items())


@st.composite
def follow_ups(draw: st.DrawFn) -> RuleSet:
    """Some questions on random answers to those before them, which may exclude each other."""
    questions: list[Question] = []
    for number in range(draw(st.integers(2, 6))):
        base = draw(st.sampled_from(CLEAN.questions[1:]))
        few = replace(base, maximum=base.maximum and 5)
        new = replace(few, key=f"q{number}", section=Section.CORE, scope=Scope.PART, asked_when=())
        looked_at = draw(st.lists(st.sampled_from(questions), max_size=2)) if questions else []
        when = [draw(some_conditions(other))[0] for other in looked_at]
        questions.append(replace(new, asked_when=tuple(when)))
    return replace(CLEAN, questions=tuple(questions), rules=(), cases=(), disagreements=(), tensions=())


@PROPERTY
@given(follow_ups())
def test_paths_are_as_long_and_follow_ups_as_hidden_as_trying_all_answers_shows(rule_set: RuleSet) -> None:
    usable = all(way is not None for way in paths(rule_set).values())
    assume(usable)
    looked_at = {test.question for asks in rule_set.questions for test in asks.asked_when}
    deciding = [asks for asks in rule_set.questions if asks.key in looked_at]
    ways = {
        asked_questions(
            rule_set.questions, {asks.key: answer for asks, answer in zip(deciding, sheet, strict=True)}
        ).questions
        for sheet in product(*(every_answer(asks) for asks in deciding))
    }
    seen = {asks.key for way in ways for asks in way}
    found = longest_path(rule_set)
    assert (len(found.questions), found.exact) == (max(map(len, ways)), True)
    assert any(tuple(asks.key for asks in way) == found.questions for way in ways)
    assert unreachable_questions(rule_set, paths(rule_set)).keys() == {asks.key for asks in rule_set.questions} - seen


def test_many_follow_ups_that_do_not_hang_together_are_followed_exactly() -> None:
    forks = [
        [question(f"a{n}"), *(question(f"{key}{n}", condition(f"a{n}", "any_of", side)) for key, side in SIDES.items())]
        for n in range(20)
    ]
    rule_set = from_plain(change_document(put("questions", [asks for fork in forks for asks in fork])))
    assert longest_path(rule_set) == Path(tuple(f"{letter}{n}" for n in range(20) for letter in "ab"))


def test_the_longer_of_two_ways_that_meet_again_is_kept() -> None:
    long = [question(f"long{n}", condition("fork", "any_of", "yes")) for n in range(3)]
    short = question("short", condition("fork", "any_of", "no"))
    for questions in (
        [question("fork"), short, *long, question("end")],
        [question("fork"), *long, short, question("end")],
    ):
        rule_set = from_plain(change_document(put("questions", questions)))
        assert longest_path(rule_set) == Path(("fork", "long0", "long1", "long2", "end"))


def many_ways(follow_ups: int) -> RuleSet:
    options = [{"key": f"o{n}", "label": f"Option {n}"} for n in range(follow_ups)]
    asked_when = [condition("wide", "includes_any", f"o{n}") for n in range(follow_ups)]
    return from_plain(
        change_document(
            add("questions", question("wide", type="choices", options=options)),
            add("questions", *(question(f"f{n}", one) for n, one in enumerate(asked_when))),
        )
    )


def test_a_several_choice_question_with_few_options_in_use_is_followed_exactly() -> None:
    assert longest_path(many_ways(4)) == Path(("edge", "steps", "written", "needs", "wide", "f0", "f1", "f2", "f3"))


def test_a_length_that_cannot_be_said_exactly_is_never_too_short_and_only_warns() -> None:
    wide = many_ways(OPTION_LIMIT + 1)
    found = longest_path(wide)
    assert len(found.questions) == 5 + OPTION_LIMIT + 1
    assert not found.exact
    (problem,) = [problem for problem in check(wide) if problem.place == "questions"]
    assert "may lead to 16 questions" in problem.text
    assert not problem.blocks


def test_a_length_with_too_many_ways_to_follow_only_warns() -> None:
    options = [{"key": f"o{n}", "label": f"Option {n}"} for n in range(16)]
    asked_when = [[condition(f"c{n}", "any_of", f"o{m}")] for n in range(5) for m in range(16)]
    document = change_document(
        put("questions", []),
        add("questions", *(question(f"c{n}", options=options) for n in range(5))),
        add("questions", *(question(f"f{n}", *when) for n, when in enumerate(asked_when))),
    )
    found = longest_path(from_plain(document))
    assert not found.exact
    assert len(found.questions) == 5 + 5 * 16
