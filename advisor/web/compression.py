"""Style sheets and scripts are sent compressed, and so are pages that are the same for everybody (public_pages.py).

Other pages are not: they hold the token of a form beside what a visitor typed, and the length of the two compressed
together would give the token away. A proxy in front may compress what it judges safe.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

_LEAST = 1_000
"""Bytes below which compressing saves nothing worth having."""


def init_app(app: Flask) -> None:
    """Compress the text files of ``app``."""
    app.after_request(_compress)


def is_worth_compressing(content: bytes) -> bool:
    """Whether anything would be gained by it."""
    return len(content) >= _LEAST


@lru_cache(maxsize=64)
def takes_gzip(accept_encoding: str) -> bool:
    """Whether who sent this header can read what is compressed."""
    return bool(parse_accept_header(accept_encoding, Accept)["gzip"])


def compress(content: bytes) -> bytes:
    """``content``, as small as it gets; the same bytes each time."""
    return gzip.compress(content, 9, mtime=0)


def _compress(response: Response) -> Response:
    mimetype = response.mimetype or ""
    is_text = mimetype.startswith("text/") or mimetype == "image/svg+xml"
    if request.endpoint != "static" or not is_text:
        return response
    response.vary.add("Accept-Encoding")
    if request.method != "GET" or response.status_code != 200 or not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if is_worth_compressing(content):
        response.set_data(_zipped(content))
        response.content_encoding = "gzip"
        response.headers.pop("ETag", None)  # it names the bytes that were not sent
    return response


_zipped = lru_cache(maxsize=64)(compress)
