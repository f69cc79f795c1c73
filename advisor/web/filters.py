"""What templates can use beyond Jinja's and Flask-Babel's own."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, url_for
from jinja2 import StrictUndefined
from jinja2.ext import Extension

_INDENT = re.compile(r"(?<![%#]})(\n)[ \t]+|\n[ \t]+")


class Unindented(Extension):
    """Takes the indentation out of every template as it is read: a fifth of the bytes of a page, which nobody sees.

    One blank stays where Jinja drops the line break before it, since it may part two words. Values are not touched,
    so what stands in a ``pre`` or a ``textarea`` is shown as it is.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's
        """The source without what its lines begin with; the lines keep their numbers."""
        return _INDENT.sub(lambda found: found[1] or "\n ", source)


def init_app(app: Flask) -> None:
    """Set up the templates of ``app``: a name that was not given is an error, not an empty space."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.add_extension(Unindented)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["asset"] = asset


def asset(filename: str) -> str:
    """The address of a static file, with the hash of its content: browsers may keep it for a year."""
    return url_for("static", filename=filename, v=content_hash(filename))


def content_hash(filename: str) -> str | None:
    """A short hash of a static file's content, None where there is no such file."""
    path = Path(current_app.static_folder or "") / filename
    try:
        state = path.stat()
    except (OSError, ValueError):
        return None
    return _hash(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _hash(path: Path, _modified: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]
