"""What the body of a request must be before anything reads it: all of it there, and its text UTF-8."""

import io
from typing import IO

import flask
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.formparser import FormDataParser, MultiPartParser
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import File
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream

Form = MultiDict[str, str]
Files = MultiDict[str, FileStorage]

_UTF8_NAMES = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
"""What a sender may call the encoding; plain ASCII is UTF-8, too."""


class WholeBody(LimitedStream):
    """A body that is read to its announced end, or refused with 400: half a form looks like a whole one.

    One of announced length ends there and not before; one in chunks ends with the last chunk, which the server looks
    for. With ``is_max`` the limit is not the announced length, but what may come in chunks.
    """

    def readinto(self, b: bytearray) -> int | None:  # type: ignore[override]
        """Read on. Raises BadRequest where the rest does not come."""
        try:
            return super().readinto(b)
        except HTTPException:
            raise
        except Exception as error:  # each server has an error of its own for a broken chunk
            raise _cut_off() from error

    def on_disconnect(self, error: Exception | None = None) -> None:
        """Refuse a body that ends early; in chunks the server has told by an error."""
        if error is not None or not self._limit_is_max:
            raise _cut_off()


def _cut_off() -> BadRequest:
    return BadRequest(_("It broke off before all of it had arrived. Nothing was stored. Send it again."))


def unstorable() -> BadRequest:
    """What a form is refused with that is no text."""
    return BadRequest(_("The form contains characters that cannot be stored."))


def check_charset(charset: str) -> None:
    """Refuse an encoding that is not read here: guessing would change the text. Raises UnsupportedMediaType."""
    if charset.lower() not in _UTF8_NAMES:
        raise UnsupportedMediaType(_("Send text as UTF-8."))


class Request(flask.Request):
    """A request with a whole body, and with forms that are read strictly."""

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body. Raises RequestEntityTooLarge."""
        body, length, most = self.environ["wsgi.input"], self.content_length, self.max_content_length or 0
        if length is not None and length > most:
            raise RequestEntityTooLarge
        if length is None and "wsgi.input_terminated" not in self.environ:
            return io.BytesIO()  # nothing would end it
        limit = most if length is None else length
        return WholeBody(body, limit, is_max=length is None)  # type: ignore[return-value]

    def make_form_data_parser(self) -> FormDataParser:
        """Whatever reads a form reads it strictly."""
        return _FormParser(
            stream_factory=self._get_file_stream,
            max_form_memory_size=self.max_form_memory_size,
            max_form_parts=self.max_form_parts,
            cls=self.parameter_storage_class,
        )


class _FormParser(FormDataParser):
    """Refuses with 400 what Werkzeug would take for an empty form, or for text with replacement characters in it."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], Form, Files]:
        """Read a form. Raises BadRequest, RequestEntityTooLarge or UnsupportedMediaType."""
        if mimetype != "multipart/form-data":
            return super().parse(stream, mimetype, content_length, options)
        parser = _Parts(
            self.stream_factory, self.max_form_memory_size, cls=self.cls, max_form_parts=self.max_form_parts
        )
        boundary = (options or {}).get("boundary", "")
        try:
            if not boundary:
                raise ValueError("no boundary")
            return stream, *parser.parse(stream, boundary.encode("ascii"), content_length)
        except UnicodeDecodeError as error:
            raise unstorable() from error
        except ValueError as error:
            raise BadRequest from error


class _Parts(MultiPartParser):
    """Reads the fields of a form in parts as UTF-8. Raises ValueError where they are not."""

    def get_part_charset(self, headers: Headers) -> str:
        """Let each byte become one character, so that none is lost; ``parse`` makes text of them."""
        check_charset(parse_options_header(headers.get("content-type"))[1].get("charset", "utf-8"))
        return "latin-1"

    def start_file_streaming(self, event: File, total_content_length: int | None) -> IO[bytes]:
        """Remember the file, so that it can be closed."""
        self._begun.append(super().start_file_streaming(event, total_content_length))
        return self._begun[-1]

    def parse(self, stream: IO[bytes], boundary: bytes, content_length: int | None) -> tuple[Form, Files]:
        """Read fields and files; of a form that is refused, no file stays open."""
        self._begun: list[IO[bytes]] = []
        try:
            form, files = super().parse(stream, boundary, content_length)
            if None in form or None in files:
                raise ValueError("a part without a name")
            fields = [(name, value.encode("latin-1").decode()) for name, value in form.items(multi=True)]
        except Exception:
            for file in self._begun:
                file.close()
            raise
        return self.cls(fields), files
