from tests.browser.test_owner_pages import signed_in, wrong  # noqa
from advisor import starter
from advisor.assessments.operations import answer_all, create
from tests.processes.brief.conftest import item_of, CASES
from advisor.engine.model.answers import WorkItem
from tests.applications import borrowed


def test_look(signed_in, page):
    owner, database = signed_in
    ats = {}
    for key in ("payroll", "payroll-parts", "claims-with-duties"):
        item = item_of(CASES[key])
        with owner.client.application.test_request_context(), database.write() as session:
            a = create(session, owner.owner, item.process, {}, 10)
            session.flush()
            answer_all(session, a, item)
            ats[key] = f"/assessments/{a.id}"
    base = page.url.rstrip("/")
    bad = []
    for key, at in ats.items():
        bad += wrong(page, f"{at}/brief", f"{at}/brief/edit")
        for name, w in (("phone", 375), ("wide", 1280)):
            page.set_viewport_size({"width": w, "height": 900})
            for p in ("brief", "brief/edit"):
                page.goto(f"{base}{at}/{p}")
                page.screenshot(path=f"/tmp/brief/{key}-{p.replace('/', '-')}-{name}.png", full_page=True)
        page.goto(f"{base}{at}/brief")
        page.pdf(path=f"/tmp/brief/{key}.pdf", prefer_css_page_size=True)
    print(bad)
    assert bad == []
