"""What has been worked out before, kept within bounds: by a key, with a rule set, or for some of its fields."""

from collections.abc import Callable
from functools import lru_cache, wraps
from operator import is_
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from advisor.engine.model.rules import RuleSet

Key = TypeVar("Key")
Value = TypeVar("Value")

_KEPT_OF_FIELDS = 8


class Memo(dict[Key, Value], Generic[Key, Value]):
    """What ``make`` makes of a key, looked up where it is known. Beyond ``limit`` keys it starts anew.

    Threads may share one: where two make the same at once, both make an equal thing.
    """

    __slots__ = ("limit", "make")

    def __init__(self, make: Callable[[Key], Value], limit: int = 1024) -> None:
        super().__init__()
        self.make = make
        self.limit = limit

    def __missing__(self, key: Key) -> Value:
        made = self.make(key)
        if len(self) >= self.limit:
            self.clear()
        self[key] = made
        return made


def cached_per_rule_set(make: Callable[["RuleSet"], Value]) -> Callable[["RuleSet"], Value]:
    """Let what ``make`` makes of a rule set be made once and kept with it: it never changes, so that stays right."""
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def wrapper(rule_set: "RuleSet") -> Value:
        try:
            return rule_set.__dict__[name]  # type: ignore[no-any-return]
        except KeyError:
            made = rule_set.__dict__[name] = make(rule_set)
            return made

    return wrapper


class _SharedFields:
    """Fields of a rule set: equal where they are the very same."""

    __slots__ = ("_fields", "rule_set")

    def __init__(self, rule_set: "RuleSet", shared: tuple[object, ...]) -> None:
        self.rule_set = rule_set
        self._fields = shared

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SharedFields) and all(map(is_, self._fields, other._fields))

    def __hash__(self) -> int:
        return hash(tuple(map(id, self._fields)))


def cached_per(*names: str) -> Callable[[Callable[["RuleSet"], Value]], Callable[["RuleSet"], Value]]:
    """Let what is made of these fields of a rule set alone be made once for rule sets that share them.

    An edit leaves the other lists the very same, and some of them are long. What was made last is kept.
    """

    def of_fields(make: Callable[["RuleSet"], Value]) -> Callable[["RuleSet"], Value]:
        @lru_cache(_KEPT_OF_FIELDS)
        def make_once(shared: _SharedFields) -> Value:
            return make(shared.rule_set)

        @wraps(make)
        def wrapper(rule_set: "RuleSet") -> Value:
            return make_once(_SharedFields(rule_set, tuple(getattr(rule_set, name) for name in names)))

        return wrapper

    return of_fields
