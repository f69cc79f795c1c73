"""Every template can be read, uses what it imports, and sends its words through gettext."""

import re
from collections.abc import Callable, Iterator
from difflib import unified_diff
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, TemplateError, nodes
from jinja2.lexer import Lexer

from advisor import create_app, paths
from tests.conftest import settings_for

TEMPLATES = sorted(path.relative_to(paths.TEMPLATES).as_posix() for path in paths.TEMPLATES.rglob("*.html"))

SAID_IN_ATTRIBUTES = re.compile(r'\b(?:alt|aria-label|title|placeholder|aria-description)="([^"]*)')


@pytest.fixture(scope="module")
def jinja(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    app: Flask = create_app(settings_for("sqlite:////nowhere/never-opened.db", tmp_path_factory.mktemp("data")))
    return app.jinja_env


def wrong(fault: Callable[[str], object]) -> dict[str, object]:
    """What is wrong with each template, by its name. ``fault`` finds it in the source."""
    found = {name: fault((paths.TEMPLATES / name).read_text()) for name in TEMPLATES}
    return {name: what for name, what in found.items() if what}


def test_every_template_can_be_read(jinja: Environment) -> None:
    unreadable = {}
    for name in TEMPLATES:
        try:
            jinja.get_template(name)
        except TemplateError as error:
            unreadable[name] = str(error)
    assert unreadable == {}


def test_a_template_uses_what_it_imports(jinja: Environment) -> None:
    def unused_imports(source: str) -> set[str]:
        tree = jinja.parse(source)
        used = {found.name for found in tree.find_all(nodes.Name) if found.ctx == "load"}
        named = [given for imported in tree.find_all(nodes.FromImport) for given in imported.names]
        names = {given[1] if isinstance(given, tuple) else given for given in named}
        return (names | {imported.target for imported in tree.find_all(nodes.Import)}) - used

    assert wrong(unused_imports) == {}


def test_every_word_of_a_template_goes_through_gettext(jinja: Environment) -> None:
    assert wrong(partial(untranslated_words, jinja)) == {}


def untranslated_words(jinja: Environment, source: str) -> list[str]:
    """The words that do not go through gettext."""
    source = re.sub(r"{% block body_class %}.*?{% endblock body_class %}", "", source)
    text = "".join(outside_of_gettext(jinja, source))
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    attributes = " ".join(SAID_IN_ATTRIBUTES.findall(text))
    words = re.sub(r' [a-z-]+="[^"<>]*"?', " ", re.sub(r"<[^<>]*>", " ", text)) + attributes
    return re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;", " ", words))


def test_s16_no_template_switches_escaping_off(jinja: Environment) -> None:
    def unescaped_parts(source: str) -> set[str]:
        filters = {found.name for found in jinja.parse(source).find_all(nodes.Filter)}
        return filters & {"safe", "forceescape"} | set(re.findall("autoescape false", source))

    assert wrong(unescaped_parts) == {}


def test_s8_no_template_holds_inline_script_or_style_or_another_sites_file() -> None:
    inline = r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:"
    script, elsewhere = r"<script(?![^>]*\bsrc=)", r"(?:src|href|action)=[\"']?(?:https?:)?//"
    assert wrong(lambda source: re.findall(f"{inline}|{script}|{elsewhere}", source)) == {}


def outside_of_gettext(jinja: Environment, source: str) -> Iterator[str]:
    """The text between the tags of Jinja, save what stands inside a trans block."""
    in_trans = False
    tokens = Lexer(jinja).tokeniter(source, None)
    previous_is_begin = False
    for _line, token, value in tokens:
        if token == "data" and not in_trans:
            yield value
        elif token in {"variable_begin", "block_begin"}:
            previous_is_begin = token == "block_begin"
            continue
        elif token == "name" and previous_is_begin:
            if value == "trans":
                in_trans = True
            elif value == "endtrans":
                in_trans = False
        if token not in {"whitespace"}:
            previous_is_begin = False


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 5
    assert Path(paths.TEMPLATES / "base.html").exists()


UNINDENTED = """
<p>
    One
    {% if true %}two{% endif %}
    three{% for word in ["four", "five"] %}
        {{ word }}
        {#- A word of ours. #}
    {% endfor %}
    <a>six</a>
    <a>seven</a>{# eight #}
    nine
</p>
<textarea>
{{ kept }}</textarea>
"""


def test_a_page_has_no_indentation_and_still_every_space_between_two_words(jinja: Environment) -> None:
    plain = Environment(autoescape=True, trim_blocks=jinja.trim_blocks, lstrip_blocks=jinja.lstrip_blocks)
    kept = "as\n    it is"
    sent = jinja.from_string(UNINDENTED).render(kept=kept)
    assert kept in sent
    assert sent.split() == plain.from_string(UNINDENTED).render(kept=kept).split()
    assert "\n  " not in sent.replace(kept, "")


def test_no_template_loses_a_space_with_its_indentation(jinja: Environment) -> None:
    plain = Environment(autoescape=True, trim_blocks=jinja.trim_blocks, lstrip_blocks=jinja.lstrip_blocks)

    def lost_spaces(source: str) -> list[str]:
        sent, written = words_of(plain, jinja.preprocess(source)), words_of(plain, source)
        return [] if sent == written else [*unified_diff(written, sent, lineterm="", n=1)]

    assert wrong(lost_spaces) == {}


def test_no_two_sentences_run_together_over_two_lines() -> None:
    end, begin = re.compile(r"[.?!]\{% endtrans %\}$"), re.compile(r"\{% if [^%]*%\}(\{% trans|\{\{|<a )|\{% trans")

    def run_together(source: str) -> list[str]:
        lines = [line.strip() for line in source.split("\n")]
        return [line for line, after in pairwise(lines) if end.search(line) and begin.match(after)]

    assert wrong(run_together) == {}


def words_of(jinja: Environment, source: str) -> list[str]:
    """What stands between spaces, whichever way the blocks go; a mark stands for each value."""
    tokens = [(token, value) for _line, token, value in Lexer(jinja).tokeniter(source, None)]
    shown = [
        "•" if token == "variable_begin" else value for token, value in tokens if token in {"data", "variable_begin"}
    ]
    return "".join(shown).split()
