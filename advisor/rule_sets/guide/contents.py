"""The pages of the guide “Editing the rules”, in the order in which they are read."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page of the guide. ``word`` stands in its address, and names its template and its picture."""

    word: str
    title: LazyString
    about: LazyString

    @property
    def template(self) -> str:
        """Its text."""
        return f"rule_sets/guide/pages/{self.word}.html"

    @property
    def picture(self) -> str:
        """The static file of its picture."""
        return f"guide/{self.word}.webp"


GUIDE = (
    GuidePage("advice", _l("How the rules give an advice"), _l("From answers to points, and from points to words.")),
    GuidePage("questions", _l("Adding a question"), _l("Its text, its answers, and who is asked it.")),
    GuidePage("rules", _l("Writing a rule and its points"), _l("Conditions, points, and the reason that people read.")),
    GuidePage("tables", _l("The two tables"), _l("Where points become an advice, and how clear it is.")),
    GuidePage("evidence", _l("Claims and sources"), _l("What rules, risks and next steps rest on.")),
    GuidePage("cases", _l("Test cases"), _l("Answers whose advice you know, tried on every change.")),
    GuidePage("problems", _l("Problems and proofs"), _l("What is looked for, what blocks, and what is proved.")),
    GuidePage("affected", _l("Who is affected"), _l("What a draft does to saved advice, giving nobody away.")),
    GuidePage("publishing", _l("From draft to version"), _l("Publish, plan, approve, bring back.")),
    GuidePage("together", _l("Working with another admin"), _l("One draft for all: clashes, comments, the record.")),
)

BY_WORD = {page.word: page for page in GUIDE}
