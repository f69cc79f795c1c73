"""From an edited rule to a published version, and back again."""

from typing import Any

from sqlalchemy import select

from advisor import starter
from advisor.engine.model.answers import plain_answer
from advisor.engine.model.rules import RuleSet
from advisor.models import AuditEvent, Database
from advisor.models.rule_sets.draft import find_draft
from advisor.models.rule_sets.rule_set_version import in_force, rule_set, version
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read

RULE = starter.rule_set().rules[0]


def test_a_rule_is_edited_published_and_the_old_version_brought_back(
    admin: Admin, database: Database, draft: Read
) -> None:
    admin.press_start()
    admin.edit(f"rules/{RULE.key}", because="", push__points="5")
    assert "Saved in the draft" in admin.text
    assert "1 problem here blocks publishing" in admin.text
    assert "The reason of rule" in admin.text
    assert draft().rules[0].push.points == 5

    admin.open(f"{DRAFT}/publish")
    assert "This is missing" in admin.text
    assert not admin.page.select('button[value="publish"]')
    admin.open(f"{DRAFT}/problems")
    link = admin.page.select_one(".problem-list a")
    assert link is not None
    assert str(link["href"]).startswith(f"{DRAFT}/rules/{RULE.key}")

    admin.edit(f"rules/{RULE.key}", because="It carries no edge at all.", push__points="2")
    assert "look at here" not in admin.text
    admin.open(f"{DRAFT}/differences")
    assert "1 change" in admin.text
    assert admin.page.select("del")
    assert admin.page.select("ins")

    admin.open(f"{DRAFT}/publish")
    admin.submit(do="publish", note="", status=422)
    assert "Say what changed and why" in admin.errors
    admin.submit(do="publish", note="Clearer words for the first rule.")
    assert admin.path == "/admin/rules"
    assert "Version 2 is in force now" in admin.text
    with database.read() as session:
        assert in_force(session).note == "Clearer words for the first rule."
        assert rule_set(session).rules[0].because == "It carries no edge at all."
        assert find_draft(session) is None

    admin.open("/admin/rules/versions/1/bring-back")
    admin.submit(note="The old words were better.")
    with database.read() as session:
        assert in_force(session).number == 3
        first = version(session, 1)
        assert first is not None
        assert in_force(session).document == first.document
        kinds = list(session.scalars(select(AuditEvent.kind).order_by(AuditEvent.sequence)))
    assert kinds == ["draft started", "draft changed", "draft changed", "rules published", "rules brought back"]


def test_a_new_question_with_answers_and_rules_that_cite_a_new_document_is_added_and_published(
    admin: Admin, database: Database, draft: Read
) -> None:
    admin.press_start()
    admin.open(f"{DRAFT}/add/sources")
    admin.save(key="D3", title="A third document", about="A paper.")
    admin.open(f"{DRAFT}/add/claims")
    admin.save(source="D3", place="Page 2", text="Work that peaks suits BPO.", pull=["bpo"])
    assert draft().claims[-1].id == "D3.01"

    admin.open(f"{DRAFT}/add/questions")
    admin.save(
        text="Does the work come in peaks?",
        short="Whether it peaks",
        missing="Select whether it peaks",
        section="sharpen",
        options__0__label="Yes, often",
        options__1__label="Now and then",
    )
    question = draft().questions[-1]
    assert question.key == "whether-it-peaks"
    admin.open(f"{DRAFT}/add/questions/{question.key}/answer")
    admin.save(label="No")
    assert [option.key for option in draft().questions[-1].options] == ["yes-often", "now-and-then", "no"]

    for side, answer in (("bpo", "yes-often"), ("keep", "no")):
        admin.open(f"{DRAFT}/add/rules")
        admin.press("update", when__0__question=question.key)
        assert "Yes, often" in admin.text
        admin.press(
            "update",
            when__0__test="any_of",
            when__0__values=[answer],
            push__side=side,
            push__points="1",
            because=f"It says {answer}.",
        )
        assert "When the answer to “Does the work come in peaks?” is" in admin.text
        admin.save()
    assert len(draft().rules) == len(starter.rule_set().rules) + 2

    admin.open(f"{DRAFT}/publish")
    assert "rests on no claim" in admin.text, "a rule without a claim cannot be published (P9)"
    for rule in draft().rules[-2:]:
        admin.edit(f"rules/{rule.key}", sources=["D3.01"])
    admin.open(f"{DRAFT}/add/cases")
    given = starter.rule_set().cases[0].answers
    answers: dict[str, Any] = {f"answers-{key}": plain_answer(answer) for key, answer in given.items()}
    admin.save(
        process_name="Peaky orders",
        outcome="bpo",
        because="D3 says so.",
        sources=["D3.01"],
        **{**answers, f"answers-{question.key}": "yes-often"},
    )
    admin.open(f"{DRAFT}/cases?q=Peaky")
    assert "Peaky orders" in admin.text
    assert "Fails" not in [tag.text for tag in admin.page.select(".tag.fails")]
    admin.open(f"{DRAFT}/publish")
    admin.submit(do="publish", note="Peaks count.")
    with database.read() as session:
        published: RuleSet = rule_set(session)
    assert published.question(question.key) is not None
    assert published.claim("D3.01") is not None
