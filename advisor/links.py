"""Links upward: a page names where it leads, and ``rooms``, which stands above every page, says which page that is."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app, has_request_context, request, url_for
from werkzeug.exceptions import HTTPException


def init_app(app: Flask, endpoints: Mapping[str, str]) -> None:
    """Let the pages of ``app`` name each other by the keys of ``endpoints``; in templates as ``link_to``, too."""
    app.extensions["links"] = endpoints
    url_for_any = app.url_for
    paths: dict[str, str | None] = {}

    def quick_url_for(endpoint: str, **values: Any) -> str:
        if not values and has_request_context():
            if endpoint not in paths:
                paths[endpoint] = _only_path(app, endpoint)
            if (path := paths[endpoint]) is not None:
                return request.script_root + path
        return url_for_any(endpoint, **values)

    app.url_for = quick_url_for  # type: ignore[method-assign]
    app.jinja_env.globals.update(url_for=quick_url_for, link_to=link_to)


def _only_path(app: Flask, endpoint: str) -> str | None:
    """The path of a page that has but one, whatever it is a page of; None for any other."""
    if endpoint not in app.view_functions or endpoint.rpartition(".")[0] in app.url_default_functions:
        return None
    rules = list(app.url_map.iter_rules(endpoint))
    return rules[0].rule if len(rules) == 1 and not rules[0].arguments else None


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
