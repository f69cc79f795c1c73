"""Links upward: a page names where it leads, and ``rooms``, which stands above every page, says which page that is."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app, url_for


def init_app(app: Flask, endpoints: Mapping[str, str]) -> None:
    """Let the pages of ``app`` name each other by the keys of ``endpoints``; in templates as ``link_to``, too."""
    app.extensions["links"] = endpoints
    app.jinja_env.globals["link_to"] = link_to


def link_to(name: str, /, **values: Any) -> str:
    """The address of the page of that name, in whichever room it is."""
    return url_for(current_app.extensions["links"][name], **values)
