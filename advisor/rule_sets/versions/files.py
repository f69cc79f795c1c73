"""Rule sets out as files, and a file in as the draft."""

from typing import Any

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from advisor.engine.checks.check import check
from advisor.engine.model.errors import Problem, RuleSetError
from advisor.engine.model.rules import RuleSet
from advisor.exchange.rule_sets import IN_FORMATS, read_sound_rule_set, write_rule_set
from advisor.extensions import database
from advisor.models import DatabaseUnavailable
from advisor.models.audit import audit
from advisor.models.idempotency import idempotent_save
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.draft import ChangedDraft
from advisor.models.rule_sets.rule_set_version import RuleSetVersion
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.forms import DownloadForm, UploadForm
from advisor.rule_sets.workspace import DraftWorkspace, key_owner, write
from advisor.web.access import identity, rate_limits
from advisor.web.access.security import takes_a_file
from advisor.web.forms import add_form_error, attempt, form_page, unsaved_page

_DRAFT = "draft"
_SHOWN = 500
"""Problems of a file that the page lists."""

_MEDIA_TYPES = {
    "json": "application/json",
    "toml": "application/toml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "dmn": "application/xml",
}


# ---- out -----------------------------------------------------------------------------------------------------------


@bp.route("/admin/rules/download", methods=["GET", "POST"])
def download() -> ResponseReturnValue:
    """Give the draft or a version as a file."""
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
        rows = {str(row.number): row for row in session.scalars(versions.versions())}
    named = {number: _("Version %(n)s", n=number) for number in rows}
    named[str(workspace.in_force_number)] = _("Version %(n)s, in force", n=workspace.in_force_number)
    if workspace.has_draft:
        named = {_DRAFT: _("The draft"), **named}
    wanted = request.args.get("which", "")
    form = DownloadForm(which=wanted if wanted in named else str(workspace.in_force_number), file_format="xlsx")
    form.which.choices = named
    if not form.validate_on_submit():
        return form_page("rule_sets/versions/download.html", form)
    which, file_format = str(form.which.data), str(form.file_format.data)
    if reply := rate_limits.transferred_too_often():
        return reply
    with database().write() as session:
        rules = workspace.rules if which == _DRAFT else versions.rule_set(session, int(which))
        try:
            data = _write(rules, file_format, _origin_lines(named[which], rows.get(which)))
        except RuleSetError as error:
            add_form_error(form, " ".join(str(problem) for problem in error.problems))
            return form_page("rule_sets/versions/download.html", form, 422)
        number = workspace.base_number if which == _DRAFT else int(which)
        what = _DRAFT if which == _DRAFT else f"version {which}"
        audit(session, "rules exported", who=identity.actor(), what=what, after={"format": file_format}, version=number)
    name = f"rules-{_DRAFT if which == _DRAFT else f'version-{which}'}.{file_format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype=_MEDIA_TYPES[file_format], headers=headers)


def _write(rules: RuleSet, file_format: str, about: list[tuple[str, str]]) -> bytes:
    if file_format == "dmn" and any(problem.blocks for problem in check(rules)):
        text = _("Something blocks the draft. Fix its problems before another engine works with it.")
        raise RuleSetError([Problem("", text)])
    return write_rule_set(rules, file_format, about)


def _origin_lines(name: str, row: RuleSetVersion | None) -> list[tuple[str, str]]:
    lines = [("These rules", name)]
    if row is not None:
        lines += [("Published", f"{row.published_at:%Y-%m-%d %H:%M} UTC"), ("SHA-256", row.sha256)]
    return lines


# ---- in ------------------------------------------------------------------------------------------------------------


@bp.route("/admin/rules/upload", methods=["GET", "POST"])
@takes_a_file
def upload() -> ResponseReturnValue:
    """Make the rules of a file the draft; where anything is wrong with it, list all of it and store nothing."""
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
    form = UploadForm(mark=workspace.fingerprint)
    if not form.validate_on_submit():
        return _page(form, workspace)
    if reply := rate_limits.uploaded_too_often():
        return reply
    name, data = _sent_file(form)
    if _is_missing(form, workspace, data):
        return _page(form, workspace)
    try:
        rules, _warnings = read_sound_rule_set(data, name)
    except RuleSetError as error:
        number = sum(problem.blocks for problem in error.problems)
        sentence = ngettext(
            "The file was not taken, and nothing was stored: %(num)d problem is in the way.",
            "The file was not taken, and nothing was stored: %(num)d problems are in the way.",
            number,
        )
        form.file.errors = [sentence]
        return _page(form, workspace, problems=error.problems)
    try:
        return redirect(_store(form, rules), 303)
    except ChangedDraft:
        with database().read() as session:
            workspace = DraftWorkspace.load(session)
        add_form_error(form, _clash(workspace))
        form.mark.data, form.replace.data = workspace.fingerprint, False
        return _page(form, workspace, 409)
    except DatabaseUnavailable as error:
        return unsaved_page("rule_sets/versions/upload.html", form, error, **_page_values(workspace))


def _store(form: UploadForm, rules: RuleSet) -> str:
    def act(session: Session) -> str:
        def save(left: str) -> tuple[str, str]:
            # What another file left that came in by this very form may be replaced, as what the form was opened on.
            opened = left if left and left == drafts.current_fingerprint(session) else str(form.mark.data or "")
            drafts.import_rules(session, identity.actor(), rules, opened)
            return url_for("rule_sets.home", brought=1), drafts.current_fingerprint(session)

        return idempotent_save(session, attempt(key_owner()), save)

    return write(act)


def _sent_file(form: UploadForm) -> tuple[str, bytes]:
    """The name and the bytes of the file, of which nothing is kept."""
    if not form.file.data:
        return "", b""
    with form.file.data.stream as stream:
        return form.file.data.filename or "", stream.read(current_app.config["UPLOAD_LIMIT"] + 1)


def _is_missing(form: UploadForm, workspace: DraftWorkspace, data: bytes) -> bool:
    """Whether there is no file that could be taken, or no word that the draft may go."""
    limit = current_app.config["UPLOAD_LIMIT"]
    if not form.file.data:
        form.file.errors = [_("Choose a file")]
    elif len(data) > limit:
        form.file.errors = [_("The file is larger than %(n)s MB", n=limit // 1_000_000)]
    if workspace.has_draft and form.mark.data and not form.replace.data:
        form.replace.errors = [_("Say that the file is to replace the draft")]
        form.file.errors = form.file.errors or [_("Choose the file again: a browser does not keep it")]
    return bool(form.file.errors or form.replace.errors)


def _clash(workspace: DraftWorkspace) -> str:
    if not workspace.has_draft:
        return str(_("The draft is gone: it was published or discarded. Choose the file again to start a new one."))
    name = workspace.updated_by or _("Somebody")
    return str(
        _("%(who)s changed the draft after you opened this page. Look at it, then choose the file again.", who=name)
    )


def _page(form: UploadForm, workspace: DraftWorkspace, status: int = 0, problems: tuple[Problem, ...] = ()) -> Response:
    response = form_page("rule_sets/versions/upload.html", form, status, **_page_values(workspace, problems))
    assert isinstance(response, Response)  # noqa: S101
    return response


def _page_values(workspace: DraftWorkspace, problems: tuple[Problem, ...] = ()) -> dict[str, Any]:
    ordered = sorted(problems, key=lambda problem: not problem.blocks)
    return {
        "workspace": workspace,
        "problems": ordered[:_SHOWN],
        "more": max(0, len(ordered) - _SHOWN),
        "accepted": ",".join(f".{name}" for name in IN_FORMATS),
    }
