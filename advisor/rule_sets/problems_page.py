"""The problems of the draft with their proofs, the shares of the outcomes, and the answers that show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor import identity
from advisor.engine.errors import Problem
from advisor.engine.rules import RuleSet
from advisor.extensions import database
from advisor.models import Job
from advisor.models import proof as proofs
from advisor.models import rule_set_version as versions
from advisor.models.draft import NoDraft, find_draft
from advisor.models.once import new_key, once
from advisor.replies import form_page
from advisor.rule_sets.desk import desk_or_home, who, write
from advisor.rule_sets.editions import draft_edition
from advisor.rule_sets.forms import ButtonForm, OnceForm, RunForm
from advisor.rule_sets.paging import paged
from advisor.rule_sets.places import problem_url, thing_url
from advisor.rule_sets.proving import Standing, ask, cancel, standing_of
from advisor.rule_sets.shares_presenter import Picture, picture, shift_tables
from advisor.rule_sets.witness import Given, in_words, make_case, shown, witness_of, witness_url
from advisor.rule_sets.words import OUTCOMES

WARNINGS_ON_A_PAGE = 40


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem, where it is mended, and the answers that show it: in words, and as a page."""

    text: str
    mend: str
    url: str
    blocks: bool
    given: list[Given]
    witness_url: str


@dataclass(frozen=True, slots=True)
class Checking:
    """A check under way: how many hundredths of it are done, None while that is not known.

    ``number`` is by what it is cancelled, 0 where a program asked for it.
    """

    done: int | None
    is_waiting: bool
    number: int


def add_to(bp: Blueprint) -> None:
    """Add these pages to the activity."""
    draft, both = "/admin/rules/draft", ["GET", "POST"]
    bp.add_url_rule(f"{draft}/problems", view_func=problems)
    bp.add_url_rule(f"{draft}/shares", view_func=shares)
    bp.add_url_rule(f"{draft}/shown-by", view_func=witness, methods=both)
    bp.add_url_rule("/admin/rules/check", view_func=check_all, methods=["POST"])


def problems() -> ResponseReturnValue:
    """List what is wrong with the draft, what blocks first, and show the shares of the outcomes."""
    desk = desk_or_home()
    with database().read() as session:
        standing = standing_of(session, desk.document)
        drawn = _picture(session, standing)

    def url(number: int) -> str:
        return url_for("rule_sets.problems", page=number)

    page = paged(standing.warning, request.args.get("page", ""), WARNINGS_ON_A_PAGE, url)
    return form_page(
        "rule_sets/problems.html",
        ButtonForm(),
        blocking=shown_problems(desk.rules, standing.blocking),
        warning=shown_problems(desk.rules, page.items),
        page=page,
        standing=standing,
        checking=checking(standing.job),
        once_key=new_key(),
        picture=drawn,
    )


def shares() -> ResponseReturnValue:
    """Show how far each answer shifts the share of each outcome."""
    desk = desk_or_home()
    with database().read() as session:
        standing = standing_of(session, desk.document)
        drawn = _picture(session, standing)
    if drawn is None or standing.shares is None:
        return redirect(url_for("rule_sets.problems"))
    return render_template(
        "rule_sets/shares.html",
        picture=drawn,
        outcomes=list(OUTCOMES.values()),
        tables=shift_tables(desk.rules, standing.shares),
    )


def check_all() -> ResponseReturnValue:
    """Ask for the check of every combination of answers of the draft, or of a version; or cancel the one shown."""
    form = RunForm()
    if not form.validate_on_submit():
        abort(400)
    of = request.form.get("of", "draft")
    if of != "draft" and not (of.isascii() and of.isdecimal() and len(of) < 10):
        abort(400)

    def act(session: Session) -> str:
        if of == "draft":
            draft = find_draft(session)
            if draft is None:
                return url_for("rule_sets.home", gone=1)
            document, what, back = draft.document, "draft", url_for("rule_sets.problems")
        else:
            row = versions.version(session, int(of)) or abort(404)
            document, what = row.document, f"version {row.number}"
            back = url_for("rule_sets.bring_back", number=row.number)
        if request.form.get("do") == "cancel":
            cancel(session, identity.actor(), form.number, what)
        elif standing_of(session, document).waits:
            ask(session, identity.actor(), document, what)
        return back

    return redirect(write(act), 303)


def witness() -> ResponseReturnValue:
    """Show what the draft says to the answers in the address, which nothing stores, or make a test case of them."""
    desk = desk_or_home()
    answers = witness_of(desk.rules, request.args.get("answers", ""))
    form = OnceForm()
    if answers is None:
        return form_page("rule_sets/witness.html", None, 404 if request.method == "GET" else 409, shown=None)
    if form.validate_on_submit():

        def act(session: Session) -> str:
            def do() -> str:
                return thing_url("cases", make_case(session, identity.actor(), answers), made="1")

            return once(session, form.once.data or new_key(), who(), do)

        try:
            return redirect(write(act), 303)
        except NoDraft:
            return redirect(url_for("rule_sets.home", gone=1), 303)
    with database().read() as session:
        edition = draft_edition(session, desk)
    return form_page("rule_sets/witness.html", form, shown=shown(desk, edition, answers))


def shown_problems(rules: RuleSet, found: Iterable[Problem]) -> list[ShownProblem]:
    """Problems with their links and their witnesses."""
    return [
        ShownProblem(
            text=problem.text,
            mend=problem.mend,
            url=problem_url(problem.place),
            blocks=problem.blocks,
            given=in_words(rules, problem.witness) if problem.witness else [],
            witness_url=witness_url(problem.witness) if problem.witness else "",
        )
        for problem in found
    ]


def checking(job: Job | None) -> Checking | None:
    """How far the check is, None where none is under way."""
    if job is None:
        return None
    number = job.number if job.kind == proofs.KIND else 0
    return Checking(job.done * 100 // job.total if job.total else None, job.tries == 0, number)


def waiting_sentence(standing: Standing) -> str:
    """Why publishing waits; "" where it does not wait for the check of every combination."""
    if not standing.waits:
        return ""
    if standing.job is not None:
        return str(_("Cannot start yet: every combination of answers is being checked."))
    if standing.was_cancelled:
        return str(_("Cannot start yet: the check of every combination of answers was stopped before its end."))
    return str(_("Cannot start yet: every combination of answers must be checked first."))


def _picture(session: Session, standing: Standing) -> Picture | None:
    if standing.shares is None:
        return None
    in_force = versions.in_force(session)
    before = standing_of(session, in_force.document).shares
    return picture(before, standing.shares, in_force.number) if before is not None else None
