"""What templates can use beyond Jinja's and Flask-Babel's own, and what becomes of every value that they show.

Words of people never turn what stands around them, in whichever direction they are written, so that no template has to
think of it. A value that is written from right to left, or says that it is, stands in a ``bdi`` of its own; where no
markup can stand, as in a title, characters do that.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel.support import NullTranslations
from flask import Flask, current_app, request
from flask_babel import get_translations
from jinja2 import StrictUndefined, pass_eval_context
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.nodes import EvalContext
from markupsafe import Markup

from advisor.engine.document.text import isolate_text, turns
from advisor.extensions import one_language

_INDENT = re.compile(r"(?<![%#]})(\n)[ \t]+|\n[ \t]+")


class UnindentExtension(Extension):
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
    app.jinja_env.add_extension(UnindentExtension)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["asset"] = asset
    isolate_values(app)


def asset(filename: str) -> str:
    """The address of a static file, with the hash of its content: browsers may keep it for a year."""
    path_of = _new_path if current_app.debug else _kept_path  # in development, files change under the server
    return request.script_root + path_of(current_app.static_url_path or "", current_app.static_folder or "", filename)


def content_hash(filename: str) -> str | None:
    """A short hash of a static file's content as it is now, None where there is no such file."""
    return _hash_in(current_app.static_folder or "", filename)


def _new_path(url: str, folder: str, filename: str) -> str:
    content = _hash_in(folder, filename)
    return f"{url}/{quote(filename)}" + (f"?v={content}" if content else "")


_kept_path = lru_cache(maxsize=256)(_new_path)


def _hash_in(folder: str, filename: str) -> str | None:
    path = f"{folder}/{filename}"
    try:
        state = Path(path).stat()
    except (OSError, ValueError):
        return None
    return _hash(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _hash(path: str, _modified: int, _size: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:8]


_STACKED_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{5}")
"""More marks over one letter than any language has: they would stand in the lines above and below."""

_BDI = re.compile('<bdi(?: class="tower")?>(.*?)</bdi>', re.DOTALL)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^<>]*>", re.IGNORECASE)
_OPEN_TAG = re.compile(r"<[a-z/!][^<>]*$", re.IGNORECASE)
_ATTRIBUTE = re.compile(r'([\w-]+)\s*=\s*"[^"]*$')

_WITHOUT_MARKUP = frozenset({"option", "title"})
_UNTOUCHED = frozenset({"script", "textarea"})
_SPOKEN = frozenset({"alt", "aria-description", "aria-label", "label", "placeholder", "title"})
"""Attributes that people read or hear."""


def isolate(value: Any) -> Any:
    """``value`` as it is shown in a page. Markup is left alone, and so is what keeps to its line and direction."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isascii():
        return value
    if _STACKED_MARKS.search(value):
        return Markup('<bdi class="tower">%s</bdi>') % value
    return Markup("<bdi>%s</bdi>") % value if turns(value) else value


def isolate_plain(value: Any) -> Any:
    """``value`` as it is shown where markup cannot stand."""
    if isinstance(value, Markup):
        return _replace_bdi(value, lambda found: isolate_text(found[1]))
    return isolate_text(value) if isinstance(value, str) else value


def without_bdi(value: Any) -> Any:
    """``value`` as it stands in an attribute that nobody reads: exactly what it is."""
    return _replace_bdi(value, lambda found: found[1]) if isinstance(value, Markup) else value


def _replace_bdi(markup: Markup, replacement: Callable[[re.Match[str]], str]) -> Markup:
    # What people typed is escaped in it, so these tags are ours.
    return Markup(_BDI.sub(replacement, markup)) if "<bdi" in markup else markup  # noqa: S704


def isolate_values(app: Flask) -> None:
    """Let every value that a template of ``app`` shows, alone or in a sentence, keep its direction to itself."""
    app.jinja_env.filters.update(isolate=isolate, isolate_plain=isolate_plain, without_bdi=without_bdi)
    app.jinja_env.add_extension(IsolateExtension)
    app.jinja_env.globals.update(gettext=_gettext, _=_gettext, ngettext=_ngettext)
    app.jinja_env.extend(one_language=one_language())


@pass_eval_context
def _gettext(around: EvalContext, text: str, /, **words: Any) -> str:
    words = {name: isolate(word) for name, word in words.items()}
    # Jinja's own would look for ``gettext`` in the template each time, and call it by a way that allows for more.
    return _format(around.autoescape, _translations(around).ugettext(text)) % words


@pass_eval_context
def _ngettext(around: EvalContext, one: str, many: str, number: int, /, **words: Any) -> str:
    words = {"num": number} | {name: isolate(word) for name, word in words.items()}
    return _format(around.autoescape, _translations(around).ungettext(one, many, number)) % words


def _translations(around: EvalContext) -> NullTranslations:
    one: NullTranslations | None = around.environment.one_language  # type: ignore[attr-defined]
    return one or get_translations()


def _format(escapes: bool, text: str) -> str:  # noqa: FBT001 - of every sentence of every page
    return Markup(text) if escapes else text  # noqa: S704 - words of ours


class IsolateExtension(Extension):
    """Puts the filter that fits its place behind every value of a template, as the template is read.

    A sentence of ours without a value in it is no value: while there is one language, it becomes part of the template.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The tokens of the template; words of a ``trans`` block pass through ``gettext`` instead."""
        place, in_trans, before = _Place(), False, ""
        tokens = iter(stream)
        for token in tokens:
            if before == "block_begin" and token.value in {"trans", "endtrans"}:
                in_trans = token.value == "trans"
            if token.type == "data":
                place.read(token.value)
            before = token.type
            if token.type != "variable_begin" or in_trans:
                yield token
                continue
            value = [*takewhile(lambda it: it.type != "variable_end", tokens)]
            line = value[-1].lineno
            sentence = self._sentence(value)
            if sentence is not None:
                yield Token(line, "data", sentence)
            else:
                end = (("rparen", ")"), ("pipe", "|"), ("name", place.filter_name), ("variable_end", "}}"))
                yield from (token, *_tokens(token.lineno, (("lparen", "("),)), *value, *_tokens(line, end))
            place.read_value()

    def _sentence(self, value: Sequence[Token]) -> str | None:
        """The sentence that these tokens call for in the one language; None where they are anything else."""
        translations = self.environment.one_language  # type: ignore[attr-defined]
        if translations is None or [token.type for token in value] != ["name", "lparen", "string", "rparen"]:
            return None
        name, _begin, text, _end = value
        return str(translations.ugettext(text.value) % {}) if name.value == "_" else None


def _tokens(line: int, typed: tuple[tuple[str, str], ...]) -> Iterator[Token]:
    return (Token(line, kind, value) for kind, value in typed)


class _Place:
    """Where in the markup the reading of a template is."""

    def __init__(self) -> None:
        self._open_tag = ""
        self._element = ""

    def read(self, data: str) -> None:
        """Go on over a piece of the template."""
        whole = self._open_tag + data
        for tag in _TAG.finditer(whole):
            name = tag[2].lower()
            if name in _WITHOUT_MARKUP | _UNTOUCHED:
                self._element = "" if tag[1] else name
        found = _OPEN_TAG.search(whole)
        self._open_tag = found[0] if found else ""

    def read_value(self) -> None:
        """Go on over a value; inside a tag, something stands there."""
        if self._open_tag:
            self._open_tag += "x"

    @property
    def filter_name(self) -> str:
        """The filter for a value that stands here."""
        if self._open_tag:
            attribute = _ATTRIBUTE.search(self._open_tag)
            return "isolate_plain" if attribute and attribute[1].lower() in _SPOKEN else "without_bdi"
        if self._element in _WITHOUT_MARKUP:
            return "isolate_plain"
        return "without_bdi" if self._element in _UNTOUCHED else "isolate"
