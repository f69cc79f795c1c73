"""Where a request works: in what is the person's own, or in an organisation of which they are a member.

The address says which. A page of one process works in whatever that process belongs to. A page about many stands below
the address of an organisation, or else it is about the person's own: two windows never get into each other's way.
"""

from typing import Any, cast
from uuid import UUID

from flask import Flask, abort, current_app, g, request
from flask_babel import gettext as _

from advisor.extensions import database
from advisor.models.accounts.organisation import Member, acting_member, member_for, member_of, memberships_of
from advisor.web.access import identity

OWN_ALONE = frozenset({
    "assessments.your_processes", "assessments.your_data", "assessments.download", "assessments.delete_everything",
})  # fmt: skip
"""Pages that are about what is the person's own, wherever they come from."""

OF_ACCOUNTS = frozenset({"accounts", "organisations", "api"})
"""Blueprints whose pages are about an account, or say themselves of which organisation they are."""

ARGUMENT = "organisation_id"

SEEN_BY_READERS = frozenset({"processes.costs"})
"""Pages with a form that a reader may look at, too. Every other page with a form only serves to change something."""

TRIED_BY_READERS = frozenset({"assessments.what_if"})
"""Pages whose form only tries something; where it can also keep what was tried, the page asks ``may_edit`` itself."""


def is_about_many(app: Flask, endpoint: str, arguments: set[str]) -> bool:
    """Whether a page can stand below the address of an organisation, too."""
    right = app.extensions["rights"].get(endpoint)
    if right is None or right.name not in {"OWNER", "PERSONAL"} or "assessment_id" in arguments:
        return False
    return endpoint.partition(".")[0] not in OF_ACCOUNTS and endpoint not in OWN_ALONE


def init_app(app: Flask) -> None:
    """Find out where each request works before its rights are looked at, and tell the templates as ``member``."""
    app.url_value_preprocessor(_note_organisation)
    app.extensions["pages_about_many"] = many = set[str]()
    app.url_defaults(lambda endpoint, values: _stay_there(values) if endpoint in many else None)
    app.before_request(_enter)
    app.teardown_request(lambda _error: acting_member.set(None) and None)
    app.context_processor(_for_templates)
    app.jinja_env.globals["may_edit"] = may_edit  # as a global, so that macros know it, too


def add_addresses(app: Flask) -> None:
    """Give each page about many an address below that of an organisation. Call it when every page is registered."""
    many = app.extensions["pages_about_many"]
    for rule in list(app.url_map.iter_rules()):
        if is_about_many(app, rule.endpoint, rule.arguments):
            many.add(rule.endpoint)
            path = f"/organisations/<uuid:{ARGUMENT}>{rule.rule}"
            app.add_url_rule(path, rule.endpoint, methods=rule.methods, defaults=rule.defaults)


def current() -> Member | None:
    """The organisation in which this request works, and as what; None where it works in the person's own."""
    return cast("Member | None", g.get("member"))


def own_organisations() -> list[Member]:
    """Every organisation of whoever asks, by name; looked up once."""
    account_id = identity.current().account_id
    if account_id is None:
        return []
    if "organisations" not in g:
        g.organisations = memberships_of(database(), account_id)
    return cast("list[Member]", g.organisations)


def may_edit() -> bool:
    """Whether whoever asks may change what the page is about, as far as an organisation has a say in it."""
    member = current()
    return member is None or member.may_edit


def is_for_members() -> bool:
    """Whether this address is below that of an organisation."""
    return "organisation" in g


def refusal() -> str:
    """Why a reader may not do what this request asks for; "" where that is no matter."""
    member = current()
    if member is None or member.may_edit or request.blueprint in OF_ACCOUNTS:
        return ""
    if request.endpoint in TRIED_BY_READERS:
        return ""
    takes_form = request.url_rule is not None and "POST" in (request.url_rule.methods or set())
    if request.method in {"GET", "HEAD", "OPTIONS"} and (not takes_form or request.endpoint in SEEN_BY_READERS):
        return ""
    return reader_words(member)


def reader_words(member: Member) -> str:
    """Why a reader may not change anything."""
    return str(_("You may read in “%(name)s”, and not change anything. An owner of it can let you.", name=member.name))


def _for_templates() -> dict[str, Any]:
    is_list_of_mine = current() is None and request.endpoint in _pages_about_many() and bool(own_organisations())
    return {
        "member": current(),
        "organisations_of_mine": own_organisations,
        "is_list_of_mine": is_list_of_mine,
    }


def _note_organisation(endpoint: str | None, values: dict[str, Any] | None) -> None:
    if endpoint is None or values is None or ARGUMENT not in values:
        return
    g.organisation = values[ARGUMENT]
    if endpoint.partition(".")[0] not in OF_ACCOUNTS:
        del values[ARGUMENT]


def _stay_there(values: dict[str, Any]) -> None:
    member = current()
    if member is not None and ARGUMENT not in values:
        values[ARGUMENT] = member.organisation_id


def _pages_about_many() -> set[str]:
    return cast("set[str]", current_app.extensions["pages_about_many"])


def _enter() -> None:
    account_id = identity.current().account_id if request.endpoint not in identity.ASKS_NOBODY else None
    acting_member.set(None)
    if account_id is None or request.path.startswith("/api/"):
        return
    if is_for_members():
        with database().read() as session:
            g.member = member_of(session, account_id, cast(UUID, g.organisation)) or abort(404)
    elif (assessment_id := (request.view_args or {}).get("assessment_id")) is not None:
        g.member = member_for(database(), account_id, assessment_id)
    if current() is not None:
        acting_member.set(account_id)
