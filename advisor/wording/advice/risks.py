"""The risks of one advice as pages show them: what happens, on which answers it rests, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from advisor.engine.model.evidence import Grade
from advisor.wording.claims import ClaimRef, VersionView
from advisor.wording.values import quoted_answer
from advisor.wording.vocabulary import GRADES


@dataclass(frozen=True, slots=True)
class RiskNote:
    """Something that tends to go wrong with such work; ``because`` are sentences on the answers it rests on."""

    key: str
    title: str
    happens: str
    because: list[str]
    actions: list[str]
    grade: str
    claims: list[ClaimRef]


def risk_notes(document: dict[str, Any], edition: VersionView) -> list[RiskNote]:
    """The risks that a recommendation document holds, the weightiest first; old ones hold none."""
    return [
        RiskNote(
            key=risk["key"],
            title=risk["title"],
            happens=risk["happens"],
            because=[_because(part, edition) for part in _combine_parts(risk["parts"])],
            actions=risk["actions"],
            grade=str(GRADES[Grade(risk["grade"])]),
            claims=edition.refs(risk["sources"]),
        )
        for risk in document.get("risks", [])
    ]


def _combine_parts(parts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Parts in which a risk rests on the same answers as one, with all of their names."""
    found: list[dict[str, Any]] = []
    for part in parts:
        same = next((other for other in found if other["because_of"] == part["because_of"]), None)
        if same is None:
            found.append({"because_of": part["because_of"], "names": [part["part"]] if "part" in part else []})
        else:
            same["names"].append(part["part"])
    return found


def _because(part: dict[str, Any], edition: VersionView) -> str:
    """The answers it rests on, each in the words in which it was offered, with what was asked."""
    asked = ((edition.rule_set.question(key), stored) for key, stored in part["because_of"].items())
    answers = [text for question, stored in asked if (text := quoted_answer(question, stored))]
    if not answers:
        return str(_("Because the work falls into parts of different kinds."))
    said = (
        answers[0] if len(answers) < 2 else _("%(some)s and %(last)s", some=", ".join(answers[:-1]), last=answers[-1])
    )
    if part["names"]:
        names = ", ".join(f"“{name}”" for name in part["names"])
        return str(_("Because you said of %(names)s: %(said)s.", names=names, said=said))
    return str(_("Because you said %(said)s.", said=said))
