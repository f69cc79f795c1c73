"""Addresses of pages: worked out once for each shape, and always what Flask would say."""

from uuid import UUID, uuid4

from flask import Flask, g, url_for

from advisor.links import AddressWord, address
from advisor.models.accounts.organisation import Member

TEXTS = ("edge", "a-b_c", "", "ü/ä ?&", "100%", "%(key)s", "place-1-of-a-text")


def test_an_address_is_what_flask_would_say_first_and_again(app: Flask) -> None:
    with app.test_request_context("/", base_url="http://localhost/below/"):
        for _time in range(2):
            for text in TEXTS:
                one, other = uuid4(), uuid4()
                for endpoint, values in (
                    ("assessments.result", {"assessment_id": one}),
                    ("assessments.result", {"assessment_id": one, "show": text, "since": 3}),
                    ("assessments.answer_question", {"assessment_id": one, "key": text or "k", "part_id": None}),
                    ("assessments.answer_question", {"assessment_id": one, "key": text or "k", "part_id": other}),
                    (
                        "assessments.answer_question",
                        {"assessment_id": one, "key": "k", "part_id": str(other), "again": 1},
                    ),
                    ("assessments.what_if", {"assessment_id": one, "change": [text, "more"]}),
                    ("pages.claim", {"claim_id": text or "c", "number": 1}),
                    ("pages.claim", {"claim_id": text or "c", "number": None}),
                    ("pages.claim", {"claim_id": text or "c", "number": 2, "_anchor": "x"}),
                    ("rule_sets.list_items", {"collection": AddressWord("rules"), "_anchor": None}),
                    ("rule_sets.list_items", {"collection": AddressWord("claims")}),
                    ("rule_sets.edit_item", {"collection": AddressWord("kind"), "key": text or "k"}),
                    ("processes.index", {"q": AddressWord(text)}),
                    ("processes.index", {}),
                ):
                    assert address(endpoint, **values) == url_for(endpoint, **values)


def test_an_address_stays_within_the_organisation_of_this_request_and_is_not_kept_for_the_next(app: Flask) -> None:
    organisations = [UUID(int=1), UUID(int=2)]
    for organisation_id in (*organisations, None, *organisations):
        with app.test_request_context("/"):
            g.member = Member(organisation_id, "A", "owner") if organisation_id else None
            assert address("processes.index") == url_for("processes.index")
            assert (str(organisation_id) in address("processes.index")) is (organisation_id is not None)
    kept = repr(app.extensions["address shapes"])
    assert not [one for one in organisations if str(one) in kept]
