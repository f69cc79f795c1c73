"""The forms by which a list is brought in: the file or the names, and what of them is wanted."""

import re

from flask import current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, TextAreaField

from advisor.engine.document.text import whole_number
from advisor.models.idempotency import new_key
from advisor.processes.bring_in.selection import Selection

_SAME = re.compile(r"same-([0-9]{1,3})")


class ListForm(FlaskForm):
    """A file, or names that were pasted."""

    file = FileField(_l("A file"), description=_l("A spreadsheet (XLSX, ODS, XLS) or CSV, at most 2 MB"))
    names = TextAreaField(
        _l("Or paste it here"),
        description=_l("A name on each line, or rows of a spreadsheet with their header"),
    )
    once = HiddenField(default=new_key)

    def sent_file(self) -> tuple[str, bytes]:
        """The name and the bytes of the file, of which nothing is kept; ("", b"") where there is none."""
        if not self.file.data:
            return "", b""
        with self.file.data.stream as stream:
            return self.file.data.filename or "", stream.read(current_app.config["UPLOAD_LIMIT"] + 1)

    def is_usable(self, data: bytes) -> bool:
        """Whether there is one thing to read; where not, the form says why."""
        limit = current_app.config["UPLOAD_LIMIT"]
        pasted = bool((self.names.data or "").strip())
        if self.file.data and pasted:
            self.file.errors = [_("Choose a file or paste names, not both")]
        elif not self.file.data and not pasted:
            self.file.errors = [_("Choose a file, or paste names")]
        elif len(data) > limit:
            self.file.errors = [_("The file is larger than %(n)s MB", n=limit // 1_000_000)]
        return not self.file.errors


class SelectionForm(FlaskForm):
    """What of a list is wanted. ``known`` are the names that the page said are in the owner's list already."""

    known = HiddenField()
    groups = BooleanField(_l("Put them into these groups"))

    def selection(self) -> Selection:
        """What was sent; what makes no sense is as if it were not sent."""
        ticks = (whole_number(text) for text in request.form.getlist("take"))
        same = {
            int(found[1]): value for name, value in request.form.items() if (found := _SAME.fullmatch(name)) is not None
        }
        return Selection(frozenset(it for it in ticks if it is not None), same, request.form.get("same", ""))
