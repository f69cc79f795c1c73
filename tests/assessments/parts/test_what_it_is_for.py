"""Who names a process is told first what kinds of work this is for, and what it is not for."""

from tests.assessments.walker import Walker

FOR = "This is for work with information: office and expert work"
NOT_FOR = "It is not for making and serving things by hand, such as baking, sewing or waiting at tables."


def test_the_name_page_says_what_work_it_is_for_and_what_not(walker: Walker) -> None:
    walker.open("/assessments/new")
    assert FOR in walker.words
    assert NOT_FOR in walker.words
    walker.begin()
    walker.open(f"{walker.at}/name")
    assert FOR not in walker.words, "there it is known already"
