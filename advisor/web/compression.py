"""Style sheets and scripts are sent compressed.

Pages are not: they hold the token of a form beside what a visitor typed, and the length of the two compressed together
would give the token away. A proxy in front may compress what it judges safe.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

_LEAST = 1_000
"""Bytes below which compressing saves nothing worth having."""


def init_app(app: Flask) -> None:
    """Compress the text files of ``app``."""
    app.after_request(_compress)


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
    if len(content) >= _LEAST:
        response.set_data(_zipped(content))
        response.content_encoding = "gzip"
        response.headers.pop("ETag", None)  # it names the bytes that were not sent
    return response


@lru_cache(maxsize=64)
def _zipped(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
