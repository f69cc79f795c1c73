"""Sentences that quote the words of a question or an answer are found, and no others."""

from dataclasses import replace

from advisor import starter
from advisor.engine.document.quotes import quotes

RULES = starter.rule_set()


def is_found(sentence: str, wording: str) -> bool:
    rules = replace(RULES, limits=(sentence,))
    return ("limits", "0") in quotes(rules, {wording}, ("questions", "none"))


def test_a_wording_of_five_words_is_found_anywhere_and_a_shorter_one_in_quotation_marks() -> None:
    assert is_found("Who says that customers would notice at once is right.", "Customers would notice at once.")
    assert not is_found("In fact they differ a good deal.", "A good deal"), "an ordinary phrase quotes nobody"
    assert is_found("Who says “CUSTOMERS WOULD NOTICE” is right.", "Customers would notice")
    assert not is_found("Customers would notice it at oncet.", "Customers would notice it at once")
    assert is_found("Who says “Yes” is right.", "Yes")
    assert is_found("Who says “yes.” is right.", "Yes")
    assert not is_found("Yes, it is so.", "Yes")
    assert not is_found("Anything.", "")


def test_the_item_itself_is_no_sentence_about_it_and_its_answers_are() -> None:
    question = RULES.questions[1]
    option = question.options[0]
    label = f"Not this: {question.text}"
    options = (replace(option, label=label), *question.options[1:])
    rules = replace(RULES, questions=(RULES.questions[0], replace(question, options=options), *RULES.questions[2:]))
    places = quotes(rules, {question.text}, ("questions", question.key))
    assert (f"questions/{question.key}/options", option.key) in places
    assert ("questions", question.key) not in places
