"""Whole replies in memory, plain and compressed, and what each is sent as: all of it, or 304 to who has it."""

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock

from werkzeug.http import parse_etags

from advisor.models.rule_sets.rule_set_version import VersionStamp
from advisor.web.compression import compress, is_worth_compressing, takes_gzip

Headers = list[tuple[str, str]]
Key = tuple[str, str, str]
"""Scheme, prefix of the address, and path."""

_NOT_IN_304 = frozenset({"content-type", "content-disposition"})
_BESIDE_THE_BODY = 4_000
"""Bytes that the headers of a page and its place in the memory take, at most."""


@dataclass(slots=True)
class CachedPage:
    """A reply, and the version of the rules in force for which it holds; None where it shows nothing of the rules."""

    rule: str
    stamp: VersionStamp | None
    headers: Headers
    etag: str
    body: bytes
    _compressed: bytes = field(default=b"")

    @property
    def size(self) -> int:
        """The bytes that it takes, at most: compressed it is smaller than plain."""
        return 2 * len(self.body) + _BESIDE_THE_BODY

    def reply(self, if_none_match: str, accept_encoding: str) -> tuple[int, Headers, bytes]:
        """Status, headers and body for a request with these two headers."""
        is_compressed = is_worth_compressing(self.body) and takes_gzip(accept_encoding)
        etag = f'"{self.etag}-gzip"' if is_compressed else f'"{self.etag}"'
        headers = [*self.headers, ("ETag", etag)]
        if if_none_match and _is_named(if_none_match, self.etag):
            return 304, [pair for pair in headers if pair[0].lower() not in _NOT_IN_304], b""
        body = self.body
        if is_compressed:
            # Made when it is wanted first; two threads may make the same bytes.
            body = self._compressed = self._compressed or compress(self.body)
            headers.append(("Content-Encoding", "gzip"))
        headers.append(("Content-Length", str(len(body))))
        return 200, headers, body


class PageCache:
    """The pages of one process, up to so many bytes together; what was wanted longest ago goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._pages: OrderedDict[Key, CachedPage] = OrderedDict()
        self.size = 0

    def get(self, key: Key) -> CachedPage | None:
        """The page of that key, None where there is none."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Key, page: CachedPage) -> None:
        """Keep a page in place of an earlier one. One that would push out most of the others is not kept."""
        with self._lock:
            self._remove(key)
            if page.size * 4 > self._most:
                return
            self._pages[key] = page
            self.size += page.size
            while self.size > self._most:
                self._remove(next(iter(self._pages)))

    def remove(self, key: Key) -> None:
        """Forget the page of that key."""
        with self._lock:
            self._remove(key)

    def content(self) -> dict[Key, CachedPage]:
        """All that is kept just now."""
        with self._lock:
            return dict(self._pages)

    def _remove(self, key: Key) -> None:
        if (page := self._pages.pop(key, None)) is not None:
            self.size -= page.size


@lru_cache(maxsize=256)
def _is_named(if_none_match: str, etag: str) -> bool:
    """Whether a copy is the page. A proxy that compresses makes a tag weak, and either form is the same page."""
    found = parse_etags(if_none_match)
    return found.contains_weak(etag) or found.contains_weak(f"{etag}-gzip")
