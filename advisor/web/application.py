"""The Flask application, less what no view of ours needs."""

from collections.abc import Callable
from typing import Any

from flask import Flask


class Application(Flask):
    """Flask, but for coroutines: all views and hooks are plain functions."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """``func`` as it is. Flask looks at each view and hook of each request whether it is a coroutine."""
        return func
