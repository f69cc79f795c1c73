"""The pages of an assessment and their addresses; a preview registers the same pages once more."""

from collections.abc import Callable, Container
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, request
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import RouteCallable

from advisor.links import address

View = TypeVar("View", bound=RouteCallable)


class AssessmentPages(Blueprint):
    """A blueprint with pages that another one can have, too: those that load and store through ``store`` alone."""

    def __init__(self, name: str, import_name: str) -> None:
        super().__init__(name, import_name)
        self._pages: list[tuple[str, RouteCallable, tuple[str, ...]]] = []
        self.shown_by = {name}

    def page(self, rule: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
        """Register a view below the address of an assessment."""

        def register(view: View) -> View:
            self.add_url_rule(f"/assessments/<uuid:assessment_id>{rule}", view_func=view, methods=methods)
            self._pages.append((rule, view, methods))
            return view

        return register

    def show_on(
        self,
        other: Blueprint,
        only: Container[str] | None = None,
        mark: Callable[[RouteCallable], RouteCallable] | None = None,
    ) -> None:
        """Register the same pages on ``other``, which says of which assessment they are, and in which store.

        ``only`` are the names of those that it wants; it then has pages of its own under the other names to which they
        lead. ``mark`` says something of each of its views, and of no other.
        """

        def add(state: BlueprintSetupState) -> None:
            shown = {view: mark(_twin(view)) if mark else view for _rule, view, _methods in self._pages}
            for rule, view, methods in self._pages:
                if only is None or view.__name__ in only:
                    state.add_url_rule(rule, view.__name__, shown[view], methods=methods)

        other.record(add)  # once there is an application, all of them are known
        self.shown_by.add(other.name)


def _twin(view: RouteCallable) -> RouteCallable:
    """The same view as an object of its own, of which something else can be said."""

    @wraps(view)
    def show(*arguments: Any, **values: Any) -> Any:
        return view(*arguments, **values)

    return show


bp = AssessmentPages("assessments", __name__)


def page_url(name: str, **values: Any) -> str:
    """The address of a page of an assessment; seen from a page of another blueprint that has it, of that one."""
    return address(f"{request.blueprint if request.blueprint in bp.shown_by else bp.name}.{name}", **values)
