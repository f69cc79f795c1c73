"""The page of a process's costs: figures in, what follows from them out. The advice never rests on it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.context import find_of_requester, load_context
from advisor.assessments.operations import ChangedElsewhere, in_transaction
from advisor.assessments.progress import fingerprint
from advisor.engine.costs import HERE, ONCE, THERE, Figures, Line, estimate
from advisor.extensions import database
from advisor.processes.costs.forms import FiguresForm, figures_form
from advisor.processes.operations import keep_costs
from advisor.processes.presenter import result_url
from advisor.processes.views import bp
from advisor.web.forms import add_form_error, form_page, save_form
from advisor.wording.costs import (
    LINES,
    break_even_sentence,
    condition_sentences,
    range_words,
    saving_sentence,
)

_TEMPLATE = "processes/costs/costs.html"


@bp.route("/assessments/<uuid:assessment_id>/costs", methods=["GET", "POST"])
def costs(assessment_id: UUID) -> ResponseReturnValue:
    """Take what the process costs, and show what follows."""
    context = load_context(assessment_id)
    saved = Figures.of_plain(context.assessment.costs)
    form = figures_form(saved, fingerprint(context.assessment.costs))
    page = {
        "process_name": context.progress.process,
        "back_url": result_url(assessment_id),
        "groups": _groups(form),
        "clash": [],
        **costs_view(saved),
    }
    notice = _("Saved.") if "saved" in request.args else ""
    if not form.validate_on_submit():
        return form_page(_TEMPLATE, form, notice="" if form.errors else notice, **page)
    try:
        return save_form(
            _TEMPLATE,
            form,
            page,
            lambda: in_transaction(database(), lambda session: _save(session, assessment_id, form)),
        )
    except ChangedElsewhere:
        form.opened.data = fingerprint(context.assessment.costs)
        add_form_error(
            form, _("This was changed in another window after you opened it. Both are below; nothing is lost.")
        )
        return form_page(_TEMPLATE, form, 409, **page | {"clash": _lines(saved, Line)})


def _save(session: Session, assessment_id: UUID, form: FiguresForm) -> str:
    keep_costs(find_of_requester(session, assessment_id), form.figures, str(form.opened.data or ""))
    return url_for("processes.costs", assessment_id=assessment_id, saved=1, _anchor="follows")


@dataclass(frozen=True, slots=True)
class CostLine:
    """A figure as the page shows it: its amounts in words, and its bar from 0 to ``low`` and to ``high`` in percent."""

    label: str
    words: str
    low: float
    high: float


def costs_view(figures: Figures) -> dict[str, Any]:
    """What follows from the figures, as plain values; nothing of it where none is filled in."""
    found, currency = estimate(figures), figures.currency
    totals = ((_("Now, a year"), found.here), (_("With the provider, a year"), found.there))
    groups = ((_("Now, a year"), HERE), (_("With a provider, a year"), THERE), (_("Once"), ONCE))
    return {
        "is_empty": not figures.ranges,
        "sentences": [it for it in (saving_sentence(found, currency), break_even_sentence(found)) if it],
        "conditions": condition_sentences(found, figures),
        "totals": [(label, range_words(ends, currency)) for label, ends in totals if ends is not None],
        "tables": [(name, rows) for name, lines in groups if (rows := _lines(figures, lines))],
        "left_open": [LINES[line].label for line in found.left_open],
    }


def _lines(figures: Figures, lines: Any) -> list[CostLine]:
    most = max((ends.high for ends in figures.ranges.values()), default=0) or 1
    return [
        CostLine(
            str(LINES[line].label),
            range_words(ends, figures.currency),
            float(100 * ends.low / most),
            float(100 * ends.high / most),
        )
        for line in lines
        if (ends := figures.ranges.get(line)) is not None
    ]


def _groups(form: FiguresForm) -> list[dict[str, Any]]:
    """The fields as the page draws them, group by group."""
    groups = (
        (_("What it costs now, a year"), HERE),
        (_("What it would cost with a provider, a year"), THERE),
        (_("What is paid once"), ONCE),
    )
    return [
        {
            "name": name,
            "lines": [
                {"label": LINES[line].label, "about": LINES[line].about, "low": low, "high": high}
                for line in lines
                for low, high in [form.ends(line)]
            ],
        }
        for name, lines in groups
    ]
