"""The watch that every test of this folder stands under notices what it is there for."""

from tests.browser.windows import Windows


def test_a_refused_style_a_missing_file_an_error_and_a_dialog_are_noticed(windows: Windows) -> None:
    person = windows.open().open()
    watch = windows.watches[0]
    assert watch.complaints == []
    for fault, words in {
        "document.body.setAttribute('style', 'color: red')": "Content Security Policy",
        "document.head.insertAdjacentHTML('beforeend', '<link rel=stylesheet href=/static/none.css>')": "404",
        "setTimeout(() => { throw new Error('a mistake') })": "a mistake",
        "setTimeout(() => alert('hello'))": "a dialog: hello",
        "fetch('https://elsewhere.example/').catch(() => null)": "Content Security Policy",
    }.items():
        with person.page.expect_event("console", timeout=2000) if "Content" in words or words == "404" else _nothing():
            person.page.evaluate(f"() => {{ {fault} }}")
        person.page.evaluate("() => new Promise((done) => setTimeout(done))")
        assert any(words in complaint for complaint in watch.complaints), fault
        watch.forget()
