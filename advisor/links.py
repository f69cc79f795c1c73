"""Links upward: a page names where it leads, and ``rooms``, which stands above every page, says which page that is."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app, url_for
from werkzeug.exceptions import HTTPException


def init_app(app: Flask, endpoints: Mapping[str, str]) -> None:
    """Let the pages of ``app`` name each other by the keys of ``endpoints``; in templates as ``link_to``, too."""
    app.extensions["links"] = endpoints
    app.jinja_env.globals["link_to"] = link_to


def link_to(name: str, /, **values: Any) -> str:
    """The address of the page of that name, in whichever room it is."""
    return url_for(current_app.extensions["links"][name], **values)


def leads_to(path: str, name: str, /) -> bool:
    """Whether the page of that name is at this local address, whatever it is a page of."""
    try:
        endpoint, _values = current_app.url_map.bind("").match(path.partition("?")[0], "GET")
    except HTTPException:
        return False
    return bool(endpoint == current_app.extensions["links"][name])
