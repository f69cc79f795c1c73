"""Items are called by what they say."""

from dataclasses import replace

from advisor import starter
from advisor.engine.checks.check import check
from advisor.engine.document.document import KINDS, NUMBERED, items_of, key_of, options_of
from advisor.engine.model.evidence import Pull
from advisor.engine.model.rules import RuleSet
from advisor.wording.items import NAME_LENGTH, item_label, item_name, short_text, shorten, with_names
from advisor.wording.vocabulary import PULLS


def test_every_item_of_every_collection_has_a_name_in_words_that_is_no_key() -> None:
    rules = starter.rule_set()
    collections = [*KINDS, *(options_of(question.key) for question in rules.questions if question.options)]
    for collection in collections:
        for at, item in enumerate(items_of(rules, collection)):
            key = str(at) if collection in NUMBERED else key_of(item)
            name = item_name(rules, collection, key)
            assert name not in {"", key}, (collection, key)
            assert len(name) <= NAME_LENGTH + 60, (collection, key)
            assert name in item_label(rules, collection, key)


def test_items_are_called_by_what_people_read_of_them() -> None:
    rules = starter.rule_set()
    question, rule, claim, case = rules.questions[1], rules.rules[0], rules.claims[0], rules.cases[0]
    assert item_name(rules, "questions", question.key) == question.text
    assert item_name(rules, "rules", rule.key) == rule.because.removesuffix(".")
    assert item_name(rules, "claims", claim.id) == claim.text.removesuffix(".")
    assert item_name(rules, "cases", case.key) == case.process
    option = question.options[0]
    assert item_name(rules, options_of(question.key), option.key) == f"{option.label} ({question.short})"
    assert item_name(rules, "kind", "1").startswith("Row 2: ")


def test_a_rule_without_a_reason_is_called_by_what_it_does_and_what_says_nothing_is_still_called_something() -> None:
    rules = starter.rule_set()
    rule, question = replace(rules.rules[0], because=""), replace(rules.questions[0], text=" ")
    bare: RuleSet = replace(rules, rules=(rule,), questions=(question, *rules.questions[1:]))
    assert item_name(bare, "rules", rule.key).startswith("When the answer to ")
    assert item_name(bare, "questions", question.key) == "(no text yet)"


def test_what_is_gone_is_called_as_it_was_or_by_its_key() -> None:
    rules = starter.rule_set()
    rule, limit = rules.rules[0], rules.limits[-1]
    without = replace(rules, rules=rules.rules[1:], limits=rules.limits[:-1])
    assert item_name(without, "rules", rule.key, rules) == rule.because.removesuffix(".")
    assert item_name(without, "rules", rule.key) == f"{rule.key}, since removed"
    last = str(len(rules.limits) - 1)
    assert item_name(without, "limits", last, rules) == shorten(limit)
    assert item_name(without, "limits", last) == f"number {len(rules.limits)}, since removed"
    assert item_name(rules, "questions/gone/options", "set") == "set, since removed"
    assert item_name(rules, "nothing", "set") == "set, since removed"


def test_a_long_text_is_cut_between_words_and_a_long_word_inside() -> None:
    assert shorten("One line.\nAnother line.") == "One line. Another line"
    assert shorten("word " * 100) == f"{'word ' * 23}word…"
    assert shorten("x" * 500) == f"{'x' * (NAME_LENGTH - 1)}…"
    assert shorten("x" * NAME_LENGTH) == "x" * NAME_LENGTH


def test_a_problem_calls_items_by_what_they_say_and_quotes_what_is_not_there() -> None:
    rules = starter.rule_set()
    rule, other, question = rules.rules[0], rules.rules[1], rules.questions[1]
    option, source = question.options[0], rules.sources[0]
    says = rule.because.removesuffix("."), other.because.removesuffix(".")
    for sentence, read in (
        (
            f"Rule “{rule.key}” fires exactly when rule “{other.key}” does.",
            f"Rule “{says[0]}” fires exactly when rule “{says[1]}” does.",
        ),
        (
            f"The text of option “{option.key}” of question “{question.key}” is empty.",
            f"The text of option “{option.label}” of question “{question.text}” is empty.",
        ),
        (
            f"It looks like each of rules “{rule.key}”, “gone” and “{other.key}”.",
            f"It looks like each of rules “{says[0]}”, “gone” and “{says[1]}”.",
        ),
        (
            f"“{option.key}” is not an option of question “{question.key}”.",
            f"“{option.label}” is no answer to “{question.text}”.",
        ),
        (
            f"Rule “{rule.key}” looks at “{question.key}”, which is not a question.",
            f"Rule “{says[0]}” looks at question “{question.text}”, which was removed.",
        ),
        (f"Claim “X” comes from source “{source.key}”.", f"Claim “X” comes from source “{source.title}”."),
        (f"Rule “nothing” rests on “{rule.key}”.", f"Rule “nothing” rests on “{rule.key}”."),
    ):
        assert with_names(rules, sentence) == read
    gone = replace(rules, questions=(), claims=())
    for sentence, read in (
        (
            f"It looks at “{question.key}”, which is not a question.",
            f"It looks at question “{question.text}”, which was removed.",
        ),
        (
            f"It rests on “{rules.claims[0].id}”, which is not a claim.",
            f"It rests on claim “{short_text(rules, rules.claims[0])}”, which was removed.",
        ),
    ):
        assert with_names(gone, sentence, rules) == read


def test_a_claim_that_says_no_way_is_mended_by_a_word_that_stands_on_its_form() -> None:
    rules = starter.rule_set()
    silent = replace(rules, claims=(replace(rules.claims[0], pull=()), *rules.claims[1:]))
    [mend] = {problem.mend for problem in check(silent) if problem.place.endswith("/pull")}
    assert f"“{PULLS[Pull.CONTEXT].name}”" in mend
