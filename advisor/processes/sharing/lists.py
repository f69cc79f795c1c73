"""A list of processes that others read by a link: the sheet of them, without decisions, notes, groups and costs.

The processes are those that stand in the list when the link is made. What joins the list later is not shown; what is
deleted, or in the bin, is shown no more. Each has its latest advice.
"""

from functools import partial
from typing import Any

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor.extensions import database
from advisor.models import DatabaseUnavailable
from advisor.models.idempotency import idempotent
from advisor.models.processes.share_link import list_link_by_token
from advisor.processes.forms import NewLinkForm
from advisor.processes.list.query import ListQuery, page_of
from advisor.processes.papers.portfolio import shared_portfolio
from advisor.processes.papers.portfolio_views import asked_rows
from advisor.processes.sharing.operations import LinkTerms, TooManyLinks, make_list_link, note_opened
from advisor.processes.sharing.presenter import link_rows, list_link_rows
from advisor.processes.sharing.views import LEFT_OUT, is_own
from advisor.processes.views import bp, request_owner
from advisor.web.access import identity
from advisor.web.access.security import has_a_secret_address
from advisor.web.forms import ButtonForm, add_form_error, attempt, form_page, unsaved_page

_NEW = "processes/sharing/new_list_link.html"


@bp.route("/processes/share", methods=["GET", "POST"])
def new_list_link() -> ResponseReturnValue:
    """Show what a link to these processes would show; then make it."""
    rows, version = asked_rows()
    if not rows:
        abort(404)
    with_names = request.args.get("name") != LEFT_OUT
    query: dict[str, Any] = ListQuery.read(request.args).address(page=1)
    query |= {"only": request.args["only"]} if "only" in request.args else {}
    here = partial(url_for, ".new_list_link", **query)
    url = here if with_names else partial(here, name=LEFT_OUT)
    form = NewLinkForm()
    page = {
        "sheet": shared_portfolio(rows, version, with_names=with_names),
        "title": _("Business processes"),
        "with_names": with_names,
        "form_url": url(),
        "name_url": partial(here, name=LEFT_OUT)() if with_names else here(),
        "back_url": url_for(".portfolio_sheet", **query),
    }
    if not form.validate_on_submit():
        return form_page(_NEW, form, **page)
    terms = LinkTerms(form.days_chosen, with_names, str(form.note.data or ""))
    owner, most, made = request_owner(), current_app.config["LINKS_PER_ACCOUNT"], list[str]()

    def make() -> str:
        keys = [row.line.id for row in rows]
        made.append(make_list_link(session, owner, keys, terms, most, identity.actor()))
        return url_for(".links", made=1)

    try:
        with database().write() as session:
            location = idempotent(session, attempt(owner.hash), make)
    except TooManyLinks:
        add_form_error(form, _("You have %(most)d links, which is as many as one may. Revoke one first", most=most))
        return form_page(_NEW, form, **page)
    except DatabaseUnavailable as error:
        return unsaved_page(_NEW, form, error, **page)
    if not made:
        return redirect(location, 303)
    link = current_app.config["BASE_URL"] + url_for(".shared_list", token=made[0])
    with database().read() as session:
        shown = {"rows": link_rows(session, owner), "lists": list_link_rows(session, owner), "link": link}
    return form_page("processes/sharing/all_links.html", ButtonForm(formdata=None), notice="", **shown)


@bp.get("/shared/list/<token>")
@has_a_secret_address
def shared_list(token: str) -> ResponseReturnValue:
    """Show a list of processes to whoever has its link; the same page as ever where it leads nowhere."""
    limit = current_app.config["ASSESSMENTS_PER_OWNER"]
    with database().read() as session:
        link = session.scalars(list_link_by_token(token)).first()
        page = page_of(session, link.owner, ListQuery(), size=limit) if link else None
    places = {key: place for place, key in enumerate(link.process_ids or ())} if link else {}
    rows = [row for row in page.rows if str(row.line.id) in places] if page else []
    rows.sort(key=lambda row: places[str(row.line.id)])
    if link is None or page is None or not rows:
        return form_page("processes/sharing/ended.html", None, 404)
    if request.method == "GET" and not is_own(link):
        note_opened(link)
    sheet = shared_portfolio(rows, page.version_in_force, with_names=link.with_name)
    shown = {"sheet": sheet, "title": _("Business processes"), "with_names": link.with_name, "until": link.expires_at}
    return form_page("processes/sharing/shared_list.html", None, **shown)
