"""A page as a test reads it: tags found by CSS selectors, their attributes and their words."""

import re
from collections.abc import Iterator
from typing import overload

from selectolax.lexbor import LexborHTMLParser, LexborNode


class Tag:
    """One tag of a page, with all that is in it."""

    def __init__(self, node: LexborNode) -> None:
        self._node = node

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tag) and self._node.mem_id == other._node.mem_id

    def __hash__(self) -> int:
        return hash(self._node.mem_id)

    def __str__(self) -> str:
        return self._node.html or ""

    __repr__ = __str__

    def __getitem__(self, name: str) -> str:
        """The value of an attribute, empty where it has none. Raises KeyError where the tag lacks the attribute."""
        return self._node.attributes[name] or ""

    def __getattr__(self, name: str) -> "Tag | None":
        """The first tag of that name within this one: ``page.main``."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self.select_one(name)

    @overload
    def get(self, name: str) -> str | None: ...

    @overload
    def get(self, name: str, default: str) -> str: ...

    def get(self, name: str, default: str | None = None) -> str | None:
        """The value of an attribute, or ``default`` where the tag lacks it."""
        return self[name] if self.has_attr(name) else default

    def has_attr(self, name: str) -> bool:
        """Whether the tag has an attribute, whatever its value."""
        return name in self._node.attributes

    def has_class(self, name: str) -> bool:
        """Whether the tag is of that class."""
        return name in self.get("class", "").split()

    @property
    def attrs(self) -> dict[str, str]:
        """Every attribute with its value."""
        return {name: value or "" for name, value in self._node.attributes.items()}

    @property
    def name(self) -> str:
        """Such as ``a``, in small letters."""
        return self._node.tag or ""

    @property
    def parent(self) -> "Tag | None":
        """The tag around this one."""
        return Tag(self._node.parent) if self._node.parent else None

    @property
    def text(self) -> str:
        """Its words, with the white space of the source."""
        return self.get_text()

    def get_text(self, separator: str = "", *, strip: bool = False) -> str:
        """The same, with ``separator`` between the texts of two tags; ``strip`` leaves white space out around each."""
        return self._node.text(separator=separator, strip=strip, skip_empty=strip)

    def select(self, selector: str) -> list["Tag"]:
        """Every tag within this one that the selector picks, in the order of the page."""
        return list(self._pick(selector))

    def select_one(self, selector: str) -> "Tag | None":
        """The first of them."""
        return next(self._pick(selector), None)

    def find(self, name: str, string: str | re.Pattern[str] = "") -> "Tag | None":
        """The first tag of that name whose words are ``string``, or match it."""
        for tag in self._pick(name):
            if tag.text == string if isinstance(string, str) and string else re.search(string, tag.text):
                return tag
        return None

    def texts(self) -> Iterator[tuple[str, "Tag"]]:
        """Every text within it, with the tag around."""
        for node in self._node.traverse(include_text=True):
            if node.tag == "-text" and node.parent is not None:
                yield node.text_content or "", Tag(node.parent)

    def with_ancestors(self) -> Iterator["Tag"]:
        """The tag, and each that it is in, from the inside out."""
        tag: Tag | None = self
        while tag is not None:
            yield tag
            tag = tag.parent

    def decompose(self) -> None:
        """Take the tag out of its page."""
        self._node.decompose()

    def _pick(self, selector: str) -> Iterator["Tag"]:
        # The parser counts a tag among those within it, and names one twice that two selectors of a list pick.
        # Nodes are told apart by where they are: the parser's own comparison writes out both of them as HTML.
        found = {node.mem_id: node for node in self._node.css(selector)}
        found.pop(self._node.mem_id, None)
        return map(Tag, found.values())


class HtmlPage(Tag):
    """A whole page."""

    def __init__(self, html: str | bytes) -> None:
        self._parser = LexborHTMLParser(html)
        assert self._parser.root is not None
        super().__init__(self._parser.root)
