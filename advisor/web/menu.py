"""Which entry of the menu a page belongs to, so that the menu marks where one is."""

from collections.abc import Mapping

from flask import Flask, current_app, request
from markupsafe import Markup

_OF_PAGES: Mapping[str, str] = {
    "assessments.your_data": "your_data",
    "assessments.delete_everything": "your_data",
    "pages.claim": "claims",
}
"""The entry of single pages, by their endpoint."""

_OF_ROOMS: Mapping[str, str] = {
    "processes": "processes",
    "assessments": "processes",
    "rule_sets": "draft",
    "preview": "draft",
    "feedback": "notes",
    "people": "accounts",
    "accounts": "account",
    "organisations": "account",
}
"""The entry of all other pages, by their blueprint."""


def init_app(app: Flask) -> None:
    """Tell the templates of ``app`` as ``menu_mark``."""
    app.jinja_env.globals["menu_mark"] = menu_mark


def menu_mark(entry: str) -> str:
    """The attribute of the entry that leads to this page, or to the room that it belongs to; "" of every other entry.

    ``entry`` is the name of a page, as ``link_to`` has it.
    """
    endpoint = request.endpoint if request else None
    if endpoint is None:
        return ""
    if endpoint == current_app.extensions["links"][entry]:
        return Markup(' aria-current="page"')
    is_within = _OF_PAGES.get(endpoint, _OF_ROOMS.get(endpoint.partition(".")[0])) == entry
    return Markup(' aria-current="true"') if is_within else ""
