"""One member of a workbook, parsed as it is unpacked: no document types, no entities, and an end to everything."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from advisor.exchange.incoming import UnreadableFileError

ELEMENTS_LIMIT = 700_000
"""Elements in a workbook: 300,000 cells take that, and 2 MB seldom hold as many."""

_NAMES_LIMIT = 500
"""Different names of elements and attributes in one member: a parser keeps each of them."""

_TAG_LIMIT = 300_000
"""Bytes from one opening bracket to the next: more than the longest text of a cell takes in any way of writing it."""

_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-8|us-ascii)", re.IGNORECASE)
_AGAIN = "Save the workbook again, and send that."


class Member(DefusedExpatParser):
    """A parser of one kind of member; names come without their prefix. ``left`` elements may still come."""

    def __init__(self) -> None:
        super().__init__(forbid_dtd=True)
        self.left = ELEMENTS_LIMIT
        self._plain: dict[str, str] = {}
        self._attributes: set[str] = set()
        self.setContentHandler(_Texts(self.said))

    def read(self, pieces: Iterable[bytes], left: int) -> int:
        """Parse a member of which this many elements may come; give how many are left then.

        Raises UnreadableFileError.
        """
        self.left = left
        try:
            for piece in _plain_pieces(pieces):
                self.feed(piece)
            self.close()
        except DefusedXmlException as error:
            raise UnreadableFileError("The workbook declares document types or entities, which none does.") from error
        except (SAXException, LookupError, ValueError) as error:
            raise UnreadableFileError("A part of the workbook is broken.", _AGAIN) from error
        return self.left

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def ended(self, name: str) -> None:
        """An element ends."""

    def said(self, text: str) -> None:
        """A stretch of text."""

    def start_element(self, name: str, attrs: Mapping[str, str]) -> None:
        """What the parser below calls; everything is counted here."""
        self.left -= 1
        plain = self._plain.get(name)
        if plain is None:
            plain = self._plain[name] = name.rpartition(":")[2]
        if not attrs.keys() <= self._attributes:
            self._attributes.update(attrs)
        if self.left < 0 or len(self._plain) + len(self._attributes) > _NAMES_LIMIT:
            raise UnreadableFileError("The workbook holds more than a workbook of rows and columns does.")
        self.began(plain, attrs)

    def end_element(self, name: str) -> None:
        """What the parser below calls."""
        self.ended(self._plain[name])


class _Texts(ContentHandler):
    """Where the parser below finds what to call with texts."""

    def __init__(self, said: Callable[[str], None]) -> None:
        super().__init__()
        self._said = said

    def characters(self, content: str) -> None:
        self._said(content)


def _plain_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Let pass what is UTF-8 and has no tag of a length that no workbook has: a parser has to hold a tag as a whole."""
    begun = 0
    for number, piece in enumerate(pieces):
        if number == 0 and (b"\0" in piece[:4] or piece[:2] in {b"\xff\xfe", b"\xfe\xff"} or _DECLARED.match(piece)):
            raise UnreadableFileError("A part of the workbook is not UTF-8.", _AGAIN)
        first, *others = map(len, piece.split(b"<"))
        if max(begun + first, *others, 0) > _TAG_LIMIT:
            raise UnreadableFileError("The workbook holds a text that is longer than a cell can hold.")
        begun = others[-1] if others else begun + first
        yield piece
