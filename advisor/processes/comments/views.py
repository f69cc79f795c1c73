"""The pages on which an owner comments on a section of an advice."""

from typing import Any
from uuid import UUID

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.context import find_of_requester, load_context
from advisor.assessments.operations import ChangedElsewhere, in_transaction
from advisor.assessments.result.comments import SECTIONS, CommentView
from advisor.engine.document.text import whole_number
from advisor.extensions import database
from advisor.models import Comment
from advisor.models.idempotency import idempotent
from advisor.models.limits import room_left
from advisor.models.processes.comment import own_comments
from advisor.processes.comments import operations
from advisor.processes.comments.forms import CommentForm
from advisor.processes.views import bp, request_owner
from advisor.web.access import identity
from advisor.web.forms import ButtonForm, Refusal, add_form_error, attempt, form_page, pressed_or_400, save_form

_TEMPLATE = "processes/comments/comment.html"


@bp.route("/assessments/<uuid:assessment_id>/comments", methods=["GET", "POST"])
def comments(assessment_id: UUID) -> ResponseReturnValue:
    """Show what was written on a section, and take another comment."""
    section = request.args.get("section", "")
    if section not in SECTIONS:
        abort(404)
    context = load_context(assessment_id)
    form = CommentForm()
    with database().read() as session:
        here = own_comments(request_owner(), assessment_id).where(Comment.section == section)
        found = [(it, by) for it, by in session.execute(here)]
    removed = next(
        (str(it.id) for it, _by in found if it.removed_at and str(it.id) == request.args.get("removed")), None
    )
    page = _page(assessment_id, context.progress.process, section) | {
        "comments": [CommentView.of(it, by) for it, by in found if it.removed_at is None],
        "undo_url": removed and url_for(".put_back_comment", assessment_id=assessment_id, comment_id=removed),
    }
    if not form.validate_on_submit():
        return form_page(_TEMPLATE, form, **page)
    text = str(form.text.data)
    return save_form(
        _TEMPLATE,
        form,
        page,
        lambda: in_transaction(database(), lambda session: _write(session, assessment_id, section, text)),
    )


def _write(session: Session, assessment_id: UUID, section: str, text: str) -> str:
    owner, most = request_owner(), current_app.config["COMMENTS_PER_PROCESS"]
    author = identity.own_account_id()

    def act() -> str:
        mine = find_of_requester(session, assessment_id)
        if not room_left(
            session, f"comments of {mine.id}", own_comments(owner, mine.id).with_only_columns(Comment.id), most
        ):
            words = _(
                "This process has %(most)d comments, which is as many as it may have. Remove one first", most=most
            )
            raise Refusal(words)
        session.add(Comment(assessment_id=mine.id, account_id=author, section=section, text=text))
        return _section_url(assessment_id, section)

    return idempotent(session, attempt(owner.hash), act)


@bp.route("/assessments/<uuid:assessment_id>/comments/<uuid:comment_id>/change", methods=["GET", "POST"])
def change_comment(assessment_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Change a comment, or remove it."""
    context = load_context(assessment_id)
    with database().read() as session:
        found = _own(session, assessment_id, comment_id)
    form = CommentForm(data={"text": found.text, "opened": found.row_version})
    page = _page(assessment_id, context.progress.process, found.section) | {
        "remove_url": url_for(".remove_comment", assessment_id=assessment_id, comment_id=comment_id),
        "clash": "",
    }
    template = "processes/comments/change.html"
    if not form.validate_on_submit():
        return form_page(template, form, **page)

    def save(session: Session) -> str:
        mine = _own(session, assessment_id, comment_id)
        operations.change(mine, str(form.text.data), whole_number(form.opened.data))
        return _section_url(assessment_id, mine.section)

    try:
        return save_form(template, form, page, lambda: in_transaction(database(), save))
    except ChangedElsewhere:
        form.opened.data = str(found.row_version)
        add_form_error(
            form, _("This was changed in another window after you opened it. Both are below; nothing is lost.")
        )
        return form_page(template, form, 409, **page | {"clash": found.text})


@bp.post("/assessments/<uuid:assessment_id>/comments/<uuid:comment_id>/remove")
def remove_comment(assessment_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Take a comment away."""
    pressed_or_400()

    def act(session: Session) -> str:
        mine = _own(session, assessment_id, comment_id, removed_too=True)
        operations.remove(mine)
        return url_for(".comments", assessment_id=assessment_id, section=mine.section, removed=comment_id)

    return redirect(in_transaction(database(), act), 303)


@bp.post("/assessments/<uuid:assessment_id>/comments/<uuid:comment_id>/put-back")
def put_back_comment(assessment_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Put a comment back."""
    pressed_or_400()

    def act(session: Session) -> str:
        mine = _own(session, assessment_id, comment_id, removed_too=True)
        operations.put_back(mine)
        return url_for(".comments", assessment_id=assessment_id, section=mine.section)

    return redirect(in_transaction(database(), act), 303)


def _own(session: Session, assessment_id: UUID, comment_id: UUID, *, removed_too: bool = False) -> Comment:
    mine = own_comments(request_owner(), assessment_id).with_only_columns(Comment).where(Comment.id == comment_id)
    found = session.scalars(mine).first()
    if found is None or (found.removed_at is not None and not removed_too):
        abort(404)
    return found


def _section_url(assessment_id: UUID, section: str) -> str:
    return url_for("assessments.result", assessment_id=assessment_id, _anchor=section)


def _page(assessment_id: UUID, process: str, section: str) -> dict[str, Any]:
    return {
        "process_name": process,
        "section": str(SECTIONS[section]),
        "back_url": _section_url(assessment_id, section),
        "button": ButtonForm(formdata=None),
    }
