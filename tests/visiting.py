"""A visitor without JavaScript. What is wrong with any page fails the test that opened it."""

import re
from collections import Counter
from itertools import pairwise
from typing import Any, Self

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.reading import HtmlPage, Tag


class Visitor:
    """Opens pages, fills in forms as a browser would, and follows redirects."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.response: TestResponse
        self.page: HtmlPage

    @property
    def path(self) -> str:
        """Where the visitor is now."""
        return self.response.request.path

    @property
    def heading(self) -> str:
        """The one heading of the page."""
        return text_of(self.page.h1)

    def open(self, path: str, status: int = 200) -> HtmlPage:
        """Go to a page."""
        return self._read(self.client.get(path, follow_redirects=True), status)

    def submit(self, *, button: Any = None, status: Any = 200, form: Any = 0, **answers: object) -> HtmlPage:
        """Send the form of the page, with ``answers`` in place of what it shows; None leaves a field out.

        ``button`` is the value of the button that is pressed, ``form`` the number of the form where there are several.
        """
        forms = self.page.select("main form")
        assert forms, f"{self.path} has no form"
        sent = {**fields_of(forms[form]), **_button_values(forms[form], button), **answers}
        action = str(forms[form].get("action") or self.response.request.full_path.rstrip("?"))
        data = {name: value for name, value in sent.items() if value is not None}
        if str(forms[form].get("method", "get")).lower() == "get":
            return self._read(self.client.get(action, query_string=data, follow_redirects=True), status)
        answer = self.client.post(action, data=data)
        if 300 <= answer.status_code < 400:
            assert answer.status_code == 303, "a form answers with 303, so that reload does not send it again (F15)"
            answer = self.client.get(answer.headers["Location"], follow_redirects=True)
        return self._read(answer, status)

    @property
    def token(self) -> str:
        """The proof that what is sent came from the page that is open."""
        field = self.page.select_one("input[name=csrf_token]")
        assert field is not None, f"{self.path} has no form"
        return str(field["value"])

    def post(self, path: str, **data: Any) -> TestResponse:
        """Send what no form of the page sends, with the proof that the page was ours."""
        return self.client.post(path, data={"csrf_token": self.token, **data})

    def second_window(self) -> Self:
        """The same visitor in a second window."""
        twin = type(self)(self.client)
        twin.response, twin.page = self.response, self.page
        return twin

    def _read(self, response: TestResponse, status: int) -> HtmlPage:
        self.response = response
        self.page = HtmlPage(response.get_data(as_text=True))
        assert response.status_code == status, f"{response.status_code}: {text_of(self.page)[:300]}"
        if response.mimetype == "text/html":
            check_page(self.page)
        return self.page


_REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "form", "list")
"""Attributes that name ids of the same page."""

_LEFT_EMPTY = ", ".join(["a[href='']", "[name='']:not(meta)", *(f"[{name}='']" for name in ("id", *_REFERENCES))])


def check_page(page: HtmlPage) -> None:
    """Fail where a page is not sound.

    One main heading and no level of headings left out, one main, each id once, a label for every input, words for every
    picture, no inline code.
    """
    assert len(page.select("h1")) == 1
    levels = [int(heading.name[1]) for heading in page.select("h1, h2, h3, h4, h5, h6")]
    skipped = [below for above, below in pairwise(levels) if below > above + 1]
    assert not skipped, f"headings that skip a level: {skipped} in {levels}"
    assert len(page.select("main")) == 1
    assert page.title is not None
    assert text_of(page.title)
    repeated = [name for name, times in Counter(tag["id"] for tag in page.select("[id]")).items() if times > 1]
    assert not repeated, f"ids used twice: {repeated}"
    empty = page.select(_LEFT_EMPTY)
    assert not empty, f"attributes left empty: {empty}"
    there = {tag["id"] for tag in page.select("[id]")}
    named = {str(tag[name]) for name in _REFERENCES for tag in page.select(f"[{name}]")}
    nowhere = {one for names in named for one in names.split()} - there
    assert not nowhere, f"attributes that name no id of the page: {nowhere}"
    labels = {str(label["for"]) for label in page.select("label[for]")}
    for field in page.select("input:not([type=hidden]):not([type=submit]), select, textarea"):
        labelled = field.get("id") in labels
        assert labelled or field.get("aria-label") or field.get("aria-labelledby"), f"no label for {field}"
    assert not page.select("img:not([alt])"), "a picture without words for who does not see it"
    assert not page.select("[style], style, script:not([src])"), "inline code is refused by the browser (S8)"
    # The text is searched first: to look at every attribute of a page takes longer than all the rest.
    tags = page.select("*") if re.search(r"\son\w+\s*=", str(page)) else []
    inline = [name for tag in tags for name in tag.attrs if name.startswith("on")]
    assert not inline, f"inline handlers are refused by the browser (S8): {inline}"
    for form in page.select("form[method=post]"):
        assert form.select_one("input[name=csrf_token]"), "a form without its token (S15)"


def text_of(tag: Tag | None) -> str:
    """The words of a tag, with single spaces; a moment stands in its sentence."""
    if tag is None:
        return ""
    if tag.select_one("time") is None:
        return " ".join(tag.get_text(" ").split())
    words = " ".join(f"\0{text}\0" if around.name == "time" else text for text, around in tag.texts())
    return " ".join(re.sub(" ?\0 ?", "", words).split())


def fields_of(form: Tag) -> dict[str, Any]:
    """What a form sends as it is shown."""
    shown: dict[str, Any] = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        name, kind = str(field["name"]), field.get("type")
        if field.name == "textarea":
            shown[name] = field.get_text().removeprefix("\n")
        elif field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            shown[name] = chosen.get("value", "") if chosen else ""
        elif kind == "checkbox":
            if field.has_attr("checked"):
                shown.setdefault(name, []).append(str(field["value"]))
        elif kind == "radio":
            if field.has_attr("checked"):
                shown[name] = field.get("value", "on")
        elif kind == "hidden" and name in shown:  # several of one name
            before = shown[name] if isinstance(shown[name], list) else [shown[name]]
            shown[name] = [*before, field.get("value", "")]
        elif kind not in {"submit", "button", "image", "reset"}:
            shown[name] = field.get("value", "")
    return shown


def _button_values(form: Tag, button: str | None) -> dict[str, object]:
    if button is None:
        return {}
    found = form.select_one(f'button[value="{button}"]')
    assert found is not None, f"no button {button}"
    return {str(found["name"]): button}
