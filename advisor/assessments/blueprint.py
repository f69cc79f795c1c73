"""The pages of an assessment and their addresses; a preview registers the same pages once more."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import RouteCallable

bp = Blueprint("assessments", __name__)

View = TypeVar("View", bound=RouteCallable)

_PAGES: list[tuple[str, RouteCallable, tuple[str, ...]]] = []
_BLUEPRINTS = {bp.name}


def page(rule: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Register a view below the address of an assessment. It loads and stores through ``store`` alone."""

    def register(view: View) -> View:
        bp.add_url_rule(f"/assessments/<uuid:assessment_id>{rule}", view_func=view, methods=methods)
        _PAGES.append((rule, view, methods))
        return view

    return register


def register_pages(blueprint: Blueprint) -> None:
    """Register the same pages on another blueprint, which says with what store and of which assessment."""

    def add(state: BlueprintSetupState) -> None:
        for rule, view, methods in _PAGES:
            state.add_url_rule(rule, view.__name__, view, methods=methods)

    blueprint.record(add)  # once there is an application, all of them are known
    _BLUEPRINTS.add(blueprint.name)


def page_url(name: str, **values: Any) -> str:
    """The address of a page of an assessment; seen from a page of another blueprint that has it, of that one."""
    return url_for(f"{request.blueprint if request.blueprint in _BLUEPRINTS else bp.name}.{name}", **values)
