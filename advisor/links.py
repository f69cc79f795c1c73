"""Links upward: a page names where it leads, and ``rooms``, which stands above every page, says which page that is."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Flask, Request, current_app, has_request_context, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError

_PLAIN = re.compile("[A-Za-z0-9_-]+")
"""Texts that stand in an address as they are."""

_SHAPES_KEPT = 2_000


class AddressWord(str):
    """A text of an address of which there are few, and all are ours, such as the name of a collection."""

    __slots__ = ()


def init_app(app: Flask, endpoints: Mapping[str, str]) -> None:
    """Let the pages of ``app`` name each other by the keys of ``endpoints``; in templates as ``link_to``, too."""
    app.extensions["links"] = endpoints
    app.extensions["address shapes"] = {}
    app.jinja_env.globals.update(link_to=link_to, url_for=address)


def link_to(name: str, /, **values: Any) -> str:
    """The address of the page of that name, in whichever room it is."""
    return address(current_app.extensions["links"][name], **values)


def link_root() -> str | None:
    """What all addresses on the pages of this request begin with; None outside of a request."""
    return request.script_root if has_request_context() else None


def address(endpoint: str, /, **values: Any) -> str:
    """The same as ``url_for``, which works out how a page is addressed once for each shape of its values.

    A shape says which values there are, and of numbers and words of ours, what they are; no id and no text of others
    is kept in memory.
    """
    if not has_request_context():
        return url_for(endpoint, **values)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # each use of it would look it up
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]
    filled = dict(values)
    app.inject_url_defaults(endpoint, filled)
    filled = {name: value for name, value in filled.items() if value is not None}
    shape: tuple[Any, ...] = (endpoint, asked.script_root, asked.method)
    for name, value in filled.items():
        if isinstance(value, UUID):
            shape += (name, UUID)
        elif isinstance(value, (int, AddressWord)):
            shape += (name, type(value), value)
        elif isinstance(value, str) and _PLAIN.fullmatch(value) and name[0] != "_":
            shape += (name, str)
        else:
            return url_for(endpoint, **values)
    shapes: dict[tuple[Any, ...], str | None] = app.extensions["address shapes"]
    try:
        found = shapes[shape]
    except KeyError:
        if len(shapes) >= _SHAPES_KEPT:
            shapes.clear()
        found = shapes[shape] = _shape_of(endpoint, filled, values)
    return url_for(endpoint, **values) if found is None else found % filled


def _shape_of(endpoint: str, filled: Mapping[str, Any], values: Mapping[str, Any]) -> str | None:
    """The address with places for ids and texts; None where it does not come out as ``url_for`` has it."""
    stands_for: dict[str, UUID | str] = {}
    for number, (name, value) in enumerate(filled.items()):
        if isinstance(value, UUID):
            stands_for[name] = UUID(int=0xADD5E55 << 96 | number)
        elif isinstance(value, str) and not isinstance(value, AddressWord):
            stands_for[name] = f"place-{number}-of-a-text"
    adapter = current_app.create_url_adapter(request)
    try:
        shape = adapter.build(endpoint, {**filled, **stands_for}) if adapter else ""
    except (BuildError, ValueError):  # the latter where only some texts may stand
        return None
    shape = shape.replace("%", "%%")
    for name, text in stands_for.items():
        shape = shape.replace(str(text), f"%({name})s")
    return shape if shape % filled == url_for(endpoint, **values) else None


def leads_to(path: str, name: str, /) -> bool:
    """Whether the page of that name is at this local address, whatever it is a page of."""
    try:
        endpoint, _values = current_app.url_map.bind("").match(path.partition("?")[0], "GET")
    except HTTPException:
        return False
    return bool(endpoint == current_app.extensions["links"][name])
