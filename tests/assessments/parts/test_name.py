"""Naming a process, and beginning once."""

import unicodedata

import pytest
from flask import Flask
from sqlalchemy import func, select

from advisor.models import Assessment, Database
from tests.assessments.walker import Walker, at_once


def count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Assessment)) or 0


def test_a_named_process_leads_to_the_first_question(walker: Walker) -> None:
    walker.begin("Paying wages")
    assert walker.heading == "How core is it?"
    assert "Paying wages" in walker.words


def test_the_first_page_sets_no_cookie_and_the_name_page_sets_the_one(walker: Walker) -> None:
    assert "Set-Cookie" not in walker.client.get("/").headers
    cookies = walker.client.get("/assessments/new").headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    assert cookies[0].startswith("session=")


def test_without_a_name_the_page_says_what_to_enter_and_stores_nothing(walker: Walker, database: Database) -> None:
    walker.open("/assessments/new")
    walker.submit(process_name="   ", status=422)
    assert "Enter a name for the process" in walker.complaint
    assert count(database) == 0


@pytest.mark.parametrize("name", ["Pay\x00roll", "Pay\nroll", "Pay\x1broll"])
def test_i3_a_name_that_cannot_be_stored_is_refused_in_words(walker: Walker, database: Database, name: str) -> None:
    walker.open("/assessments/new")
    walker.submit(process_name=name, status=422)
    assert "contains characters that cannot be stored" in walker.complaint
    assert count(database) == 0


def test_i2_a_name_has_at_most_200_characters_counted_as_characters(walker: Walker) -> None:
    walker.open("/assessments/new")
    assert "Up to 200 characters" in walker.words
    walker.submit(process_name="é" * 201, status=422)
    assert "at most 200" in walker.complaint
    assert walker.page.select_one("#process_name")["value"] == "é" * 201  # type: ignore[index]
    walker.submit(process_name="é" * 200)
    assert walker.heading == "How core is it?"


def test_i2_an_odd_but_legal_name_comes_back_as_it_was(walker: Walker, database: Database) -> None:
    name = "👩🏽‍💻 שכר e\u0301 ﷽ <b>&amp;\u200d"
    walker.begin(f"  {name}  ")
    stored = unicodedata.normalize("NFC", name)  # a name has one spelling
    with database.read() as session:
        assert session.scalars(select(Assessment.process_name)).one() == stored
    assert stored in walker.page.get_text()


def test_the_usual_process_is_optional_and_answers_nothing(walker: Walker, database: Database) -> None:
    walker.begin("Payroll", **{"answer-closest": "law"})
    assert walker.heading == "How core is it?"
    with database.read() as session:
        assert session.scalars(select(Assessment.answers)).one() == {"closest": "law"}


def test_i6_a_usual_process_that_is_not_offered_is_refused(walker: Walker, database: Database) -> None:
    walker.open("/assessments/new")
    walker.submit(process_name="Payroll", **{"answer-closest": "smuggling"}, status=422)
    assert "Choose from the answers that are listed" in walker.complaint
    assert count(database) == 0


def test_f9_the_same_form_sent_twice_in_a_row_begins_one_assessment(walker: Walker, database: Database) -> None:
    walker.open("/assessments/new")
    twin = walker.second_window()
    walker.submit(process_name="Payroll")
    twin.submit(process_name="Payroll")
    assert twin.path == walker.path
    assert count(database) == 1


def test_f9_the_same_form_sent_several_times_at_once_begins_one_assessment(
    app: Flask, walker: Walker, database: Database
) -> None:
    walker.open("/assessments/new")
    form = {str(field["name"]): field.get("value", "") for field in walker.page.select("form input[name]")}
    form["process_name"] = "Payroll"
    places = at_once(app, walker, 4, lambda client, _n: client.post("/assessments/new", data=form).headers["Location"])
    assert len(set(places)) == 1
    assert count(database) == 1


def test_f9_the_same_page_sent_again_with_another_name_is_no_repeat(walker: Walker, database: Database) -> None:
    walker.open("/assessments/new")
    twin = walker.second_window()
    walker.submit(process_name="Payroll")
    twin.submit(process_name="Invoices")
    assert "Invoices" in twin.words
    assert count(database) == 2


def test_two_forms_begin_two_assessments(walker: Walker, database: Database) -> None:
    walker.begin("Payroll")
    walker.begin("Payroll")
    assert count(database) == 2


def test_renaming_keeps_the_answers(walker: Walker) -> None:
    walker.finish(name="Payroll")
    walker.open(f"{walker.at}/name")
    assert walker.page.select_one("#process_name")["value"] == "Payroll"  # type: ignore[index]
    walker.submit(process_name="Paying wages")
    assert walker.key == "result"
    assert "Paying wages" in walker.words
    walker.question("steps")
    assert walker.chosen_values() == ["set"]


def test_f8_a_name_changed_in_another_window_is_not_overwritten_in_silence(walker: Walker) -> None:
    walker.begin("Payroll")
    walker.open(f"{walker.at}/name")
    other = walker.second_window()
    other.submit(process_name="Wages")
    walker.submit(process_name="Salaries", status=409)
    assert "“Wages”" in walker.complaint
    assert walker.page.select_one("#process_name")["value"] == "Salaries"  # type: ignore[index]
    walker.submit()
    walker.open(f"{walker.at}/name")
    assert walker.page.select_one("#process_name")["value"] == "Salaries"  # type: ignore[index]


def test_a_browser_holds_at_most_so_many_processes(app: Flask, walker: Walker, database: Database) -> None:
    app.config["ASSESSMENTS_PER_OWNER"] = 1
    walker.begin("Payroll")
    walker.open("/assessments/new")
    walker.submit(process_name="Another", status=422)
    assert "as many processes as we keep" in walker.complaint
    assert count(database) == 1
